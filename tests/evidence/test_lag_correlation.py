"""Correlation with lags, against the numbers of the policy, sums on paper, scipy, and series without a link."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lei.errors import InvalidError
from lei.evidence.correlation import (
    autocorrelation,
    correlate,
    critical_r,
    effective_cases,
    fisher_interval,
    t_test,
)
from lei.evidence.estimate import Estimate, Floats, TooLittle
from lei.evidence.lag_correlation import LagSearch, correlate_at_lag, longest_lag, search_lags
from lei.evidence.month_series import Detrend, detrended

NAN = math.nan


def smooth_walk(rng: np.random.Generator, months: int, memory: float = 0.0, drift: float = 0.0) -> Floats:
    """A level whose monthly changes remember the month before."""
    changes = np.zeros(months)
    for t in range(1, months):
        changes[t] = memory * changes[t - 1] + rng.normal()
    return 100 + np.cumsum(changes + drift)


def linked(rng: np.random.Generator, months: int, lag: int, sign: int = 1) -> tuple[Floats, Floats]:
    """A measure whose changes last for some months, and a KPI that follows it by `lag` months with a little noise."""
    measure = smooth_walk(rng, months + lag, memory=0.6)
    return measure[lag:], 50 + sign * measure[:months] + rng.normal(0, 0.2, months)


def searched(found: LagSearch | TooLittle) -> LagSearch:
    """The search, which must have been made."""
    assert isinstance(found, LagSearch), found
    return found


class TestTheNumbersOfThePolicy:
    @pytest.mark.parametrize(("months", "needed"), [(12, "0.58"), (24, "0.40"), (36, "0.33")])
    def test_not_significant_below(self, months: int, needed: str) -> None:
        assert f"{critical_r(months):.2f}" == needed

    @pytest.mark.parametrize(("months", "lag", "needed"), [(18, 3, "0.63"), (24, 4, "0.56"), (36, 6, "0.48")])
    def test_with_a_search_over_lags(self, months: int, lag: int, needed: str) -> None:
        """Corrected for lags 0..L and for the pairs that the longest lag loses."""
        assert longest_lag(months) == lag
        assert f"{critical_r(months - lag, 1 - 0.05 / (lag + 1)):.2f}" == needed

    def test_half_of_24_months_is_from_an_eighth_to_three_quarters(self) -> None:
        assert [f"{end:.2f}" for end in fisher_interval(0.5, 24)] == ["0.12", "0.75"]

    def test_24_months_that_remember_half_are_worth_14(self) -> None:
        assert f"{effective_cases(24, 0.5, 0.5):.1f}" == "14.4"
        assert effective_cases(24, 0.5, -0.5) == 24

    @pytest.mark.parametrize(("months", "lag"), [(12, 2), (17, 2), (18, 3), (36, 6), (48, 6), (120, 6)])
    def test_the_longest_lag(self, months: int, lag: int) -> None:
        assert longest_lag(months) == lag


class TestTheCorrelation:
    def test_against_scipy(self) -> None:
        from scipy.stats import pearsonr, spearmanr

        rng = np.random.default_rng(5)
        x = np.round(rng.normal(size=25), 1)  # with ties
        y = np.round(0.4 * x + rng.normal(size=25), 1)
        found, reference = correlate(x, y), pearsonr(x, y)
        assert found is not None
        assert found.r == pytest.approx(reference.statistic)
        assert found.p_value == pytest.approx(reference.pvalue)
        interval = reference.confidence_interval(0.95)
        assert (found.ci_low, found.ci_high) == pytest.approx((interval.low, interval.high))
        assert found.spearman == pytest.approx(spearmanr(x, y).statistic)

    def test_the_autocorrelation_by_hand(self) -> None:
        """1 2 3 4 5 less 3: (-2)(-1) + 0 + 0 + 1 x 2 = 4, over 10. With a gap in the middle: mean 3, (2 + 2) / 10."""
        assert autocorrelation(np.array([1.0, 2, 3, 4, 5])) == pytest.approx(0.4)
        assert autocorrelation(np.array([1.0, 2, NAN, 4, 5])) == pytest.approx(0.4)
        assert autocorrelation(np.array([7.0, 7, 7])) == 0

    def test_one_far_point_is_found_by_ranks(self) -> None:
        x = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 50])
        y = np.array([5.0, 3, 6, 2, 7, 1, 6, 3, 4, 60])
        found = correlate(x, y)
        assert found is not None
        assert found.r > 0.95
        assert found.outlier_driven

    def test_hardly_any_cases_say_nothing(self) -> None:
        assert fisher_interval(0.9, 3) == (-1, 1)
        assert t_test(0.9, 2.5) == 1
        assert critical_r(3) == 1


class TestDetrending:
    def test_a_change_beside_a_missing_month_is_missing(self) -> None:
        found = detrended(np.array([1.0, 2, NAN, 5, 9]), Detrend.DIFFERENCES)
        np.testing.assert_array_equal(found, [1, NAN, NAN, 4])

    def test_a_line_and_the_months_of_the_year_leave_nothing(self) -> None:
        months = np.arange(30)
        season = np.tile([3.0, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8], 3)[:30]
        np.testing.assert_allclose(detrended(7 + 0.5 * months + season, Detrend.TREND_AND_SEASON), 0, atol=1e-10)

    def test_a_season_needs_two_years(self) -> None:
        with pytest.raises(InvalidError, match="24 months"):
            detrended(np.arange(23.0), Detrend.TREND_AND_SEASON)


class TestTheSearch:
    @pytest.mark.parametrize("lag", [0, 2, 5])
    @pytest.mark.parametrize("sign", [1, -1])
    def test_a_link_is_found_at_its_lag(self, lag: int, sign: int) -> None:
        measure, kpi = linked(np.random.default_rng(11), 36, lag, sign)
        found = searched(search_lags(measure, kpi, sign))
        assert found.best is not None, found
        assert found.best.details["lag"] == lag
        assert found.best.effect * sign > 0.8
        assert found.best.excludes_zero
        assert found.best.p_value < 0.05
        assert len(found.lags) == 7
        assert found.level == pytest.approx(1 - 0.05 / 7)

    def test_the_wrong_sign_is_not_reported(self) -> None:
        measure, kpi = linked(np.random.default_rng(11), 36, 2)
        found = searched(search_lags(measure, kpi, -1))
        assert (found.best, found.not_reported) == (None, "not_the_planned_sign")

    def test_a_lag_whose_neighbour_says_the_opposite_is_not_reported(self) -> None:
        """White noise in levels: its changes turn back at once, and so do the neighbours of the true lag."""
        measure = np.random.default_rng(2).normal(50, 5, 38)
        found = searched(search_lags(measure[2:], measure[:-2] + 100, 1))
        assert (found.best, found.not_reported) == (None, "neighbours_disagree")
        assert found.lags[2].r == pytest.approx(1)

    def test_two_series_that_only_rise_together(self) -> None:
        """Levels that correlate almost perfectly, without a link: nothing is reported."""
        rng = np.random.default_rng(8)
        months = np.arange(36)
        measure, kpi = 50 + 2 * months + rng.normal(size=36), 10 + 0.7 * months + rng.normal(0, 0.3, 36)
        assert np.corrcoef(measure, kpi)[0, 1] > 0.98
        found = searched(search_lags(measure, kpi, 1))
        assert (found.best, found.not_reported) == (None, "no_lag_significant")

    @pytest.mark.parametrize(("memory", "drift"), [(0.0, 0.0), (0.0, 0.5), (0.5, 0.3)])
    def test_walks_without_a_link_are_hardly_ever_reported(self, memory: float, drift: float) -> None:
        """Of 300 pairs one in twenty may have a significant lag, and three standard errors of chance more."""
        rng = np.random.default_rng(2026)
        pairs, significant, reported = 300, 0, 0
        for _ in range(pairs):
            x, y = smooth_walk(rng, 30, memory, drift), smooth_walk(rng, 30, memory, drift)
            found = searched(search_lags(x, y, 1))
            significant += found.not_reported != "no_lag_significant"
            reported += found.best is not None
        allowed = 0.05 + 3 * math.sqrt(0.05 * 0.95 / pairs)
        assert significant / pairs <= allowed
        assert reported / pairs <= 0.05

    def test_seasons_in_common_are_hardly_ever_reported(self) -> None:
        rng = np.random.default_rng(7)
        season = 10 * np.sin(np.arange(36) * math.tau / 12)
        significant = 0
        for _ in range(200):
            x, y = season + rng.normal(size=36), season + rng.normal(size=36)
            found = searched(search_lags(x, y, 1, Detrend.TREND_AND_SEASON))
            significant += found.not_reported != "no_lag_significant"
        assert significant / 200 <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 200)

    def test_a_season_in_common_hides_no_link(self) -> None:
        rng = np.random.default_rng(3)
        season = 10 * np.sin(np.arange(60) * math.tau / 12)
        x = season + rng.normal(size=60)
        y = season + np.roll(x - season, 1) + rng.normal(0, 0.3, 60)
        found = correlate_at_lag(x, y, 1, Detrend.TREND_AND_SEASON)
        assert isinstance(found, Estimate)
        assert found.effect > 0.8

    def test_an_outlier_is_told(self) -> None:
        rng = np.random.default_rng(4)
        x, y = smooth_walk(rng, 30), smooth_walk(rng, 30)
        x[15:], y[15:] = x[15:] + 60, y[15:] + 60  # one step of both in the same month
        found = correlate_at_lag(x, y, 0)
        assert isinstance(found, Estimate)
        assert found.effect > 0.9
        assert "outlier_driven" in {finding.code for finding in found.findings}


class TestTooLittle:
    def test_months(self) -> None:
        walk = smooth_walk(np.random.default_rng(1), 17)
        assert search_lags(walk, walk**2, 1) == TooLittle("correlation_lagged", {"months": 18}, {"months": 17})
        assert correlate_at_lag(walk[:11], walk[:11] ** 2, 0) == TooLittle(
            "correlation_months", {"months": 12}, {"months": 11}
        )
        assert search_lags([], [], 1) == TooLittle("correlation_lagged", {"months": 18}, {"months": 0})

    def test_one_missing_month_is_dropped_and_not_filled(self) -> None:
        measure, kpi = linked(np.random.default_rng(11), 36, 0)
        kpi[10] = NAN
        found = searched(search_lags(measure, kpi, 1))
        assert found.months == 35
        assert found.lags[0].pairs == 33  # 35 changes, less the two beside the gap
        assert found.best is not None

    def test_two_missing_months_in_a_row_are_too_many(self) -> None:
        measure, kpi = linked(np.random.default_rng(11), 36, 0)
        kpi[10] = measure[11] = NAN
        assert search_lags(measure, kpi, 1) == TooLittle(
            "correlation_lagged", {"months_missing_in_a_row": 1}, {"months_missing_in_a_row": 2}
        )

    def test_months_before_the_first_and_after_the_last_are_no_gap(self) -> None:
        measure, kpi = linked(np.random.default_rng(11), 36, 0)
        measure[:4] = NAN
        kpi[-3:] = NAN
        assert searched(search_lags(measure, kpi, 1)).months == 29

    def test_gaps_everywhere_leave_no_changes(self) -> None:
        walk = smooth_walk(np.random.default_rng(1), 37)
        walk[1::2] = NAN
        assert search_lags(walk, walk + 1, 1) == TooLittle("correlation_lagged", {"pairs": 8}, {"pairs": 0})

    @pytest.mark.parametrize("still", [np.full(24, 5.0), np.arange(24) * 0.1, np.full(24, 0.0)])
    def test_a_series_that_does_not_vary(self, still: Floats) -> None:
        walk = smooth_walk(np.random.default_rng(1), 24)
        assert search_lags(still, walk, 1) == TooLittle(
            "correlation_lagged", {"series_that_vary": 2}, {"series_that_vary": 1}
        )


class TestHostileInput:
    def test_refused(self) -> None:
        walk = smooth_walk(np.random.default_rng(1), 24)
        with pytest.raises(InvalidError, match="infinite"):
            search_lags(np.where(walk == walk[3], math.inf, walk), walk, 1)
        with pytest.raises(InvalidError, match="beyond 1e"):
            search_lags(walk, np.where(walk == walk[3], 1e300, walk), 1)
        with pytest.raises(InvalidError, match="over the same months"):
            search_lags(walk, walk[1:], 1)
        with pytest.raises(InvalidError, match="looks back over 12 months"):
            search_lags(walk, walk, 1, window_months=12)
        with pytest.raises(InvalidError, match="sign"):
            search_lags(walk, walk, 0)  # type: ignore[arg-type]
        with pytest.raises(InvalidError, match="A lag of -1 months"):
            correlate_at_lag(walk, walk, -1)

    @settings(max_examples=60)
    @given(
        st.lists(
            st.tuples(
                st.floats(-1e15, 1e15) | st.just(NAN) | st.sampled_from([0.0, 1.0]),
                st.floats(-1e15, 1e15) | st.just(NAN) | st.sampled_from([0.0, 1.0]),
            ),
            min_size=18,
            max_size=40,
        )
    )
    def test_no_series_gives_anything_but_numbers(self, rows: list[tuple[float, float]]) -> None:
        x, y = np.array(rows).T
        found = search_lags(x, y, 1)
        if isinstance(found, TooLittle):
            return
        for lag in found.lags:
            assert -1 <= lag.ci_low <= lag.r + 1e-9 <= lag.ci_high + 2e-9 <= 1 + 3e-9
            assert 0 <= lag.p_value <= 1
            assert -1 <= lag.spearman <= 1
            assert lag.n_effective <= lag.pairs
