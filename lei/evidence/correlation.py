"""Pearson's r with what makes it honest: fewer independent cases than months, a Fisher interval, a check by ranks.

Sources: Bartlett 1935 (effective number of cases of two series that remember); Fisher 1921 (interval by the inverse
hyperbolic tangent); Spearman 1904. The test is Student's t on the effective number of cases.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lei.evidence.estimate import LEVEL, Bools, Floats

# Pearson and Spearman farther apart than this: a few months make the result (our own policy).
RANKS_MAY_DIFFER = 0.2
_LEAST_FOR_FISHER = 3
_ALMOST_ONE = 1 - 1e-12
# Changes smaller than this share of the level are the rounding of its numbers.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Correlation:
    """r of `pairs` cases, which say as much as `n_effective` independent ones; interval at `level`; spearman: of ranks.

    p_value: two-sided, before any correction for several tests.
    """

    r: float
    ci_low: float
    ci_high: float
    level: float
    p_value: float
    pairs: int
    n_effective: float
    spearman: float

    @property
    def significant(self) -> bool:
        """Whether r differs from 0 at `level`: by the test, and by the interval, which is wider where cases are few."""
        return self.p_value < 1 - self.level and (self.ci_low > 0 or self.ci_high < 0)

    @property
    def outlier_driven(self) -> bool:
        """Whether ranks say something else, so that few cases make the result."""
        return abs(self.r - self.spearman) > RANKS_MAY_DIFFER

    @property
    def standard_error(self) -> float:
        """Of r: the root of (1 - r2) / (n_effective - 2); infinite where so few cases say nothing."""
        return math.sqrt((1 - self.r**2) / (self.n_effective - 2)) if self.n_effective > 2 else math.inf  # noqa: PLR2004


def correlate(x: Floats, y: Floats, level: float = LEVEL, n_effective: float | None = None) -> Correlation | None:
    """The correlation of x and y [N] without gaps; None where one of them does not vary.

    n_effective: how many independent cases they are worth, N where it is not stated.
    """
    r = pearson(x, y)
    if r is None:
        return None
    n = float(x.size) if n_effective is None else n_effective
    low, high = fisher_interval(r, n, level)
    spearman = pearson(_ranks(x), _ranks(y))
    return Correlation(r, low, high, level, t_test(r, n), x.size, n, 0.0 if spearman is None else spearman)


def pearson(x: Floats, y: Floats) -> float | None:
    """Pearson's r of x and y [N]; None where one of them does not vary."""
    dx, dy = x - x.mean(), y - y.mean()
    sx, sy = float(np.abs(dx).max(initial=0)), float(np.abs(dy).max(initial=0))
    if sx == 0 or sy == 0:
        return None
    dx, dy = dx / sx, dy / sy  # or tiny and huge numbers would leave the range of floats when squared
    return float(np.clip(dx @ dy / math.sqrt(float(dx @ dx) * float(dy @ dy)), -1, 1))


def fisher_interval(r: float, n: float, level: float = LEVEL) -> tuple[float, float]:
    """tanh(atanh r -+ z / root(n - 3)); from -1 to 1 where n is 3 or less."""
    from scipy.special import ndtri  # late: most commands need no statistics

    if n <= _LEAST_FOR_FISHER:
        return -1.0, 1.0
    centre = math.atanh(max(-_ALMOST_ONE, min(_ALMOST_ONE, r)))
    reach = float(ndtri((1 + level) / 2)) / math.sqrt(n - _LEAST_FOR_FISHER)
    return math.tanh(centre - reach), math.tanh(centre + reach)


def t_test(r: float, n: float) -> float:
    """The two-sided p of r under no link: t = r root((n - 2) / (1 - r2)) with n - 2 degrees of freedom."""
    from scipy.special import stdtr

    if n <= _LEAST_FOR_FISHER:
        return 1.0
    if abs(r) >= _ALMOST_ONE:
        return 0.0
    return float(2 * stdtr(n - 2, -abs(r) * math.sqrt((n - 2) / (1 - r**2))))


def critical_r(n: float, level: float = LEVEL) -> float:
    """The smallest |r| of n independent cases that is significant; 1 where none is."""
    from scipy.special import stdtrit

    if n <= _LEAST_FOR_FISHER:
        return 1.0
    t = float(stdtrit(n - 2, (1 + level) / 2))
    return t / math.sqrt(n - 2 + t**2)


def effective_cases(n: float, memory_x: float, memory_y: float) -> float:
    """n (1 - ax ay) / (1 + ax ay) of lag-1 autocorrelations ax and ay; never more than n, which is cautious."""
    product = memory_x * memory_y
    return min(n, n * (1 - product) / (1 + product)) if product > -1 else n


def autocorrelation(series: Floats) -> float:
    """The lag-1 autocorrelation of a series [T], NaN where a month is missing; 0 where it does not vary."""
    known = ~np.isnan(series)
    if not known.any():
        return 0.0
    around = series - series[known].mean()
    scale = float(np.abs(around[known]).max())
    if scale == 0:
        return 0.0
    around = around / scale
    together = around[1:] * around[:-1]
    return float(np.nansum(together) / np.nansum(around**2))


def varies(changes: Floats, level_of: Floats) -> bool:
    """Whether changes (or what is left of a trend) are more than the rounding of the series that they come from."""
    size = float(np.nanmax(np.abs(level_of), initial=0))
    known: Bools = ~np.isnan(changes)
    return bool(known.any()) and float(np.ptp(changes[known])) > _ROUNDING * size


def _ranks(values: Floats) -> Floats:
    """Ranks from 1; equal values share the middle of theirs."""
    _, inverse, count = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - (count - 1) / 2
    return np.asarray(middle[inverse], dtype=np.float64)
