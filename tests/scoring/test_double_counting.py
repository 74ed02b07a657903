"""Siblings that may count the same thing twice: who is warned about, and in which words."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from scoring.double_counting import counted_twice, pairwise_correlations
from scoring.errors import ScoringError

NAN = math.nan


def alike(units: int, noise: float, seed: int = 1) -> np.ndarray:
    """Three measures: the second is the first with noise, the third is on its own."""
    rng = np.random.default_rng(seed)
    first = rng.uniform(20, 80, units)
    return np.column_stack([first, first + rng.normal(0, noise, units), rng.uniform(0, 100, units)])


def test_siblings_that_move_together_are_named() -> None:
    scores = alike(60, 3)
    (pair,) = counted_twice(scores, [0, 0, 0])
    assert (pair.first, pair.second, pair.units) == (0, 1, 60)
    assert_allclose(pair.correlation, np.corrcoef(scores[:, 0], scores[:, 1])[0, 1])
    assert pair.low < pair.correlation < pair.high


def test_the_interval_is_fishers() -> None:
    """r = 0.9 over 20 units: tanh(1.4722 -+ 1.96 / sqrt(17)) = 0.760 to 0.960."""
    x = np.tile([1.0, -1.0], 10)
    apart = np.repeat([1.0, -1.0], 10)  # not correlated with x: ten pairs on either side
    y = 0.9 * x + math.sqrt(1 - 0.81) * apart
    (pair,) = counted_twice(50 + 10 * np.column_stack([x, y]), [0, 0], threshold=0.89)
    assert_allclose([pair.correlation, pair.low, pair.high], [0.9, 0.760, 0.960], atol=0.001)


def test_the_words_name_both_measures_and_what_to_do() -> None:
    (pair,) = counted_twice(alike(60, 0), [0, 0, 0])
    assert pair.sentence("Completion rate", "Pass rate") == (
        "Completion rate and Pass rate rise and fall together in almost every unit (correlation 1.00 over 60 units). "
        "If both record the same thing, it counts twice: keep one of them, or let the two share one weight."
    )


def test_no_warning_across_pillars_below_the_threshold_or_for_opposites() -> None:
    scores = alike(60, 3)
    assert counted_twice(scores, [0, 1, 1]) == []
    assert counted_twice(np.clip(alike(60, 12), 0, 100), [0, 0, 0]) == []
    scores[:, 1] = 100 - scores[:, 0]
    assert counted_twice(scores, [0, 0, 0]) == []


def test_the_strongest_pair_is_named_first() -> None:
    """The last two measures are the same, the first differs from both."""
    noisy, first, _ = alike(60, 3).T
    pairs = counted_twice(np.column_stack([noisy, first, first]), [0, 0, 0])
    assert [(pair.first, pair.second) for pair in pairs] == [(1, 2), (0, 1), (0, 2)]


def test_the_threshold_itself_is_alike_enough_and_four_units_are_the_fewest() -> None:
    """Twice 49 and twice 51: products and squares all make 4, so the correlation is 1 exactly."""
    column = [[49.0], [51.0], [49.0], [51.0]]
    (pair,) = counted_twice(np.tile(column, 2), [0, 0], threshold=1.0, min_units=4)
    assert (pair.correlation, pair.units) == (1, 4)


def test_measures_that_hardly_move_may_move_together() -> None:
    column = np.tile([60.0, 60.01], 10)
    (pair,) = counted_twice(np.column_stack([column, column]), [0, 0])
    assert_allclose(pair.correlation, 1)


def test_measures_that_no_unit_has_both_of_have_no_correlation() -> None:
    found, counts = pairwise_correlations(np.array([[1.0, NAN], [2.0, NAN], [NAN, 3.0], [NAN, 5.0]]))
    assert_allclose(found, [[1, NAN], [NAN, 1]])
    assert_allclose(counts, [[2, 0], [0, 2]])


@pytest.mark.parametrize("rows", [5, 10, 25])
def test_rounding_never_carries_a_correlation_beyond_1(rows: int) -> None:
    """A column, its like, and its opposite: in floats their correlations end an ulp beyond 1 and -1."""
    x = np.arange(rows) * 7.0 % 31
    found, _ = pairwise_correlations(np.column_stack([x, x, 100 - x]))
    assert_allclose(np.abs(found), 1)
    assert np.abs(found).max() <= 1


def test_too_few_units_give_no_warning() -> None:
    assert counted_twice(alike(19, 0), [0, 0, 0]) == []
    assert len(counted_twice(alike(20, 0), [0, 0, 0])) == 1
    with_gaps = alike(25, 0)
    with_gaps[:3, 0] = with_gaps[3:6, 1] = NAN
    assert counted_twice(with_gaps, [0, 0, 0]) == []


def test_a_measure_that_is_the_same_everywhere_moves_with_nothing() -> None:
    scores = alike(30, 3)
    scores[:, 0] = scores[:, 1] = 0.1
    assert counted_twice(scores, [0, 0, 0]) == []


@given(st.integers(0, 10**6))
def test_correlations_with_gaps_are_those_of_the_rows_that_both_have(seed: int) -> None:
    rng = np.random.default_rng(seed)
    columns = rng.uniform(0, 100, (12, 4))
    columns[rng.random(columns.shape) < 0.2] = NAN
    found, counts = pairwise_correlations(columns)
    for i, j in np.ndindex(4, 4):
        both = ~np.isnan(columns[:, [i, j]]).any(axis=1)
        assert counts[i, j] == both.sum()
        if both.sum() > 2:
            assert_allclose(found[i, j], np.corrcoef(columns[both, i], columns[both, j])[0, 1], atol=1e-9)


@pytest.mark.parametrize(
    ("scores", "siblings", "threshold", "units"),
    [
        ([[1.0, 2.0]], [0], 0.9, 20),
        ([1.0, 2.0], [0, 0], 0.9, 20),
        ([[1.0, 200.0]], [0, 0], 0.9, 20),
        ([[1.0, 2.0]], [0, NAN], 0.9, 20),
        ([[1.0, 2.0]], [0, 0], 0.0, 20),
        ([[1.0, 2.0]], [0, 0], NAN, 20),
        ([[1.0, 2.0]], [0, 0], 1.5, 20),
        ([[1.0, 2.0]], [0, 0], 0.9, 3),
    ],
)
def test_what_cannot_be_judged_is_refused(scores: object, siblings: object, threshold: float, units: int) -> None:
    with pytest.raises(ScoringError):
        counted_twice(scores, siblings, threshold, units)  # type: ignore[arg-type]  # what is tested
