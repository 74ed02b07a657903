"""What the data say about weights: which cases count, what is left out, and that hidden groups stay hidden."""

from __future__ import annotations

import statistics
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from sending import Send, organisation_scoring

from lei.errors import InvalidError, NotFoundError
from lei.periods import Grain, parse_period
from lei.services.scores.score_report import ScoreQuery
from lei.services.weights.advise_weights import Advice, advise_weights
from lei.storage.database import Database
from weights.data_methods import DATA_METHODS

PILLARS = (
    "access_engagement",
    "performance_outcomes",
    "capability_readiness",
    "operational_efficiency",
    "business_impact",
)
MONTHS = ("2026-06", "2026-07", "2026-08", "2026-09", "2026-10")
FLOOR = 5


def level(unit: str, month: str, pillar: str) -> float:
    """A score between 20 and 80 for each pillar in each unit and month, all different, none in step with another."""
    place = PILLARS.index(pillar) + 1
    return 20 + (37 * place * (MONTHS.index(month) + 2) + 23 * place * place * ("AB".find(unit) + 3)) % 61


LEVELS = {
    (unit, month): {pillar: level(unit, month, pillar) for pillar in PILLARS} for unit, month in product("AB", MONTHS)
}


@pytest.fixture
def filled(database: Database, send: Send) -> Database:
    """Two units in five months: ten cases."""
    send([r for (unit, month), pillars in LEVELS.items() for r in organisation_scoring(month, pillars, unit=unit)])
    return database


def advice(database: Database, pillar: str | None = None, methods: Any = tuple(DATA_METHODS), **asked: Any) -> Advice:
    """Advice from the five months, by unit."""
    query = ScoreQuery(Grain.MONTH, parse_period(MONTHS[0]), parse_period(MONTHS[-1]), by=("unit",))
    with database.reading() as session:
        return advise_weights(session, replace(query, **asked), pillar, methods, FLOOR)


def weights_by(found: Advice, method: str) -> dict[str, float]:
    """The weights that one method advises."""
    (only,) = (each for each in found.methods if each.method == method)
    assert only.weights is not None, only.refused
    return dict(only.weights)


def test_deviations_of_the_scores_by_hand(filled: Database) -> None:
    found = advice(filled)
    spread = {pillar: statistics.stdev(case[pillar] for case in LEVELS.values()) for pillar in PILLARS}
    expected = {pillar: spread[pillar] / sum(spread.values()) for pillar in PILLARS}
    assert weights_by(found, "deviation") == pytest.approx(expected)
    assert (found.cases, found.gaps, found.left_out) == (10, 0, {})


def test_every_method_answers_with_its_warnings_beside_todays_weights(filled: Database) -> None:
    found = advice(filled)
    assert [each.method for each in found.methods] == list(DATA_METHODS)
    for each in found.methods:
        assert each.weights is not None, each.refused
        assert sum(each.weights.values()) == pytest.approx(1)
        assert len(each.warnings) >= 2
    assert found.today == pytest.approx(dict(zip(PILLARS, (0.2, 0.3, 0.25, 0.15, 0.1), strict=True)))
    assert (found.profile, found.version) == ("default_v1", 1)
    assert "They do not know what matters" in found.warnings[0]
    assert any("10 cases for 5 weights are few" in warning for warning in found.warnings)


def test_measures_of_one_pillar_that_move_as_one(filled: Database) -> None:
    """All measures of a pillar have its score here: the deviations are the same, and CRITIC has nothing to weigh."""
    found = advice(filled, "capability_readiness", ("deviation", "critic"))
    weights = weights_by(found, "deviation")
    assert set(weights) == set(found.today)
    assert list(weights.values()) == pytest.approx([1 / len(weights)] * len(weights))
    assert found.methods[1].weights is None
    assert "move as one" in str(found.methods[1].refused)


def test_cases_with_a_gap_are_left_out_and_counted(filled: Database, send: Send) -> None:
    before = weights_by(advice(filled), "deviation")
    send(organisation_scoring("2026-10", dict.fromkeys(PILLARS[:4], 50.0), unit="C"))
    found = advice(filled)
    assert weights_by(found, "deviation") == before
    assert (found.cases, found.gaps) == (10, 1)
    assert any("then 1 cases" in warning for warning in found.warnings)


def test_what_is_rarely_scored_is_left_out_and_named(database: Database, send: Send) -> None:
    for (unit, month), pillars in LEVELS.items():
        kept = {p: v for p, v in pillars.items() if p != "business_impact" or (unit, month) == ("A", "2026-10")}
        send(organisation_scoring(month, kept, unit=unit))
    found = advice(database)
    assert found.left_out == {"business_impact": "It has a score in 1 of 10 cases, fewer than half."}
    assert found.cases == 10
    assert found.today == pytest.approx(dict(zip(PILLARS[:4], (2 / 9, 3 / 9, 2.5 / 9, 1.5 / 9), strict=True)))


def test_what_is_the_same_in_every_case_gets_nothing_and_is_named(database: Database, send: Send) -> None:
    for (unit, month), pillars in LEVELS.items():
        send(organisation_scoring(month, pillars | {"access_engagement": 50.0}, unit=unit))
    found = advice(database)
    assert weights_by(found, "deviation")["access_engagement"] == pytest.approx(0, abs=1e-9)
    assert any(warning.startswith("'access_engagement' is the same") for warning in found.warnings)


def test_a_hidden_group_has_no_part_in_it(filled: Database, send: Send) -> None:
    """Beside the hidden unit another one is hidden, so that nobody subtracts; a third and fourth leave enough cases."""

    def with_people(people: int, score: float) -> list[dict[str, float] | None]:
        records = [r for m in MONTHS for r in organisation_scoring(m, dict.fromkeys(PILLARS, score), unit="C")]
        send([record | {"sample_size": people} for record in records])
        return [None if each.weights is None else dict(each.weights) for each in advice(filled).methods]

    for month in MONTHS:
        send(organisation_scoring(month, {pillar: level("D", month, pillar) for pillar in PILLARS}, unit="D"))
    assert with_people(3, 5.0) == with_people(3, 95.0)
    assert with_people(300, 5.0) != with_people(300, 95.0)


def test_a_method_that_cannot_take_the_scores_says_of_what(filled: Database, send: Send) -> None:
    send(
        [
            r
            for month in MONTHS
            for r in organisation_scoring(month, dict(zip(PILLARS, (9, 8, 0, 7, 6), strict=True)), unit="C")
        ]
    )
    found = advice(filled, methods=("merec",))
    assert found.methods[0].weights is None
    assert str(found.methods[0].refused).endswith("0 or less. That is 'capability_readiness'.")


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        ({"by": ()}, InvalidError, "data-driven weights need 10"),
        ({"last": parse_period("2026-07")}, InvalidError, "data-driven weights need 10"),
        ({"pillar": "access"}, InvalidError, "no pillar 'access'"),
        ({"profile": "nothing"}, NotFoundError, "nothing"),
        ({"by": ("planet",)}, InvalidError, "planet"),
    ],
)
def test_questions_without_an_answer_are_refused(
    filled: Database, asked: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        advice(filled, **asked)


def test_without_any_data_there_is_no_advice(database: Database) -> None:
    with pytest.raises(InvalidError, match="data-driven weights need 10"):
        advice(database, by=())
