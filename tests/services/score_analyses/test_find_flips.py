"""At which weight two units swap: straight lines by hand."""

from __future__ import annotations

from typing import Any

import pytest
from sending import observation
from tiny_index import ACCESS, NAME, OUTCOMES, PASSED, REACH, publish_tiny, query, send_rows, send_units

from lei.clock import FixedClock
from lei.errors import InvalidError
from lei.services.score_analyses.find_flips import FlipReport, Lever, find_flips
from lei.services.weights.preview_weights import tried_weights
from lei.storage.database import Database

FLOOR = 5
A, B = {"unit": "A"}, {"unit": "B"}
ACCESS_WEIGHT = Lever("pillar", ACCESS)


def flips(database: Database, first: Any = None, second: Any = None, lever: Lever = ACCESS_WEIGHT) -> FlipReport:
    """Where A and B swap, or two others."""
    with database.reading() as session:
        return find_flips(session, query(where=A if first is None else first), second or B, lever, FLOOR)


@pytest.fixture
def units(sqlite_database: Database, clock: FixedClock) -> Any:
    """Publish the tiny index and send the units given."""

    def prepared(**values: tuple[float | None, float | None]) -> Database:
        publish_tiny(sqlite_database, clock)
        send_units(sqlite_database, clock, values)
        return sqlite_database

    return prepared


def test_one_flip(database: Database, clock: FixedClock) -> None:
    """A has 80 and 20, B has 50 and 40: 30 t = 20 (1 - t), so t = 0.4."""
    publish_tiny(database, clock)
    send_units(database, clock, {"A": (80, 20), "B": (50, 40)})
    found = flips(database)
    (flip,) = found.points.flips
    assert (flip.share, flip.jump) == (pytest.approx(0.4), False)
    assert (flip.leader_below, flip.leader_above) == ("second", "first")
    assert (found.weight, found.composites) == (0.5, (50, 45))
    assert found.sentence == (
        "In 2026-10, A and B swap places where the weight of Learning Access & Engagement is 40 % of the composite; "
        "today it is 50 %; above that A is ahead."
    )


def test_no_flip(units: Any) -> None:
    found = flips(units(A=(80, 50), B=(50, 40)))
    assert found.points.flips == ()
    assert found.sentence.endswith("whatever the weight of Learning Access & Engagement is: A stays ahead.")


def test_equal_at_every_weight(units: Any) -> None:
    found = flips(units(A=(50, 40), B=(50, 40)))
    assert [section.leader for section in found.points.sections] == ["tied"]
    assert found.sentence.endswith("are equal whatever the weight of Learning Access & Engagement is.")


def test_a_measure_within_its_pillar(sqlite_database: Database, clock: FixedClock) -> None:
    """Passed 10 and 70, simulations 60 and 30: 10 t + 60 (1 - t) = 70 t + 30 (1 - t) at t = 1/3."""
    posts = {key: {"goalpost_0": 0.0, "goalpost_100": 100.0} for key in (REACH, PASSED, "simulation_score")}
    measures = {ACCESS: {REACH: 1}, OUTCOMES: {PASSED: 1, "simulation_score": 3}}
    publish_tiny(sqlite_database, clock, measures=measures, goalposts=posts)
    send_units(sqlite_database, clock, {"A": (50, 10), "B": (50, 70)})
    rows = [observation("simulation_score", "2026-10", v, 100, unit=unit) for unit, v in (("A", 60), ("B", 30))]
    send_rows(sqlite_database, clock, rows)
    found = flips(sqlite_database, lever=Lever("measure", PASSED))
    assert found.points.flips[0].share == pytest.approx(1 / 3)
    assert found.weight == 0.25
    assert "is 33.3 % of its pillar; today it is 25 %; above that B is ahead." in found.sentence


def test_a_unit_beside_the_whole_organization(sqlite_database: Database, clock: FixedClock) -> None:
    publish_tiny(sqlite_database, clock)
    send_units(sqlite_database, clock, {"A": (80, 20)})
    send_rows(sqlite_database, clock, [observation(REACH, "2026-10", 50), observation(PASSED, "2026-10", 40)])
    found = flips(sqlite_database, first={}, second=A)
    assert found.points.flips[0].share == pytest.approx(0.4)
    assert "the whole organization and A swap places" in found.sentence


def test_several_flips(sqlite_database: Database, clock: FixedClock) -> None:
    """A, 20 + 60 t, is held at 45 for its pass rate; B has 40 + 10 t. A leads from 0.4 on, and B again from 0.5 on."""
    caps = [{"on": "composite", "at_most": 45, "while": PASSED, "below": 30}]
    publish_tiny(sqlite_database, clock, caps=caps)
    send_units(sqlite_database, clock, {"A": (80, 20), "B": (50, 40)})
    found = flips(sqlite_database)
    assert [flip.share for flip in found.points.flips] == pytest.approx([0.4, 0.5])
    assert [section.leader for section in found.points.sections] == ["second", "first", "second"]
    assert found.sentence.endswith("is 40 % and 50 % of the composite; today it is 50 %.")


def test_a_mean_that_is_no_line(sqlite_database: Database, clock: FixedClock) -> None:
    """80^t 20^(1 - t) = 40 at 4^t = 2."""
    publish_tiny(sqlite_database, clock, aggregation={"pillars": "geometric"})
    send_units(sqlite_database, clock, {"A": (80, 20), "B": (40, 40)})
    (flip,) = flips(sqlite_database).points.flips
    assert flip.share == pytest.approx(0.5)


def test_a_unit_without_a_composite_cannot_be_compared(units: Any) -> None:
    found = flips(units(A=(80, 20), B=(50, None)))
    assert (found.composites, found.points.flips) == ((50, None), ())
    assert found.sentence == "In 2026-10, B cannot be compared: without a composite nobody is ahead."


@pytest.mark.parametrize("value", [1, 99])
def test_a_hidden_value_has_no_part_in_the_answer(sqlite_database: Database, clock: FixedClock, value: float) -> None:
    publish_tiny(sqlite_database, clock)
    send_units(sqlite_database, clock, {"A": (80, 20)})
    send_units(sqlite_database, clock, {"B": (value, value)}, sample_size=3)
    found = flips(sqlite_database)
    assert (found.composites[1], {section.leader for section in found.points.sections}) == (None, {"none"})


def test_weights_can_be_tried(units: Any, clock: FixedClock) -> None:
    database = units(A=(80, 20), B=(50, 40))
    with database.reading() as session:
        tried = tried_weights(session, NAME, {"pillars": {OUTCOMES: 1.5}}, clock.now())
        found = find_flips(session, query(where=A), B, Lever("pillar", OUTCOMES), FLOOR, tried)
    assert (found.weight, found.points.flips[0].share) == (0.75, pytest.approx(0.6))


def test_what_cannot_be_compared_is_named(units: Any) -> None:
    database = units(A=(80, 20), B=(50, 40))
    for asked, field in (
        ({"second": A}, "second"),
        ({"second": {"unit": "Mars"}}, "second"),
        ({"first": {"planet": "Mars"}}, "first"),
        ({"lever": Lever("pillar", "luck")}, "pillar"),
        ({"lever": Lever("measure", "luck")}, "measure"),
        ({"lever": Lever("measure", REACH)}, "measure"),  # it is alone in its pillar
        ({"lever": Lever("pillar", "business_impact")}, "pillar"),  # none of its measures has weight
    ):
        with pytest.raises(InvalidError) as refused:
            flips(database, **asked)
        assert refused.value.problems[0].field == field, asked
