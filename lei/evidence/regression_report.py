"""From what a library fitted to what is told: effects of the treatment as estimates, the other coefficients beside."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lei.evidence.estimate import Estimate, Floats
from lei.evidence.inputs import refuse_no_error, without_rounding
from lei.evidence.minimums import short_of_good
from lei.evidence.naive import sign_findings
from lei.evidence.records import Model, Table
from lei.evidence.t_interval import t_interval
from lei.language import N_

# exp of more is beyond floats; a log effect of this size is no effect but a mistake in the units.
LARGEST_LOG = 700.0


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One coefficient of a regression, with its interval."""

    name: str
    value: float
    standard_error: float
    ci_low: float
    ci_high: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Regression:
    """effects: of the treatment, one for each lag of the model; others: of the constant, periods and controls.

    rows: that went in (of first differences: changes). r_squared: of fixed effects that within units.
    """

    effects: tuple[Estimate, ...]
    others: tuple[Coefficient, ...]
    rows: int
    units: int
    r_squared: float

    def other(self, name: str) -> Coefficient:
        """The coefficient of that name; KeyError where there is none."""
        return {coefficient.name: coefficient for coefficient in self.others}[name]


@dataclass(frozen=True, slots=True)
class Fit:
    """What a library answered: names [P], values [P], standard errors [P], degrees of freedom of the intervals."""

    names: tuple[str, ...]
    values: Floats
    errors: Floats
    degrees: float
    rows: int
    r_squared: float


def regression(table: Table, model: Model, fit: Fit, method: str, amounts: dict[str, float]) -> Regression:
    """The report of a fit.

    Each effect has the finding `sign_reversed` where the naive difference points the other way; that is the plain
    difference of the outcome between records with and without the treatment in the same period (`details`: `naive`).
    With the outcome in logs `details` have `percent`, `percent_low` and `percent_high`, 100 · (exp(b) - 1) of the
    effect and the ends of its interval, and `relative` is exp(b) - 1.
    Raises InvalidError where everything fits perfectly, so that nothing shows how sure the effects are.
    """
    size = float(np.abs(table.outcome).max())
    for error in fit.errors:
        refuse_no_error(
            without_rounding(float(error), size),
            N_(
                "The records of the regression do not differ from each other, so nothing shows how sure the "
                "difference is."
            ),
        )
    coefficients = [_coefficient(fit, position) for position in range(len(fit.names))]
    own = {coefficient.name: coefficient for coefficient in coefficients}
    effects = tuple(
        _effect(own[name], table, lag, model, (method, fit.degrees, amounts))
        for lag, name in enumerate(model.treatments)
    )
    others = tuple(coefficient for coefficient in coefficients if coefficient.name not in model.treatments)
    return Regression(effects, others, fit.rows, int(amounts["units"]), fit.r_squared)


def _coefficient(fit: Fit, position: int) -> Coefficient:
    value, error = float(fit.values[position]), float(fit.errors[position])
    interval = t_interval(value, error, fit.degrees)
    return Coefficient(fit.names[position], value, error, interval.low, interval.high, interval.p_value)


def _effect(
    own: Coefficient, table: Table, column: int, model: Model, basis: tuple[str, float, dict[str, float]]
) -> Estimate:
    method, degrees, amounts = basis
    running = table.treatments[:, column] != 0
    naive = _naive(table, column)
    logs = model.outcome in model.logs
    percent = _percents(own) if logs else {}
    return Estimate(
        method=method,
        effect=own.value,
        ci_low=own.ci_low,
        ci_high=own.ci_high,
        standard_error=own.standard_error,
        p_value=own.p_value,
        n_treated=float(running.sum()),
        n_comparison=float((~running).sum()),
        units_treated=int(amounts["units_treated"]),
        units_comparison=int(amounts["units_comparison"]),
        degrees_of_freedom=degrees,
        relative=percent["percent"] / 100 if percent else None,
        findings=(*sign_findings(naive, own.value), *short_of_good(method, amounts)),
        details={"naive": naive, **percent},
    )


def _naive(table: Table, column: int) -> float:
    """Slope of the outcome on one treatment, both without the mean of their period; 0 where nothing varies."""
    moved = []
    codes = np.unique(table.periods, return_inverse=True)[1]
    for values in (table.treatments[:, column], table.outcome):
        moved.append(values - (np.bincount(codes, values) / np.bincount(codes))[codes])
    squares = float(moved[0] @ moved[0])
    return float(moved[0] @ moved[1]) / squares if squares > 0 else 0.0


def _percents(own: Coefficient) -> dict[str, float]:
    ends = {"percent": own.value, "percent_low": own.ci_low, "percent_high": own.ci_high}
    return {name: 100 * math.expm1(min(value, LARGEST_LOG)) for name, value in ends.items()}
