"""Intervals of percents, means and net promoter scores: published values, numbers by hand, simulation."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from lei.errors import InvalidError
from lei.evidence.estimate import Estimate, TooLittle
from lei.evidence.intervals import (
    Interval,
    Sample,
    Share,
    mean_difference,
    mean_interval,
    nps_interval,
    percent_difference,
    percent_interval,
)

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


class TestPercent:
    def test_published_wilson_intervals(self, shared: Path) -> None:
        """Values of R's `binom::binom.confint`, from the tests of statsmodels."""
        reference = json.loads((shared / "reference/scoring/proportion_intervals.json").read_text("utf-8"))
        for (successes, cases), limits in zip(
            reference["inputs"]["cases"]["rows"], reference["expected"]["wilson"]["rows"], strict=True
        ):
            found = percent_interval(Share(successes, cases), ANY)
            assert isinstance(found, Interval)
            assert_allclose([found.low, found.high], np.array(limits) * 100, atol=1e-4)

    def test_the_good_amounts_of_the_policy_are_known_to_ten_and_five_points(self) -> None:
        for cases, points in ((100, 10), (385, 5)):
            found = percent_interval(Share(cases / 2, cases))
            assert isinstance(found, Interval)
            assert found.findings == ()
            assert_allclose([found.low, found.high], [50 - points, 50 + points], atol=0.5)

    def test_below_thirty_there_is_no_interval(self) -> None:
        assert percent_interval(Share(20, 29)) == TooLittle("percent", {"cases": 30}, {"cases": 29})
        found = percent_interval(Share(20, 30))
        assert isinstance(found, Interval)
        assert [(finding.code, finding.numbers) for finding in found.findings] == [
            ("below_good", {"found": 30, "good": 100})
        ]

    def test_a_share_of_nobody_is_too_little_even_for_a_measure_that_asks_for_none(self) -> None:
        assert isinstance(percent_interval(Share(0, 0), {"cases": 0}), TooLittle)

    @given(COUNTS)
    def test_the_interval_holds_the_percent_and_stays_within_0_and_100(self, counts: tuple[int, int]) -> None:
        found = percent_interval(Share(*counts))
        assert isinstance(found, Interval)
        assert 0 <= found.low <= found.value <= found.high <= 100

    @pytest.mark.parametrize("share", [Share(31, 30), Share(-1, 30), Share(math.nan, 30), Share(3, math.inf)])
    def test_counts_that_cannot_be_are_refused(self, share: Share) -> None:
        with pytest.raises(InvalidError):
            percent_interval(share)


class TestMean:
    def test_the_interval_by_a_table_of_t(self) -> None:
        """25 cases: t(0.975, 24) = 2.0639; 10 / sqrt(25) = 2."""
        found = mean_interval(Sample(70, 10, 25))
        assert isinstance(found, Interval)
        assert_allclose([found.low, found.high], [70 - 4.1278, 70 + 4.1278], atol=1e-4)

    def test_cases_that_are_all_alike_have_an_interval_without_width(self) -> None:
        found = mean_interval(Sample(5, 0, 25))
        assert isinstance(found, Interval)
        assert (found.low, found.high) == (5, 5)

    def test_below_twenty_there_is_none_and_a_measure_may_ask_for_more(self) -> None:
        assert mean_interval(Sample(5, 1, 19)) == TooLittle("mean", {"cases": 20}, {"cases": 19})
        assert mean_interval(Sample(5, 1, 25), {"cases": 30}) == TooLittle("mean", {"cases": 30}, {"cases": 25})
        assert isinstance(mean_interval(Sample(5, 1, 1), ANY), TooLittle)

    @pytest.mark.parametrize(
        "sample", [Sample(math.nan, 1, 30), Sample(5, math.inf, 30), Sample(5, -1, 30), Sample(1e200, 1, 30)]
    )
    def test_numbers_that_cannot_be_are_refused(self, sample: Sample) -> None:
        with pytest.raises(InvalidError):
            mean_interval(sample)


class TestNetPromoterScore:
    def test_the_interval_by_hand(self) -> None:
        """30, 20, 10 of 60: score 33.3. With 0.75, 1.5, 0.75: 30.75 and 10.75 of 63; centre 20 / 63 = 0.31746;
        variance 41.5 / 63 - 0.31746^2 = 0.55795; reach 1.95996 sqrt(0.55795 / 63) = 0.18445."""
        found = nps_interval(30, 20, 10)
        assert isinstance(found, Interval)
        assert_allclose(found.value, 100 / 3)
        assert_allclose([found.low, found.high], [13.301, 50.191], atol=0.01)

    def test_the_policys_amounts_give_about_twenty_and_ten_points(self) -> None:
        """Half promoters, a quarter detractors: the standard deviation of the answers is 0.83."""
        for cases, points in ((60, 20), (250, 10)):
            found = nps_interval(cases / 2, cases / 4, cases / 4)
            assert isinstance(found, Interval)
            assert_allclose((found.high - found.low) / 2, points, rtol=0.05)

    def test_sixty_are_needed(self) -> None:
        assert nps_interval(29, 20, 10) == TooLittle("nps", {"cases": 60}, {"cases": 59})
        with pytest.raises(InvalidError):
            nps_interval(-1, 50, 50)

    def test_it_holds_its_level_where_nearly_all_are_promoters(self) -> None:
        """60 answers, 92 % promoters, 4 % detractors: the true score is 88."""
        drawn = np.random.default_rng(1).multinomial(60, [0.92, 0.04, 0.04], size=1000)
        found = [nps_interval(*(float(count) for count in row)) for row in drawn]
        held = np.mean([isinstance(one, Interval) and one.low <= 88 <= one.high for one in found])
        assert 0.93 <= held <= 0.99

    @given(st.integers(0, 500), st.integers(60, 500), st.integers(0, 500))
    def test_the_interval_holds_the_score(self, promoters: int, passives: int, detractors: int) -> None:
        found = nps_interval(promoters, passives, detractors)
        assert isinstance(found, Interval)
        assert -100 <= found.low < found.value < found.high <= 100


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
        with pytest.raises(InvalidError, match="do not vary"):
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
