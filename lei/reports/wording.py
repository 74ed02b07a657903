"""How numbers, periods and names are written for people: whole numbers, true minus signs, rounded once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lei.periods import MONTHS_A_YEAR, Grain, Period
from scoring.bands import BANDS

MINUS = "\N{MINUS SIGN}"
ARROW = "\N{RIGHTWARDS ARROW}"
DASH = "\N{EN DASH}"
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
BAND_NAMES: Mapping[str, str] = {band.key: band.name for band in BANDS}
_SMALL = 10  # below this, a value keeps one decimal
_UNIT_WORDS = {"days": " days", "hours": " hours", "percent": "%"}


def whole(number: float) -> str:
    """A whole number with a true minus sign and thousands separators."""
    return _text(round(number), "d")


def signed(number: float) -> str:
    """A whole number that always shows its direction; 0 has none."""
    rounded = round(number)
    return whole(rounded) if rounded <= 0 else f"+{whole(rounded)}"


def tenths(number: float) -> str:
    """A number with one decimal."""
    return _text(round(number, 1) + 0.0, ".1f")


def signed_tenths(number: float) -> str:
    """A number with one decimal that always shows its direction; 0.0 has none."""
    rounded = round(number, 1) + 0.0
    return tenths(rounded) if rounded <= 0 else f"+{tenths(rounded)}"


def points(number: float) -> str:
    """A change of a score: `+3 points`, `−1 point`."""
    return f"{signed(number)} {'point' if abs(round(number)) == 1 else 'points'}"


def in_unit(value: float, unit: str) -> str:
    """A value in its unit, as precise as it deserves: decimals only where the number is small."""
    if unit == "ratio" and abs(value) < _SMALL:
        number = _text(round(value, 2) + 0.0, ",.2f")
    elif unit == "nps":
        number = signed(value)
    elif abs(value) < _SMALL and not float(value).is_integer() and unit != "count":
        number = tenths(value)
    else:
        number = whole(value)
    return number + _UNIT_WORDS.get(unit, "")


def goalposts(zero: float | None, full: float | None, full_upper: float | None, zero_upper: float | None) -> str:
    """The values that score 0 and 100; with four of them, the range that scores 100 stands in the middle."""
    if zero is None or full is None:
        return ""
    if full_upper is None or zero_upper is None:
        return f"{_plain(zero)} {ARROW} {_plain(full)}"
    return f"{_plain(zero)} {ARROW} {_plain(full)}{DASH}{_plain(full_upper)} {ARROW} {_plain(zero_upper)}"


def period_label(period: Period) -> str:
    """A period as a reader says it: `October 2026`, `Q4 2026`, `2026`."""
    if period.grain is Grain.MONTH:
        return f"{MONTHS[period.first_month % MONTHS_A_YEAR]} {period.year}"
    text = str(period)
    return text if period.grain is Grain.YEAR else f"{text[-2:]} {period.year}"


def short_period_label(period: Period) -> str:
    """A period for an axis: `Oct 26`, `Q4 26`, `2026`."""
    if period.grain is Grain.YEAR:
        return str(period)
    name = MONTHS[period.first_month % MONTHS_A_YEAR][:3] if period.grain is Grain.MONTH else str(period)[-2:]
    return f"{name} {period.year % 100:02d}"


def joined(names: Iterable[str]) -> str:
    """Names as a sentence lists them: `A`, `A and B`, `A, B and C`."""
    listed = list(names)
    return " and ".join(part for part in (", ".join(listed[:-1]), *listed[-1:]) if part)


def counted(number: int, singular: str, plural: str = "") -> str:
    """A number and its noun: `1 unit`, `3 units`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def _text(number: float, form: str) -> str:
    form = form if form.startswith(",") else f",{form}"
    return format(number, form).replace("-", MINUS)


def _plain(number: float) -> str:
    return f"{number:,g}".replace("-", MINUS)
