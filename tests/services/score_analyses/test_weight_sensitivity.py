"""How much hangs on the weights: probabilities, intervals and influence of units whose figures can be worked out."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest
from sending import observation
from tiny_index import (
    ACCESS,
    AS_IT_IS,
    EFFICIENCY,
    NAME,
    OUTCOMES,
    PASSED,
    REACH,
    publish_tiny,
    query,
    send_rows,
    send_units,
    tiny_database,
)

from lei.clock import FixedClock
from lei.errors import InvalidError
from lei.periods import parse_period
from lei.services.score_analyses.score_snapshot import take_snapshot
from lei.services.score_analyses.sensitivity_report import DrawRules, Neighbours, Sensitivity, UnitInDoubt
from lei.services.score_analyses.sensitivity_words import opening_sentence
from lei.services.score_analyses.weight_influence import indices_of_weights
from lei.services.score_analyses.weight_sensitivity import weigh_doubt
from lei.services.weights.preview_weights import tried_weights
from lei.storage.database import Database

FLOOR = 5
MANY = DrawRules(draws=20_000)


def doubt(database: Database, rules: DrawRules = MANY, **asked: object) -> Sensitivity:
    """The answer for the units in October."""
    with database.reading() as session:
        return weigh_doubt(session, query(**{"by": ("unit",), **asked}), rules, FLOOR)


@pytest.fixture(scope="module")
def two_units(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A with 80 and 20, composite 50; B with 50 and 40, composite 45. A leads where the first weight is above 0.4.

    For tests that only read.
    """
    with tiny_database(tmp_path_factory.mktemp("two")) as (database, clock):
        send_units(database, clock, {"A": (80, 20), "B": (50, 40)})
        yield database


def beta_above(x: float, a: int, b: int) -> float:
    """P(Beta(a, b) > x) for whole a and b: of a + b - 1 throws at most a - 1 fall below x."""
    throws = a + b - 1
    return math.fsum(math.comb(throws, k) * x**k * (1 - x) ** (throws - k) for k in range(a))


def test_the_share_of_draws_in_which_one_is_ahead(two_units: Database) -> None:
    """With a concentration of 100 the first weight is Beta(50, 50); A leads by 30 w - 20 (1 - w)."""
    found = doubt(two_units)
    (pair,) = found.neighbours
    assert (pair.above, pair.below) == ({"unit": "A"}, {"unit": "B"})
    expected = beta_above(0.4, 50, 50)
    assert pair.probability == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / 20_000))
    assert pair.equal == 0
    first, second = found.segments
    assert (first.segment, first.composite, first.rank) == ({"unit": "A"}, 50, 1)
    assert (second.segment, second.composite, second.rank) == ({"unit": "B"}, 45, 2)
    assert first.first == pytest.approx(pair.probability)
    assert second.first == pytest.approx(1 - pair.probability)
    assert found.tied == ()
    assert found.sentence == (
        "In 2026-10, A is ahead of B in 98 % of the draws. Each is above the next in at least 95 % of them."
    )


def test_composites_move_with_the_weights(two_units: Database) -> None:
    """A's composite is 20 + 60 w; the standard deviation of w is sqrt(0.25 / 101)."""
    unit = doubt(two_units).segments[0]
    reach = NormalDist().inv_cdf(0.975) * 60 * math.sqrt(0.25 / 101)
    assert unit.mean == pytest.approx(50, abs=0.1)
    assert (unit.low, unit.high) == pytest.approx((50 - reach, 50 + reach), abs=0.25)


def test_what_the_concentration_means_is_said_in_words(two_units: Database) -> None:
    """0.5 -+ 1.96 * sqrt(0.25 / 101): 40 to 60 %."""
    closeness = doubt(two_units).closeness
    found = re.search(r"Learning Access & Engagement, 50 % there, lies between (\S+) % and (\S+) % in 95 %", closeness)
    assert found is not None, closeness
    reach = 100 * NormalDist().inv_cdf(0.975) * math.sqrt(0.25 / 101)
    assert [float(each) for each in found.groups()] == pytest.approx([50 - reach, 50 + reach], abs=0.5)


def test_units_that_cannot_be_told_apart_are_one_group(sqlite_database: Database, clock: FixedClock) -> None:
    publish_tiny(sqlite_database, clock)
    send_units(sqlite_database, clock, {"Far": (10, 10), "A": (80, 20), "B": (49, 49), "Top": (95, 95)})
    found = doubt(sqlite_database)
    assert list(found.tied) == [({"unit": "A"}, {"unit": "B"})]
    assert "The order of places 2 and 3 (A and B) depends on the weights." in found.sentence
    ranks = [(unit.segment["unit"], unit.rank, unit.rank_low, unit.rank_high) for unit in found.segments]
    assert ranks == [("Top", 1, 1, 1), ("A", 2, 2, 3), ("B", 3, 2, 3), ("Far", 4, 4, 4)]


def test_equal_units_share_their_place_and_are_equal_in_every_draw(
    sqlite_database: Database, clock: FixedClock
) -> None:
    publish_tiny(sqlite_database, clock)
    send_units(sqlite_database, clock, {"A": (60, 30), "B": (60, 30)})
    found = doubt(sqlite_database)
    assert [(unit.rank, unit.first) for unit in found.segments] == [(1, 1.0), (1, 1.0)]
    assert (found.neighbours[0].probability, found.neighbours[0].equal) == (0, 1)


def test_values_in_doubt_widen_the_interval(two_units: Database) -> None:
    """Of 385 people 80 and 20 %: standard errors of 2.04 points each, beside 60 * 0.0498 = 2.99 from the weights."""
    alone, both = doubt(two_units).segments[0], doubt(two_units, replace(MANY, values=True)).segments[0]
    from_weights = 60 * math.sqrt(0.25 / 101)
    from_values = math.sqrt(2 * 0.25 * 0.8 * 0.2 * 100**2 / 385)
    ratio = math.sqrt(from_weights**2 + from_values**2) / from_weights
    assert None not in (alone.low, alone.high, both.low, both.high)
    assert (both.high - both.low) / (alone.high - alone.low) == pytest.approx(ratio, rel=0.03)  # type: ignore[operator]


def test_the_same_seed_gives_the_same_answer_and_another_one_another(two_units: Database) -> None:
    rules = DrawRules(draws=500, values=True, seed=7)
    assert doubt(two_units, rules) == doubt(two_units, rules)
    assert doubt(two_units, rules).segments[0].mean != doubt(two_units, replace(rules, seed=8)).segments[0].mean


def test_leaving_out_a_pillar_by_hand(two_units: Database) -> None:
    """Without access A has 20 and B 40 (-30, -5, and they swap); without outcomes 80 and 50 (+30, +5)."""
    access, outcomes = doubt(two_units).pillars
    assert (access.key, access.weight, access.effective_weight) == (ACCESS, 0.5, 0.5)
    assert (access.points, access.places) == (17.5, 1)
    assert (outcomes.key, outcomes.points, outcomes.places) == (OUTCOMES, 17.5, 0)
    assert (access.r2, access.main_effect) == (None, None), "two units are too few for a curve"
    measures = {measure.key: (measure.points, measure.places) for measure in doubt(two_units).measures}
    assert measures == {REACH: (17.5, 1), PASSED: (17.5, 0)}


def test_a_weight_is_not_an_importance(sqlite_database: Database, clock: FixedClock) -> None:
    """Twelve units differ in one pillar only: it decides everything with half of the weight."""
    publish_tiny(sqlite_database, clock)
    send_units(sqlite_database, clock, {f"U{n:02}": (20.0 + 5 * n, 50.0) for n in range(12)})
    access, outcomes = doubt(sqlite_database, DrawRules(draws=100)).pillars
    assert (access.weight, access.r2, access.main_effect) == pytest.approx((0.5, 1, 1), abs=1e-6)
    assert (outcomes.weight, outcomes.r2, outcomes.main_effect) == (0.5, 0, 0)
    assert doubt(sqlite_database, DrawRules(draws=100)).notes == (
        "No draw of the weights of the pillars changes a rank.",
    )


def test_which_weight_matters_most_of_one_unit(sqlite_database: Database, clock: FixedClock) -> None:
    """Weights are gammas by their sum: of two, the first part of the variance is nearly 1 - w (linearized)."""
    publish_tiny(sqlite_database, clock, pillars={ACCESS: 0.8, OUTCOMES: 0.2})
    send_units(sqlite_database, clock, {"A": (90, 10)})
    access, outcomes = doubt(sqlite_database, DrawRules(concentration=1000)).weight_indices
    assert (access.key, outcomes.key) == (ACCESS, OUTCOMES)
    assert access.total == pytest.approx(0.2, abs=0.06)
    assert outcomes.total == pytest.approx(0.8, abs=0.1)


def test_where_no_draw_changes_a_rank_no_weight_matters(sqlite_database: Database, clock: FixedClock) -> None:
    publish_tiny(sqlite_database, clock)
    send_units(sqlite_database, clock, {"A": (80, 70), "B": (10, 20)})
    found = doubt(sqlite_database)
    assert [(index.first, index.total) for index in found.weight_indices] == [(0, 0), (0, 0)]
    assert "No draw of the weights of the pillars changes a rank." in found.notes


def test_two_measures_that_move_together_are_named(sqlite_database: Database, clock: FixedClock) -> None:
    """Twenty units; enrollment follows completion, in one pillar: it would count twice."""
    both = {ACCESS: {REACH: 1, "enrollment_rate": 1}, OUTCOMES: {PASSED: 1}}
    publish_tiny(
        sqlite_database,
        clock,
        measures=both,
        goalposts=dict.fromkeys((REACH, PASSED, "enrollment_rate"), AS_IT_IS),
    )
    send_units(sqlite_database, clock, {f"U{n:02}": (10.0 + 4 * n, 50.0 + (7 * n) % 20) for n in range(20)})
    rows = [observation("enrollment_rate", "2026-10", 12.0 + 4 * n, 200, unit=f"U{n:02}") for n in range(20)]
    send_rows(sqlite_database, clock, rows)
    (warning,) = doubt(sqlite_database, DrawRules(draws=100)).counted_twice
    assert warning.startswith("Completion rate (voluntary) and Enrollment rate rise and fall together")
    assert "correlation 1.00 over 20 units" in warning


def test_one_unit_alone_has_an_interval_and_no_neighbours(two_units: Database) -> None:
    found = doubt(two_units, by=(), where={"unit": "A"})
    assert found.neighbours == found.tied == ()
    assert found.sentence.startswith("In 2026-10 the composite of A is 50.0; it lies between 44.")


def test_a_pillar_of_nearly_all_weight_leaves_nothing_to_doubt(sqlite_database: Database, clock: FixedClock) -> None:
    publish_tiny(sqlite_database, clock, pillars={ACCESS: 1, OUTCOMES: 0})
    send_units(sqlite_database, clock, {"A": (80, 20), "B": (50, 40)})
    found = doubt(sqlite_database)
    assert [(unit.low, unit.high, unit.rank_high) for unit in found.segments] == [(80, 80, 1), (50, 50, 2)]
    assert found.weight_indices == ()
    assert [(pillar.key, pillar.points) for pillar in found.pillars] == [(ACCESS, None)]


def test_a_limit_on_the_index_counts_for_the_pillars_too(sqlite_database: Database, clock: FixedClock) -> None:
    """Both capped at 30 while the pass rate is below 45: leaving out access changes 30 to 20 and to 30."""
    caps = [{"on": "composite", "at_most": 30, "while": PASSED, "below": 45}]
    publish_tiny(sqlite_database, clock, caps=caps)
    send_units(sqlite_database, clock, {"A": (80, 20), "B": (50, 40)})
    found = doubt(sqlite_database)
    assert [unit.composite for unit in found.segments] == [30, 30]
    assert (found.pillars[0].points, found.pillars[1].points) == (5, 0)


def test_hidden_groups_have_no_part_in_it(sqlite_database: Database, clock: FixedClock) -> None:
    publish_tiny(sqlite_database, clock)
    send_units(sqlite_database, clock, {"A": (80, 20), "B": (50, 40)})
    before = doubt(sqlite_database)
    send_units(sqlite_database, clock, {"Tiny": (99, 99), "Small": (1, 1)}, sample_size=3)
    found = doubt(sqlite_database)
    assert [(unit.segment["unit"], unit.composite, unit.reason) for unit in found.segments[2:]] == [
        ("Small", None, "small_group"),
        ("Tiny", None, "small_group"),
    ]
    assert replace(found, segments=before.segments, data_as_of=before.data_as_of) == before


def test_weights_can_be_tried(two_units: Database, clock: FixedClock) -> None:
    """Laid over as shares: 0.5 and 1.5 are a quarter and three quarters. A has 35, B 42.5."""
    with two_units.reading() as session:
        tried = tried_weights(session, NAME, {"pillars": {OUTCOMES: 1.5}}, clock.now())
        found = weigh_doubt(session, query(by=("unit",)), MANY, FLOOR, tried)
    assert [(unit.segment["unit"], unit.composite) for unit in found.segments] == [("B", 42.5), ("A", 35)]
    assert dict(found.weights) == {ACCESS: 0.25, OUTCOMES: 0.75}


def test_the_curves_of_many_units_are_taken_from_some(sqlite_database: Database, clock: FixedClock) -> None:
    publish_tiny(sqlite_database, clock)
    rng = np.random.default_rng(1)
    units = {f"U{n:03}": (float(a), float(b)) for n, (a, b) in enumerate(rng.integers(20, 80, (160, 2)))}
    send_units(sqlite_database, clock, units)
    found = doubt(sqlite_database, DrawRules(draws=100))
    assert found.notes == ("`r2` and `main_effect` are taken from 150 of 160 segments, by the seed.",)
    values = np.array(list(units.values()))
    of_all = np.corrcoef(values[:, 0], values.mean(axis=1))[0, 1] ** 2
    assert found.pillars[0].r2 == pytest.approx(of_all, abs=0.05)
    assert found.pillars[0].r2 != pytest.approx(of_all, abs=1e-6)


@pytest.mark.parametrize(("by", "field", "words"), [((), "period", "no_data"), (("unit",), "by", "Nothing is known")])
def test_nothing_to_vary_is_said(
    sqlite_database: Database, clock: FixedClock, by: tuple[str, ...], field: str, words: str
) -> None:
    publish_tiny(sqlite_database, clock)
    with pytest.raises(InvalidError, match=words) as refused:
        doubt(sqlite_database, by=by)
    assert refused.value.problems[0].field == field


def test_too_many_draws_are_refused_with_the_number_that_would_do(sqlite_database: Database, clock: FixedClock) -> None:
    publish_tiny(sqlite_database, clock)
    send_units(sqlite_database, clock, {f"U{n:02}": (50.0, 50.0) for n in range(60)})
    with pytest.raises(InvalidError, match="20,000 draws of 60 segments are too many; ask for 16,666 draws"):
        doubt(sqlite_database)
    with pytest.raises(InvalidError, match="ask for 3,333 draws"):
        doubt(sqlite_database, replace(MANY, values=True))


def test_both_databases_say_the_same(database: Database, clock: FixedClock) -> None:
    publish_tiny(database, clock, pillars={ACCESS: 1, OUTCOMES: 2, EFFICIENCY: 0})
    send_units(database, clock, {"A": (80, 20), "B": (50, 40)})
    found = doubt(database, DrawRules(draws=200))
    assert [(unit.segment["unit"], unit.composite) for unit in found.segments] == [
        ("B", pytest.approx(130 / 3)),
        ("A", pytest.approx(40)),
    ]


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.9495, "in 94.95 % of"), (0.95, "in 95 % of"), (0.97, "in 97 % of"), (1.0, "in 100 % of")],
)
def test_what_is_just_short_of_the_confidence_does_not_look_like_it(probability: float, words: str) -> None:
    units = [UnitInDoubt(segment, 50, None) for segment in ({"unit": "A"}, {"unit": "B"})]
    pair = Neighbours(units[0].segment, units[1].segment, probability, 0)
    groups = [[unit.segment] for unit in units]
    assert words in opening_sentence(parse_period("2026-10"), units, [pair], groups, MANY)


def test_an_interval_of_ranks_takes_in_both_places_that_it_falls_between(two_units: Database) -> None:
    """B is ahead in one draw of 21: the 97.5th percentile of A's rank lies half-way between first and second."""
    answers = (doubt(two_units, DrawRules(draws=21, seed=seed, top=0)) for seed in range(200))
    found = next(answer for answer in answers if answer.neighbours[0].probability == 20 / 21)
    assert [(unit.rank_low, unit.rank_high) for unit in found.segments] == [(1, 2), (1, 2)]


def test_a_segment_that_has_next_to_no_weight_is_named(sqlite_database: Database, clock: FixedClock) -> None:
    """A billionth of the weight is exactly 0 in most draws, and it is all that A has."""
    publish_tiny(
        sqlite_database,
        clock,
        measures={ACCESS: {REACH: 1e-9, "enrollment_rate": 1}, OUTCOMES: {PASSED: 1}},
        missing={"min_coverage": 0, "min_pillars": 1, "min_pillar_weight": 0},
    )
    send_units(sqlite_database, clock, {"A": (80, None)})
    with pytest.raises(InvalidError, match="no weight on anything that A has") as refused:
        doubt(sqlite_database, DrawRules(draws=100, concentration=1))
    assert refused.value.problems[0].field == "concentration"


def test_indices_need_a_composite_in_every_draw(sqlite_database: Database, clock: FixedClock) -> None:
    """As above with a pillar: where a draw leaves it nothing, A has no rank."""
    publish_tiny(
        sqlite_database,
        clock,
        pillars={ACCESS: 1e-9, OUTCOMES: 1},
        missing={"min_pillars": 1, "min_pillar_weight": 0},
    )
    send_units(sqlite_database, clock, {"A": (80, None), "B": (50, 40)})
    with sqlite_database.reading() as session:
        snapshot = take_snapshot(session, query(by=("unit",)), FLOOR)
    assert indices_of_weights(snapshot, 1.0, np.random.default_rng(1)) == []
