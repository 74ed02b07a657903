"""Importance beside weight: models whose correlation ratios are known, and leaving out by hand."""

from __future__ import annotations

import json
import math
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from scoring.errors import ScoringError
from scoring.importance import importance, leave_one_out
from scoring.reweighted import without_measure
from tests.scoring.conftest import TwoLevel

NAN = math.nan


class TestImportance:
    def test_independent_measures_count_by_the_squares_of_their_weights(self, two_level: TwoLevel) -> None:
        """w^2 / sum of w^2 for measures of the same spread: .25 .09 .04 of .38, far from the weights .5 .3 .2."""
        scores = np.random.default_rng(4).uniform(0, 100, (1_500, 3))
        found = importance(scores, two_level([0, 0, 0], [5, 3, 2], [1]))
        assert_allclose(found.nominal, [0.5, 0.3, 0.2])
        assert_allclose(found.effective, [0.5, 0.3, 0.2])
        assert_allclose(found.main_effect, [0.658, 0.237, 0.105], atol=0.05)
        assert_allclose(found.pearson_squared, [0.658, 0.237, 0.105], atol=0.05)
        assert_allclose(found.share.sum(), 1)

    def test_measures_that_move_together_matter_more_than_their_weights(self, two_level: TwoLevel) -> None:
        """Two alike and one apart, each of a third: y = (2 a + b) / 3, so 4/5 for each of the two, 1/5 for b."""
        a, b = np.random.default_rng(5).uniform(0, 100, (2, 1_500))
        found = importance(np.column_stack([a, a, b]), two_level([0, 0, 0], [1, 1, 1], [1]))
        assert_allclose(found.main_effect, [0.8, 0.8, 0.2], atol=0.04)
        assert_allclose(found.share, [4 / 9, 4 / 9, 1 / 9], atol=0.03)

    def test_a_measure_may_decide_without_any_correlation(self, two_level: TwoLevel) -> None:
        """The composite falls and rises again along x, as 50 + (x - 50)^2 / 50 of the other measure: Pearson sees 0."""
        x = np.random.default_rng(6).uniform(0, 100, 800)
        other = (x - 50) ** 2 / 25
        found = importance(np.column_stack([x, other]), two_level([0, 0], [0.02, 1], [1]))
        assert found.pearson_squared[0] < 0.02
        assert found.main_effect[0] > 0.95

    def test_pearson_is_that_of_numpy_on_real_scores(self, two_level: TwoLevel, shared: Path) -> None:
        """ASEM connectivity: eight groups of scores of 51 countries (inputs of COINr), pillars 5 and 3."""
        file = json.loads((shared / "reference/inputs/coinr_importance.json").read_text("utf-8"))
        table = np.array([row[1:9] for row in file["inputs"]["scores"]["rows"]], dtype=float)
        found = importance(table, two_level([0] * 5 + [1] * 3, [1] * 8, [1, 1]))
        composite = (table[:, :5].mean(axis=1) + table[:, 5:].mean(axis=1)) / 2
        expected = [np.corrcoef(column, composite)[0, 1] ** 2 for column in table.T]
        assert_allclose(found.pearson_squared, expected, rtol=1e-9)
        assert ((found.main_effect >= 0) & (found.main_effect <= 1)).all()
        assert (found.main_effect >= found.pearson_squared - 0.1).all()

    def test_gaps_and_constant_measures(self, two_level: TwoLevel) -> None:
        scores = np.random.default_rng(7).uniform(0, 100, (60, 4))
        scores[:, 1] = 70
        scores[:10, 2] = scores[19:, 2] = NAN  # nine units that have a composite
        scores[:10, 3] = NAN
        found = importance(scores, two_level([0] * 4, [1, 1, 1, 6], [1]))
        assert_array_equal(found.units, [50, 50, 9, 50])  # the others lack 6 of 9 parts of the weight
        assert (found.main_effect[1], found.pearson_squared[1]) == (0, 0)
        assert np.isnan(found.main_effect[2])
        assert_allclose(found.nominal, [1 / 9, 1 / 9, 1 / 9, 6 / 9])
        with_it, without = np.array([1, 1, 1, 6]) / 9, np.array([1, 1, 0, 6]) / 8
        assert_allclose(found.effective, (9 * with_it + 41 * without) / 50)
        assert_allclose(np.nansum(found.share), 1)

    def test_ten_units_are_enough(self, two_level: TwoLevel) -> None:
        """One measure alone is the composite, and decides all of it: no more than that, whatever floats make of it."""
        for seed in (11, 12, 14, 18):
            column = np.round(np.random.default_rng(seed).uniform(0, 100, (12, 1)))
            for units in (column, column[:10]):
                found = importance(units, two_level([0], [1], [1]))
                assert_allclose([found.main_effect, found.pearson_squared, found.share], 1, rtol=1e-9)
                assert found.main_effect <= 1

    def test_a_measure_of_too_few_units_has_no_share_even_where_no_other_decides(self, two_level: TwoLevel) -> None:
        """The second measure alone makes a difference, in nine units: 0 for the constant one, no answer for it."""
        scores = np.full((20, 2), NAN)
        scores[:, 0] = 50
        scores[:9, 1] = np.arange(10, 100, 10)
        found = importance(scores, two_level([0, 0], [3, 1], [1]))
        assert_array_equal(found.share, [0, NAN])

    def test_where_the_composite_is_the_same_a_measure_decides_nothing(self, two_level: TwoLevel) -> None:
        """The last measure has no weight and varies over ten units, all of which have the composite 100 / 3."""
        scores = np.full((20, 4), [0.0, 0, 100, NAN])
        scores[:10, 3] = np.arange(0, 100, 10)
        scores[10:, 0] = np.arange(0, 100, 10)
        found = importance(scores, two_level([0] * 4, [1, 1, 1, 0], [1]))
        assert (found.pearson_squared[3], found.main_effect[3]) == (0, 0)

    def test_composites_that_differ_by_rounding_alone_are_the_same(self, two_level: TwoLevel) -> None:
        """On paper (x + 6 (100 - x / 6)) / 7 is 600 / 7 for any x; in floats it is not quite."""
        x = np.linspace(0.1, 99.7, 30)
        with pytest.raises(ScoringError, match="the same composite"):
            importance(np.column_stack([x, 100 - x / 6]), two_level([0, 0], [1, 6], [1]))

    @settings(max_examples=20)
    @given(st.integers(0, 10**6))
    def test_shares_are_shares(self, two_level: TwoLevel, seed: int) -> None:
        scores = np.round(np.random.default_rng(seed).uniform(0, 100, (15, 5)), -1)
        found = importance(scores, two_level([0, 0, 1, 1, 1], [1, 2, 3, 4, 5], [1, 1], "geometric"))
        for each in (found.main_effect, found.pearson_squared, found.share):
            assert ((each >= 0) & (each <= 1 + 1e-12)).all()

    @pytest.mark.parametrize(
        "table",
        [
            np.random.default_rng(8).uniform(0, 100, (9, 2)),
            np.full((20, 2), 50.0),
            np.full(20, 50.0),
            np.full((20, 2), NAN),
        ],
    )
    def test_too_few_units_and_equal_ones_are_refused(self, table: np.ndarray, two_level: TwoLevel) -> None:
        with pytest.raises(ScoringError):
            importance(table, two_level([0, 0], [1, 1], [1]))


class TestLeaveOneOut:
    def test_by_hand(self, two_level: TwoLevel) -> None:
        """Units (100, 0), (40, 80) under weights 1 : 1: 50 and 60, ranks 2 and 1. Without the first measure 0 and 80,
        the same ranks; without the second 100 and 40, places swapped."""
        tree = two_level([0, 0], [1, 1], [1])
        found = leave_one_out([[100, 0], [40, 80], [NAN, NAN]], tree, partial(without_measure, tree))
        assert_array_equal(found.composite_change, [[-50, 20, NAN], [50, -20, NAN]])
        assert_array_equal(found.rank_change, [[0, 0, NAN], [-1, 1, NAN]])
        assert_array_equal(found.mean_change, [35, 35])
        assert_array_equal(found.mean_rank_change, [0, 1])

    def test_one_unit_has_a_mean_change_of_its_own(self, two_level: TwoLevel) -> None:
        """50, without the first measure 0, without the second 100; one unit is always the first."""
        tree = two_level([0, 0], [1, 1], [1])
        found = leave_one_out([[100, 0]], tree, partial(without_measure, tree))
        assert_array_equal(found.mean_change, [50, 50])
        assert_array_equal(found.mean_rank_change, [0, 0])

    def test_where_nothing_is_left_there_is_nothing_to_compare(self, two_level: TwoLevel) -> None:
        tree = two_level([0, 0], [1, 1], [1])
        found = leave_one_out([[NAN, NAN]], tree, partial(without_measure, tree))
        assert np.isnan(found.mean_change).all()
        assert np.isnan(found.mean_rank_change).all()
