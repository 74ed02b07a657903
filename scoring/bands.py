"""Names for scores: five bands, a rule that keeps them from flickering, and what counts as a change at all.

Cut points and thresholds are our own policy.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scoring.errors import ScoringError

CLEAR_MARGIN = 1.0
MATERIAL_CHANGE: dict[str, float] = {"composite": 1.0, "pillar": 2.0}
# Scores, coverages and changes are sums and differences of floats: what reaches its limit on paper may miss it by ulps.
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Band:
    """A band of scores from `lower` (included) to the next band's lower bound."""

    key: str
    lower: float
    name: str
    meaning: str


BANDS: tuple[Band, ...] = (
    Band("at_risk", 0.0, "At risk", "act now, owner and date needed"),
    Band("developing", 40.0, "Developing", "below plan, improvement planned"),
    Band("on_track", 60.0, "On track", "as planned"),
    Band("strong", 75.0, "Strong", "keep; look for side effects"),
    Band("leading", 90.0, "Leading", "check that goalposts are not too easy"),
)
_LOWER = [band.lower for band in BANDS]


def band(score: float) -> str | None:
    """The key of the band of an unrounded score; None for NaN. Raises ScoringError outside 0..100."""
    return None if math.isnan(score) else BANDS[_index(score)].key


def settled_bands(scores: Sequence[float]) -> list[str | None]:
    """The band shown in each of a series of periods in time order; None where the score is missing (NaN).

    The first score takes its own band. Later the band changes only when its border is passed by at least 1.0 point, or
    for two periods in a row; a gap interrupts the row, but the band shown before it still holds.
    """
    shown: list[str | None] = []
    current: int | None = None
    previous: int | None = None
    for score in scores:
        if math.isnan(score):
            shown.append(None)
            previous = None
            continue
        raw = _index(score)
        current = raw if current is None else _settle(score, current, previous)
        previous = raw
        shown.append(BANDS[current].key)
    return shown


def is_material(change: float, level: Literal["composite", "pillar"] = "composite") -> bool:
    """Whether a change is worth reporting: 1.0 point of the composite, 2.0 of a pillar. A missing change is not."""
    if level not in MATERIAL_CHANGE:
        raise ScoringError(f"The level must be one of: {', '.join(MATERIAL_CHANGE)}.")
    return abs(change) >= MATERIAL_CHANGE[level] - TOLERANCE


def _settle(score: float, current: int, previous: int | None) -> int:
    """The band after one more score; previous: the own band of the period before, or None where it has none."""
    raw = _index(score)
    before = current if previous is None else previous
    if raw > current:
        clearly = bisect_right(_LOWER, score - CLEAR_MARGIN + TOLERANCE) - 1
        return max(current, clearly, min(raw, before))
    clearly = bisect_left(_LOWER, score + CLEAR_MARGIN - TOLERANCE) - 1
    return min(current, clearly, max(raw, before))


def _index(score: float) -> int:
    if not 0 <= score <= 100:  # noqa: PLR2004 - the scale of a score
        raise ScoringError(f"A score lies between 0 and 100; found {score:g}.")
    return bisect_right(_LOWER, score) - 1
