"""How effects, levels and shares are written for people: as many decimals as the interval supports, with their unit."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lei.numbers import with_decimals

_MOST_DECIMALS = 4
_MOST_DECIMALS_OF_A_BOUND = 6


@dataclass(frozen=True, slots=True)
class _Unit:
    """How a unit is written behind a level, and behind the size of a change (of exactly 1, and of anything else)."""

    level: str
    one: str
    many: str


_UNITS = {
    "percent": _Unit("%", " percentage point", " percentage points"),
    "days": _Unit(" days", " day", " days"),
    "hours": _Unit(" hours", " hour", " hours"),
    "score": _Unit("", " point", " points"),
    "nps": _Unit("", " point", " points"),
    "ratio": _Unit("", "", ""),
    "count": _Unit("", "", ""),
    "currency": _Unit("", "", ""),
}


def decimals_for(effect: float, low: float, high: float) -> int:
    """How many decimals an effect and its interval deserve: two digits of the interval's width, at most four decimals.

    An interval that excludes 0 gets more where its nearer end would be written as 0.
    """
    width = high - low if high > low else abs(effect)
    decimals = 1 if width == 0 else min(max(1 - math.floor(math.log10(width)), 0), _MOST_DECIMALS)
    nearer = min(abs(low), abs(high)) if low > 0 or high < 0 else 0.0
    while nearer > 0 and round(nearer, decimals) == 0 and decimals < _MOST_DECIMALS_OF_A_BOUND:
        decimals += 1
    return decimals


def decimals_between(before: float, after: float) -> int:
    """How many decimals two levels need so that their difference shows with one digit; at most two."""
    difference = abs(after - before)
    return min(max(-math.floor(math.log10(difference)), 0), 2) if difference else 0


def level(number: float, unit: str, decimals: int) -> str:
    """A level in its unit: `71%`, `6.8 per 100 tickets`."""
    words = _UNITS.get(unit)
    return with_decimals(number, decimals) + (f" {unit}" if words is None else words.level)


def level_beside_size(number: float, unit: str, decimals: int) -> str:
    """A level next to a change that has just named the unit: `71%`, but only `6.8` where the unit is several words."""
    return level(number, unit, decimals) if unit in _UNITS else with_decimals(number, decimals)


def size(number: float, unit: str, decimals: int, bracket: str = "") -> str:
    """A change in its unit: `1.3 per 100 tickets`, `2 percentage points`; `bracket` stands between number and unit."""
    written = with_decimals(number, decimals)
    words = _UNITS.get(unit)
    if words is None:
        return f"{written}{bracket} {unit}"
    return f"{written}{bracket}{words.one if written.strip('−') == '1' else words.many}"


def percent(share: float) -> str:
    """A share (0-1) as whole percent; one decimal below 1 percent: `16%`, `0.4%`."""
    number = share * 100
    return with_decimals(number, 0 if abs(number) >= 1 or number == 0 else 1) + "%"


class Figure(float):
    """A number in a template of a sentence: `{found}` writes it shortly, `{share:percent}` as percent."""

    def __format__(self, form: str) -> str:
        if form == "percent":
            return percent(self)
        if form:
            return with_decimals(self, int(form))
        if self.is_integer():
            return with_decimals(self, 0)
        return with_decimals(self, min(max(1 - math.floor(math.log10(abs(self))), 0), _MOST_DECIMALS))
