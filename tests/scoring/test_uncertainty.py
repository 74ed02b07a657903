"""Intervals, draws of weights and ranks: published intervals, moments, brute force on small cases."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from scoring.caps import Cap
from scoring.composite import evaluate, two_level
from scoring.errors import ScoringError
from scoring.means import MeanName
from scoring.tree import Tree
from scoring.uncertainty import (
    composite_bounds,
    composites_under_weights,
    dirichlet_weights,
    draw_weights,
    mean_interval,
    probability_above,
    probability_tied,
    rank_composites,
    rank_under_weights,
    tied_groups,
    tree_under_weights,
    wilson_interval,
)

NAN = math.nan
SHARES = np.array([0.2, 0.3, 0.25, 0.15, 0.1])


class TestIntervals:
    def test_published_wilson_intervals(self, shared: Path) -> None:
        """Values of R's `binom::binom.confint`, from the tests of statsmodels."""
        reference = json.loads((shared / "reference/scoring/proportion_intervals.json").read_text("utf-8"))
        cases = np.array(reference["inputs"]["cases"]["rows"], dtype=float)
        low, high = wilson_interval(cases[:, 0] / cases[:, 1], cases[:, 1])
        assert_allclose(np.column_stack([low, high]), reference["expected"]["wilson"]["rows"], atol=1e-6)

    def test_a_percent_of_385_answers_is_known_to_five_points(self) -> None:
        low, high = wilson_interval(0.5, 385)
        assert_allclose([low, high], [0.45, 0.55], atol=0.001)

    @given(st.floats(0, 1), st.integers(1, 10**6), st.floats(0.5, 0.999))
    def test_the_interval_holds_the_share_and_stays_within_0_and_1(self, share: float, n: int, level: float) -> None:
        low, high = wilson_interval(share, n, level)
        assert 0 <= low <= share + 1e-12
        assert share - 1e-12 <= high <= 1

    def test_rounding_never_carries_a_limit_beyond_0_or_1(self) -> None:
        """Nobody, or everybody, of so many: for some of them the formula in floats ends an ulp outside."""
        n = np.arange(1.0, 200)
        lowest, highest = wilson_interval(np.zeros(199), n)[0], wilson_interval(np.ones(199), n)[1]
        assert_allclose(lowest, 0, atol=1e-15)
        assert_allclose(highest, 1, rtol=1e-15)
        assert (lowest >= 0).all()
        assert (highest <= 1).all()

    def test_a_mean_without_spread_is_known_exactly(self) -> None:
        """And one of half a point over 100 cases to a twentieth of that, times 1.96."""
        assert mean_interval(70.0, 0.0, 9) == (70, 70)
        assert_allclose(mean_interval(70.0, 0.5, 100), (70 - 0.0979982, 70 + 0.0979982), atol=1e-7)

    @pytest.mark.parametrize("spread", [-0.5, math.inf])
    def test_impossible_spreads_are_refused(self, spread: float) -> None:
        with pytest.raises(ScoringError, match="spreads finite numbers of 0 or more"):
            mean_interval(70.0, spread, 10)

    def test_the_interval_of_a_mean(self) -> None:
        low, high = mean_interval([70.0], [10.0], [100], confidence=0.95)
        assert_allclose([low[0], high[0]], [70 - 1.959964, 70 + 1.959964], atol=1e-6)

    def test_missing_values_have_no_interval(self) -> None:
        assert np.isnan(wilson_interval(NAN, 10)).all()
        assert np.isnan(mean_interval(NAN, 1.0, 10)).all()

    @pytest.mark.parametrize(
        ("share", "n", "level"), [(1.1, 10, 0.9), (-0.1, 10, 0.9), (0.5, 0, 0.9), (0.5, math.inf, 0.9), (0.5, 10, 1.0)]
    )
    def test_impossible_input_is_refused(self, share: float, n: float, level: float) -> None:
        with pytest.raises(ScoringError):
            wilson_interval(share, n, level)
        with pytest.raises(ScoringError):
            mean_interval(math.inf if share in (1.1, -0.1) else share, 1.0, n, level)


class TestDraws:
    def test_draws_have_the_moments_of_the_dirichlet_distribution(self) -> None:
        drawn = dirichlet_weights(SHARES, 50, 40_000, np.random.default_rng(1))
        assert_allclose(drawn.sum(axis=1), 1)
        assert_allclose(drawn.mean(axis=0), SHARES, atol=0.002)
        assert_allclose(drawn.var(axis=0), SHARES * (1 - SHARES) / 51, rtol=0.05)

    def test_a_concentration_below_1_draws_weights_far_apart(self) -> None:
        """One half each at concentration 0.5: variance 1/4 / 1.5."""
        drawn = dirichlet_weights([1, 1], 0.5, 20_000, np.random.default_rng(3))
        assert_allclose(drawn.var(axis=0), 0.25 / 1.5, rtol=0.03)

    def test_one_draw_is_a_draw(self) -> None:
        drawn = dirichlet_weights(SHARES, 5, 1, np.random.default_rng(1))
        assert drawn.shape == (1, 5)
        assert_allclose(drawn.sum(), 1)

    def test_the_same_seed_gives_the_same_draws_at_any_scale_of_the_shares(self) -> None:
        first = dirichlet_weights(SHARES, 30, 10, np.random.default_rng(4))
        assert_allclose(dirichlet_weights(100 * SHARES, 30, 10, np.random.default_rng(4)), first)

    def test_what_has_no_weight_gets_none(self) -> None:
        drawn = dirichlet_weights([1.0, 0.0, 1.0], 5, 100, np.random.default_rng(2))
        assert (drawn[:, 1] == 0).all()

    @pytest.mark.parametrize(
        ("shares", "concentration", "draws"),
        [
            ([0.0, 0.0], 1, 1),
            ([1.0, -1.0], 1, 1),
            ([1.0], 0, 1),
            ([1.0], math.nan, 1),
            ([1.0], math.inf, 1),
            ([1.0], 1, 0),
        ],
    )
    def test_impossible_input_is_refused(self, shares: list[float], concentration: float, draws: int) -> None:
        with pytest.raises(ScoringError):
            dirichlet_weights(shares, concentration, draws, np.random.default_rng(0))


class TestRanks:
    def test_ranks_by_hand(self) -> None:
        """Weights on the first, then on the second child: B leads, then A and C, which are tied."""
        scores = [[50.0, 90.0], [70.0, 20.0], [50.0, 90.0], [NAN, NAN]]
        found = rank_under_weights(scores, [[1.0, 0.0], [0.0, 1.0]])
        assert_array_equal(found.ranks, [[2, 1, 2, NAN], [1, 3, 1, NAN]])
        assert_array_equal(found.median, [1.5, 2, 1.5, NAN])
        assert_allclose(found.low[:3], [1.05, 1.1, 1.05])
        assert_allclose(found.high[:3], [1.95, 2.9, 1.95])

    def test_against_plain_counting(self) -> None:
        rng = np.random.default_rng(6)
        scores = rng.integers(0, 5, (12, 4)) * 25.0  # few values, so that there are ties
        scores[rng.random(scores.shape) < 0.2] = NAN
        weights = rng.integers(1, 4, (30, 4)).astype(float)
        found = rank_under_weights(scores, weights)
        for draw, drawn in enumerate(weights):
            means = []
            for unit in scores:
                used = ~np.isnan(unit)
                means.append(round(math.fsum(unit[used] * drawn[used]) / drawn[used].sum(), 9) if used.any() else NAN)
            counted = [NAN if math.isnan(mine) else 1 + sum(mine < other for other in means) for mine in means]
            assert_array_equal(found.ranks[draw], counted)

    def test_units_with_the_same_scores_always_share_their_rank(self) -> None:
        scores = np.tile(np.random.default_rng(1).uniform(0, 100, 9), (7, 1))
        found = rank_under_weights(scores, dirichlet_weights(np.ones(9), 9, 500, np.random.default_rng(2)))
        assert (found.ranks == 1).all()
        assert tied_groups(found.composites) == [[0, 1, 2, 3, 4, 5, 6]]

    def test_the_probability_to_be_above(self) -> None:
        composites = np.array([[50.0, 40.0, NAN], [50.0, 60.0, NAN], [50.0, 50.0, NAN], [70.0, 50.0, NAN]])
        assert_array_equal(probability_above(composites), [[0, 0.5, NAN], [0.25, 0, NAN], [NAN, NAN, NAN]])

    def test_one_draw_decides_who_is_above(self) -> None:
        assert_array_equal(probability_above([[50.0, 40.0]]), [[0, 1], [0, 0]])

    def test_rounding_never_carries_the_probability_of_a_tie_below_0(self) -> None:
        """Above in four of five draws and below in one: in floats 1 - 4/5 - 1/5 is -6e-17."""
        tied = probability_tied([[2, 1], [2, 1], [2, 1], [2, 1], [1, 2]])
        assert_allclose(tied, [[1, 0], [0, 1]], atol=1e-15)
        assert (tied >= 0).all()

    def test_units_are_tied_to_nine_digits_behind_the_point(self) -> None:
        assert_array_equal(rank_composites([[50.0, 50.0 + 2e-9]]).ranks, [[2, 1]])
        assert_array_equal(rank_composites([[50.0, 50.0 + 2e-10]]).ranks, [[1, 1]])

    def test_a_unit_is_compared_with_the_first_of_its_group(self) -> None:
        """Of four draws A is above all in each, B above C in two and above D in three, which is enough for 0.75; C is
        above D in two only, so C and D alone could not be told apart."""
        a, b, c, d = [90] * 4, [60] * 4, [50, 70, 62, 48], [55, 40, 63, 30]
        assert tied_groups(np.array([d, c, b, a]).T, 0.75) == [[3], [2, 1], [0]]

    def test_groups_that_cannot_be_told_apart(self) -> None:
        rng = np.random.default_rng(8)
        composites = np.array([40.0, 80.0, 79.5, 60.0]) + rng.normal(0, 1, (2_000, 4))
        assert tied_groups(composites) == [[1, 2], [3], [0]]

    def test_units_without_any_score_have_no_rank(self) -> None:
        found = rank_under_weights([[NAN, NAN], [NAN, NAN]], [[1.0, 1.0]])
        assert np.isnan(found.median).all()
        assert tied_groups(found.composites) == []

    @pytest.mark.parametrize("table", [[50.0, 60.0], [[]], [[math.inf, 1.0]]])
    def test_composites_that_make_no_table_are_refused(self, table: list[float]) -> None:
        for question in (rank_composites, probability_above, tied_groups):
            with pytest.raises(ScoringError, match="table of finite numbers"):
                question(table)

    def test_a_unit_that_is_always_ahead(self) -> None:
        found = rank_composites([[90.0, 10.0], [80.0, 20.0]])
        assert_array_equal(found.median, [1, 2])
        assert_array_equal(found.low, found.high)

    @pytest.mark.parametrize(
        ("scores", "weights"),
        [
            ([[1.0, 2.0]], [[1.0]]),
            ([1.0, 2.0], [[1.0, 1.0]]),
            ([[1.0, 200.0]], [[1.0, 1.0]]),
            ([[1.0, 2.0]], [[1.0, -0.5]]),
            ([[1.0, 2.0]], [[0.0, 0.0]]),
            ([[1.0, 2.0]], [1.0, 1.0]),
            ([[1.0, 2.0]], [[NAN, 1.0]]),
        ],
    )
    def test_tables_that_do_not_fit_are_refused(self, scores: list[list[float]], weights: list[list[float]]) -> None:
        with pytest.raises(ScoringError):
            rank_under_weights(scores, weights)


class TestWholeTree:
    PILLAR_OF = np.repeat([0, 1, 2, 3], 3)

    @pytest.mark.parametrize("mean", ["arithmetic", "geometric", "harmonic"])
    def test_each_draw_is_the_tree_with_those_weights(self, mean: MeanName) -> None:
        rng = np.random.default_rng(9)
        scores = rng.uniform(0, 100, (6, 12))
        scores[0, 0] = scores[1, 5] = NAN
        tree = two_level(self.PILLAR_OF, np.ones(12), np.ones(4), mean, mean)
        measures = dirichlet_weights(np.ones(12), 40, 25, rng)
        pillars = dirichlet_weights(np.ones(4), 40, 25, rng)
        found = composites_under_weights(scores, tree, measures, pillars)
        for draw in range(25):
            drawn = two_level(self.PILLAR_OF, measures[draw], pillars[draw], mean, mean, min_coverage=0)
            assert_allclose(found[draw], evaluate(scores, drawn).composite, rtol=1e-12)

    @pytest.mark.parametrize("mean", ["arithmetic", "geometric", "harmonic"])
    def test_nothing_but_full_marks_make_100_in_every_draw(self, mean: MeanName) -> None:
        """In floats the geometric mean of hundreds is 100.00000000000004."""
        tree = two_level(self.PILLAR_OF, np.ones(12), np.ones(4), mean, mean)
        measures, pillars = draw_weights(tree, 30, 20, np.random.default_rng(5))
        found = composites_under_weights(np.full((1, 12), 100.0), tree, measures, pillars)
        assert_allclose(found, 100, rtol=1e-12)
        assert (found <= 100).all()

    @pytest.mark.parametrize("mean", ["geometric", "harmonic"])
    def test_without_a_floor_a_0_makes_0_in_the_draws_that_weigh_it(self, mean: MeanName) -> None:
        tree = two_level([0, 0], [1, 1], [1], mean, "arithmetic", min_parts=1, floor=0)
        drawn = np.array([[0.5, 0.5], [0.01, 0.99], [0.0, 1.0]])
        composites, pillars = tree_under_weights([[0.0, 64.0]], tree, drawn, np.ones((3, 1)))
        assert_allclose(composites, [[0], [0], [64]], rtol=1e-12)
        assert_allclose(pillars[..., 0], composites)

    def test_what_counts_is_decided_once(self) -> None:
        """A pillar too thin under the tree's own weights stays out, and so does a unit without a composite."""
        scores = np.full((2, 12), 50.0)
        scores[0, :2] = NAN
        scores[0, 2] = 100.0
        scores[1, :6] = NAN
        tree = two_level(self.PILLAR_OF, np.ones(12), np.ones(4))
        found = composites_under_weights(scores, tree, np.ones((3, 12)), np.ones((3, 4)))
        assert_array_equal(found, [[50, NAN]] * 3)

    def test_weights_are_drawn_for_each_group_of_siblings(self) -> None:
        """Shares .75 and .25 of the first pillar, concentration 9: variance .75 x .25 / 10. No weight, no draw."""
        tree = two_level(np.array([0, 0, 1, 2]), np.array([3.0, 1.0, 5.0, 0.0]), np.array([1.0, 3.0, 0.0]))
        measures, pillars = draw_weights(tree, 9, 30_000, np.random.default_rng(3))
        assert_allclose(measures[:, :2].sum(axis=1), 1)
        assert_allclose(measures[:, 0].mean(), 0.75, atol=0.003)
        assert_allclose(measures[:, 0].var(), 0.01875, rtol=0.05)
        assert_allclose(measures[:, 2], 1)
        assert (measures[:, 3] == 0).all()
        assert (pillars[:, 2] == 0).all()
        assert_allclose(pillars[:, 1].mean(), 0.75, atol=0.003)

    @pytest.mark.parametrize("mean", ["arithmetic", "geometric", "harmonic"])
    def test_scores_may_differ_from_draw_to_draw(self, mean: MeanName) -> None:
        rng = np.random.default_rng(10)
        scores = rng.uniform(0, 100, (20, 5, 12))
        scores[:, 1, 2] = scores[:, 4, 0] = NAN
        tree = two_level(self.PILLAR_OF, np.ones(12), np.ones(4), mean, mean)
        measures, pillars = draw_weights(tree, 30, 20, rng)
        composites, of_pillars = tree_under_weights(scores, tree, measures, pillars)
        for draw in range(20):
            drawn = two_level(self.PILLAR_OF, measures[draw], pillars[draw], mean, mean, min_coverage=0)
            alone = evaluate(scores[draw], drawn)
            assert_allclose(composites[draw], alone.composite, rtol=1e-12)
            assert_allclose(of_pillars[draw], alone.pillars, rtol=1e-12)

    def test_the_draws_must_fit_the_tree(self) -> None:
        tree = two_level(self.PILLAR_OF, np.ones(12), np.ones(4))
        for measures, pillars in [((3, 11), (3, 4)), ((3, 12), (3, 5)), ((3, 12), (2, 4))]:
            with pytest.raises(ScoringError):
                composites_under_weights(np.full((1, 12), 5.0), tree, np.ones(measures), np.ones(pillars))
        with pytest.raises(ScoringError, match="draws"):
            tree_under_weights(np.full((3, 1, 12), 5.0), tree, np.ones((2, 12)), np.ones((2, 4)))
        with pytest.raises(ScoringError, match="draw"):
            draw_weights(tree, 10, -1, np.random.default_rng(0))

    def test_a_deep_tree_with_a_cap_and_its_own_scores_in_each_draw(self) -> None:
        """Measures 0 and 1 make node 5, this and measure 2 make 6, measures 3 and 4 make 7; capped while 7 is low."""
        tree = Tree(5, np.array([5, 5, 6, 7, 7, 6, 8, 8]), np.ones(8), "geometric", caps=(Cap(8, 40, 7, 50),))
        rng = np.random.default_rng(12)
        scores = rng.uniform(20, 100, (30, 3, 5))
        measures, inner = draw_weights(tree, 20, 30, rng)
        composites, nodes = tree_under_weights(scores, tree, measures, inner)
        for draw in range(30):
            drawn = replace(tree, weights=np.concatenate([measures[draw], inner[draw]]))
            alone = evaluate(scores[draw], drawn)
            assert_allclose(composites[draw], alone.composite, rtol=1e-12)
            assert_allclose(nodes[draw], alone.pillars, rtol=1e-12)
        assert (composites == 40).any()

    def test_what_the_gaps_leave_open(self) -> None:
        tree = two_level(np.array([0, 0]), np.array([3.0, 1.0]), np.ones(1))
        low, high = composite_bounds([80.0, NAN], tree)
        assert (float(low), float(high)) == (60.0, 85.0)
