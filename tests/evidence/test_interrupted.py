"""Interrupted time series: against regressions written out with dummy columns, and against known truths."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from statsmodels.regression.linear_model import OLS

from lei.errors import InvalidError
from lei.evidence.estimate import TooLittle
from lei.evidence.interrupted import InterruptedSeries, interrupted_time_series

# Errors per 100 tickets by month: twelve before, nine after.
ERRORS = [8.6, 8.1, 8.5, 8.4, 8.0, 8.3, 8.5, 8.1, 8.2, 7.9, 8.3, 8.0, 7.6, 7.1, 7.3, 6.9, 6.5, 6.8, 6.2, 6.4, 6.0]


def found(result: InterruptedSeries | TooLittle) -> InterruptedSeries:
    assert isinstance(result, InterruptedSeries)
    return result


def codes(result: InterruptedSeries | TooLittle) -> list[str]:
    return [finding.code for finding in found(result).estimate.findings]


def noise(rng: np.random.Generator, months: int, alike: float) -> np.ndarray:
    """Autoregressive noise with a standard deviation of 1 in each step."""
    steps = rng.normal(size=months)
    steps[0] /= math.sqrt(1 - alike**2)
    for month in range(1, months):
        steps[month] += alike * steps[month - 1]
    return steps


def segmented(months: int, start: int) -> np.ndarray:
    """The columns of the usual regression: constant, month, after, months since the start."""
    at = np.arange(months)
    after = (at >= start).astype(float)
    return np.column_stack([np.ones(months), at, after, after * (at - start)])


class TestTheRegression:
    def test_the_average_gap_is_from_the_line_through_the_months_before(self) -> None:
        series = found(interrupted_time_series(ERRORS, 12))
        slope, intercept = np.polyfit(np.arange(12), ERRORS[:12], 1)
        line = intercept + slope * np.arange(21)
        assert_allclose(series.projected, line)
        assert_allclose(series.estimate.effect, np.mean(np.array(ERRORS)[12:] - line[12:]))
        assert_allclose(series.estimate.relative, series.estimate.effect / line[12:].mean())
        assert_allclose(series.estimate.details["level_after"], np.mean(ERRORS[12:]))

    def test_level_and_slope_change_are_those_of_a_segmented_regression(self) -> None:
        fit = OLS(ERRORS, segmented(21, 12)).fit()
        estimate = found(interrupted_time_series(ERRORS, 12)).estimate
        assert_allclose([estimate.details["level_change"], estimate.details["slope_change"]], fit.params[2:])
        assert estimate.degrees_of_freedom == fit.df_resid == 17

    @pytest.mark.parametrize("seed", range(6))
    def test_its_error_is_the_larger_of_newey_west_and_the_autoregressive_one(self, seed: int) -> None:
        """Both by another path: statsmodels' HAC of the segmented regression, and (X'X)^-1 X'RX (X'X)^-1."""
        values = noise(np.random.default_rng(seed), 32, 0.4) * np.linspace(0.2, 3, 32)
        columns, average = segmented(32, 20), np.array([0, 0, 1, 5.5])
        estimate = found(interrupted_time_series(values, 20)).estimate
        robust = OLS(values, columns).fit(cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": True})
        alike = estimate.details["autocorrelation"] ** np.abs(np.subtract.outer(np.arange(32), np.arange(32)))
        inverse = np.linalg.inv(columns.T @ columns)
        size = robust.resid @ robust.resid / np.trace(alike - columns @ inverse @ columns.T @ alike)
        modelled = size * inverse @ columns.T @ alike @ columns @ inverse
        errors = [math.sqrt(average @ covariance @ average) for covariance in (robust.cov_params(), modelled)]
        assert_allclose(estimate.standard_error, max(errors))

    def test_a_gap_in_the_series_is_left_out_and_said(self) -> None:
        with_gap = [*ERRORS[:5], math.nan, *ERRORS[6:]]
        series = found(interrupted_time_series(with_gap, 12))
        kept = np.arange(21) != 5
        fit = OLS(np.array(ERRORS)[kept], segmented(21, 12)[kept]).fit()
        assert_allclose(series.estimate.details["level_change"], fit.params[2])
        assert "gaps" in codes(series)
        assert series.estimate.before == 11

    def test_months_of_the_lag_are_left_out(self) -> None:
        series = found(interrupted_time_series(ERRORS, 12, lag=2))
        line = np.polyval(np.polyfit(np.arange(12), ERRORS[:12], 1), np.arange(21))
        assert_allclose(series.estimate.effect, np.mean(np.array(ERRORS)[14:] - line[14:]))
        assert series.positions.tolist() == list(range(14, 21))


class TestTheSeason:
    def test_two_years_before_project_a_season(self) -> None:
        """By dummy columns of the months of the year, fitted to the 24 months before alone."""
        rng = np.random.default_rng(3)
        at = np.arange(33)
        values = 50 + 0.2 * at + 6 * np.sin(2 * np.pi * at / 12) + rng.normal(0, 0.5, 33)
        values[24:] -= 4
        dummies = (at[:, np.newaxis] % 12 == np.arange(12)).astype(float)
        columns = np.column_stack([at, dummies])
        fit = OLS(values[:24], columns[:24]).fit()
        series = found(interrupted_time_series(values, 24))
        assert_allclose(series.projected, columns @ fit.params)
        assert series.estimate.details["season"] == 1
        assert series.estimate.ci_low < -4 < series.estimate.ci_high
        assert series.left_the_band

    def test_less_than_two_years_before_say_that_no_season_was_removed(self) -> None:
        assert "season_not_removed" in codes(interrupted_time_series(ERRORS, 12))


class TestTheBand:
    def test_without_autocorrelation_it_is_the_prediction_interval_of_the_old_line(self) -> None:
        """Residuals that alternate leave an autocorrelation of 0; statsmodels predicts from the months before."""
        values = 50 + 0.3 * np.arange(18) + np.resize([1.0, -0.8, 0.6, -1.1], 18)
        series = found(interrupted_time_series(values, 12))
        assert series.estimate.details["autocorrelation"] == 0
        columns = np.column_stack([np.ones(18), np.arange(18)])
        limits = OLS(values[:12], columns[:12]).fit().get_prediction(columns[12:]).conf_int(obs=True)
        assert_allclose(np.column_stack([series.low, series.high]), limits)

    def test_a_lasting_change_leaves_it(self) -> None:
        series = found(interrupted_time_series(ERRORS, 12))
        assert series.left_the_band
        assert (series.outside[3:] == -1).all()

    def test_what_the_chart_shows_stays_as_it_was(self) -> None:
        values = np.array(ERRORS)
        series = found(interrupted_time_series(values, 12))
        values[:] = 0
        assert series.observed.tolist() == ERRORS

    def test_one_odd_month_does_not(self) -> None:
        values = np.array(ERRORS)
        line = np.polyval(np.polyfit(np.arange(12), ERRORS[:12], 1), np.arange(21))
        values[12:] = line[12:] + np.array([0.1, -0.1, 0.1, -3, 0.1, -0.1, 0.1, -0.1, 0.1])
        series = found(interrupted_time_series(values, 12))
        assert series.outside.tolist() == [0, 0, 0, -1, 0, 0, 0, 0, 0]
        assert not series.left_the_band


class TestSimulation:
    @pytest.mark.parametrize(("before", "after", "alike"), [(12, 12, 0.0), (24, 12, 0.4), (36, 12, 0.4)])
    def test_its_intervals_hold_a_known_change(self, before: int, after: int, alike: float) -> None:
        """Level +2, slope +0.3 a month: the average gap is 2 + 0.3 x 5.5 = 3.65. Trend 0.5, noise of 1."""
        rng = np.random.default_rng(11)
        truth = segmented(before + after, before) @ [50, 0.5, 2, 0.3]
        held = np.zeros(3)
        for _ in range(200):
            estimate = found(interrupted_time_series(truth + noise(rng, before + after, alike), before)).estimate
            numbers = estimate.details
            held += [
                estimate.ci_low <= 3.65 <= estimate.ci_high,
                numbers["level_change_low"] <= 2 <= numbers["level_change_high"],
                numbers["slope_change_low"] <= 0.3 <= numbers["slope_change_high"],
            ]
        assert ((held / 200 >= 0.89) & (held / 200 <= 0.99)).all(), held / 200

    def test_a_series_that_only_goes_on_seldom_leaves_the_band(self) -> None:
        rng = np.random.default_rng(12)
        left = [
            found(interrupted_time_series(0.5 * np.arange(24) + noise(rng, 24, 0.4), 12)).left_the_band
            for _ in range(200)
        ]
        assert np.mean(left) <= 0.08

    def test_the_autocorrelation_is_found_without_the_bias_of_few_months(self) -> None:
        """Of 24 months with 0.5, the plain one of residuals is about 0.2."""
        rng = np.random.default_rng(13)
        estimates = [found(interrupted_time_series(noise(rng, 24, 0.5), 12)).estimate for _ in range(200)]
        assert np.mean([one.details["autocorrelation"] for one in estimates]) == pytest.approx(0.5, abs=0.07)

    def test_strong_autocorrelation_is_said(self) -> None:
        assert "autocorrelated" in codes(interrupted_time_series(noise(np.random.default_rng(1), 48, 0.8), 36))


class TestMinimum:
    def test_six_and_three_months_are_needed_and_twelve_each_are_good(self) -> None:
        assert interrupted_time_series(ERRORS[:8], 5) == TooLittle(
            "interrupted_time_series", {"months_before": 6}, {"months_before": 5}
        )
        assert "below_good" in codes(interrupted_time_series(ERRORS[:9], 6))
        assert "below_good" not in codes(interrupted_time_series(noise(np.random.default_rng(1), 24, 0), 12))

    @pytest.mark.parametrize("values", [[], [5.0], [math.nan] * 30])
    def test_nothing_is_too_little(self, values: list[float]) -> None:
        at_least = {"months_before": 0, "months_after": 0}
        assert isinstance(interrupted_time_series(values, 0, at_least=at_least), TooLittle)

    @pytest.mark.parametrize(
        ("values", "start"),
        [
            ([7.0] * 24, 12),
            (list(range(24)), 12),
            ([math.inf, *ERRORS], 12),
            (ERRORS, 22),
            (ERRORS, -1),
            ([0.0] * 24, 12),
        ],
    )
    def test_what_cannot_be_analysed_is_refused(self, values: list[float], start: int) -> None:
        with pytest.raises(InvalidError):
            interrupted_time_series(values, start)

    def test_a_lag_below_nothing_is_refused(self) -> None:
        with pytest.raises(InvalidError):
            interrupted_time_series(ERRORS, 12, lag=-1)

    @settings(max_examples=40)
    @given(st.integers(0, 2**32), st.integers(6, 27), st.sampled_from([1e-60, 1.0, 1e60]))
    def test_every_number_is_finite(self, seed: int, start: int, scale: float) -> None:
        values = np.random.default_rng(seed).permutation(1000)[:30] * scale
        series = found(interrupted_time_series(values, start))
        numbers = [series.estimate.ci_low, series.estimate.ci_high, series.estimate.p_value]
        assert np.isfinite([*numbers, *series.estimate.details.values()]).all()
        assert (series.low < series.high).all()
        assert series.estimate.ci_low <= series.estimate.effect <= series.estimate.ci_high
