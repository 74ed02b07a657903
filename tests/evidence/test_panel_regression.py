"""Regressions over units and periods: published results on training grants, formulas by hand, what is refused."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm

from lei.errors import InvalidError
from lei.evidence.estimate import Finding, TooLittle
from lei.evidence.panel_regression import cross_section, first_differences, fixed_effects
from lei.evidence.records import Model, Records, table_of
from lei.evidence.regression_report import Regression

LOG_SCRAP = Model("scrap", "grant", lags=(0, 1), logs=frozenset({"scrap"}), robust=False)
HOURS = Model("hrsemp", "grant", ("sales", "employ"), logs=frozenset({"sales", "employ"}), robust=False)


@pytest.fixture(scope="module")
def plants(shared: Path) -> Records:
    """157 plants in 1987 to 1989 (Holzer and others 1993)."""
    with (shared / "data" / "jtrain" / "jtrain.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    names = ("scrap", "grant", "hrsemp", "sales", "employ")
    return Records(
        units=tuple(row["fcode"] for row in rows),
        periods=np.array([int(row["year"]) for row in rows]),
        columns={name: np.array([float(row[name] or "nan") for row in rows]) for name in names},
    )


def until_1988(records: Records) -> Records:
    kept = records.periods <= 1988
    units = tuple(unit for unit, keep in zip(records.units, kept, strict=True) if keep)
    return Records(units, records.periods[kept], {name: column[kept] for name, column in records.columns.items()})


def told(result: Regression | TooLittle) -> Regression:
    assert isinstance(result, Regression)
    return result


def effect(result: Regression, lag: int = 0) -> tuple[float, float]:
    """Effect and standard error, to the printed digits."""
    return round(result.effects[lag].effect, 3), round(result.effects[lag].standard_error, 3)


def other(result: Regression, name: str) -> tuple[float, float]:
    return round(result.other(name).value, 3), round(result.other(name).standard_error, 3)


def reversed_sign(result: Regression) -> Finding | None:
    return next((found for found in result.effects[0].findings if found.code == "sign_reversed"), None)


class TestPublished:
    """Wooldridge, Introductory Econometrics, on the scrap rates and hours of training of Michigan plants."""

    def test_fixed_effects_of_log_scrap(self, plants: Records) -> None:
        """Example 14.1."""
        result = told(fixed_effects(plants, LOG_SCRAP))
        assert effect(result) == (-0.252, 0.151)
        assert effect(result, 1) == (-0.422, 0.210)
        assert other(result, "period 1988") == (-0.080, 0.109)
        assert other(result, "period 1989") == (-0.247, 0.133)
        assert (result.rows, result.units, round(result.r_squared, 3)) == (162, 54, 0.201)
        assert result.effects[0].degrees_of_freedom == 104
        # 19 grants in 1988 and 10 in 1989; 25 plants never had one.
        assert [found.n_treated for found in result.effects] == [29, 19]
        assert [found.n_comparison for found in result.effects] == [133, 143]
        assert (result.effects[0].units_treated, result.effects[0].units_comparison) == (29, 25)

    def test_a_year_later_scrap_is_a_third_lower(self, plants: Records) -> None:
        """exp(-.422) - 1 = -34.4 percent, as the example says; ends of the interval alike, t(104) = 1.98304."""
        later = told(fixed_effects(plants, LOG_SCRAP)).effects[1]
        assert round(later.details["percent"], 1) == -34.4
        assert later.relative == pytest.approx(math.exp(later.effect) - 1)
        for name, end in (("percent_low", -0.42159 - 1.98304 * 0.2102), ("percent_high", -0.42159 + 1.98304 * 0.2102)):
            assert later.details[name] == pytest.approx(100 * (math.exp(end) - 1), abs=0.01)

    def test_first_differences_of_log_scrap(self, plants: Records) -> None:
        """Section 13.4."""
        result = told(first_differences(until_1988(plants), replace(LOG_SCRAP, lags=(0,))))
        assert effect(result) == (-0.317, 0.164)
        assert other(result, "constant") == (-0.057, 0.097)
        assert (result.rows, round(result.r_squared, 3)) == (54, 0.067)

    def test_first_differences_of_scrap(self, plants: Records) -> None:
        result = told(first_differences(until_1988(plants), Model("scrap", "grant", robust=False)))
        assert effect(result) == (-0.739, 0.683)
        assert other(result, "constant") == (-0.564, 0.405)
        assert round(result.r_squared, 3) == 0.022
        assert result.effects[0].relative is None
        assert set(result.effects[0].details) == {"naive"}

    def test_hours_of_training_in_1988(self, plants: Records) -> None:
        """Example 7.3."""
        result = told(cross_section(plants, HOURS, 1988))
        assert tuple(round(number, 2) for number in effect(result)) == (26.25, 5.59)
        assert round(result.other("constant").value, 2) == 46.67
        assert round(result.other("log(sales)").value, 2) == -0.98
        assert round(result.other("log(employ)").value, 2) == -6.07
        assert (result.rows, round(result.r_squared, 3)) == (105, 0.237)


class TestTheTrap:
    def test_a_comparison_of_1988_alone_has_the_wrong_sign(self, plants: Records) -> None:
        """Log scrap in 1988 is .465 with a grant and .409 without; differences between years say -.317."""
        alone = told(cross_section(plants, replace(LOG_SCRAP, lags=(0,)), 1988))
        assert alone.effects[0].effect == pytest.approx(0.057, abs=5e-4)
        adjusted = told(first_differences(until_1988(plants), replace(LOG_SCRAP, lags=(0,))))
        turned = reversed_sign(adjusted)
        assert turned is not None
        assert turned.numbers["naive"] == pytest.approx(alone.effects[0].effect)
        assert turned.numbers["adjusted"] == adjusted.effects[0].effect

    def test_no_finding_where_both_point_the_same_way(self, plants: Records) -> None:
        assert reversed_sign(told(cross_section(plants, HOURS, 1988))) is None


class TestErrors:
    def test_two_periods_of_fixed_effects_are_first_differences(self, plants: Records) -> None:
        model = replace(LOG_SCRAP, lags=(0,))
        one, two = fixed_effects(until_1988(plants), model), first_differences(until_1988(plants), model)
        for name in ("effect", "standard_error", "ci_low", "p_value", "degrees_of_freedom"):
            assert getattr(told(one).effects[0], name) == pytest.approx(getattr(told(two).effects[0], name))

    def test_errors_by_unit_are_the_sandwich(self, plants: Records) -> None:
        """Within plants: (X'X)^-1 Σ (X_g'e_g)(X_g'e_g)' (X'X)^-1 · G/(G - 1) · (n - 1)/(n - k), and G - 1 degrees."""
        table = table_of(plants, LOG_SCRAP)
        dummies = (table.periods[:, None] == [1988, 1989]).astype(float)
        x = np.hstack((table.regressors, dummies)).reshape(54, 3, 4)
        y = table.outcome.reshape(54, 3)
        x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
        bread = np.linalg.inv(np.einsum("gti,gtj->ij", x, x))
        residuals = y - x @ bread @ np.einsum("gti,gt->i", x, y)
        scores = np.einsum("gti,gt->gi", x, residuals)
        covariance = bread @ (scores.T @ scores) @ bread * 54 / 53 * 161 / 158
        result = told(fixed_effects(plants, replace(LOG_SCRAP, robust=True)))
        assert result.effects[0].standard_error == pytest.approx(math.sqrt(covariance[0, 0]))
        assert result.effects[0].degrees_of_freedom == 53

    def test_robust_errors_of_a_cross_section_are_hc3(self, plants: Records) -> None:
        table = table_of(plants, HOURS).where(table_of(plants, HOURS).periods == 1988)
        peer = sm.OLS(table.outcome, sm.add_constant(table.regressors)).fit()
        result = told(cross_section(plants, replace(HOURS, robust=True), 1988))
        assert result.effects[0].standard_error == pytest.approx(peer.HC3_se[1])

    def test_the_order_of_records_does_not_matter(self, plants: Records) -> None:
        order = np.random.default_rng(1).permutation(len(plants.units))
        mixed = Records(
            tuple(plants.units[row] for row in order),
            plants.periods[order],
            {name: column[order] for name, column in plants.columns.items()},
        )
        for method in (fixed_effects, first_differences):
            one, two = told(method(plants, LOG_SCRAP)), told(method(mixed, LOG_SCRAP))
            assert two.effects[0].effect == pytest.approx(one.effects[0].effect)
            assert two.effects[0].standard_error == pytest.approx(one.effects[0].standard_error)


def simulated(seed: int = 1, units: int = 40, periods: int = 4) -> Records:
    """Half of the units have the program from period 2 on: effect 2; worse units were chosen for it."""
    rng = np.random.default_rng(seed)
    unit, period = np.repeat(np.arange(units), periods), np.tile(np.arange(periods), units)
    treated = (unit < units // 2) & (period >= periods // 2)
    size = rng.normal(5, 1, units * periods)
    outcome = 10 - 6.0 * (unit < units // 2) + 2 * treated + period + size + rng.normal(0, 0.5, units * periods)
    columns = {"kpi": outcome, "program": treated.astype(float), "size": size}
    return Records(tuple(f"u{number:02d}" for number in unit), period, columns)


PROGRAM = Model("kpi", "program", ("size",))


class TestSimulated:
    def test_the_truth_is_found_though_worse_units_were_chosen(self) -> None:
        for method in (fixed_effects, first_differences):
            result = told(method(simulated(), PROGRAM))
            assert result.effects[0].ci_low < 2 < result.effects[0].ci_high
            assert result.effects[0].effect > 1
            assert reversed_sign(result) is not None
        assert told(cross_section(simulated(), PROGRAM, 3)).effects[0].ci_high < 0

    def test_a_gap_leaves_out_its_record_only(self) -> None:
        records = simulated()
        kpi = records.columns["kpi"].copy()
        kpi[5] = math.nan
        gap = replace(records, columns={**records.columns, "kpi": kpi})
        assert told(fixed_effects(gap, PROGRAM)).rows == 159
        assert told(first_differences(gap, PROGRAM)).rows == 120 - 2

    def test_intervals_hold_the_truth(self) -> None:
        effects = [told(fixed_effects(simulated(seed), PROGRAM)).effects[0] for seed in range(60)]
        assert sum(effect.ci_low <= 2 <= effect.ci_high for effect in effects) >= 52


class TestLags:
    def test_a_lag_is_the_treatment_of_the_unit_a_period_before(self) -> None:
        records = Records(("a",) * 3 + ("b",) * 2, np.array([1, 2, 3, 1, 3]), {"y": np.ones(5), "d": np.arange(1.0, 6)})
        table = table_of(records, Model("y", "d", lags=(0, 1)))
        # b has no record of period 2, so nothing is known of its treatment before period 3.
        assert table.treatments.tolist() == [[1, 0], [2, 1], [3, 2], [4, 0]]
        assert table.units == ("a", "a", "a", "b")


class TestTooLittle:
    def test_29_units(self) -> None:
        result = fixed_effects(simulated(units=29), PROGRAM)
        assert result == TooLittle("panel_regression", {"units": 30}, {"units": 29})

    def test_nobody_with_the_program(self) -> None:
        records = simulated()
        none = replace(records, columns={**records.columns, "program": np.zeros(160)})
        for result in (fixed_effects(none, PROGRAM), cross_section(none, PROGRAM, 3)):
            assert isinstance(result, TooLittle)
            assert result.found == {"units_treated": 0}

    def test_everybody_with_the_program_all_the_time(self) -> None:
        records = simulated()
        all_of_them = replace(records, columns={**records.columns, "program": np.full(160, 0.1)})
        result = fixed_effects(all_of_them, PROGRAM)
        assert isinstance(result, TooLittle)
        assert result.found == {"units_treated": 0, "units_comparison": 0}

    def test_one_period(self) -> None:
        result = first_differences(simulated(periods=1), PROGRAM)
        assert isinstance(result, TooLittle)
        assert result.found["periods"] == 0

    def test_a_period_that_is_not_there(self) -> None:
        assert isinstance(cross_section(simulated(), PROGRAM, 1999), TooLittle)

    def test_no_records_at_all(self) -> None:
        empty = Records((), np.array([], dtype=int), {name: np.array([]) for name in ("kpi", "program", "size")})
        assert isinstance(fixed_effects(empty, PROGRAM), TooLittle)
        assert isinstance(cross_section(empty, PROGRAM, 1), TooLittle)


class TestRefused:
    @pytest.mark.parametrize("method", [fixed_effects, first_differences])
    @pytest.mark.parametrize("control", ["size", "lasting", "twin"])
    def test_a_control_that_says_nothing_is_named(self, method, control: str) -> None:  # type: ignore[no-untyped-def]
        records = simulated()
        size = records.columns["size"]
        useless = {"size": np.full(160, 3.0), "lasting": np.repeat(size[::4], 4), "twin": 2 * size + 1}[control]
        hostile = replace(records, columns={**records.columns, "extra": useless})
        with pytest.raises(InvalidError, match="extra says nothing"):
            method(hostile, replace(PROGRAM, controls=("size", "extra")))

    def test_the_same_in_a_cross_section(self) -> None:
        records = simulated()
        hostile = replace(records, columns={**records.columns, "extra": np.full(160, 3.0)})
        with pytest.raises(InvalidError, match="extra says nothing"):
            cross_section(hostile, replace(PROGRAM, controls=("extra",)), 3)

    def test_a_control_of_one_unit(self) -> None:
        records = simulated()
        hostile = replace(records, columns={**records.columns, "extra": (np.arange(160) == 3).astype(float)})
        with pytest.raises(InvalidError, match="one record"):
            cross_section(hostile, replace(PROGRAM, controls=("extra",)), 3)

    @pytest.mark.parametrize("robust", [True, False])
    @pytest.mark.parametrize("method", [fixed_effects, first_differences])
    def test_an_outcome_that_fits_perfectly(self, method, robust: bool) -> None:  # type: ignore[no-untyped-def]
        records = simulated()
        perfect = replace(records, columns={**records.columns, "kpi": np.full(160, 0.1)})
        with pytest.raises(InvalidError, match="how sure"):
            method(perfect, replace(PROGRAM, robust=robust))

    def test_infinite_values(self) -> None:
        records = simulated()
        with pytest.raises(InvalidError, match="size"):
            fixed_effects(replace(records, columns={**records.columns, "size": np.full(160, math.inf)}), PROGRAM)

    def test_a_log_of_0(self) -> None:
        records = simulated()
        zero = replace(records, columns={**records.columns, "size": np.zeros(160)})
        with pytest.raises(InvalidError, match="logarithm"):
            fixed_effects(zero, replace(PROGRAM, logs=frozenset({"size"})))

    @pytest.mark.parametrize(
        "model",
        [
            replace(PROGRAM, outcome="missing"),
            replace(PROGRAM, lags=()),
            replace(PROGRAM, lags=(-1,)),
            replace(PROGRAM, lags=(1, 1)),
            replace(PROGRAM, controls=("kpi",)),
            replace(PROGRAM, logs=frozenset({"program"})),
        ],
    )
    def test_models_that_mean_nothing(self, model: Model) -> None:
        with pytest.raises(InvalidError):
            fixed_effects(simulated(), model)

    def test_two_records_of_a_unit_in_a_period(self) -> None:
        records = simulated()
        with pytest.raises(InvalidError, match="two records"):
            fixed_effects(replace(records, periods=np.zeros(160, dtype=int)), PROGRAM)
