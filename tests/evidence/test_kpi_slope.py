"""The slope of a KPI on a measure: against Newey and West's formula written out, and series with a known slope."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lei.errors import InvalidError
from lei.evidence.estimate import Floats, TooLittle
from lei.evidence.kpi_slope import KpiSlope, kpi_slope


def series(seed: int, months: int, slope: float, lag: int = 0, noise: float = 0.5) -> tuple[Floats, Floats]:
    """A measure around 80, and a KPI around 1000 that moves by `slope` percent for each of its, `lag` months later."""
    rng = np.random.default_rng(seed)
    measure = 80 + np.cumsum(rng.normal(0, 1, months + lag))
    percent = (measure / 80 - 1) * 100
    kpi = 1000 * (1 + (slope * percent[:months] + rng.normal(0, noise, months)) / 100)
    return measure[lag:], kpi


def found(answer: KpiSlope | TooLittle) -> KpiSlope:
    """The slope, which must be there."""
    assert isinstance(answer, KpiSlope), answer
    return answer


class TestTheSlope:
    def test_an_exact_relation(self) -> None:
        """KPI = 500 + 5 x measure: at the means 80 and 900 a percent of the measure is 4 of 900."""
        measure = np.array([78.0, 80, 83, 79, 77, 82, 81, 80, 84, 76, 80, 80])
        answer = found(kpi_slope(measure, 500 + 5 * measure, 0))
        assert measure.mean() == 80
        assert answer.slope.effect == pytest.approx(5 * 80 / 900)
        assert (answer.measure_low, answer.measure_high) == (76, 84)

    @pytest.mark.parametrize("lag", [0, 2, 4])
    def test_a_known_slope_lies_in_its_interval(self, lag: int) -> None:
        answer = found(kpi_slope(*series(3, 48, 0.4, lag), lag))
        assert answer.slope.ci_low < 0.4 < answer.slope.ci_high
        assert answer.slope.excludes_zero
        assert answer.lag == lag

    @pytest.mark.parametrize("months", [12, 24, 36])
    def test_the_interval_holds_the_truth_as_often_as_it_says(self, months: int) -> None:
        """Of 200 draws about 190. By Newey-West alone, of 12 months without any link: 166."""
        held = 0
        for seed in range(200):
            slope = found(kpi_slope(*series(seed, months, 0.4), 0)).slope
            held += slope.ci_low <= 0.4 <= slope.ci_high
        assert held / 200 >= 0.92

    def test_of_months_without_any_link_the_interval_seldom_finds_one(self) -> None:
        """Walks of 12 months: by Newey-West alone one in seven would be a finding."""
        clear = 0
        for seed in range(200):
            rng = np.random.default_rng(seed)
            measure, kpi = 80 + np.cumsum(rng.normal(0, 1, (2, 12)), axis=1)
            clear += found(kpi_slope(measure, kpi, 0)).slope.excludes_zero
        assert clear / 200 <= 0.08

    @pytest.mark.parametrize(("seed", "larger"), [(2, "newey_west"), (5, "classical")])
    def test_the_larger_of_two_errors_by_their_formulas(self, seed: int, larger: str) -> None:
        """Classical: s^2 (X'X)^-1. Newey and West: (X'X)^-1 S (X'X)^-1 n / (n - 2), S with Bartlett weights
        1 - l / (L + 1); 23 changes give L = 2."""
        measure, kpi = series(seed, 24, 0.4)
        x = np.diff(measure) / measure.mean() * 100
        y = np.diff(kpi) / kpi.mean() * 100
        design = np.column_stack([np.ones(23), x])
        bread = np.linalg.inv(design.T @ design)
        slope = bread @ design.T @ y
        residuals = y - design @ slope
        scores = design * residuals[:, None]
        middle = scores.T @ scores
        for step in (1, 2):
            across = scores[step:].T @ scores[:-step]
            middle += (1 - step / 3) * (across + across.T)
        errors = {
            "newey_west": math.sqrt((bread @ middle @ bread)[1, 1] * 23 / 21),
            "classical": math.sqrt(bread[1, 1] * residuals @ residuals / 21),
        }
        assert errors[larger] == max(errors.values())
        answer = found(kpi_slope(measure, kpi, 0)).slope
        assert answer.details["bandwidth"] == 2
        assert answer.effect == pytest.approx(slope[1])
        assert answer.standard_error == pytest.approx(errors[larger])
        reach = 2.0796138 * errors[larger]  # Student's t of 21 degrees of freedom
        assert (answer.ci_low, answer.ci_high) == pytest.approx((slope[1] - reach, slope[1] + reach))

    def test_a_month_of_zero_in_the_kpi_is_no_obstacle(self) -> None:
        measure, kpi = series(3, 24, 0.4)
        kpi[5] = 0
        assert math.isfinite(found(kpi_slope(measure, kpi, 0)).slope.effect)

    def test_a_missing_month_costs_two_changes(self) -> None:
        measure, kpi = series(3, 24, 0.4)
        kpi[7] = math.nan
        assert found(kpi_slope(measure, kpi, 0)).slope.n_treated == 21


class TestTooLittle:
    def test_months(self) -> None:
        assert kpi_slope(*series(3, 11, 0.4), 0) == TooLittle("kpi_slope", {"months": 12}, {"months": 11})
        assert isinstance(kpi_slope(*series(3, 12, 0.4), 0), KpiSlope)
        assert kpi_slope([], [], 0) == TooLittle("kpi_slope", {"months": 12}, {"months": 0})

    def test_a_lag_that_leaves_too_few_pairs(self) -> None:
        assert kpi_slope(*series(3, 12, 0.4), 5) == TooLittle("kpi_slope", {"pairs": 8}, {"pairs": 6})

    def test_a_measure_that_stands_still(self) -> None:
        _, kpi = series(3, 24, 0.4)
        assert kpi_slope(np.full(24, 78.0), kpi, 0) == TooLittle(
            "kpi_slope", {"series_that_vary": 2}, {"series_that_vary": 1}
        )


class TestHostileInput:
    def test_refused(self) -> None:
        measure, kpi = series(3, 24, 0.4)
        with pytest.raises(InvalidError, match="percent of it mean something only above 0"):
            kpi_slope(measure - measure.mean() - 1, kpi, 0)
        with pytest.raises(InvalidError, match="percent of it mean something only above 0"):
            kpi_slope(measure, -kpi, 0)
        with pytest.raises(InvalidError, match="infinite"):
            kpi_slope(measure, kpi * math.inf, 0)
        with pytest.raises(InvalidError, match="looks back"):
            kpi_slope(measure, kpi, 0, window_months=12)
        for lag in (-1, 7):
            with pytest.raises(InvalidError, match="cannot be used"):
                kpi_slope(measure, kpi, lag)

    @settings(max_examples=40)
    @given(st.lists(st.tuples(st.floats(0, 1e9), st.floats(0, 1e9)), min_size=12, max_size=30))
    def test_numbers_come_out(self, rows: list[tuple[float, float]]) -> None:
        measure, kpi = np.array(rows).T
        if measure.mean() == 0 or kpi.mean() == 0:
            return
        answer = kpi_slope(measure, kpi, 0)
        if isinstance(answer, KpiSlope):
            slope = answer.slope
            assert all(math.isfinite(number) for number in (slope.effect, slope.ci_low, slope.ci_high))
            assert slope.ci_low <= slope.effect <= slope.ci_high
            assert 0 <= slope.p_value <= 1
