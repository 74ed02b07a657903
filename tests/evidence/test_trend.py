"""Trends: slopes by hand and of a published series, seasons, forecasts by simulation, odd input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from lei.errors import InvalidError
from lei.evidence.estimate import TooLittle
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

    def test_it_ends_after_three_months(self) -> None:
        assert found(trend(np.arange(12.0), ahead=0)).forecast.size == 0
        for ahead in (4, -1):
            with pytest.raises(InvalidError, match="3 months"):
                trend(np.arange(12.0), ahead=ahead)


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
