"""Trends: slopes by hand and of a published series, seasons, forecasts by simulation, odd input."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from lei.errors import InvalidError
from lei.evidence.estimate import Floats, TooLittle
from lei.evidence.trend import Trend, trend

NAN = math.nan


def found(result: Trend | TooLittle) -> Trend:
    assert isinstance(result, Trend)
    return result


def codes(result: Trend | TooLittle) -> list[str]:
    return [finding.code for finding in found(result).estimate.findings]


class TestSlope:
    def test_the_example_of_sen(self) -> None:
        """Sen 1968: times 1, 2, 3, 4, 10, 12, 18 and 9, 15, 19, 20, 45, 55, 78; slope 4, interval 26/7 to 35/8.

        As months with gaps: the fifteen pairs of seven values and their 93 % interval, the nearest that they allow."""
        months, values = [1, 2, 3, 4, 10, 12, 18], [9.0, 15, 19, 20, 45, 55, 78]
        row = np.full(19, NAN)
        row[months] = values
        estimate = found(trend(row)).estimate
        assert estimate.effect == 4
        slopes = sorted((values[j] - values[i]) / (months[j] - months[i]) for i in range(7) for j in range(i + 1, 7))
        assert estimate.ci_low in slopes
        assert estimate.ci_high in slopes
        assert estimate.ci_low <= 26 / 7 < 35 / 8 <= estimate.ci_high

    def test_one_wild_month_hardly_moves_it(self) -> None:
        values = 50 + 2.0 * np.arange(12) + np.resize([0.1, -0.1, 0.05], 12)
        wild = values.copy()
        wild[10] = 500
        plain, moved = found(trend(values)).estimate, found(trend(wild)).estimate
        assert_allclose([plain.effect, moved.effect], 2, atol=0.05)
        assert np.polyfit(np.arange(12), wild, 1)[0] > 15

    def test_a_straight_line_is_found_exactly(self) -> None:
        series = found(trend(3 - 0.5 * np.arange(8), ahead=3))
        estimate = series.estimate
        assert_allclose([estimate.effect, estimate.ci_low, estimate.ci_high], -0.5)
        assert_allclose([estimate.details["intercept"], estimate.details["tau"]], [3, -1])
        assert_allclose(series.forecast, [-1, -1.5, -2])

    def test_kendalls_test_by_hand(self) -> None:
        """Six months in order: two of 6! orders are as extreme."""
        estimate = found(trend([1.0, 2.5, 3.0, 4.7, 5.0, 6.1])).estimate
        assert_allclose(estimate.p_value, 2 / math.factorial(6))


class TestSeason:
    def test_two_years_show_the_trend_behind_a_season(self) -> None:
        at = np.arange(27)
        season = np.resize([5.0, 3, 0, -2, -4, -6, -5, -3, 0, 2, 4, 6], 30)
        values = 40 + 0.25 * at + season[:27]
        series = found(trend(values, ahead=3))
        assert_allclose(series.estimate.effect, 0.25)
        assert_allclose(series.line, values)
        assert_allclose(series.forecast, 40 + 0.25 * np.arange(27, 30) + season[27:])
        assert series.estimate.details["season"] == 1
        assert "season_not_removed" not in codes(trend(values))

    def test_less_than_two_years_say_that_no_season_was_removed(self) -> None:
        assert "season_not_removed" in codes(trend(np.random.default_rng(1).normal(5, 1, 23)))

    def test_a_season_alone_has_no_trend(self) -> None:
        estimate = found(trend(np.resize([5.0, 3, 0, -2, -4, -6, -5, -3, 0, 2, 4, 6], 36))).estimate
        assert_allclose([estimate.effect, estimate.ci_low, estimate.ci_high], 0, atol=1e-9)
        assert not estimate.excludes_zero


class TestForecast:
    @pytest.mark.parametrize("months", [12, 30])
    def test_its_interval_holds_what_comes(self, months: int) -> None:
        rng = np.random.default_rng(9)
        held = []
        for _ in range(300):
            values = 20 + 0.4 * np.arange(months + 3) + rng.normal(0, 2, months + 3)
            series = found(trend(values[:months], ahead=3))
            held.append((series.low <= values[months:]) & (values[months:] <= series.high))
        assert 0.91 <= np.mean(held) <= 0.98

    def test_its_width_by_the_textbook_where_months_are_independent(self) -> None:
        """s^2 (1 + 1/n + (x - mean)^2 / sum (x - mean)^2), of ten months that jump up and down around a line; t of 8
        degrees of freedom is 2.306004."""
        at, jumps = np.arange(10), np.array([1.0, -2, 1, -1, 2, -2, 1, -1, 1, -1])
        series = found(trend(30 + 2 * at + jumps, ahead=3))
        assert series.estimate.details["autocorrelation"] == 0
        squares = ((series.observed - series.line) ** 2).sum() / 8
        ahead = np.array([10, 11, 12])
        wide = 2.306004 * np.sqrt(squares * (1 + 0.1 + (ahead - 4.5) ** 2 / 82.5))
        assert_allclose(series.high - series.forecast, wide, rtol=1e-6)

    def test_it_ends_after_three_months(self) -> None:
        assert found(trend(np.arange(12.0), ahead=0)).forecast.size == 0
        for ahead in (4, -1):
            with pytest.raises(InvalidError, match="3 months"):
                trend(np.arange(12.0), ahead=ahead)


def alike(rng: np.random.Generator, months: int, share: float) -> Floats:
    """Months of which each has `share` of the one before, without any trend."""
    noise, row = rng.normal(0, 1, months + 50), np.zeros(months + 50)
    for month in range(1, months + 50):
        row[month] = share * row[month - 1] + noise[month]
    return 50 + row[50:]


class TestMonthsThatAreAlike:
    @pytest.mark.parametrize("months", [12, 24, 36])
    def test_intervals_hold_the_truth_all_the_same(self, months: int) -> None:
        """By intervals for independent months 84, 58 and 63 of 100 hold the slope of 0, and 80 to 92 what comes."""
        rng = np.random.default_rng(4)
        slopes, ahead = [], []
        for _ in range(200):
            values = alike(rng, months + 3, 0.5)
            series = found(trend(values[:months], ahead=3))
            slopes.append(not series.estimate.excludes_zero)
            ahead.append((series.low <= values[months:]) & (values[months:] <= series.high))
        assert np.mean(slopes) >= 0.88
        assert np.mean(ahead) >= 0.91

    def test_a_season_that_was_learnt_makes_independent_months_no_surer(self) -> None:
        """Eleven of 24 months are spent on it: without that the slope of 0 is held by 85 of 100."""
        rng = np.random.default_rng(4)
        held = [not found(trend(rng.normal(50, 1, 24))).estimate.excludes_zero for _ in range(200)]
        assert np.mean(held) >= 0.93

    def test_it_is_said_and_the_test_agrees_with_the_interval(self) -> None:
        walk = found(trend(np.cumsum(np.random.default_rng(3).normal(0, 1, 20)))).estimate
        assert walk.details["autocorrelation"] > 0.5
        assert "autocorrelated" in [finding.code for finding in walk.findings]
        jumping = found(trend(np.resize([1.0, -1.0], 20) + 0.01 * np.arange(20))).estimate
        assert "autocorrelated" not in [finding.code for finding in jumping.findings]

    def test_the_p_value_rises_with_the_width(self) -> None:
        """Both by the ratio of two errors of a slope by least squares, worked out by matrices of the resemblance."""
        row = alike(np.random.default_rng(8), 18, 0.6)
        estimate, at = found(trend(row)).estimate, np.arange(18)
        design = np.column_stack([np.ones(18), at])
        maker = np.eye(18) - design @ np.linalg.inv(design.T @ design) @ design.T
        resemblance = estimate.details["autocorrelation"] ** np.abs(at[:, None] - at)
        weights = (at - at.mean()) / ((at - at.mean()) ** 2).sum()
        variance = weights @ resemblance @ weights / np.trace(maker @ resemblance)
        widening = math.sqrt(variance / ((weights @ weights) / 16))
        assert widening > 1.2
        slope, _, low, high = stats.theilslopes(row, at)
        assert_allclose([estimate.ci_low, estimate.ci_high], slope + widening * (np.array([low, high]) - slope))
        deviate = NormalDist().inv_cdf(1 - stats.kendalltau(at, row).pvalue / 2) / widening
        assert_allclose(estimate.p_value, 2 * (1 - NormalDist().cdf(deviate)))


class TestMinimum:
    def test_six_months_are_needed_and_twelve_are_good(self) -> None:
        assert trend([1.0, 2, 3, 5, 4, NAN]) == TooLittle("trend", {"months": 6}, {"months": 5})
        assert "below_good" in codes(trend(np.sin(np.arange(11.0))))
        assert "below_good" not in codes(trend(np.sin(np.arange(12.0))))

    def test_gaps_are_counted(self) -> None:
        series = found(trend([1.0, 2, NAN, 5, 4, 6, 8]))
        assert {one.code: one.numbers for one in series.estimate.findings}["gaps"] == {"months": 1}

    def test_nothing_is_too_little(self) -> None:
        for values in ([], [1.0], [NAN] * 20):
            assert isinstance(trend(values, at_least={"months": 0}), TooLittle)

    @pytest.mark.parametrize("values", [[5.0] * 12, [math.inf] * 12, [[1.0, 2.0]] * 12, ["a"] * 12])
    def test_what_has_no_trend_is_refused(self, values: list[float]) -> None:
        with pytest.raises(InvalidError):
            trend(values)

    @settings(max_examples=50)
    @given(st.lists(st.integers(0, 100), min_size=6, max_size=40).filter(lambda row: len(set(row)) > 1))
    def test_every_number_is_finite_and_the_interval_holds_the_slope(self, values: list[int]) -> None:
        series = found(trend(np.array(values, dtype=float), ahead=3))
        estimate = series.estimate
        assert estimate.ci_low <= estimate.effect <= estimate.ci_high
        assert np.isfinite([estimate.p_value, *estimate.details.values(), *series.low, *series.high]).all()
        assert (series.low <= series.forecast).all()
