"""Values of measures as sentences name them, in their own units."""

from __future__ import annotations

import math

from lei.catalog.measure import Measure

_DIGITS, _DIGITS_BELOW_ONE = 2, 4
_WORDS = {"percent": "{} %", "days": "{} days", "hours": "{} hours", "nps": "{} points"}


def value_text(value: float, measure: Measure, towards: float = 0.0) -> str:
    """A value with its unit and two digits behind the point at most (four where it is below 1): `71.5 %`, `131`.

    towards: rounded up where it is above 0, and down where it is below, so that a value that must be reached is.
    """
    digits = _DIGITS_BELOW_ONE if abs(value) < 1 else _DIGITS
    scaled = value * 10**digits
    # A value that has so many digits on paper may lie an ulp beside them.
    near = round(scaled)
    if abs(scaled - near) < 1e-6 or towards == 0:  # noqa: PLR2004 - far below what is shown
        whole = near
    else:
        whole = math.ceil(scaled) if towards > 0 else math.floor(scaled)
    number = f"{whole / 10**digits:.{digits}f}".rstrip("0").rstrip(".")
    return _WORDS.get(measure.unit, "{}").format("0" if number == "-0" else number)
