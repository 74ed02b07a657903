"""The weighted means of order r: mean = inverse(sum of W f(s)), with the slopes that contributions and changes need.

f(s) = s (arithmetic, r = 1), ln s (geometric, r = 0), -1/s (harmonic, r = -1), and (s/100)^r / r for any other order.
The orders of 0 and below floor a child at 1 of 100 unless told otherwise, because a single 0 would wipe out everything
else (our own policy); with a floor of 0 it does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np

from scoring.arrays import Bools, Floats
from scoring.errors import ScoringError

MeanName = Literal["arithmetic", "geometric", "harmonic"]
# A name, or the order r of a power mean.
MeanKind = MeanName | float
FLOOR = 1.0
# Beyond it a mean is the least or the greatest child but for a hair, and its powers leave the range of floats.
LARGEST_ORDER = 10.0
# Closer to 0 it is the geometric mean but for a hair, and a single 0 leaves the range of floats.
SMALLEST_ORDER = 0.05
_SCALE = 100.0
_NEXT_TO_ZERO = 1e-12
_CLOSE = 0.5


@dataclass(frozen=True, slots=True)
class Mean:
    """One kind of mean of the given order. `transform` is f, `inverse` undoes it.

    `slope(a, b)` is (f(a) - f(b)) / (a - b), and the derivative where a = b, without loss of digits where they are
    close; for the geometric mean it is 1 / L(a, b) with the logarithmic mean L (Reinsdorf, Diewert, Ehemann 2002).
    """

    order: float
    floor: float
    transform: Callable[[Floats], Floats]
    inverse: Callable[[Floats], Floats]
    slope: Callable[[Floats, Floats], Floats]

    @property
    def zero_wins(self) -> bool:
        """Whether a single child at 0 makes the mean 0."""
        return self.order <= 0 and self.floor == 0

    def at_zero(self, scores: Floats) -> Bools:
        """Which scores count as 0: also those so close to it that their powers leave the range of floats."""
        return np.asarray(scores < _NEXT_TO_ZERO)

    def floored(self, scores: Floats) -> Floats:
        """The scores as the mean sees them: not below its floor; NaN stays NaN."""
        return np.asarray(np.maximum(scores, self.floor), dtype=np.float64)


def named_mean(kind: MeanKind, floor: float = FLOOR) -> Mean:
    """The mean of that name or order (1 arithmetic, 0 geometric, -1 harmonic, 2 quadratic, and so on).

    floor: below what a child counts as the floor, for the orders of 0 and below. Raises ScoringError.
    """
    if not 0 <= floor < _SCALE:
        raise ScoringError("The floor of a mean must be a number from 0 to below 100.")
    mean = MEANS.get(kind) if isinstance(kind, str) else _of_order(kind)
    if mean is None:
        raise ScoringError(f"The mean must be one of: {', '.join(MEANS)}; or the order of a power mean.")
    return mean if mean.order > 0 else replace(mean, floor=float(floor))


def logarithmic_mean(a: Floats, b: Floats) -> Floats:
    """L(a, b) = (a - b) / ln(a / b), and a where both are equal; a, b > 0. Balk 2008; `gpindex` for R."""
    return 1.0 / _log_slope(a, b)


def _of_order(order: object) -> Mean:
    if isinstance(order, bool) or not isinstance(order, int | float) or not _fits(order):
        raise ScoringError(
            f"The mean must be one of: {', '.join(MEANS)}; or the order of a power mean, a number from "
            f"{-LARGEST_ORDER:g} to {LARGEST_ORDER:g}, and 0 or at least {SMALLEST_ORDER:g} away from it."
        )
    for mean in MEANS.values():
        if mean.order == order:
            return mean
    r = float(order)
    # The floor of low orders is set by who asks.
    return Mean(r, 0.0, partial(_power, r=r), partial(_power_inverse, r=r), partial(_power_slope, r=r))


def _fits(order: float) -> bool:
    return order == 0 or SMALLEST_ORDER <= abs(order) <= LARGEST_ORDER


def _same(scores: Floats) -> Floats:
    return scores


def _one(a: Floats, b: Floats) -> Floats:
    return np.ones(np.broadcast(a, b).shape)


def _log_slope(a: Floats, b: Floats) -> Floats:
    ratio = (a - b) / b
    # log1p keeps the digits of ends that are close, log those of ends that are far apart.
    logarithms = np.where(abs(ratio) < _CLOSE, np.log1p(ratio), np.log(a / b))
    return np.divide(logarithms, ratio, out=np.ones_like(ratio), where=ratio != 0) / b


def _negative_reciprocal(scores: Floats) -> Floats:
    return -1.0 / scores


def _reciprocal_slope(a: Floats, b: Floats) -> Floats:
    return 1.0 / (a * b)


def _power(scores: Floats, r: float) -> Floats:
    """x^r / r with x = s/100."""
    with np.errstate(divide="ignore", over="ignore"):  # a 0 becomes an infinity with the right sign
        return np.asarray((scores / _SCALE) ** r / r, dtype=np.float64)


def _power_inverse(transformed: Floats, r: float) -> Floats:
    with np.errstate(divide="ignore"):
        return np.asarray(_SCALE * (r * transformed) ** (1.0 / r), dtype=np.float64)


def _power_slope(a: Floats, b: Floats, r: float) -> Floats:
    """high^r ((low/high)^r - 1) / (low/high - 1) / (r high), in powers of s/100; where both are equal, its limit."""
    high, low = np.maximum(a, b), np.minimum(a, b)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # next to 0 on both sides: no slope to tell
        gap = (low - high) / high
        rise = np.where(gap > -_CLOSE, np.expm1(r * np.log1p(gap)), (low / high) ** r - 1.0)
        ratio = np.divide(rise, gap, out=np.full(gap.shape, r), where=gap != 0)
        return np.asarray(ratio / r * (high / _SCALE) ** r / high, dtype=np.float64)


MEANS: dict[str, Mean] = {
    "arithmetic": Mean(1.0, 0.0, _same, _same, _one),
    "geometric": Mean(0.0, FLOOR, np.log, np.exp, _log_slope),
    "harmonic": Mean(-1.0, FLOOR, _negative_reciprocal, _negative_reciprocal, _reciprocal_slope),
}
