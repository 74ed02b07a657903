"""Values of measures as sentences name them, in their own units."""

from __future__ import annotations

import math

from lei.catalog.measure import Measure

_DIGITS = 2
_WORDS = {"percent": "{} %", "days": "{} days", "hours": "{} hours", "nps": "{} points"}


def value_text(value: float, measure: Measure, towards: float = 0.0) -> str:
    """A value with its unit and at most two digits behind the point: `71.5 %`, `131`.

    towards: rounded up where it is above 0, and down where it is below, so that a value that must be reached is.
    """
    scaled = value * 10**_DIGITS
    # A value that has two digits on paper may lie an ulp beside them.
    near = round(scaled)
    if abs(scaled - near) < 1e-6 or towards == 0:  # noqa: PLR2004 - far below what is shown
        whole = near
    else:
        whole = math.ceil(scaled) if towards > 0 else math.floor(scaled)
    number = f"{whole / 10**_DIGITS:.{_DIGITS}f}".rstrip("0").rstrip(".")
    return _WORDS.get(measure.unit, "{}").format("0" if number == "-0" else number)
