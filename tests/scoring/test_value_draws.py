"""Values in doubt: intervals by hand, moments of the draws, and the tree recomputed for each draw."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from scoring.composite import Cap, evaluate
from scoring.composite import two_level as two_level_with_caps
from scoring.errors import ScoringError
from scoring.normalise import Goalposts, normalise_columns
from scoring.uncertainty import probability_above, probability_tied, rank_composites, tied_groups, wilson_interval
from scoring.value_draws import (
    AVERAGE,
    BASIS_WORDS,
    EXACT,
    MISSING,
    SHARE,
    Sample,
    draw_composites,
    draw_interval,
    draw_values,
    score_intervals,
    value_intervals,
)
from tests.scoring.conftest import TwoLevel

NAN = math.nan
PERCENT = Goalposts("higher_is_better", 0, 100)
HOURS = Goalposts("target_is_best", 0, 10, 30, 40)
COST = Goalposts("lower_is_better", 250, 50)


def sample(values: object, sizes: object, spreads: object, is_share: object) -> Sample:
    arrays = (np.atleast_2d(np.array(each, dtype=float)) for each in (values, sizes, spreads))
    return Sample(*arrays, np.array(is_share))


class TestIntervals:
    def test_what_each_value_is_known_by(self) -> None:
        found = sample([50, 50, 50, 50, NAN], [100, 100, NAN, 100, 100], [5, 5, 5, NAN, 5], [True, *[False] * 4])
        assert_array_equal(found.basis, [[SHARE, AVERAGE, EXACT, EXACT, MISSING]])
        assert set(BASIS_WORDS) == {SHARE, AVERAGE, EXACT, MISSING}
        assert len(BASIS_WORDS) == 4

    def test_a_share_an_average_and_a_value_taken_as_exact(self) -> None:
        """50 % of 385: 45.0 to 55.0 (Wilson). An average of 100 with a spread of 10: 1.96 either side."""
        low, high = value_intervals(sample([50, 70, 165, NAN], [385, 100, NAN, 9], [NAN, 10, 3, NAN], [1, 0, 0, 1]))
        assert_allclose(low, [[45.04, 68.04, 165, NAN]], atol=0.01)
        assert_allclose(high, [[54.96, 71.96, 165, NAN]], atol=0.01)

    def test_scores_at_the_ends_of_an_interval_and_at_what_lies_between(self) -> None:
        """Averages of 4 with a spread of 10, so 9.8 either side. Cost 150: 50 points, 4.9 each way. Hours 8: the target
        begins at 10, so up to 100, and 0 at the lower end; hours 35: 50 down to 0, up to 100; hours 20: 100."""
        found = sample([150, 8, 35, 20], [4] * 4, [10] * 4, [False] * 4)
        low, high = score_intervals(found, [COST, HOURS, HOURS, HOURS])
        reach = 9.79982
        assert_allclose(low, [[50 - reach / 2, 0, 0, 100]], atol=1e-4)
        assert_allclose(high, [[50 + reach / 2, 100, 100, 100]], atol=1e-4)

    def test_an_interval_that_holds_the_whole_target_ends_below_the_best_score_on_both_sides(self) -> None:
        """Averages of 4 with a spread of 60, so 58.8 either side: beyond both ends of the target, and of the knots."""
        peak = Goalposts("target_is_best", 0, 50, curve="piecewise", knots=((0, 10), (50, 90), (100, 20)))
        trough = Goalposts("target_is_best", 0, 50, curve="piecewise", knots=((0, 100), (40, 30), (60, 50), (100, 80)))
        low, high = score_intervals(sample([20, 50, 50], [4] * 3, [60] * 3, [False] * 3), [HOURS, peak, trough])
        assert_array_equal(low, [[0, 10, 30]])
        assert_array_equal(high, [[100, 90, 100]])

    def test_an_average_without_spread_is_known_exactly(self) -> None:
        low, high = value_intervals(sample([70, 70], [9, 100], [0, 0.5], [False] * 2))
        assert_allclose(low, [[70, 70 - 0.098]], atol=1e-4)
        assert_allclose(high, [[70, 70 + 0.098]], atol=1e-4)

    def test_the_interval_of_draws_is_their_middle(self) -> None:
        """Of the draws 0, 1, ... 100, nine tenths in the middle reach from 5 to 95."""
        low, high = draw_interval(np.arange(101.0)[:, np.newaxis], 0.9)
        assert_allclose([low[0], high[0]], [5, 95], rtol=1e-12)

    @given(st.integers(0, 100), st.integers(1, 5_000))
    def test_a_score_interval_holds_the_score(self, value: int, size: int) -> None:
        found = sample([value, value], [size, size], [20, 20], [True, False])
        low, high = score_intervals(found, [HOURS, HOURS])
        score = normalise_columns(found.values, [HOURS, HOURS])
        assert (low <= score + 1e-9).all()
        assert (score <= high + 1e-9).all()


class TestDraws:
    def test_the_middle_of_the_draws_is_the_interval(self) -> None:
        """By construction: each draw is Wilson's limit, or mean + z s / sqrt(n), at a standard normal z."""
        found = sample([8, 50, 100, 70], [25, 385, 40, 16], [NAN, NAN, NAN, 12], [1, 1, 1, 0])
        drawn = draw_values(found, 40_000, np.random.default_rng(5))
        low, high = value_intervals(found)
        at = np.percentile(drawn, [2.5, 50, 97.5], axis=0)
        assert_allclose(at[0], low, atol=0.3)
        assert_allclose(at[2], high, atol=0.3)
        assert_allclose(at[1], found.values, atol=0.3)
        assert drawn.min() >= 0
        assert drawn[..., :3].max() <= 100

    def test_a_share_of_many_has_the_binomial_spread(self) -> None:
        drawn = draw_values(sample([30], [2_000], [NAN], [True]), 40_000, np.random.default_rng(6))
        assert_allclose(drawn.std(), 100 * math.sqrt(0.3 * 0.7 / 2_000), rtol=0.02)

    def test_half_of_the_draws_of_nobody_are_nobody(self) -> None:
        """Wilson's lower limits of a share of 0 are 0, whatever n; the formula in floats ends beside it."""
        drawn = draw_values(sample([0], [37], [NAN], [True]), 1_000, np.random.default_rng(6))
        assert drawn.min() == 0
        assert_allclose((drawn < 1e-12).mean(), 0.5, atol=0.05)

    def test_what_is_exact_or_missing_stays_as_it_is(self) -> None:
        drawn = draw_values(sample([[0.1, NAN]], [[NAN, 5]], [[NAN, NAN]], [True, True]), 50, np.random.default_rng(7))
        assert (drawn[..., 0] == 0.1).all()
        assert np.isnan(drawn[..., 1]).all()


class TestComposites:
    def test_by_hand_for_two_averages(self, two_level: TwoLevel) -> None:
        """Two averages with standard errors of 3 and 4 points, half the weight each: sqrt(9 + 16) / 2 = 2.5 points.
        Ready intervals added up would have made 3.5."""
        found = sample([50, 60], [100, 100], [30, 40], [False, False])
        tree = two_level([0, 1], [1, 1], [1, 1])
        drawn = draw_composites(found, [PERCENT, PERCENT], tree, 40_000, np.random.default_rng(8))
        assert_allclose(drawn.composite.mean(), 55, atol=0.05)
        assert_allclose(drawn.composite.std(), 2.5, rtol=0.02)
        assert_allclose(drawn.pillars.std(axis=0), [[3, 4]], rtol=0.02)
        low, high = draw_interval(drawn.composite)
        assert_allclose([low[0], high[0]], [55 - 1.96 * 2.5, 55 + 1.96 * 2.5], atol=0.15)

    def test_values_and_weights_together(self, two_level: TwoLevel) -> None:
        """40 and 60, weights w and 1 - w: the weights alone make 20 x sqrt(.25 / 26) = 1.961 points of standard
        deviation, the values 2.5; nearly independent, together sqrt(1.961^2 + 2.5^2 (1 + 4 x .25 / 26)) = 3.22."""
        found = sample([40, 60], [100, 100], [35.355, 35.355], [False, False])
        tree = two_level([0, 1], [1, 1], [1, 1])
        posts = [PERCENT, PERCENT]
        both = draw_composites(found, posts, tree, 40_000, np.random.default_rng(9), concentration=25)
        values = draw_composites(found, posts, tree, 40_000, np.random.default_rng(9))
        assert_allclose(values.composite.std(), 2.5, rtol=0.02)
        assert_allclose(both.composite.std(), math.sqrt(1.961**2 + 2.5**2 * (1 + 1 / 26)), rtol=0.02)
        assert_allclose(both.composite.mean(), 50, atol=0.1)

    def test_weights_that_hardly_move_change_nothing(self, two_level: TwoLevel) -> None:
        found = sample(
            np.random.default_rng(1).uniform(20, 80, (4, 5)), np.full((4, 5), 50), np.full((4, 5), 9), [1, 0, 1, 0, 1]
        )
        tree = two_level([0, 0, 0, 1, 1], [3, 2, 1, 1, 1], [2, 1], "geometric")
        posts = [PERCENT] * 5
        plain = draw_composites(found, posts, tree, 20_000, np.random.default_rng(3))
        both = draw_composites(found, posts, tree, 20_000, np.random.default_rng(3), concentration=1e9)
        assert_allclose(both.composite.mean(axis=0), plain.composite.mean(axis=0), atol=0.2)
        assert_allclose(both.pillars.std(axis=0), plain.pillars.std(axis=0), rtol=0.04)

    def test_each_draw_is_the_whole_tree(self, two_level: TwoLevel) -> None:
        """Every draw again, one at a time, from the same values: a few draws fit one block of the calculation."""
        found = sample([[10, 20, 60, NAN], [5, 90, 50, 30]], np.full((2, 4), 30), np.full((2, 4), 8), [1, 0, 1, 0])
        tree = two_level([0, 0, 1, 1], [1, 2, 3, 1], [1, 1], "geometric")
        posts = [HOURS, PERCENT, COST, PERCENT]
        drawn = draw_composites(found, posts, tree, 40, np.random.default_rng(4))
        values = draw_values(found, 40, np.random.default_rng(4))
        for draw in range(40):
            alone = evaluate(normalise_columns(values[draw], posts), tree)
            assert_array_equal(drawn.composite[draw], alone.composite)
            assert_array_equal(drawn.pillars[draw], alone.pillars)

    def test_one_draw_is_a_draw(self, two_level: TwoLevel) -> None:
        found = draw_composites(
            sample([50], [10], [NAN], [True]), [PERCENT], two_level([0], [1], [1]), 1, np.random.default_rng(0)
        )
        assert found.composite.shape == (1, 1)

    def test_the_same_seed_gives_the_same_draws(self, two_level: TwoLevel) -> None:
        found = sample(np.full((3, 4), 40), np.full((3, 4), 30), np.full((3, 4), 8), [1, 0, 1, 0])
        tree = two_level([0, 0, 1, 1], [1, 2, 3, 1], [1, 1])
        runs = [draw_composites(found, [PERCENT] * 4, tree, 50, np.random.default_rng(11), 20) for _ in range(2)]
        assert_array_equal(runs[0].composite, runs[1].composite)
        assert_array_equal(runs[0].pillars, runs[1].pillars)

    @pytest.mark.parametrize("concentration", [None, 20.0])
    def test_a_measure_without_weight_changes_no_draw(self, two_level: TwoLevel, concentration: float | None) -> None:
        """The third measure is a share of people like the others, in the first pillar, and weighs nothing."""
        without = sample([[40, 60], [70, 30]], np.full((2, 2), 30), np.full((2, 2), NAN), [True] * 2)
        beside = sample([[40, 90, 60], [70, 5, 30]], np.full((2, 3), 30), np.full((2, 3), NAN), [True] * 3)
        trees = two_level([0, 1], [1, 1], [1, 1]), two_level([0, 0, 1], [1, 0, 1], [1, 1])
        first, second = (
            draw_composites(found, [PERCENT] * tree.leaves, tree, 50, np.random.default_rng(4), concentration)
            for found, tree in zip((without, beside), trees, strict=True)
        )
        assert_array_equal(first.composite, second.composite)
        assert_array_equal(first.pillars, second.pillars)

    def test_a_cap_is_in_doubt_with_its_gate_also_where_that_has_no_weight(self) -> None:
        """The gate is 50 % of 30 people, below its limit of 50 in about half of the draws; the rest is exact."""
        found = sample([[80, 50]], [[NAN, 30]], [[NAN, NAN]], [True, True])
        tree = two_level_with_caps([0, 0], [1, 0], [1], min_parts=1, caps=[Cap(on=3, at_most=10, gate=1, below=50)])
        drawn = draw_composites(found, [PERCENT] * 2, tree, 4_000, np.random.default_rng(6)).composite
        assert set(drawn.ravel().tolist()) == {10.0, 80.0}
        assert_allclose((drawn == 10).mean(), 0.5, atol=0.03)

    def test_what_is_missing_stays_missing_in_every_draw(self, two_level: TwoLevel) -> None:
        found = sample([[50, NAN], [50, 60]], np.full((2, 2), 30), np.full((2, 2), NAN), [True, True])
        tree = two_level([0, 1], [1, 1], [1, 1])
        for concentration in (None, 30.0):
            drawn = draw_composites(found, [PERCENT] * 2, tree, 30, np.random.default_rng(0), concentration)
            assert np.isnan(drawn.composite[:, 0]).all()
            assert np.isnan(drawn.pillars[:, 0, 1]).all()
            assert not np.isnan(drawn.pillars[:, 0, 0]).any()
            low, high = draw_interval(drawn.composite)
            assert np.isnan(low[0])
            assert low[1] < high[1]


class TestRanksOfDraws:
    @settings(max_examples=30)
    @given(st.integers(0, 10**6), st.sampled_from([None, 20.0]))
    def test_above_below_and_tied_make_one(self, two_level: TwoLevel, seed: int, concentration: float | None) -> None:
        rng = np.random.default_rng(seed)
        values = np.round(rng.uniform(0, 100, (4, 4)), -1)
        values[3] = values[0]
        found = sample(values, rng.choice([5, 50, NAN], (4, 4)), np.full((4, 4), NAN), [True] * 4)
        tree = two_level([0, 0, 1, 1], [1, 2, 3, 1], [1, 1])
        drawn = draw_composites(found, [PERCENT] * 4, tree, 60, rng, concentration)
        above = probability_above(drawn.composite)
        assert_allclose(above + above.T + probability_tied(drawn.composite), 1)

    def test_small_samples_tie_what_large_ones_tell_apart(self, two_level: TwoLevel) -> None:
        """60, 70 and 40 percent of 10 people are one group; of 5,000 people they are three."""
        tree = two_level([0], [1], [1])
        groups = []
        for size in (10, 5_000):
            found = sample([[60], [70], [40]], [[size]] * 3, [[NAN]] * 3, [True])
            drawn = draw_composites(found, [PERCENT], tree, 4_000, np.random.default_rng(2))
            groups.append(tied_groups(drawn.composite))
            ranks = rank_composites(drawn.composite)
            assert ranks.low[1] == 1
        assert groups == [[[1, 0, 2]], [[1], [0], [2]]]

    def test_values_taken_as_exact_never_swap(self, two_level: TwoLevel) -> None:
        found = sample([[60], [61], [60]], np.full((3, 1), NAN), np.full((3, 1), NAN), [True])
        drawn = draw_composites(found, [PERCENT], two_level([0], [1], [1]), 20, np.random.default_rng(2))
        assert_array_equal(probability_tied(drawn.composite), [[1, 0, 1], [0, 1, 0], [1, 0, 1]])


@pytest.mark.parametrize(
    ("values", "sizes", "spreads", "is_share"),
    [
        ([101], [10], [NAN], [True]),
        ([-1], [10], [NAN], [True]),
        ([50], [0], [NAN], [True]),
        ([50], [math.inf], [NAN], [True]),
        ([math.inf], [10], [NAN], [False]),
        ([50], [10], [-1], [False]),
        ([50], [10, 10], [1], [False]),
        ([50], [10], [1], [False, True]),
        ([], [], [], []),
    ],
)
def test_samples_that_cannot_be_are_refused(values: object, sizes: object, spreads: object, is_share: object) -> None:
    with pytest.raises(ScoringError):
        sample(values, sizes, spreads, is_share)


def test_draws_and_confidences_that_cannot_be_are_refused(two_level: TwoLevel) -> None:
    found = sample([50], [10], [NAN], [True])
    tree = two_level([0], [1], [1])
    for draws, concentration in [(0, None), (5, 0.0), (5, NAN)]:
        with pytest.raises(ScoringError):
            draw_composites(found, [PERCENT], tree, draws, np.random.default_rng(0), concentration)
    for confidence in (0.0, 1.0, NAN):
        with pytest.raises(ScoringError):
            value_intervals(found, confidence)
        with pytest.raises(ScoringError):
            draw_interval([[1.0, 2.0]], confidence)
    for table in ([1.0, 2.0], [[1.0, math.inf]], np.empty((0, 2))):
        with pytest.raises(ScoringError, match="a table of finite numbers"):
            draw_interval(table)
    with pytest.raises(ScoringError):
        wilson_interval(0.5, 10, NAN)
