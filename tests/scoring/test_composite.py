"""Measures to pillars to composite: worked examples, the rules for gaps, shares and contributions."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from scoring.composite import FINAL, NONE, PROVISIONAL, Tree, contributions, effective_weights, evaluate, two_level
from scoring.errors import ScoringError
from scoring.means import MeanKind, MeanName
from scoring.normalise import Goalposts, normalise, normalise_columns
from scoring.uncertainty import rank_composites

NAN = math.nan
DEFAULT = np.array([20.0, 30.0, 25.0, 15.0, 10.0])
KINDS: tuple[MeanName, ...] = ("arithmetic", "geometric", "harmonic")
# Seven measures in three pillars, uneven weights.
PILLAR_OF = np.array([0, 0, 0, 1, 1, 2, 2])
SMALL = two_level(PILLAR_OF, np.array([5.0, 3.0, 2.0, 1.0, 1.0, 4.0, 1.0]), np.array([50.0, 30.0, 20.0]))

score = st.one_of(st.floats(0, 100), st.just(NAN))
weight = st.one_of(st.just(0.0), st.floats(0.01, 100))


def pillars_only(weights: np.ndarray = DEFAULT, mean: MeanName = "arithmetic") -> Tree:
    """A tree with one measure in each of five pillars: the scores of the measures are those of the pillars."""
    return two_level(np.arange(5), np.ones(5), weights, pillar_mean=mean)


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ([20, 30, 25, 15, 10], 55.95),
        ([25, 30, 20, 15, 10], 57.15),
        ([15, 30, 30, 15, 10], 54.75),
        ([22.5, 22.5, 22.5, 22.5, 10], 56.1),
    ],
)
def test_the_worked_example_of_the_pillar_weights(weights: list[float], expected: float) -> None:
    """Pillars 72/61/48/55/30 give 56.0, 57.2, 54.8 and 56.1 (to one decimal, halves up) in the catalogue's text."""
    result = evaluate([72, 61, 48, 55, 30], pillars_only(np.array(weights)))
    assert_allclose(result.composite, expected, rtol=1e-14)
    assert result.status == FINAL
    assert result.coverage == 100


def test_what_if_one_measure_moves() -> None:
    """Test results 78 -> 79.17 with goalposts 50/95 and 3.6 % effective weight: score +2.6, index +0.09."""
    before, after = normalise([78, 79.17], Goalposts("higher_is_better", 50, 95))
    assert_allclose([before, after], [62.2, 64.8], atol=0.05)
    tree = two_level(np.array([0, 0, 1]), np.array([12.0, 88.0, 1.0]), np.array([30.0, 70.0]))
    first, second = evaluate([[before, 50, 50], [after, 50, 50]], tree).composite
    assert_allclose(second - first, 0.09, atol=0.005)
    assert_allclose(effective_weights([before, 50, 50], tree)[0], 0.036)


def test_a_small_tree_by_hand() -> None:
    result = evaluate([80, 60, 40, 50, 70, 90, 10], SMALL)
    assert_allclose(result.pillars, [66, 60, 74])
    assert_allclose(result.composite, 0.5 * 66 + 0.3 * 60 + 0.2 * 74)


def test_each_pillar_has_a_mean_of_its_own() -> None:
    """Square root of 4 x 9, 2 / (1/40 + 1/60), square root of half of 10² + 70², and half of 20 + 40."""
    tree = two_level(np.repeat(np.arange(4), 2), np.ones(8), np.ones(4), ("geometric", "harmonic", 2, "arithmetic"))
    assert_allclose(evaluate([4, 9, 40, 60, 10, 70, 20, 40], tree).pillars, [6, 48, 50, 30])


def test_whole_numbers_on_paper_stay_whole() -> None:
    """A composite of exactly 60 must not fall below the border between two bands by rounding."""
    assert float(evaluate([60, 60, 60, 60, 60], pillars_only()).composite) == 60.0
    assert float(evaluate([70, 50, 60, 60, 80], pillars_only(np.array([2.0, 3, 2, 2, 0.5]))).composite) == 60.0


def test_the_status_is_a_number_that_grows_with_what_is_there() -> None:
    assert (NONE, PROVISIONAL, FINAL) == (0, 1, 2)


class TestGaps:
    def test_a_pillar_counts_from_60_percent_of_its_weight(self) -> None:
        tree = two_level(np.array([0, 0, 1]), np.array([60.0, 40.0, 1.0]), np.array([1.0, 1.0]))
        assert_allclose(evaluate([50, NAN, 70], tree).pillars, [50, 70])
        below = evaluate([NAN, 50, 70], tree)
        assert_array_equal(below.pillars, [NAN, 70])
        assert_allclose(below.pillar_coverage, [40, 100])
        just_below = two_level(np.array([0, 0, 1]), np.array([59.9, 40.1, 1.0]), np.array([1.0, 1.0]))
        assert_array_equal(evaluate([50, NAN, 70], just_below).pillars, [NAN, 70])

    def test_provisional_needs_three_pillars(self) -> None:
        heavy = pillars_only(np.array([40.0, 40, 10, 5, 5]))
        assert evaluate([50, 50, NAN, NAN, NAN], heavy).status == NONE
        three = evaluate([50, 60, 70, NAN, NAN], heavy)
        assert three.status == PROVISIONAL
        assert_allclose(three.composite, (40 * 50 + 40 * 60 + 10 * 70) / 90)

    def test_provisional_needs_70_percent_of_the_weight(self) -> None:
        assert evaluate([50, 50, NAN, 50, NAN], pillars_only()).status == NONE  # 65 %
        assert evaluate([NAN, 50, 50, 50, NAN], pillars_only()).status == PROVISIONAL  # 70 % exactly
        nearly = pillars_only(np.array([20.0, 30.5, 24.5, 15, 10]))
        assert evaluate([50, NAN, 50, 50, 50], nearly).status == NONE  # 69.5 %
        assert evaluate([50, NAN, 50, 50, 50], pillars_only()).status == PROVISIONAL  # 70 % exactly

    @pytest.mark.parametrize(("limit", "status"), [(66.5, PROVISIONAL), (67, NONE)])
    def test_two_of_three_equal_parts_are_66_and_two_thirds_percent(self, limit: float, status: int) -> None:
        tree = two_level([0, 1, 2], [1, 1, 1], [1, 1, 1], min_parts=2, min_part_weight=limit)
        assert evaluate([50, 60, NAN], tree).status == status

    def test_without_a_status_there_is_no_composite_but_a_coverage(self) -> None:
        result = evaluate([50, 50, NAN, NAN, NAN], pillars_only())
        assert math.isnan(float(result.composite))
        assert result.coverage == 50

    def test_a_pillar_without_weight_may_be_missing(self) -> None:
        assert evaluate([50, 50, 50, 50, NAN], pillars_only(np.array([1.0, 1, 1, 1, 0]))).status == FINAL

    def test_a_pillar_without_measures_and_weight_harms_nothing(self) -> None:
        tree = two_level([0, 0], [1, 1], [1, 0], measure_mean=("arithmetic", "geometric"))
        found = evaluate([50, 70], tree)
        assert (found.status, found.composite, found.coverage) == (FINAL, 60, 100)
        assert_array_equal(found.pillars, [60, NAN])
        assert_array_equal(found.pillar_coverage, [100, 0])

    def test_pillars_without_weight_do_not_make_it_provisional(self) -> None:
        assert evaluate([50, 50, 50, 50, NAN], pillars_only(np.array([8.0, 0, 0, 0, 1]))).status == NONE

    def test_the_coverage_of_the_composite_counts_every_pillar(self) -> None:
        """0.5 x 80 % + 0.3 x 50 % (too little for a pillar score) + 0.2 x 100 %."""
        result = evaluate([80, 60, NAN, 50, NAN, 90, 10], SMALL)
        assert_allclose(result.coverage, 0.5 * 80 + 0.3 * 50 + 0.2 * 100)

    def test_a_single_measure_of_little_weight_may_be_enough(self) -> None:
        tree = two_level([0, 1], [1, 1], [1, 999], min_parts=1, min_part_weight=0)
        found = evaluate([70, NAN], tree)
        assert (found.status, found.composite) == (PROVISIONAL, 70)
        assert_allclose(found.coverage, 0.1)

    def test_rounding_never_carries_a_coverage_beyond_100(self) -> None:
        rng = np.random.default_rng(8)
        for _ in range(100):
            tree = two_level(np.repeat(np.arange(6), 5), rng.uniform(0, 1, 30), rng.uniform(0, 1, 6))
            found = evaluate(np.full((9, 30), 50.0), tree)
            assert max(found.coverage.max(), found.pillar_coverage.max()) <= 100
            assert_allclose(found.coverage, 100)

    def test_nothing_at_all(self) -> None:
        result = evaluate(np.full((2, 7), NAN), SMALL)
        assert np.isnan(result.composite).all()
        assert (result.coverage == 0).all()
        assert (result.status == NONE).all()
        assert (contributions(np.full(7, NAN), SMALL) == 0).all()


def test_all_leading_axes_are_worked_off_alike() -> None:
    rng = np.random.default_rng(3)
    cube = rng.uniform(0, 100, (40, 60, 7))
    cube[rng.random(cube.shape) < 0.3] = NAN
    together = evaluate(cube, SMALL)
    assert together.composite.shape == (40, 60)
    assert together.pillars.shape == (40, 60, 3)
    for place in [(0, 0), (17, 31), (39, 59)]:
        alone = evaluate(cube[place], SMALL)
        assert_allclose(together.composite[place], alone.composite, rtol=1e-12)
        assert_allclose(together.pillars[place], alone.pillars, rtol=1e-12)
        assert together.status[place] == alone.status


@pytest.mark.parametrize("kind", KINDS)
def test_shares_and_contributions_of_many_rows_are_those_of_each(kind: MeanName) -> None:
    rng = np.random.default_rng(6)
    tree = two_level(PILLAR_OF, SMALL.measure_weights, SMALL.pillar_weights, kind, kind, min_coverage=0, floor=0)
    cube = np.clip(rng.uniform(-20, 120, (2, 3, 7)), 0, 100)
    cube[rng.random(cube.shape) < 0.2] = NAN
    for found in (contributions, effective_weights):
        together = found(cube, tree)
        assert_allclose(together, [[found(row, tree) for row in rows] for rows in cube], rtol=1e-12, atol=1e-12)


def test_what_a_single_zero_makes_0_puts_in_nothing() -> None:
    """Without a floor, pillars of 0 (0 and 40, geometric) and 60: 30, all of it by the second."""
    tree = two_level([0, 0, 1], [1, 1, 1], [1, 1], ("geometric", "arithmetic"), floor=0, min_parts=1)
    assert_array_equal(contributions([0, 40, 60], tree), [0, 0, 30])
    assert_array_equal(effective_weights([0, 40, 60], tree), [0.25, 0.25, 0.5])


def test_what_a_floor_adds_to_a_pillar_of_zeros_is_put_in_by_its_measures() -> None:
    """A quadratic mean of 0 counts as 1 beside 100, geometric: 10 = 10/11 of that 1 and 1/11 of 100."""
    tree = two_level([0, 0, 1], [1, 3, 1], [1, 1], (2, "arithmetic"), "geometric", min_parts=1)
    assert_allclose(contributions([0, 0, 100], tree), [10 / 11 / 4, 10 / 11 * 3 / 4, 100 / 11])


@given(arrays(float, 7, elements=score), arrays(float, 7, elements=weight), arrays(float, 3, elements=weight))
def test_against_a_plain_calculation(scores: np.ndarray, weights: np.ndarray, shares: np.ndarray) -> None:
    tree = tree_or_skip(weights, shares)
    result = evaluate(scores, tree)
    found = dict(zip(range(3), result.pillars.tolist(), strict=True))
    for pillar in range(3):
        mine = [(w, s) for w, s, p in zip(weights, scores, PILLAR_OF, strict=True) if p == pillar]
        used = [(w, s) for w, s in mine if not math.isnan(s) and w > 0]
        covered = math.fsum(w for w, _ in used) / (math.fsum(w for w, _ in mine) or 1)
        assume(abs(covered - 0.6) > 1e-6)
        if covered < 0.6:
            assert math.isnan(found[pillar])
        else:
            expected = math.fsum(w * s for w, s in used) / math.fsum(w for w, _ in used)
            assert math.isclose(found[pillar], expected, rel_tol=1e-9, abs_tol=1e-9)


@given(
    arrays(float, 7, elements=score), arrays(float, 7, elements=weight), arrays(float, 3, elements=weight),
    st.sampled_from(KINDS), st.sampled_from(KINDS),
)  # fmt: skip
def test_shares_sum_to_one_and_contributions_to_the_composite(
    scores: np.ndarray, weights: np.ndarray, shares: np.ndarray, low: MeanName, high: MeanName
) -> None:
    tree = tree_or_skip(weights, shares, low, high)
    composite = float(evaluate(scores, tree).composite)
    parts, effective = contributions(scores, tree), effective_weights(scores, tree)
    assert (parts >= 0).all()
    assert (parts[np.isnan(scores)] == 0).all()
    assert_allclose(parts.sum(), 0 if math.isnan(composite) else composite, rtol=1e-9, atol=1e-9)
    assert_allclose(effective.sum(), 0 if math.isnan(composite) else 1, rtol=1e-9, atol=1e-9)


@given(arrays(float, 7, elements=score), st.integers(0, 6), st.floats(0, 100), st.sampled_from(KINDS))
def test_a_better_measure_never_lowers_the_composite(
    scores: np.ndarray, which: int, better: float, kind: MeanName
) -> None:
    assume(scores[which] <= better)
    tree = two_level(PILLAR_OF, SMALL.measure_weights, SMALL.pillar_weights, kind, kind)
    raised = scores.copy()
    raised[which] = better
    before, after = evaluate([scores, raised], tree).composite
    assert math.isnan(before) == math.isnan(after)
    assert math.isnan(before) or after >= before - 1e-9


@given(arrays(float, 7, elements=score), st.floats(1e-6, 1e6), st.floats(1e-6, 1e6), st.sampled_from(KINDS))
def test_only_the_ratios_of_siblings_count(scores: np.ndarray, one: float, other: float, kind: MeanName) -> None:
    plain = two_level(PILLAR_OF, SMALL.measure_weights, SMALL.pillar_weights, kind, kind)
    factors = np.where(PILLAR_OF == 0, one, other)
    scaled = two_level(PILLAR_OF, SMALL.measure_weights * factors, SMALL.pillar_weights * one, kind, kind)
    first, second = evaluate(scores, plain), evaluate(scores, scaled)
    assert_allclose(second.composite, first.composite, rtol=1e-9, atol=1e-9)
    assert_allclose(second.pillar_coverage, first.pillar_coverage, rtol=1e-9, atol=1e-9)


@given(arrays(float, 7, elements=st.floats(0, 100)), st.permutations(range(7)), st.permutations(range(3)))
def test_the_order_of_measures_and_pillars_does_not_matter(
    scores: np.ndarray, measures: list[int], pillars: list[int]
) -> None:
    place = np.argsort(pillars)
    tree = two_level(place[PILLAR_OF][measures], SMALL.measure_weights[measures], SMALL.pillar_weights[pillars])
    assert_allclose(evaluate(scores[measures], tree).composite, evaluate(scores, SMALL).composite, atol=1e-9)


KINDS_OF_GPINDEX: dict[MeanKind, str] = {
    "arithmetic": "arithmetic",
    "geometric": "geometric",
    "harmonic": "harmonic",
    2: "power_2",
    -0.5: "power_m0.5",
}


def test_contributions_under_every_mean_are_those_of_the_literature(shared: Path) -> None:
    """`gpindex` 0.6.3 on the data of Balk (2008): the weights of the arithmetic mean that equals the other one."""
    reference = json.loads((shared / "reference/scoring/generalised_mean_contributions.json").read_text("utf-8"))
    relatives = np.array(reference["inputs"]["level_1"]) * 10
    weights = reference["parameters"]["weights_base_period_share"]
    for kind, name in KINDS_OF_GPINDEX.items():
        tree = two_level(np.arange(6), np.ones(6), weights, pillar_mean=kind)
        expected, found = reference["expected"]["weighted"][name], contributions(relatives, tree)
        assert_allclose(found.sum(), 10 * expected["mean"], rtol=1e-12)
        assert_allclose(found * (1 - 10 / relatives) / 10, expected["contrib"], rtol=1e-9)
        if name == "geometric":
            assert_allclose(found / relatives, expected["arith_weights"], rtol=1e-9)


class TestHumanDevelopmentIndex:
    """UNDP Human Development Report 2023/24 (CC BY 3.0 IGO): goalposts, log income, geometric of arithmetic means."""

    POSTS = (
        Goalposts("higher_is_better", 20.0, 85.0),
        Goalposts("higher_is_better", 0.0, 18.0),
        Goalposts("higher_is_better", 0.0, 15.0),
        Goalposts("higher_is_better", 100.0, 75000.0, curve="logarithmic"),
    )
    TREE = two_level(
        [0, 1, 1, 2],
        np.ones(4),
        np.ones(3),
        pillar_mean="geometric",
        min_coverage=100,
        min_part_weight=100,
        floor=0,
    )

    def scores(self, values: np.ndarray) -> np.ndarray:
        return normalise_columns(values, self.POSTS)

    def test_195_countries_in_four_years(self, shared: Path) -> None:
        reference = json.loads((shared / "reference/scoring/hdi_2019_2022.json").read_text("utf-8"))
        rows = reference["inputs"]["values"]["rows"]
        values = np.array([row[2:] for row in rows], dtype=float)
        published = np.array([row[2] for row in reference["expected"]["hdi"]["rows"]], dtype=float)
        found = evaluate(self.scores(values), self.TREE).composite / 100
        assert_array_equal(np.isnan(found), np.isnan(published))
        known = ~np.isnan(published)
        assert known.sum() > 760
        assert_array_equal(np.round(found[known], 3), published[known])

    def test_the_ranks_of_2022_with_their_ties(self, shared: Path) -> None:
        """Ranks of the published figure, best first; countries that tie share the best rank."""
        reference = json.loads((shared / "reference/scoring/hdi_2019_2022.json").read_text("utf-8"))
        rows = [row for row in reference["inputs"]["values"]["rows"] if row[1] == 2022]
        found = evaluate(self.scores(np.array([row[2:] for row in rows], dtype=float)), self.TREE).composite / 100
        ranks = rank_composites(np.round(found, 3)[np.newaxis]).ranks[0]
        expected = dict(map(tuple, reference["expected"]["rank_2022"]["rows"]))
        known = {row[0]: float(place) for row, place in zip(rows, ranks, strict=True) if not math.isnan(place)}
        assert known == expected
        assert len(set(expected.values())) < len(expected)

    def test_every_country_since_1990(self, shared: Path) -> None:
        path = shared / "reference/scoring/hdi_panel_1990_2022.csv"
        lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
        table = list(csv.DictReader(lines))
        number = {
            name: np.array([float(row[name] or "nan") for row in table])
            for name in ("le", "eys", "mys", "gnipc", "hdi")
        }
        values = np.column_stack([number[name] for name in ("le", "eys", "mys", "gnipc")])
        found = evaluate(self.scores(values), self.TREE).composite / 100
        known = ~np.isnan(number["hdi"])
        assert known.sum() > 5000
        assert_array_equal(np.round(found[known], 3), number["hdi"][known])

    def test_a_zero_in_a_geometric_mean(self) -> None:
        """Rwanda 1994: life expectancy below its goalpost makes the textbook index 0; ours counts it as 1 of 100."""
        scores = self.scores(np.array([[14.098, 5.705266635, 2.083833736, 476.6623367]]))
        assert evaluate(scores, self.TREE).composite == 0
        ours = evaluate(scores, two_level([0, 1, 1, 2], np.ones(4), np.ones(3), pillar_mean="geometric"))
        assert ours.pillars[0, 0] == 0
        assert_allclose(ours.composite, np.cbrt(1 * ours.pillars[0, 1] * ours.pillars[0, 2]))


def tree_or_skip(
    weights: np.ndarray, shares: np.ndarray, low: MeanName = "arithmetic", high: MeanName = "arithmetic"
) -> Tree:
    """The tree of these weights; examples in which they make none are left out."""
    assume(shares.any() and weights.any())
    assume(all(weights[pillar == PILLAR_OF].any() for pillar in np.flatnonzero(shares)))
    return two_level(PILLAR_OF, weights, shares, low, high)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0, 1], [1, 1], [1]), "pillar index, a whole number from 0 to 0"),
        (([0, -1], [1, 1], [1]), "pillar index"),
        (([0, 0.5], [1, 1], [1]), "pillar index"),
        (([], [], [1]), "pillar index"),
        (([0], [1, 1], [1]), "one group for each"),
        (([0, 0], [1, -1], [1]), "measure weights must be finite"),
        (([0, 0], [0, 0], [1]), "measure weights must be greater"),
        (([0, 0], [1, 1], [math.nan]), "pillar weights must be finite"),
        (([0, 0], [1, 1], [0]), "pillar weights must be greater"),
        (([0, 0], [1, 1], [1, 1]), "no child with weight: node 3"),
        (([0, 0], [1, 1], [1], "mode"), "mean must be one of"),
        (([0, 0], [1, 1], [1], "arithmetic", "mode"), "mean must be one of"),
        (([0, 0], [1, 1], [1], "arithmetic", "arithmetic", 101), "percentage"),
        (([0, 0], [1, 1], [1], "arithmetic", "arithmetic", math.nan), "percentage"),
    ],
)
def test_trees_that_do_not_fit_are_refused(arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(ScoringError, match=message):
        two_level(*arguments)  # type: ignore[arg-type]  # wrong ones on purpose


@pytest.mark.parametrize("scores", [[50.0] * 6, [[50.0]] * 7, 50.0, [50.0] * 6 + [math.inf], [-1.0] * 7, [101.0] * 7])
def test_scores_that_do_not_fit_are_refused(scores: object) -> None:
    with pytest.raises(ScoringError):
        evaluate(scores, SMALL)  # type: ignore[arg-type]  # wrong ones on purpose


def test_a_tree_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        SMALL.pillar_weights[0] = 1.0
