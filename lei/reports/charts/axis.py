"""Round numbers for an axis, and labels at its side that must not cover each other."""

from __future__ import annotations

import math
from collections.abc import Sequence

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def round_ticks(low: float, high: float, most: int = 5) -> tuple[float, ...]:
    """At most that many round numbers at even steps, the first at or below `low`, the last at or above `high`."""
    width = high - low if high > low else max(abs(high), 1.0) * 0.2
    size = 10.0 ** math.floor(math.log10(width / most))
    for step in (base * size * factor for factor in (1.0, 10.0, 100.0) for base in _STEPS):
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        last = max(last, first + 1)
        if last - first < most:
            return tuple(round(number * step, 10) for number in range(first, last + 1))
    return low, high


def spread_apart(positions: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions moved as little as needed so that neighbours are `gap` apart, in their order, between low and high."""
    order = sorted(range(len(positions)), key=lambda number: positions[number])
    placed = list(positions)
    reached = low
    for number in order:
        placed[number] = max(placed[number], reached)
        reached = placed[number] + gap
    limit = high
    for number in reversed(order):
        placed[number] = min(placed[number], limit)
        limit = placed[number] - gap
    return placed
