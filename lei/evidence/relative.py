"""An effect as a share of the level that there would have been without it."""

from __future__ import annotations

from lei.evidence.inputs import ROUNDING


def relative_to(level: float, effect: float) -> float | None:
    """effect / level, 0.16 for 16 percent; None where a share makes no sense: beside a level of 0 or below.

    A level that is 0 but for rounding, or next to nothing beside the effect, counts as 0.
    """
    return effect / level if level > ROUNDING * abs(effect) else None
