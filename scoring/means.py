"""The weighted means of order r: mean = inverse(sum of W f(s)), with the slopes that contributions and changes need.

f(s) = s (arithmetic, r = 1), ln s (geometric, r = 0), -1/s (harmonic, r = -1). The geometric and the harmonic mean
floor a child at 1 of 100, because a single 0 would otherwise wipe out everything else (our own policy).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from scoring.arrays import Floats
from scoring.errors import ScoringError

MeanName = Literal["arithmetic", "geometric", "harmonic"]
FLOOR = 1.0


@dataclass(frozen=True, slots=True)
class Mean:
    """One kind of mean. `transform` is f, `inverse` undoes it.

    `slope(a, b)` is (f(a) - f(b)) / (a - b), and the derivative where a = b, without loss of digits where they are
    close; for the geometric mean it is 1 / L(a, b) with the logarithmic mean L (Reinsdorf, Diewert, Ehemann 2002).
    """

    floor: float
    transform: Callable[[Floats], Floats]
    inverse: Callable[[Floats], Floats]
    slope: Callable[[Floats, Floats], Floats]

    def floored(self, scores: Floats) -> Floats:
        """The scores as the mean sees them: not below its floor; NaN stays NaN."""
        return np.asarray(np.maximum(scores, self.floor), dtype=np.float64)

    def slope_with_floor(self, a: Floats, b: Floats) -> Floats:
        """The slope of the transform after flooring: 0 where both ends lie below the floor."""
        gap = a - b
        above = np.where(a >= self.floor, 1.0, 0.0)
        passed = np.divide(self.floored(a) - self.floored(b), gap, out=above, where=gap != 0)
        return np.asarray(self.slope(self.floored(a), self.floored(b)) * passed, dtype=np.float64)


def named_mean(name: str) -> Mean:
    """The mean of that name; raises ScoringError for another one."""
    try:
        return MEANS[name]
    except KeyError as error:
        raise ScoringError(f"The mean must be one of: {', '.join(MEANS)}.") from error


def logarithmic_mean(a: Floats, b: Floats) -> Floats:
    """L(a, b) = (a - b) / ln(a / b), and a where both are equal; a, b > 0. Balk 2008; `gpindex` for R."""
    return 1.0 / _log_slope(a, b)


def _same(scores: Floats) -> Floats:
    return scores


def _one(a: Floats, b: Floats) -> Floats:
    return np.ones(np.broadcast(a, b).shape)


def _log_slope(a: Floats, b: Floats) -> Floats:
    ratio = (a - b) / b
    return np.divide(np.log1p(ratio), ratio, out=np.ones_like(ratio), where=ratio != 0) / b


def _negative_reciprocal(scores: Floats) -> Floats:
    return -1.0 / scores


def _reciprocal_slope(a: Floats, b: Floats) -> Floats:
    return 1.0 / (a * b)


MEANS: dict[str, Mean] = {
    "arithmetic": Mean(0.0, _same, _same, _one),
    "geometric": Mean(FLOOR, np.log, np.exp, _log_slope),
    "harmonic": Mean(FLOOR, _negative_reciprocal, _negative_reciprocal, _reciprocal_slope),
}
