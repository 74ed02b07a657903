"""The trend of a monthly series, robust against single odd months, and at most three months of what it leads to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lei.errors import InvalidError
from lei.evidence.autocorrelation import STRONG_AUTOCORRELATION, noise_of
from lei.evidence.estimate import LEVEL, Estimate, Finding, Floats, Ints, TooLittle
from lei.evidence.inputs import ROUNDING, series, varies
from lei.evidence.minimums import NO_OTHER, check, short_of_good
from lei.evidence.season import SEASON_NEEDS, has_season, line_and_season
from lei.periods import MONTHS_A_YEAR

METHOD = "trend"
FARTHEST = 3
# A line and its error need three months.
LINE, SMALLEST = 2, 3


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
    line, is taken out first. Both take the months for independent; where they resemble their neighbours, or a season
    was learnt from them, the interval is widened and the p-value raised by `_widening` (the idea of Hamed and Rao 1998,
    Journal of Hydrology 204). standard_error: of a normal interval as wide as this one. The forecast's interval is that
    of a new month around a fitted line, by the same resemblance of months. Findings: `below_good`, `gaps`,
    `season_not_removed`, `autocorrelated`. details: intercept (the line in the first month), tau, season (1 where one
    was taken out), autocorrelation. Raises InvalidError for infinite values, a constant series, and a forecast of more
    than three months: no trend is to be trusted further.
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
    months = _months(at, row[at], row.size + ahead)
    season = _season(months, row[at])
    estimate = _slope(row - season[: row.size], months, cases)
    line = estimate.details["intercept"] + estimate.effect * np.arange(row.size + ahead) + season
    reach = _reach(months, float(((row[at] - line[at]) ** 2).sum()), row.size)
    forecast = line[row.size :]
    return Trend(estimate, row, line[: row.size], forecast, forecast - reach, forecast + reach)


@dataclass(frozen=True, slots=True, eq=False)
class _Months:
    """Months with a value, at [N] of all M, those ahead included; pattern [M, K]: line, and season where there is one.

    weights [K, N]: the pattern's coefficients as weighted sums of the values (least squares). alike [M, M]: how much
    any two months resemble each other, the autocorrelation of neighbours to the power of their distance. unit: the
    variance of a month where the squares of the residuals sum to 1.
    """

    at: Ints
    pattern: Floats
    weights: Floats
    alike: Floats
    unit: float
    autocorrelation: float

    @property
    def freedom(self) -> int:
        """Degrees of freedom of the residuals."""
        return int(self.at.size - self.pattern.shape[1])

    @property
    def seasonal(self) -> bool:
        """Whether a season is part of the pattern."""
        return bool(self.pattern.shape[1] > LINE)


def _months(at: Ints, values: Floats, count: int) -> _Months:
    position = np.arange(count)
    pattern = line_and_season(position.astype(np.float64), seasonal=has_season(at))
    weights = np.linalg.pinv(pattern[at]).astype(np.float64)
    maker = np.eye(at.size) - pattern[at] @ weights
    try:
        autocorrelation = noise_of(maker, values, at).autocorrelation
    except InvalidError:  # the months lie on the pattern: there is no noise to be alike
        autocorrelation = 0.0
    alike: Floats = autocorrelation ** np.abs(position[:, np.newaxis] - position).astype(np.float64)
    unit = 1 / float(np.trace(maker @ alike[np.ix_(at, at)]))
    return _Months(at, pattern, weights, alike, unit, autocorrelation)


def _season(months: _Months, values: Floats) -> Floats:
    """The month-of-year pattern [M], 0 on average over a year; 0 throughout where there is none."""
    steps = (months.weights @ values)[LINE:]
    season: Floats = months.pattern[:, LINE:] @ steps - steps.sum() / MONTHS_A_YEAR
    return season


def _slope(row: Floats, months: _Months, cases: float) -> Estimate:
    from scipy import stats

    at = months.at
    slope, intercept, low, high = (float(one) for one in stats.theilslopes(row[at], at, alpha=LEVEL))
    # Where only the season varied, what is left has no order to test.
    tau, p_value = stats.kendalltau(at, row[at]) if varies(row[at]) else (0.0, 1.0)
    widening = _widening(months)
    low, high = slope - widening * (slope - low), slope + widening * (high - slope)
    return Estimate(
        method=METHOD,
        effect=slope,
        ci_low=low,
        ci_high=high,
        standard_error=(high - low) / (2 * float(stats.norm.ppf(0.5 + LEVEL / 2))),
        p_value=2 * float(stats.norm.sf(stats.norm.isf(p_value / 2) / widening)) if widening > 1 else float(p_value),
        n_treated=cases,
        units_treated=1,
        before=at.size,
        findings=_findings(months, row.size),
        details={
            "intercept": intercept,
            "tau": float(tau),
            "season": float(months.seasonal),
            "autocorrelation": months.autocorrelation,
        },
    )


def _widening(months: _Months) -> float:
    """By how much the interval of a slope is wider than that of independent months around a line alone, 1 or more.

    It is the ratio of both intervals of a slope by least squares.
    """
    from scipy import stats

    at, weights = months.at, months.weights[1]
    variance = months.unit * float(weights @ months.alike[np.ix_(at, at)] @ weights)
    plain = 1 / ((at.size - LINE) * float(((at - at.mean()) ** 2).sum()))
    deviates = [float(stats.t.ppf(0.5 + LEVEL / 2, freedom)) for freedom in (months.freedom, at.size - LINE)]
    found = deviates[0] / deviates[1] * math.sqrt(variance / plain)
    return found if found > 1 + ROUNDING else 1.0


def _findings(months: _Months, length: int) -> tuple[Finding, ...]:
    known = months.at.size
    findings = short_of_good(METHOD, {"months": known})
    if not months.seasonal:
        findings += (Finding("season_not_removed", {"months": known, "needed": SEASON_NEEDS}),)
    if known < length:
        findings += (Finding("gaps", {"months": length - known}),)
    if months.autocorrelation >= STRONG_AUTOCORRELATION:
        findings += (Finding("autocorrelated", {"autocorrelation": months.autocorrelation}),)
    return findings


def _reach(months: _Months, squares: float, length: int) -> Floats:
    """Half the width [H] of the interval of the months from `length` on; squares: of what the line leaves.

    A new month lies off by its own noise less what the fitted pattern has of it: with w the weights of the months
    behind and r how alike they are to the new one, its variance is that of a month times 1 + w' R w - 2 w' r; for
    independent months and a line alone s^2 (1 + 1/n + (x - mean)^2 / sum (x - mean)^2).
    """
    from scipy import stats

    behind, ahead = months.at, slice(length, None)
    weights = months.pattern[ahead] @ months.weights
    own = np.einsum("hn,nm,hm->h", weights, months.alike[np.ix_(behind, behind)], weights)
    shared = (weights * months.alike[ahead, behind]).sum(axis=1)
    variances = squares * months.unit * (1 + own - 2 * shared)
    reach: Floats = float(stats.t.ppf(0.5 + LEVEL / 2, months.freedom)) * np.sqrt(variances)
    return reach
