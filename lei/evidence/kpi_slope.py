"""How many percent a KPI moves for a percent of a learning measure, from the organisation's own months alone.

The changes from month to month of the KPI are regressed on those of the measure `lag` months before. Changes are in
percent of each series' own mean. The error is the larger of the classical one and of Newey and West's (1987; bandwidth
floor(4 (n / 100)^(2/9)), at least 1, since differences of neighbours share a month). Over few months the latter alone
is too small: of series without any link, 12 to 24 months long, its 95 % interval holds 0 in 83 to 90 of 100 (in
simulation), the interval of the larger error in 92 to 96. Taking the larger of the two: Angrist and Pischke 2009,
Mostly harmless econometrics, section 8.2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lei.evidence.correlation import varies
from lei.evidence.estimate import Estimate, Floats, TooLittle
from lei.evidence.lag_correlation import FEWEST_PAIRS, LONGEST_LAG
from lei.evidence.minimums import short_of_good
from lei.evidence.month_series import MonthPair, lacks, month_pair
from lei.evidence.number_checks import refusal
from lei.evidence.t_interval import t_interval

METHOD = "kpi_slope"
_MONTHS = "correlation_months"


@dataclass(frozen=True, slots=True)
class KpiSlope:
    """Percent of the KPI for one percent of the measure, `lag` months later.

    measure_low, measure_high: the values between which the measure was seen; beyond them the slope is not known.
    """

    slope: Estimate
    lag: int
    measure_low: float
    measure_high: float


def kpi_slope(measure: ArrayLike, kpi: ArrayLike, lag: int, window_months: int | None = 1) -> KpiSlope | TooLittle:
    """The slope from `measure` and `kpi` [T] in the same consecutive months, NaN where one is missing; from 12 on.

    lag: months that the KPI comes later, as the plan states it, never searched for. Raises InvalidError for series that
    mean nothing, and for one whose mean is not above 0, where percent mean nothing.
    """
    pair = month_pair(measure, kpi, window_months)
    short = lacks(pair, _MONTHS)
    if short is not None:
        return TooLittle(METHOD, short.needed, short.found)
    if not 0 <= lag <= LONGEST_LAG:
        raise refusal("lag", f"A lag of {lag} months cannot be used; give 0 to {LONGEST_LAG}.")
    x, y = _percent_changes(pair.x, "measure", "The measure"), _percent_changes(pair.y, "kpi", "The KPI")
    lagged = MonthPair(x[: x.size - lag], y[lag:])
    early, late = lagged.x[lagged.both], lagged.y[lagged.both]
    if early.size < FEWEST_PAIRS:
        return TooLittle(METHOD, {"pairs": FEWEST_PAIRS}, {"pairs": float(early.size)})
    moving = int(varies(early, pair.x)) + int(varies(late, pair.y))
    if moving < 2:  # noqa: PLR2004 - both
        return TooLittle(METHOD, {"series_that_vary": 2}, {"series_that_vary": float(moving)})
    return KpiSlope(_regressed(early, late, lag, pair.months), lag, float(np.nanmin(pair.x)), float(np.nanmax(pair.x)))


def _percent_changes(series: Floats, field: str, name: str) -> Floats:
    """Changes [T - 1] in percent of the mean, which unlike percent of the month before allow for a month of 0."""
    mean = float(np.nanmean(series))
    if not mean > 0:
        raise refusal(field, f"{name} is {mean:g} on average; percent of it mean something only above 0.")
    return np.diff(series) / mean * 100


def _regressed(x: Floats, y: Floats, lag: int, months: int) -> Estimate:
    """Least squares of y on x with a constant; its error as the module says, Newey-West's corrected for few cases."""
    from statsmodels.api import OLS, add_constant  # late: it takes half a second

    bandwidth = max(1, math.floor(4 * (x.size / 100) ** (2 / 9)))
    fit = OLS(y, add_constant(x)).fit()
    robust = fit.get_robustcov_results("HAC", maxlags=bandwidth, use_correction=True, use_t=True)
    slope = float(fit.params[1])
    sure = t_interval(slope, max(float(fit.bse[1]), float(robust.bse[1])), float(fit.df_resid))
    return Estimate(
        method=METHOD,
        effect=slope,
        ci_low=sure.low,
        ci_high=sure.high,
        standard_error=sure.standard_error,
        p_value=sure.p_value,
        n_treated=float(x.size),
        before=months,
        degrees_of_freedom=sure.degrees_of_freedom,
        findings=short_of_good(_MONTHS, {"months": months}),
        details={"lag": float(lag), "bandwidth": float(bandwidth), "r_squared": float(fit.rsquared)},
    )
