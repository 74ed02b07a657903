"""Whether a KPI tends to move some months after a learning measure does: a search over lags that pays for searching.

Steps: months without long gaps; trend removed; Pearson's r for lag 0 to L, the KPI after the measure; cases corrected
for memory; alpha divided by the number of lags; a best lag only if it is significant, has the sign of the plan, and its
neighbours have it too. A correlation is no proof and raises no grade.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from numpy.typing import ArrayLike

from lei.evidence.correlation import Correlation, autocorrelation, correlate, effective_cases, varies
from lei.evidence.estimate import LEVEL, Estimate, Finding, Floats, TooLittle
from lei.evidence.minimums import short_of_good
from lei.evidence.month_series import Detrend, MonthPair, cases_lost, detrended, lacks, month_pair
from lei.evidence.number_checks import refusal

BOTH = 2
SEARCHED, PLANNED = "correlation_lagged", "correlation_months"
MONTHS_FOR_A_LAG = 6
LONGEST_LAG = 6
# Our own policy: with fewer pairs left after gaps, differences and the lag, there is nothing to correlate.
FEWEST_PAIRS = 8

Sign = Literal[1, -1]
NotReported = Literal["no_lag_significant", "not_the_planned_sign", "neighbours_disagree"]


@dataclass(frozen=True, slots=True)
class LagSearch:
    """All lags that were tried (position = months that the KPI comes later) and the one that may be reported.

    not_reported: why none may be. level: of the interval of each lag, corrected for their number.
    """

    lags: tuple[Correlation, ...]
    best: Estimate | None
    not_reported: NotReported | None
    months: int
    level: float


def longest_lag(months: int) -> int:
    """floor(months / 6), at most 6."""
    return min(months // MONTHS_FOR_A_LAG, LONGEST_LAG)


def search_lags(
    measure: ArrayLike,
    kpi: ArrayLike,
    sign: Sign,
    detrend: Detrend = Detrend.DIFFERENCES,
    window_months: int | None = 1,
) -> LagSearch | TooLittle:
    """The correlations of `measure` [T] with `kpi` [T] 0 to L months later, from 18 months on.

    Both are flows in the same consecutive months, NaN where a month is missing. sign: +1 where the plan says that both
    rise together, else -1. Raises InvalidError for series that mean nothing, and for values over more than one month.
    """
    if sign not in (1, -1):
        raise refusal("sign", "The planned sign is 1 (both rise together) or -1 (one falls when the other rises).")
    pair = month_pair(measure, kpi, window_months)
    short = lacks(pair, SEARCHED)
    if short is not None:
        return short
    tried = longest_lag(pair.months) + 1
    level = 1 - (1 - LEVEL) / tried
    lags = _correlations(pair, range(tried), SEARCHED, detrend, level)
    if isinstance(lags, TooLittle):
        return lags
    strongest = min(range(tried), key=lambda lag: (lags[lag].p_value, lag))
    reason = _not_reported(lags, strongest, sign)
    best = None if reason else _estimate(SEARCHED, lags[strongest], strongest, pair.months, tried)
    return LagSearch(lags, best, reason, pair.months, level)


def correlate_at_lag(
    measure: ArrayLike,
    kpi: ArrayLike,
    lag: int,
    detrend: Detrend = Detrend.DIFFERENCES,
    window_months: int | None = 1,
) -> Estimate | TooLittle:
    """The correlation of `measure` [T] with `kpi` [T] at the one lag that the plan states, from 12 months on.

    As `search_lags`; nothing is corrected for, since nothing is searched. Raises InvalidError as well for a lag that
    is negative (learning cannot follow its effect) or too long for the months.
    """
    pair = month_pair(measure, kpi, window_months)
    short = lacks(pair, PLANNED)
    if short is not None:
        return short
    if not 0 <= lag <= LONGEST_LAG:
        raise refusal("lag", f"A lag of {lag} months cannot be used; give 0 to {LONGEST_LAG}.")
    found = _correlations(pair, [lag], PLANNED, detrend, LEVEL)
    return found if isinstance(found, TooLittle) else _estimate(PLANNED, found[0], lag, pair.months)


def _correlations(
    pair: MonthPair, lags: Sequence[int], method: str, detrend: Detrend, level: float
) -> tuple[Correlation, ...] | TooLittle:
    """One for each lag."""
    x, y = detrended(pair.x, detrend), detrended(pair.y, detrend)
    pairs = min(_lagged(x, y, lag)[0].size for lag in lags)
    if pairs < FEWEST_PAIRS:
        return TooLittle(method, {"pairs": FEWEST_PAIRS}, {"pairs": float(pairs)})
    moving = int(varies(x, pair.x)) + int(varies(y, pair.y))
    memory = autocorrelation(x), autocorrelation(y)
    found = []
    for lag in lags:
        early, late = _lagged(x, y, lag)
        n = effective_cases(early.size - cases_lost(detrend), *memory)
        at_lag = correlate(early, late, level, n) if moving == BOTH else None
        if at_lag is None:
            return TooLittle(method, {"series_that_vary": BOTH}, {"series_that_vary": min(moving, 1)})
        found.append(at_lag)
    return tuple(found)


def _lagged(x: Floats, y: Floats, lag: int) -> tuple[Floats, Floats]:
    """x[t] and y[t + lag] where both are known."""
    pair = MonthPair(x[: x.size - lag], y[lag:])
    return pair.x[pair.both], pair.y[pair.both]


def _not_reported(lags: Sequence[Correlation], strongest: int, sign: Sign) -> NotReported | None:
    if not lags[strongest].significant:
        return "no_lag_significant"
    if lags[strongest].r * sign <= 0:
        return "not_the_planned_sign"
    beside = [lags[lag].r for lag in (strongest - 1, strongest + 1) if 0 <= lag < len(lags)]
    return "neighbours_disagree" if any(r * sign <= 0 for r in beside) else None


def _estimate(method: str, found: Correlation, lag: int, months: int, tried: int = 1) -> Estimate:
    """The answer; its p is that of one test, corrected for how many lags were tried."""
    findings = short_of_good(method, {"months": months})
    if found.outlier_driven:
        findings += (Finding("outlier_driven", {"r": found.r, "spearman": found.spearman}),)
    freedom = found.n_effective - 2
    return Estimate(
        method=method,
        effect=found.r,
        ci_low=found.ci_low,
        ci_high=found.ci_high,
        standard_error=found.standard_error,
        p_value=min(1.0, found.p_value * tried),
        n_treated=float(found.pairs),
        before=months,
        level=found.level,
        degrees_of_freedom=freedom if freedom > 0 and math.isfinite(freedom) else None,
        findings=findings,
        details={"lag": float(lag), "n_effective": found.n_effective, "spearman": found.spearman},
    )
