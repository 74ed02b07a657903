"""Differences of percents and of means between two groups: published values, and what scipy finds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from lei.errors import InvalidError
from lei.evidence.estimate import Estimate, TooLittle
from lei.evidence.group_differences import mean_difference, percent_difference
from lei.evidence.samples import Sample, Share

ANY = {"cases": 1}
# So many of at least thirty cases.
COUNTS = st.integers(30, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))

# Newcombe 1998, Statistics in Medicine 17, 873-890, table II, method 10 (a and b of m and n, limits).
NEWCOMBE = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (0, 10, 0, 10, -0.2775, 0.2775),
    (10, 10, 0, 20, 0.6791, 1.0000),
    (10, 10, 0, 10, 0.6075, 1.0000),
]


class TestGroups:
    @pytest.mark.parametrize(("of_interest", "cases"), [(31, 30), (-1, 30), (math.nan, 30), (3, math.inf), (6, 5)])
    def test_counts_that_cannot_be_are_refused(self, of_interest: float, cases: float) -> None:
        with pytest.raises(InvalidError):
            Share(of_interest, cases)

    @pytest.mark.parametrize(
        ("mean", "spread", "cases"),
        [(math.nan, 1, 30), (5, math.inf, 30), (5, -1, 30), (1e200, 1, 30), (5, 1, -1), (5, 1, math.nan)],
    )
    def test_numbers_that_cannot_be_are_refused(self, mean: float, spread: float, cases: float) -> None:
        with pytest.raises(InvalidError):
            Sample(mean, spread, cases)


class TestDifferenceOfPercents:
    @pytest.mark.parametrize(("one", "cases", "two", "others", "low", "high"), NEWCOMBE)
    def test_newcombes_published_intervals(
        self, one: int, cases: int, two: int, others: int, low: float, high: float
    ) -> None:
        found = percent_difference(Share(one, cases), Share(two, others), ANY)
        assert isinstance(found, Estimate)
        assert_allclose([found.ci_low, found.ci_high], [100 * low, 100 * high], atol=0.0051)

    def test_the_p_value_is_that_of_chi_square_without_correction(self) -> None:
        found = percent_difference(Share(56, 70), Share(48, 80))
        assert isinstance(found, Estimate)
        expected = stats.chi2_contingency([[56, 14], [48, 32]], correction=False).pvalue
        assert_allclose(found.p_value, expected)
        assert_allclose([found.effect, found.relative], [20, 1 / 3])

    def test_all_of_both_groups_are_no_difference(self) -> None:
        found = percent_difference(Share(40, 40), Share(50, 50))
        assert isinstance(found, Estimate)
        assert (found.effect, found.p_value, found.excludes_zero) == (0, 1, False)

    def test_nobody_in_the_other_group_leaves_no_relative_effect(self) -> None:
        found = percent_difference(Share(4, 40), Share(0, 50))
        assert isinstance(found, Estimate)
        assert found.relative is None

    def test_the_smaller_group_decides(self) -> None:
        expected = TooLittle("percent", {"cases": 30}, {"cases": 29})
        assert percent_difference(Share(5, 500), Share(5, 29)) == expected
        assert isinstance(percent_difference(Share(0, 0), Share(5, 29), {"cases": 0}), TooLittle)

    @settings(max_examples=100)
    @given(COUNTS, COUNTS)
    def test_the_interval_holds_the_difference(self, one: tuple[int, int], two: tuple[int, int]) -> None:
        found = percent_difference(Share(*one), Share(*two))
        assert isinstance(found, Estimate)
        assert -100 <= found.ci_low <= found.effect <= found.ci_high <= 100 + 1e-9
        assert 0 <= found.p_value <= 1
        assert found.standard_error > 0


class TestDifferenceOfMeans:
    def test_it_is_what_scipy_finds_on_the_values_themselves(self) -> None:
        rng = np.random.default_rng(5)
        one, two = rng.normal(72, 9, 40), rng.normal(66, 15, 25)
        found = mean_difference(_sample(one), _sample(two))
        expected = stats.ttest_ind(one, two, equal_var=False)
        limits = expected.confidence_interval(0.95)
        assert isinstance(found, Estimate)
        assert_allclose([found.ci_low, found.ci_high], [limits.low, limits.high])
        assert_allclose([found.p_value, found.degrees_of_freedom], [expected.pvalue, expected.df])
        assert_allclose([found.effect, found.relative], [one.mean() - two.mean(), one.mean() / two.mean() - 1])

    def test_one_group_may_be_all_alike_but_not_both(self) -> None:
        found = mean_difference(Sample(5, 0, 30), Sample(4, 1, 25))
        assert isinstance(found, Estimate)
        assert_allclose([found.standard_error, found.degrees_of_freedom], [0.2, 24])
        with pytest.raises(InvalidError, match="do not differ"):
            mean_difference(Sample(5, 0, 30), Sample(4, 0, 25))

    def test_twenty_in_each_group_are_needed(self) -> None:
        assert isinstance(mean_difference(Sample(5, 1, 19), Sample(4, 1, 400)), TooLittle)
        assert isinstance(mean_difference(Sample(5, 1, 1), Sample(4, 1, 400), ANY), TooLittle)

    @settings(max_examples=50)
    @given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.floats(1e-3, 1e6), st.integers(20, 1000))
    def test_turning_the_groups_round_turns_the_sign(self, mean: float, one: float, two: float, cases: int) -> None:
        first, second = Sample(mean, one, cases), Sample(3.0, two, 50)
        found, turned = mean_difference(first, second), mean_difference(second, first)
        assert isinstance(found, Estimate)
        assert isinstance(turned, Estimate)
        assert_allclose([found.ci_low, found.ci_high], [-turned.ci_high, -turned.ci_low])


def _sample(values: np.ndarray) -> Sample:
    return Sample(float(values.mean()), float(values.std(ddof=1)), values.size)
