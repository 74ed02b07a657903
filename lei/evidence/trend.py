"""The trend of a monthly series, robust against single odd months, and at most three months of what it leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lei.errors import InvalidError
from lei.evidence.estimate import LEVEL, Estimate, Finding, Floats, TooLittle
from lei.evidence.inputs import series, varies
from lei.evidence.minimums import NO_OTHER, check, short_of_good

METHOD = "trend"
MONTHS_A_YEAR = 12
SEASON_NEEDS = 24
FARTHEST = 3
# A line and its error need three months.
SMALLEST = 3


@dataclass(frozen=True, slots=True, eq=False)
class Trend:
    """The slope per month, and what its chart is drawn from.

    observed [T]: as given. line [T]: the trend, with the season where one was found. forecast, low, high [H]: the
    months ahead and their 95 % prediction interval.
    """

    estimate: Estimate
    observed: Floats
    line: Floats
    forecast: Floats
    low: Floats
    high: Floats


def trend(
    values: ArrayLike, ahead: int = 0, cases: float = 0.0, at_least: Mapping[str, float] = NO_OTHER
) -> Trend | TooLittle:
    """The slope of Theil and Sen of a monthly series [T] (NaN is a gap), and a forecast of `ahead` months.

    The slope is the median of those between all pairs of months, with the interval of Sen 1968 (J. Am. Stat. Assoc.
    63); the p-value is that of Kendall's tau. From 24 months on a month-of-year pattern, learnt beside a straight
    line, is taken out first. standard_error: of a normal interval as wide as this one. The forecast's interval is that
    of a new month around a fitted line. Findings: `below_good`, `gaps`, `season_not_removed`. details: intercept
    (the line in the first month), tau, season (1 where one was taken out). Raises InvalidError for infinite values, a
    constant series, and a forecast of more than three months: no trend is to be trusted further.
    """
    row = series(values, "monthly values")
    if not 0 <= ahead <= FARTHEST:
        raise InvalidError(f"A trend is carried on for 0 to {FARTHEST} months, and not for {ahead}.")
    at = np.flatnonzero(~np.isnan(row))
    if lacking := check(
        METHOD, {"months": at.size}, {name: max(amount, SMALLEST) for name, amount in at_least.items()}
    ):
        return lacking
    if not varies(row[at]):
        raise InvalidError("All months have the same value, so there is no trend to tell from chance.")
    seasonal = at.size >= SEASON_NEEDS and np.unique(at % MONTHS_A_YEAR).size == MONTHS_A_YEAR
    season = _season(row, row.size + ahead) if seasonal else np.zeros(row.size + ahead)
    estimate = _slope(row - season[: row.size], cases, seasonal=seasonal)
    line = estimate.details["intercept"] + estimate.effect * np.arange(row.size + ahead) + season
    reach = _reach(row, line, seasonal=seasonal)
    forecast = line[row.size :]
    return Trend(estimate, row, line[: row.size], forecast, forecast - reach, forecast + reach)


def _season(row: Floats, months: int) -> Floats:
    """The month-of-year pattern [months], 0 on average over a year."""
    at = np.flatnonzero(~np.isnan(row))
    line_and_months = np.column_stack([at, at[:, np.newaxis] % MONTHS_A_YEAR == np.arange(MONTHS_A_YEAR)])
    pattern = np.linalg.lstsq(line_and_months, row[at])[0][1:]
    season: Floats = (pattern - pattern.mean())[np.arange(months) % MONTHS_A_YEAR]
    return season


def _slope(row: Floats, cases: float, *, seasonal: bool) -> Estimate:
    from scipy import stats

    at = np.flatnonzero(~np.isnan(row))
    slope, intercept, low, high = (float(one) for one in stats.theilslopes(row[at], at, alpha=LEVEL))
    # Where only the season varied, what is left has no order to test.
    tau, p_value = stats.kendalltau(at, row[at]) if varies(row[at]) else (0.0, 1.0)
    findings = short_of_good(METHOD, {"months": at.size})
    if not seasonal:
        findings += (Finding("season_not_removed", {"months": at.size, "needed": SEASON_NEEDS}),)
    if at.size < row.size:
        findings += (Finding("gaps", {"months": row.size - at.size}),)
    return Estimate(
        method=METHOD,
        effect=slope,
        ci_low=low,
        ci_high=high,
        standard_error=(high - low) / (2 * float(stats.norm.ppf(0.5 + LEVEL / 2))),
        p_value=float(p_value),
        n_treated=cases,
        units_treated=1,
        before=at.size,
        findings=findings,
        details={"intercept": intercept, "tau": float(tau), "season": float(seasonal)},
    )


def _reach(row: Floats, line: Floats, *, seasonal: bool) -> Floats:
    """Half the width [H] of the interval: t s sqrt(1 + 1/n + (x - mean)^2 / sum (x - mean)^2), s of the residuals."""
    from scipy import stats

    at = np.flatnonzero(~np.isnan(row))
    ahead = np.arange(row.size, line.size)
    freedom = at.size - 2 - seasonal * (MONTHS_A_YEAR - 1)
    squares = float(((row[at] - line[at]) ** 2).sum()) / freedom
    leverage = 1 / at.size + (ahead - at.mean()) ** 2 / float(((at - at.mean()) ** 2).sum())
    reach: Floats = float(stats.t.ppf(0.5 + LEVEL / 2, freedom)) * np.sqrt(squares * (1 + leverage))
    return reach
