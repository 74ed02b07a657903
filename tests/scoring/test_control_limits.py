"""The XmR chart against Wheeler's published series and rules, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from scoring.control_limits import control_limits
from scoring.errors import ScoringError

NAN = math.nan
# Wheeler and Chambers, Understanding Statistical Process Control: sixteen values with one that does not belong.
ACCOUNTS = [5045, 4350, 4350, 3975, 4290, 4430, 4485, 4285, 3980, 3925, 3645, 3760, 3300, 3685, 3463, 5200]
# Wheeler, Understanding Variation: monthly US trade deficits of 1987 and 1988, billions of dollars.
DEFICITS_1987 = [10.7, 13.0, 11.4, 11.5, 12.5, 14.1, 14.8, 14.1, 12.6, 16.0, 11.7, 10.6]
DEFICITS_1988 = [10.0, 11.4, 7.9, 9.5, 8.0, 11.8, 10.5, 11.2, 9.2, 10.1, 10.4, 10.5]


class TestLimits:
    def test_the_accounts(self) -> None:
        """Sum 66168 / 16 = 4135.5; ranges 695 0 375 315 140 55 200 305 55 280 115 460 385 222 1737, sum 5339 / 15."""
        found = control_limits(ACCOUNTS)
        mean_range = 5339 / 15
        assert_allclose(found.mean, 4135.5)
        assert_allclose(found.mean_range, mean_range)
        assert_allclose([found.lower, found.upper], [4135.5 - 2.66 * mean_range, 4135.5 + 2.66 * mean_range])
        assert_allclose([found.lower, found.upper], [3188.7, 5082.3], atol=0.1)
        assert_allclose(found.range_limit, 1163.2, atol=0.1)
        assert_array_equal(np.flatnonzero(found.outside), [15])
        assert found.outside[15] == 1
        assert_array_equal(np.flatnonzero(found.wide), [15])

    def test_the_trade_deficits_of_1987(self) -> None:
        """153.0 / 12 = 12.75; ranges 2.3 1.6 .1 1.0 1.6 .7 .7 1.5 3.4 4.3 1.1, sum 18.3 / 11; nothing stands out."""
        found = control_limits(DEFICITS_1987)
        assert_allclose(found.mean, 12.75)
        assert_allclose([found.lower, found.upper], [8.325, 17.175], atol=0.001)
        assert_allclose(found.range_limit, 5.437, atol=0.001)
        assert not found.outside.any()
        assert not found.wide.any()
        assert not found.runs.any()

    def test_the_deficits_of_both_years_hold_a_run_above_their_mean(self) -> None:
        """Mean 273.5 / 24 = 11.396: the ten months from February to November 1987 lie above it, 11.4 only just."""
        found = control_limits(DEFICITS_1987 + DEFICITS_1988)
        assert_allclose(found.mean, 273.5 / 24)
        assert_array_equal(np.flatnonzero(found.runs), np.arange(1, 11))
        assert (found.runs[1:11] == 1).all()

    def test_a_point_on_its_limit_is_not_outside(self) -> None:
        """Seven months at 60, six at 62, a last one at 60 + h with h = (12 + h) / 14 + 2.66 (24 + h) / 13."""
        h = (12 / 14 + 2.66 * 24 / 13) / (1 - 1 / 14 - 2.66 / 13)
        found = control_limits([60.0, 62] * 6 + [60, 60 + h])
        assert_allclose(found.upper, 60 + h, rtol=1e-14)
        assert not found.outside.any()
        assert control_limits([60.0, 62] * 6 + [60, 60.01 + h]).outside[-1] == 1

    def test_several_series_at_once_are_each_of_them_alone(self) -> None:
        rng = np.random.default_rng(3)
        many = rng.normal(60, 5, (4, 3, 18))
        many[0, 0, :9] = many[1, 1, 5] = NAN
        found = control_limits(many)
        for place in np.ndindex(4, 3):
            alone = control_limits(many[place])
            assert_array_equal(found.upper[place], alone.upper)
            assert_array_equal(found.runs[place], alone.runs)
            assert_array_equal(found.wide[place], alone.wide)


class TestRuns:
    def test_eight_in_a_row_are_a_run_and_seven_are_not(self) -> None:
        """Mean 50: eight at 51, then eight that average 49."""
        eight = control_limits([51.0] * 8 + [49.0] * 8)
        assert_array_equal(eight.runs, [1] * 8 + [-1] * 8)
        seven = control_limits([51.0] * 7 + [49.0] * 7)
        assert not seven.runs.any()
        assert_array_equal(control_limits([[51.0] * 8 + [49.0] * 8] * 2).runs, [[1] * 8 + [-1] * 8] * 2)

    def test_a_point_on_the_mean_and_a_gap_interrupt_a_run(self) -> None:
        on_the_mean = control_limits([51.0] * 4 + [50.0] + [51.0] * 4 + [49.0] * 8)
        assert_array_equal(on_the_mean.runs, [0] * 9 + [-1] * 8)
        gap = control_limits([51.0] * 4 + [NAN] + [51.0] * 4 + [49.0] * 8)
        assert_array_equal(gap.runs, [0] * 9 + [-1] * 8)


class TestGaps:
    def test_a_gap_makes_no_moving_range(self) -> None:
        """10 12 _ 20 18 ...: the step from 12 to 20 is none of a month; the other ranges are all 2."""
        series = [10.0, 12, NAN, 20, 18, 20, 18, 20, 18, 20, 18, 20, 18]
        found = control_limits(series)
        assert found.mean_range == 2
        assert np.isnan(found.ranges[[0, 2, 3]]).all()

    def test_fewer_than_twelve_points_have_no_limits(self) -> None:
        found = control_limits([*ACCOUNTS[:11], NAN, NAN])
        assert not found.enough
        assert np.isnan([found.mean, found.lower, found.upper, found.mean_range, found.range_limit]).all()
        assert not found.outside.any()
        assert not found.wide.any()
        assert not found.runs.any()
        assert control_limits(ACCOUNTS[:12]).enough

    def test_six_moving_ranges_are_enough_and_five_are_not(self) -> None:
        assert control_limits([50.0, 51, NAN] * 6).enough
        assert not control_limits([50.0, 51, NAN] * 5 + [50, NAN, 51]).enough

    def test_points_without_neighbours_have_no_limits(self) -> None:
        """Twelve points in every second month, and so no moving range at all."""
        assert not control_limits([50.0, NAN] * 12).enough


class TestOddSeries:
    def test_a_constant_series_has_its_value_as_limits_and_no_signal(self) -> None:
        found = control_limits([61.3] * 14)
        assert_allclose([found.lower, found.mean, found.upper], 61.3)
        assert_allclose(found.range_limit, 0)
        assert not found.outside.any()
        assert not found.wide.any()
        assert not found.runs.any()

    @pytest.mark.parametrize("series", [[math.inf] * 12, [], [[], []], 5.0, ["a"]])
    def test_what_is_no_series_is_refused(self, series: object) -> None:
        with pytest.raises(ScoringError):
            control_limits(series)  # type: ignore[arg-type]  # what is tested

    @given(st.lists(st.floats(0, 100), min_size=12, max_size=30), st.floats(-1000, 1000), st.floats(0.1, 10))
    def test_limits_move_with_the_unit_of_the_series(self, series: list[float], shift: float, scale: float) -> None:
        plain, moved = control_limits(series), control_limits(np.array(series) * scale + shift)
        assert_allclose(moved.upper, plain.upper * scale + shift, atol=1e-6)
        assert plain.lower <= plain.mean <= plain.upper
