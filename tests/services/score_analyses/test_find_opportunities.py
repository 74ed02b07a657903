"""Where the next points are: gains by hand."""

from __future__ import annotations

import pytest
from sending import observation
from tiny_index import AS_IT_IS, EFFICIENCY, OUTCOMES, PASSED, publish_tiny, query, send_rows, send_units

from lei.clock import FixedClock
from lei.services.score_analyses.find_opportunities import OpportunityReport, find_opportunities
from lei.storage.database import Database

FLOOR = 5
COST = "cost_per_learning_hour"


def found_in(database: Database, **asked: object) -> OpportunityReport:
    """The opportunities in October."""
    with database.reading() as session:
        return find_opportunities(session, query(**asked), FLOOR)


def test_a_tenth_of_the_range_in_points_of_the_composite(database: Database, clock: FixedClock) -> None:
    """Cost 165 scores 50; a tenth of 250 -> 80 is 17. Ten points at a quarter of the weight are 2.5, at three, 7.5."""
    publish_tiny(
        database,
        clock,
        pillars={EFFICIENCY: 1, OUTCOMES: 3},
        measures={EFFICIENCY: {COST: 1}, OUTCOMES: {PASSED: 1}},
        goalposts={},
    )
    send_rows(database, clock, [observation(COST, "2026-10", 165), observation(PASSED, "2026-10", 59)])
    found = found_in(database)
    passed, cost = found.opportunities
    # The pass rate scores from 50 to 95: a tenth is 4.5.
    assert (passed.measure, passed.before, passed.after, passed.gain) == (PASSED, 59, 63.5, pytest.approx(7.5))
    assert (cost.measure, cost.before, cost.after, cost.gain) == (COST, 165, 148, pytest.approx(2.5))
    assert (passed.placeholder_goalposts, cost.placeholder_goalposts) == (True, False)
    assert found.composite == pytest.approx((50 + 3 * 20) / 4)
    assert found.sentence == (
        "In 2026-10, the whole organization gains the most by First-attempt pass rate: from 59 % to 63.5 % is worth "
        "7.50 points of the composite. Its goalposts are placeholders: set your own before you act on it."
    )


def test_what_has_arrived_offers_nothing_and_own_goalposts_are_no_placeholders(
    sqlite_database: Database, clock: FixedClock
) -> None:
    publish_tiny(sqlite_database, clock)
    send_units(sqlite_database, clock, {"A": (100, 96)})
    first, second = found_in(sqlite_database, where={"unit": "A"}).opportunities
    assert (first.measure, first.after, first.gain) == (PASSED, 100, pytest.approx(2))
    assert (second.arrived, second.gain, second.placeholder_goalposts) == (True, 0, False)
    send_units(sqlite_database, clock, {"A": (100, 100)})
    assert "gains nothing by a single step" in found_in(sqlite_database, where={"unit": "A"}).sentence


def test_what_is_missing_hidden_or_all_alike_is_not_told(sqlite_database: Database, clock: FixedClock) -> None:
    publish_tiny(sqlite_database, clock, missing={"min_pillars": 1, "min_pillar_weight": 50})
    send_units(sqlite_database, clock, {"A": (0, None)}, sample_size=12)
    send_units(sqlite_database, clock, {"B": (30, None)}, sample_size=12)
    send_rows(sqlite_database, clock, [observation(PASSED, "2026-10", 70, 3, unit="A")])
    alike, hidden = found_in(sqlite_database, where={"unit": "A"}).opportunities
    assert (alike.before, alike.after, alike.gain) == (None, None, pytest.approx(10))
    assert (hidden.before, hidden.after, hidden.gain, hidden.reason) == (None, None, None, "small_group")
    missing = found_in(sqlite_database, where={"unit": "B"}).opportunities[1]
    assert (missing.reason, missing.gain) == ("no_data", None)


def test_without_a_composite_no_step_has_a_gain(sqlite_database: Database, clock: FixedClock) -> None:
    publish_tiny(sqlite_database, clock, goalposts={PASSED: AS_IT_IS})
    send_units(sqlite_database, clock, {"A": (30, None)})
    found = found_in(sqlite_database, where={"unit": "A"})
    assert (found.composite, found.reason) == (None, "low_coverage")
    assert [each.gain for each in found.opportunities] == [None, None]
    assert found.sentence.endswith("has no composite, so no step has a gain to state.")
