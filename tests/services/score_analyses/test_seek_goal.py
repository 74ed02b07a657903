"""What must be reached for a target: the worked examples of the method, through the services."""

from __future__ import annotations

from typing import Any

import pytest
from sending import observation
from tiny_index import ACCESS, AS_IT_IS, EFFICIENCY, NAME, OUTCOMES, PASSED, REACH, publish_tiny, query, send_rows

from lei.clock import FixedClock
from lei.errors import InvalidError
from lei.services.score_analyses.seek_goal import GoalReport, seek_goal
from lei.services.weights.preview_weights import tried_weights
from lei.storage.database import Database

FLOOR = 5
COST, HOURS = "cost_per_learning_hour", "learning_hours_per_employee"


def sought(database: Database, target: float, *measures: str, where: Any = None) -> GoalReport:
    """The answer for the whole organization, or one unit."""
    with database.reading() as session:
        return seek_goal(session, query(where=where or {}), measures, target, FLOOR)


def index_of(database: Database, clock: FixedClock, pillar: str, key: str, value: float | None, **more: Any) -> None:
    """Two pillars of one weight: one measure of the catalogue, by its own goalposts, and a pass rate of 50."""
    publish_tiny(
        database,
        clock,
        pillars={pillar: 1, OUTCOMES: 1},
        measures={pillar: {key: 1}, OUTCOMES: {PASSED: 1}},
        goalposts={PASSED: AS_IT_IS} | more.get("goalposts", {}),
    )
    rows = [observation(PASSED, "2026-10", 50)]
    rows += [] if value is None else [observation(key, "2026-10", value, more.get("sample_size", 100))]
    send_rows(database, clock, rows)


def test_a_cost_that_must_fall(database: Database, clock: FixedClock) -> None:
    """60 needs 70 points of 250 -> 80: 250 - 0.7 * 170 = 131."""
    index_of(database, clock, EFFICIENCY, COST, 240)
    found = sought(database, 60, COST)
    (goal,) = found.measures
    assert (found.outcome, found.reached) == ("reachable", pytest.approx(60))
    assert (goal.today, goal.value, goal.score) == (240, pytest.approx(131), pytest.approx(70))
    assert goal.score_today == pytest.approx(100 * 10 / 170)
    assert found.sentence == (
        "For a composite of 60 in 2026-10, the whole organization needs Delivery efficiency: cost per learning hour "
        "used to fall from 240 to 131, all else unchanged."
    )


@pytest.mark.parametrize(("today", "value"), [(3, 9.1), (90, 54.5)])
def test_a_target_is_approached_from_either_side(
    sqlite_database: Database, clock: FixedClock, today: float, value: float
) -> None:
    """Hours score 0 / 13 / 35 / 100 here: 70 points are 9.1 on the way up, and 54.5 on the way down."""
    band = {
        HOURS: {
            "direction": "target_is_best",
            "goalpost_0": 0.0,
            "goalpost_100": 13.0,
            "goalpost_100_upper": 35.0,
            "goalpost_0_upper": 100.0,
        }
    }
    index_of(sqlite_database, clock, ACCESS, HOURS, today, goalposts=band)
    assert sought(sqlite_database, 60, HOURS).measures[0].value == pytest.approx(value)


def test_what_no_value_reaches(sqlite_database: Database, clock: FixedClock) -> None:
    index_of(sqlite_database, clock, EFFICIENCY, COST, 240)
    found = sought(sqlite_database, 75.5, COST)
    assert (found.outcome, found.reached, found.measures[0].value) == ("not_reachable", 75, 80)
    assert found.sentence.endswith("the best composite there is by that is 75.00, at 80.")


def test_what_is_reached_already(sqlite_database: Database, clock: FixedClock) -> None:
    index_of(sqlite_database, clock, EFFICIENCY, COST, 165)
    found = sought(sqlite_database, 50, COST)
    assert (found.outcome, found.composite, found.reached, found.measures[0].value) == ("reached_already", 50, 50, 165)
    assert found.sentence == ("In 2026-10, the whole organization has a composite of 50.00: 50 is reached already.")


def test_a_share_never_goes_beyond_a_hundred_percent(sqlite_database: Database, clock: FixedClock) -> None:
    """With goalposts 0 and 125 a share of 100 % scores 80: (80 + 50) / 2 is all there is."""
    posts = {REACH: {"goalpost_0": 0.0, "goalpost_100": 125.0}}
    index_of(sqlite_database, clock, ACCESS, REACH, 40, goalposts=posts)
    found = sought(sqlite_database, 70, REACH)
    assert (found.outcome, found.measures[0].value, found.reached) == ("not_reachable", 100, pytest.approx(65))


def test_a_share_that_is_beyond_already_stays_the_best_there_is(sqlite_database: Database, clock: FixedClock) -> None:
    """104 % scores 83.2 of 125: (83.2 + 50) / 2 = 66.6, and 110 % is not offered."""
    posts = {REACH: {"goalpost_0": 0.0, "goalpost_100": 125.0}}
    index_of(sqlite_database, clock, ACCESS, REACH, 104, goalposts=posts)
    found = sought(sqlite_database, 68, REACH)
    assert (found.outcome, found.measures[0].value, found.reached) == ("not_reachable", 104, pytest.approx(66.6))


def test_a_change_in_percent_may_be_negative(sqlite_database: Database, clock: FixedClock) -> None:
    """Productivity, -20 % to 0 %: it starts at -30 and needs 70 points."""
    posts = {"productivity_per_fte": {"goalpost_0": -20.0, "goalpost_100": 0.0}}
    index_of(sqlite_database, clock, "business_impact", "productivity_per_fte", -30, goalposts=posts)
    goal = sought(sqlite_database, 60, "productivity_per_fte").measures[0]
    assert (goal.today, goal.value) == (-30, pytest.approx(-6))


def test_several_measures_move_together(sqlite_database: Database, clock: FixedClock) -> None:
    """Scores of 0 and 50 come to 60 together when each moves by 35 % of its range: 250 - 59.5, and 85."""
    index_of(sqlite_database, clock, EFFICIENCY, COST, 250)
    found = sought(sqlite_database, 60, COST, PASSED)
    assert found.share == pytest.approx(0.35)
    assert [goal.value for goal in found.measures] == pytest.approx([190.5, 85])
    assert found.sentence == (
        "For a composite of 60 in 2026-10, the whole organization needs each to move by 35 % of its goalpost range: "
        "Delivery efficiency: cost per learning hour used to fall from 250 to 190.5 and First-attempt pass rate to "
        "rise from 50 % to 85 %."
    )


def test_a_measure_without_a_value_is_sought_from_its_worst_on(sqlite_database: Database, clock: FixedClock) -> None:
    index_of(sqlite_database, clock, EFFICIENCY, COST, None)
    found = sought(sqlite_database, 60, COST)
    (goal,) = found.measures
    assert (goal.today, goal.reason, goal.value, found.composite) == (None, "no_data", pytest.approx(131), None)
    assert "to come to 131, all else unchanged" in found.sentence


def test_too_much_else_is_missing(sqlite_database: Database, clock: FixedClock) -> None:
    publish_tiny(sqlite_database, clock)
    send_rows(sqlite_database, clock, [observation(REACH, "2026-10", 50)])
    found = sought(sqlite_database, 60, REACH)
    assert (found.outcome, found.reached, found.measures[0].value) == ("no_composite", None, None)
    assert "too much else is missing" in found.sentence


@pytest.mark.parametrize("value", [1, 99])
def test_a_hidden_value_has_no_part_in_the_answer(sqlite_database: Database, clock: FixedClock, value: float) -> None:
    """As without a value: 70 is needed beside a pass rate of 50, whatever three people did."""
    index_of(sqlite_database, clock, ACCESS, REACH, value, sample_size=3, goalposts={REACH: AS_IT_IS})
    found = sought(sqlite_database, 60, REACH)
    goal = found.measures[0]
    assert (goal.today, goal.score_today, goal.reason, found.composite) == (None, None, "small_group", None)
    assert (found.outcome, goal.value) == ("reachable", pytest.approx(70))


def test_none_of_a_few_people_is_not_told(sqlite_database: Database, clock: FixedClock) -> None:
    index_of(sqlite_database, clock, ACCESS, REACH, 0, sample_size=12, goalposts={REACH: AS_IT_IS})
    reachable, reached = sought(sqlite_database, 60, REACH), sought(sqlite_database, 20, REACH)
    assert (reachable.measures[0].today, reachable.measures[0].value) == (None, pytest.approx(70))
    assert (reached.outcome, reached.measures[0].value) == ("reached_already", None)


def test_a_value_in_words_is_rounded_to_the_safe_side(sqlite_database: Database, clock: FixedClock) -> None:
    """Weights 3 : 4; (3 x + 4 * 50) / 7 = 60 needs 73.333...: 73.34 does, 73.33 does not."""
    publish_tiny(sqlite_database, clock, pillars={ACCESS: 3, OUTCOMES: 4})
    send_rows(sqlite_database, clock, [observation(REACH, "2026-10", 40), observation(PASSED, "2026-10", 50)])
    assert "to rise from 40 % to 73.34 %," in sought(sqlite_database, 60, REACH).sentence


def test_weights_can_be_tried(sqlite_database: Database, clock: FixedClock) -> None:
    """With three quarters of the weight a cost needs 63.33 points for 60: 250 - 0.6333 * 170."""
    index_of(sqlite_database, clock, EFFICIENCY, COST, 240)
    with sqlite_database.reading() as session:
        tried = tried_weights(session, NAME, {"pillars": {EFFICIENCY: 1.5}}, clock.now())
        found = seek_goal(session, query(), [COST], 60, FLOOR, tried)
    assert found.measures[0].value == pytest.approx(250 - (60 - 0.25 * 50) / 0.75 / 100 * 170)
    assert found.version == 0


def test_an_unknown_measure_is_named(sqlite_database: Database, clock: FixedClock) -> None:
    publish_tiny(sqlite_database, clock)
    for measures, field in ((["enrollment_count"], "measure"), ([REACH, "nothing"], "measures")):
        with pytest.raises(InvalidError, match="There is no scored measure") as refused:
            sought(sqlite_database, 60, *measures)
        assert refused.value.problems[0].field == field


@pytest.mark.parametrize("target", [-1, 100.5, float("nan")])
def test_a_target_is_a_composite(sqlite_database: Database, clock: FixedClock, target: float) -> None:
    publish_tiny(sqlite_database, clock)
    with pytest.raises(InvalidError, match="between 0 and 100") as refused:
        sought(sqlite_database, target, REACH)
    assert refused.value.problems[0].field == "target"
