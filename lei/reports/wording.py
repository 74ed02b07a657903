"""How points, values in their units, goalposts and bands are written in a scorecard."""

from __future__ import annotations

from collections.abc import Mapping

from lei.language import N_, _, ngettext
from lei.numbers import general, signed, tenths, whole, with_decimals
from lei.periods import Period, month_name, period_label, short_month_name
from scoring.bands import BANDS

ARROW = "\N{RIGHTWARDS ARROW}"
DASH = "\N{EN DASH}"
_BAND_NAMES: Mapping[str, str] = {band.key: band.name for band in BANDS}
_SMALL = 10  # below this, a value keeps one decimal
_UNIT_WORDS = {"days": N_("{number} days"), "hours": N_("{number} hours"), "percent": N_("{number}%")}


def band_name(key: str | None) -> str:
    """The name of a band for people: `On track`; empty for none."""
    return _(_BAND_NAMES[key]) if key else ""


def labelled(name: str, text: str) -> str:
    """A text behind the name of what it is about: `Field Service: too little for a score`."""
    return _("{name}: {text}").format(name=name, text=text)


def points(number: float) -> str:
    """A change of a score: `+3 points`, `−1 point`."""
    return ngettext("{number} point", "{number} points", abs(round(number))).format(number=signed(number))


def in_unit(value: float, unit: str) -> str:
    """A value in its unit, as precise as it deserves: decimals only where the number is small."""
    if unit == "ratio" and abs(value) < _SMALL:
        number = with_decimals(value, 2)
    elif unit == "nps":
        number = signed(value)
    elif abs(value) < _SMALL and not float(value).is_integer() and unit != "count":
        number = tenths(value)
    else:
        number = whole(value)
    return _(_UNIT_WORDS[unit]).format(number=number) if unit in _UNIT_WORDS else number


def months_text(months: tuple[Period, Period]) -> str:
    """A stretch of months: `August to October 2026`, `October 2026`."""
    first, last = months
    if first == last:
        return period_label(first)
    start = month_name(first.start.month) if first.year == last.year else period_label(first)
    return _("{first} to {last}").format(first=start, last=period_label(last))


def short_months_text(months: tuple[Period, Period]) -> str:
    """The same for the cell of a table: `Aug to Oct 2026`, `Nov 2025 to Jan 2026`."""
    first, last = months
    if first == last:
        return _short_month(first)
    start = short_month_name(first.start.month) if first.year == last.year else _short_month(first)
    return _("{first} to {last}").format(first=start, last=_short_month(last))


def goalposts(zero: float | None, full: float | None, full_upper: float | None, zero_upper: float | None) -> str:
    """The values that score 0 and 100; with four of them, the range that scores 100 stands in the middle."""
    if zero is None or full is None:
        return ""
    if full_upper is None or zero_upper is None:
        return f"{general(zero)} {ARROW} {general(full)}"
    return f"{general(zero)} {ARROW} {general(full)}{DASH}{general(full_upper)} {ARROW} {general(zero_upper)}"


def _short_month(month: Period) -> str:
    # For translators: a short month such as Oct, and its year.
    return _("{month} {year}").format(month=short_month_name(month.start.month), year=month.year)
