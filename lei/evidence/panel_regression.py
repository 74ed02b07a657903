"""Regressions of units over periods: fixed effects, first differences, and one cross-section with controls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lei.errors import InvalidError
from lei.evidence.estimate import Bools, Floats, Ints, TooLittle
from lei.evidence.minimums import check
from lei.evidence.records import Model, Records, Table, table_of
from lei.evidence.regression_report import Fit, Regression, regression
from lei.evidence.regressors import check_columns, check_leverage

PANEL, CROSS_SECTION = "panel_regression", "cross_section"
CONSTANT = "constant"


def fixed_effects(records: Records, model: Model) -> Regression | TooLittle:
    """outcome of unit i in period t = unit + period + b · treatment + c · controls, by linearmodels' PanelOLS.

    Periods are dummies against the first one (coefficients `period 1988`). Only what changes within units counts, so
    that lasting differences between them, which decided who got the program, drop out. Classical errors with the
    degrees of freedom of the unit effects taken off, or errors clustered by unit with G - 1.
    Source: Wooldridge, Introductory Econometrics, chapter 14.
    Needs 30 units with two periods: 10 of which the program changes, 10 that never have it. Raises InvalidError as
    `table_of` does, for regressors that say nothing beside others, units and periods, and where everything fits
    perfectly.
    """
    return _over_time(records, model, _fit_fixed_effects)


def first_differences(records: Records, model: Model) -> Regression | TooLittle:
    """Change of the outcome = period + b · change of the treatment + c · change of the controls, FirstDifferenceOLS.

    Changes are those from each period of the records to the next one. Of two periods the change without the program is
    named `constant`; of more, periods are against the first one as in `fixed_effects`, which tells all else.
    Source: Wooldridge, Introductory Econometrics, chapter 13.
    """
    return _over_time(records, model, _fit_first_differences)


def cross_section(records: Records, model: Model, period: int) -> Regression | TooLittle:
    """outcome = constant + b · treatment + c · controls over the records of one period, by statsmodels' OLS.

    Lasting differences between units that no control tells stay in b, so it may even have the wrong sign. Lags are
    looked up in the records of other periods. Needs 30 units, 10 with the program and 10 without it. Raises
    InvalidError as `fixed_effects` does, and with robust errors for a control that singles out one unit.
    """
    table = table_of(records, model)
    table = table.where(table.periods == period)
    running = (table.treatments != 0).any(axis=1)
    amounts = {
        "units": float(len(running)),
        "units_treated": float(running.sum()),
        "units_comparison": float((~running).sum()),
    }
    short = check(CROSS_SECTION, amounts)
    return short or regression(table, model, _fit_cross_section(table, model), CROSS_SECTION, amounts)


def _over_time(records: Records, model: Model, fit: Callable[[Table, Model], Fit]) -> Regression | TooLittle:
    table = table_of(records, model)
    codes = table.unit_codes
    table = table.where(np.bincount(codes)[codes] > 1)
    amounts = _amounts(table)
    short = check(PANEL, amounts)
    return short or regression(table, model, fit(table, model), PANEL, amounts)


def _amounts(table: Table) -> dict[str, float]:
    """Units, those whose treatment changes, those that never have it, and periods."""
    codes = table.unit_codes
    count = len(set(table.units))
    changing, ever = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    within = _within(table.treatments, codes)
    np.logical_or.at(changing, codes, (within != 0).any(axis=1))
    np.logical_or.at(ever, codes, (table.treatments != 0).any(axis=1))
    return {
        "units": float(count),
        "units_treated": float(changing.sum()),
        "units_comparison": float((~ever).sum()),
        "periods": float(len(np.unique(table.periods))),
    }


def _fit_fixed_effects(table: Table, model: Model) -> Fit:
    from linearmodels.panel import PanelOLS

    design, names = _with_periods(table, model)
    check_columns(_within(design, table.unit_codes), names)
    fit = _solved(lambda: PanelOLS(*_frames(table, design), entity_effects=True), model)
    return _fit_of(fit, names, table, model, float(fit.rsquared_within))


def _fit_first_differences(table: Table, model: Model) -> Fit:
    from linearmodels.panel import FirstDifferenceOLS

    design, names = _with_periods(table, model)
    check_columns(_changes(design, table), names)
    if len(np.unique(table.periods)) == 2:  # noqa: PLR2004 - the one change there is
        names = tuple(CONSTANT if name.startswith("period ") else name for name in names)
    fit = _solved(lambda: FirstDifferenceOLS(*_frames(table, design)), model)
    explained = _explained(_changes(table.outcome[:, None], table), float(fit.resid_ss))
    return _fit_of(fit, names, table, model, explained)


def _fit_cross_section(table: Table, model: Model) -> Fit:
    import statsmodels.api as sm

    design = np.column_stack((np.ones(len(table.outcome)), table.regressors))
    names = (CONSTANT, *model.regressors)
    check_columns(design, names)
    if model.robust:
        check_leverage(design)
    fit = sm.OLS(table.outcome, design).fit(cov_type="HC3" if model.robust else "nonrobust", use_t=True)
    return Fit(
        names, fit.params, fit.bse, float(fit.df_resid), int(fit.nobs), _explained(table.outcome, float(fit.ssr))
    )


def _solved(make: Callable[[], Any], model: Model) -> Any:
    """The fitted model. InvalidError where the library finds columns that say the same to the last digits it has."""
    try:
        return make().fit(debiased=True, **_errors(model))
    except ValueError as error:
        text = "The columns differ too much in size, or say the same as others, units or periods, to be told apart."
        raise InvalidError(text) from error


def _errors(model: Model) -> dict[str, Any]:
    if model.robust:
        return {"cov_type": "clustered", "cluster_entity": True, "group_debias": True}
    return {"cov_type": "unadjusted"}


def _fit_of(fit: Any, names: tuple[str, ...], table: Table, model: Model, r_squared: float) -> Fit:
    degrees = len(set(table.units)) - 1 if model.robust else fit.df_resid
    errors = fit.std_errors.to_numpy()
    return Fit(names, fit.params.to_numpy(), errors, float(degrees), int(fit.nobs), r_squared)


def _explained(outcome: Floats, left: float) -> float:
    """R²: the share of the squares around the mean that is not left; 0 where nothing varies."""
    squares = float(((outcome - outcome.mean()) ** 2).sum())
    return 1 - left / squares if squares > 0 else 0.0


def _with_periods(table: Table, model: Model) -> tuple[Floats, tuple[str, ...]]:
    """Regressors and dummies of all periods but the first."""
    periods = np.unique(table.periods)[1:]
    dummies = (table.periods[:, None] == periods).astype(np.float64)
    names = (*model.regressors, *(f"period {period}" for period in periods))
    return np.hstack((table.regressors, dummies)), names


def _frames(table: Table, design: Floats) -> tuple[Any, Any]:
    """Outcome and design as linearmodels takes them: rows named by unit and period."""
    import pandas as pd

    index = pd.MultiIndex.from_arrays([table.unit_codes, table.periods], names=["unit", "period"])
    columns = [f"x{position}" for position in range(design.shape[1])]
    return pd.Series(table.outcome, index, name="y"), pd.DataFrame(design, index, columns)


def _within(values: Floats, codes: Ints) -> Floats:
    """Values [R, K] minus the mean of their unit; what does not vary within a unit is exactly 0."""
    shape = (codes.max(initial=-1) + 1, values.shape[1])
    sums, low, high = np.zeros(shape), np.full(shape, np.inf), np.full(shape, -np.inf)
    np.add.at(sums, codes, values)
    np.minimum.at(low, codes, values)
    np.maximum.at(high, codes, values)
    means = sums / np.bincount(codes)[:, None]
    return np.where((low < high)[codes], values - means[codes], 0.0)


def _changes(values: Floats, table: Table) -> Floats:
    """Differences of values [R, K] from each period to the next within units."""
    order = np.lexsort((table.periods, table.unit_codes))
    step = np.searchsorted(np.unique(table.periods), table.periods[order])
    same: Bools = (np.diff(table.unit_codes[order]) == 0) & (np.diff(step) == 1)
    changes: Floats = np.diff(values[order], axis=0)[same]
    return changes
