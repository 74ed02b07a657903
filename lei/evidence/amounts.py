"""How effects, levels and shares are written for people: as many decimals as the interval supports, with their unit."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType

from lei.language import N_, _, locale, ngettext
from lei.numbers import with_decimals, with_percent_sign

_MOST_DECIMALS = 4
_MOST_DECIMALS_OF_A_BOUND = 6


# Units that have words of their own; the others are words themselves, such as `per 100 tickets`.
UNIT_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "percent": N_("percent"),
        "days": N_("days"),
        "hours": N_("hours"),
        "score": N_("score"),
        # For translators: net promoter score.
        "nps": N_("nps"),
        "ratio": N_("ratio"),
        "count": N_("count"),
        "currency": N_("currency"),
        "points": N_("points"),
    }
)
_BARE = frozenset(("score", "nps", "ratio", "count", "currency"))  # levels without any word


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


def unit_name(unit: str) -> str:
    """A unit as the heading of a column has it: `days`, `per 100 tickets`."""
    return _(UNIT_NAMES.get(unit, unit))


def level(number: float, unit: str, decimals: int) -> str:
    """A level in its unit: `71%`, `6.8 per 100 tickets`."""
    written = with_decimals(number, decimals)
    if unit == "percent":
        return with_percent_sign(written)
    return written if unit in _BARE else _with_unit(written, unit, _for_plural(number, decimals))


def level_beside_size(number: float, unit: str, decimals: int) -> str:
    """A level next to a change that has just named the unit: `71%`, but only `6.8` where the unit is several words."""
    return level(number, unit, decimals) if unit in _SIZES else with_decimals(number, decimals)


def unit_of_bare_levels(unit: str) -> str:
    """The unit in words where levels beside each other do not carry it; empty for `percent`, `days` and `hours`."""
    return unit_name(unit) if unit in _BARE or unit not in _SIZES else ""


def size(number: float, unit: str, decimals: int, ends: tuple[str, str] | None = None) -> str:
    """A change in its unit: `1.3 per 100 tickets`; `ends` of its interval stand between number and unit."""
    written = with_decimals(number, decimals)
    if ends is not None:
        # For translators: a number with both ends of its interval, before a unit: "1.3 [0.6 to 2.1]".
        written = _("{number} [{low} to {high}]").format(number=written, low=ends[0], high=ends[1])
    return _with_unit(written, unit, _for_plural(number, decimals))


def share_in_percent(share: float) -> str:
    """A share (0-1) as whole percent; one decimal below 1 percent: `16%`, `0.4%`."""
    number = share * 100
    return with_percent_sign(with_decimals(number, 0 if abs(number) >= 1 or number == 0 else 1))


def _with_unit(written: str, unit: str, number: int) -> str:
    sized = _SIZES.get(unit)
    if sized is not None:
        return sized(number).format(number=written)
    return written if unit in _BARE else f"{written} {_(unit)}"


def _for_plural(number: float, decimals: int) -> int:
    """The number that chooses the form of a noun, as it is written: `1 point`, `1.0 points`, in French `1,5 point`."""
    written = Decimal(f"{abs(number):.{decimals}f}")
    if decimals:
        return 1 if locale().plural_form(written) == "one" else 2
    return int(written)


def _points(number: int) -> str:
    return ngettext("{number} point", "{number} points", number)


# For translators, of all these: the size of a change or a level, as it stands behind "by" or "from … to".
_SIZES: Mapping[str, Callable[[int], str]] = MappingProxyType(
    {
        "percent": lambda n: ngettext("{number} percentage point", "{number} percentage points", n),
        "days": lambda n: ngettext("{number} day", "{number} days", n),
        "hours": lambda n: ngettext("{number} hour", "{number} hours", n),
        "score": _points,
        "nps": _points,
    }
)


class Figure(float):
    """A number in a template of a sentence: `{found}` writes it shortly, `{share:percent}` as percent."""

    def __format__(self, form: str) -> str:
        if form == "percent":
            return share_in_percent(self)
        if form:
            return with_decimals(self, int(form))
        if self.is_integer():
            return with_decimals(self, 0)
        return with_decimals(self, min(max(1 - math.floor(math.log10(abs(self))), 0), _MOST_DECIMALS))
