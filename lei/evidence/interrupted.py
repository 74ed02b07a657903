"""Interrupted time series: whether a KPI left its earlier trend (and season) when a program started.

The trend of the months before, with a month-of-year pattern where these are two years, is projected over the months
after. All that is estimated is a weighted sum of the months: its weights times the months' covariance give its error.
Sources: Wagner et al. 2002, J. Clin. Pharm. Ther. 27; Bernal et al. 2017, Int. J. Epidemiol. 46.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lei.errors import InvalidError
from lei.evidence.autocorrelation import STRONG_AUTOCORRELATION, Noise, noise_of
from lei.evidence.estimate import LEVEL, Estimate, Finding, Floats, Ints, TooLittle
from lei.evidence.inputs import refuse_no_error, series
from lei.evidence.minimums import NO_OTHER, check, short_of_good
from lei.evidence.relative import relative_to
from lei.evidence.season import SEASON_NEEDS, has_season, line_and_season
from lei.evidence.t_interval import t_interval
from lei.language import N_

METHOD = "interrupted_time_series"
# A line needs two months, and its error one more.
SMALLEST = {"months_before": 3, "months_after": 2}
AVERAGE, LEVEL_CHANGE, SLOPE_CHANGE = range(3)


@dataclass(frozen=True, slots=True, eq=False)
class InterruptedSeries:
    """The average gap between what was observed and what the old trend projects, with what its chart is drawn from.

    observed [T]: as given, NaN where nothing was reported. projected [T]: the old trend and season over all months.
    positions [M]: the months after that were compared; low, high [M]: the 95 % band of the projection in them; outside
    [M]: +1 above the band, -1 below it, else 0.
    """

    estimate: Estimate
    observed: Floats
    projected: Floats
    positions: Ints
    low: Floats
    high: Floats
    outside: NDArray[np.int8]

    @property
    def left_the_band(self) -> bool:
        """Whether the KPI moved more than its earlier trend: the requirement of grade E3.

        The interval of the average gap excludes 0, and at least half of the months lie outside the band on its side:
        one month alone may do so by chance. Our own policy.
        """
        side = np.sign(self.estimate.effect)
        return self.estimate.excludes_zero and bool((self.outside == side).mean() >= 1 / 2)


@dataclass(frozen=True, slots=True, eq=False)
class _Months:
    """The months that count: positions and values [N], how many lie before; what makes up the old pattern [T, K]."""

    at: Ints
    values: Floats
    before: int
    pattern: Floats
    seasonal: bool


def interrupted_time_series(
    values: ArrayLike, start: int, lag: int = 0, cases: float = 0.0, at_least: Mapping[str, float] = NO_OTHER
) -> InterruptedSeries | TooLittle:
    """The average gap of the months after from the projected trend of the months before, in one pooled series [T].

    start: position of the first month of the program. lag: months from there on that are left out, because the KPI is
    not expected to follow sooner. cases: sum of the sample sizes behind the series. NaN is a gap (finding `gaps`).
    details: level_change (in the first month compared) and slope_change (per month) with _low, _high and _p; the means
    level_projected and level_after; autocorrelation; season (1 where a month-of-year pattern was removed, else finding
    `season_not_removed`). Finding `autocorrelated` where neighbouring months are strongly alike; `below_good` below
    12 + 12 months, where the method has little power (Hawley et al. 2019). Raises InvalidError for infinite values, a
    start outside the series, and months exactly on a line.
    """
    row = series(values, "monthly values")
    if not (0 <= start <= row.size and lag >= 0):
        raise InvalidError("The program must start within the series, and its lag must be 0 months or more.")
    months = _months(row, start, lag)
    found = {"months_before": months.before, "months_after": months.at.size - months.before}
    needed = {name: max(amount, SMALLEST.get(name, 0)) for name, amount in at_least.items()}
    if lacking := check(METHOD, found, needed):
        return lacking
    projection = _projection(months)
    effects, residuals = _weights(months, projection)
    noise = noise_of(residuals, months.values, months.at)
    estimate = _estimate(months, effects, noise, cases, _gaps(row, start, lag))
    return _with_band(months, projection, noise, estimate, row)


def _months(row: Floats, start: int, lag: int) -> _Months:
    """What is there before `start` and from `start + lag` on; the pattern has a season where it can be learnt."""
    position = np.arange(row.size)
    there = ~np.isnan(row) & ((position < start) | (position >= start + lag))
    at = np.flatnonzero(there)
    before = int((at < start).sum())
    seasonal = has_season(at[:before])
    pattern = line_and_season((position - start).astype(np.float64), seasonal=seasonal)
    return _Months(at, row[at], before, pattern, seasonal)


def _projection(months: _Months) -> Floats:
    """Weights [T, N]: what each month is projected to be, as a weighted sum of the months before (least squares)."""
    weights = np.zeros((months.pattern.shape[0], months.at.size))
    weights[:, : months.before] = months.pattern @ np.linalg.pinv(months.pattern[months.at[: months.before]])
    return weights


def _weights(months: _Months, projection: Floats) -> tuple[Floats, Floats]:
    """Weights [3, N] of average gap, change of level and change of slope, and [N, N] of the residuals.

    The residuals are those of a segmented regression: of the months after, from a line of their own through the gaps.
    """
    gaps = np.eye(months.at.size) - projection[months.at]
    after = slice(months.before, None)
    since = (months.at[after] - months.at[months.before]).astype(np.float64)
    line = np.column_stack([np.ones(since.size), since])
    fitted = np.linalg.pinv(line) @ gaps[after]
    residuals = gaps.copy()
    residuals[after] -= line @ fitted
    return np.vstack([gaps[after].mean(axis=0), fitted]), residuals


def _estimate(months: _Months, weights: Floats, noise: Noise, cases: float, gaps: tuple[Finding, ...]) -> Estimate:
    effects = weights @ months.values
    freedom = months.at.size - months.pattern.shape[1] - 2
    errors = [noise.error(weights[row]) for row in range(3)]
    refuse_no_error(
        min(errors), N_("The months before do not differ from each other, so nothing shows how sure the difference is.")
    )
    each = [t_interval(float(effects[row]), errors[row], freedom) for row in range(3)]
    found = {"months_before": months.before, "months_after": months.at.size - months.before}
    details = {"autocorrelation": noise.autocorrelation, "season": float(months.seasonal)}
    for name, row in (("level_change", LEVEL_CHANGE), ("slope_change", SLOPE_CHANGE)):
        details |= {name: float(effects[row]), f"{name}_low": each[row].low, f"{name}_high": each[row].high}
        details[f"{name}_p"] = each[row].p_value
    average = each[AVERAGE]
    expected = float(months.values[months.before :].mean() - effects[AVERAGE])
    return Estimate(
        method=METHOD,
        effect=float(effects[AVERAGE]),
        ci_low=average.low,
        ci_high=average.high,
        standard_error=average.standard_error,
        p_value=average.p_value,
        n_treated=cases,
        units_treated=1,
        before=found["months_before"],
        after=found["months_after"],
        degrees_of_freedom=freedom,
        relative=relative_to(expected, float(effects[AVERAGE])),
        findings=short_of_good(METHOD, found) + _cautions(months, noise) + gaps,
        details=details | {"level_projected": expected, "level_after": expected + float(effects[AVERAGE])},
    )


def _cautions(months: _Months, noise: Noise) -> tuple[Finding, ...]:
    cautions: tuple[Finding, ...] = ()
    if noise.autocorrelation >= STRONG_AUTOCORRELATION:
        cautions += (Finding("autocorrelated", {"autocorrelation": noise.autocorrelation}),)
    if not months.seasonal:
        cautions += (Finding("season_not_removed", {"months_before": months.before, "needed": SEASON_NEEDS}),)
    return cautions


def _gaps(row: Floats, start: int, lag: int) -> tuple[Finding, ...]:
    missing = int(np.isnan(row[:start]).sum() + np.isnan(row[start + lag :]).sum())
    return (Finding("gaps", {"months": missing}),) if missing else ()


def _with_band(months: _Months, projection: Floats, noise: Noise, estimate: Estimate, row: Floats) -> InterruptedSeries:
    """The estimate with the projection, and with the band in which a month after would lie if nothing had changed.

    The band's width is that of the months before alone: how regular the months after are says nothing about the past.
    """
    from scipy import stats

    old, at = slice(0, months.before), months.at[months.before :]
    maker = np.eye(months.before) - projection[months.at[old], old]
    own_size = float((noise.residuals[old] ** 2).sum()) / float(np.trace(maker @ noise.covariance[old, old]))
    misses = np.eye(months.at.size)[months.before :] - projection[at]
    deviate = float(stats.t.ppf(0.5 + LEVEL / 2, months.before - months.pattern.shape[1]))
    reach = deviate * np.sqrt(own_size) * noise.model_errors(misses)
    projected = projection @ months.values
    low, high = projected[at] - reach, projected[at] + reach
    outside = (row[at] > high).astype(np.int8) - (row[at] < low).astype(np.int8)
    return InterruptedSeries(estimate, row, projected, at, low, high, outside)
