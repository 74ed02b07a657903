"""How points, values in their units, goalposts and bands are written in a scorecard."""

from __future__ import annotations

from collections.abc import Mapping

from lei.numbers import MINUS, signed, tenths, whole, with_decimals
from lei.periods import Period, month_name, period_label, short_month_name
from scoring.bands import BANDS

ARROW = "\N{RIGHTWARDS ARROW}"
DASH = "\N{EN DASH}"
BAND_NAMES: Mapping[str, str] = {band.key: band.name for band in BANDS}
_SMALL = 10  # below this, a value keeps one decimal
_UNIT_WORDS = {"days": " days", "hours": " hours", "percent": "%"}


def points(number: float) -> str:
    """A change of a score: `+3 points`, `−1 point`."""
    return f"{signed(number)} {'point' if abs(round(number)) == 1 else 'points'}"


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
    return number + _UNIT_WORDS.get(unit, "")


def months_text(months: tuple[Period, Period]) -> str:
    """A stretch of months: `August to October 2026`, `October 2026`."""
    first, last = months
    if first == last:
        return period_label(first)
    start = month_name(first.start.month) if first.year == last.year else period_label(first)
    return f"{start} to {period_label(last)}"


def short_months_text(months: tuple[Period, Period]) -> str:
    """The same for the cell of a table: `Aug to Oct 2026`, `Nov 2025 to Jan 2026`."""
    first, last = months
    names = [short_month_name(month.start.month) for month in months]
    if first == last:
        return f"{names[0]} {first.year}"
    start = names[0] if first.year == last.year else f"{names[0]} {first.year}"
    return f"{start} to {names[1]} {last.year}"


def goalposts(zero: float | None, full: float | None, full_upper: float | None, zero_upper: float | None) -> str:
    """The values that score 0 and 100; with four of them, the range that scores 100 stands in the middle."""
    if zero is None or full is None:
        return ""
    if full_upper is None or zero_upper is None:
        return f"{_plain(zero)} {ARROW} {_plain(full)}"
    return f"{_plain(zero)} {ARROW} {_plain(full)}{DASH}{_plain(full_upper)} {ARROW} {_plain(zero_upper)}"


def _plain(number: float) -> str:
    return f"{number:,g}".replace("-", MINUS)
