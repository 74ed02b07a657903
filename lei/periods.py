"""Months, quarters, years and days: how they are written, counted and contained in one another.

A month is counted as `year * 12 + (month - 1)`, its *ordinal*, so that periods are ranges of whole numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton, get_month_names, get_quarter_names

from lei.language import locale

MONTHS_A_YEAR = 12
MONTHS_A_QUARTER = 3
FIRST_YEAR, LAST_YEAR = 1900, 2199

_PERIOD = re.compile(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>\d{2})(?:-(?P<day>\d{2}))?))?", re.ASCII)


class Grain(StrEnum):
    """The lengths of time that LEI scores."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How many months one such period has."""
        return {Grain.MONTH: 1, Grain.QUARTER: MONTHS_A_QUARTER, Grain.YEAR: MONTHS_A_YEAR}[self]


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """One month, quarter or year, as the range of month ordinals `first_month .. last_month` (inclusive)."""

    first_month: int
    grain: Grain

    @property
    def last_month(self) -> int:
        """Ordinal of the period's last month."""
        return self.first_month + self.grain.months - 1

    @property
    def year(self) -> int:
        """The calendar year that the period lies in."""
        return self.first_month // MONTHS_A_YEAR

    @property
    def start(self) -> date:
        """The first day."""
        return month_start(self.first_month)

    @property
    def end(self) -> date:
        """The last day."""
        return month_start(self.last_month + 1) - timedelta(days=1)

    def shift(self, periods: int) -> Period:
        """The period that many periods later (negative: earlier)."""
        return Period(self.first_month + periods * self.grain.months, self.grain)

    def __str__(self) -> str:
        month = self.first_month % MONTHS_A_YEAR
        if self.grain is Grain.MONTH:
            return f"{self.year:04d}-{month + 1:02d}"
        if self.grain is Grain.QUARTER:
            return f"{self.year:04d}-Q{month // MONTHS_A_QUARTER + 1}"
        return f"{self.year:04d}"


@dataclass(frozen=True, slots=True)
class Occasion:
    """When an observation holds: the month it is booked in, how many months it spans, and the day, if one was given.

    `span` is 0 for a single day, else 1, 3 or 12 months; a quarter or a year is booked in the month it ends in.
    `day` is the day of the month, 0 where no day was given.
    """

    month: int
    span: int
    day: int

    def __str__(self) -> str:
        if self.span == 0:
            return (month_start(self.month) + timedelta(days=self.day - 1)).isoformat()
        return str(Period(self.month - self.span + 1, _GRAIN_OF_SPAN[self.span]))


_GRAIN_OF_SPAN = {grain.months: grain for grain in Grain}


def month_start(ordinal: int) -> date:
    """The first day of the month with this ordinal."""
    return date(ordinal // MONTHS_A_YEAR, ordinal % MONTHS_A_YEAR + 1, 1)


def month_of(day: date) -> int:
    """The ordinal of the month that `day` lies in."""
    return day.year * MONTHS_A_YEAR + day.month - 1


def parse_period(text: str) -> Period:
    """Read `2026-10`, `2026-Q4` or `2026`.

    Raises ValueError with a sentence when the text is no such period.
    """
    occasion = parse_occasion(text)
    if occasion.span == 0:
        raise ValueError(f"'{text}' is a day; give a month (2026-10), a quarter (2026-Q4) or a year (2026).")
    grain = _GRAIN_OF_SPAN[occasion.span]
    return Period(occasion.month - grain.months + 1, grain)


@lru_cache(maxsize=4096)
def parse_occasion(text: str) -> Occasion:
    """Read the period of an observation: as `parse_period`, or a day such as `2026-10-15`.

    Raises ValueError with a sentence when the text is none of these, or no such day exists.
    """
    match = _PERIOD.fullmatch(text)
    if match is None:
        raise ValueError(
            f"'{text}' is no period; write a month (2026-10), a quarter (2026-Q4), a year (2026) or a day (2026-10-15)."
        )
    year = int(match["year"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"The year of '{text}' is not between {FIRST_YEAR} and {LAST_YEAR}.")
    if match["quarter"]:
        return Occasion(year * MONTHS_A_YEAR + int(match["quarter"]) * MONTHS_A_QUARTER - 1, MONTHS_A_QUARTER, 0)
    if not match["month"]:
        return Occasion(year * MONTHS_A_YEAR + MONTHS_A_YEAR - 1, MONTHS_A_YEAR, 0)
    return _month_or_day(text, year, int(match["month"]), match["day"])


def _month_or_day(text: str, year: int, month: int, day: str | None) -> Occasion:
    if not 1 <= month <= MONTHS_A_YEAR:
        raise ValueError(f"'{text}' has no such month; months run from 01 to 12.")
    ordinal = year * MONTHS_A_YEAR + month - 1
    if day is None:
        return Occasion(ordinal, 1, 0)
    try:
        date(year, month, int(day))
    except ValueError:
        raise ValueError(f"'{text}' is no day of the calendar.") from None
    return Occasion(ordinal, 0, int(day))


def period_containing(day: date, grain: Grain) -> Period:
    """The period of that grain which `day` lies in."""
    return period_of_month(month_of(day), grain)


def period_of_month(ordinal: int, grain: Grain) -> Period:
    """The period of that grain which the month with this ordinal lies in."""
    return Period(ordinal - ordinal % grain.months, grain)


def periods_between(first: Period, last: Period) -> Iterator[Period]:
    """All periods of the grain of `first`, from `first` to `last`, both included; none when `last` is earlier."""
    period = first
    while period.first_month <= last.first_month:
        yield period
        period = period.shift(1)


def period_label(period: Period) -> str:
    """A period as a reader says it: `October 2026`, `Q4 2026`, `2026`."""
    return _period_label(period, locale())


def short_period_label(period: Period) -> str:
    """A period for an axis: `Oct 26`, `Q4 26`, `2026`."""
    if period.grain is Grain.YEAR:
        return str(period)
    name = short_month_name(period.start.month) if period.grain is Grain.MONTH else _quarter_name(period, locale())
    return f"{name} {period.year % 100:02d}"


def month_name(month: int) -> str:
    """The name of a month from 1 to 12: `October`."""
    return str(get_month_names("wide", "stand-alone", locale())[month])


def short_month_name(month: int) -> str:
    """The same, as short as the language has it: `Oct`."""
    names = get_month_names("abbreviated", "stand-alone", Locale(locale().language))
    return str(names[month]).rstrip(".")


def day_label(day: date) -> str:
    """A day as a reader says it: `3 October 2026`."""
    return format_date(day, "long", locale())


@lru_cache(maxsize=4096)
def _period_label(period: Period, of: Locale) -> str:
    if period.grain is Grain.YEAR:
        return str(period)
    return format_skeleton("yMMMM" if period.grain is Grain.MONTH else "yQQQ", period.start, locale=of)


def _quarter_name(period: Period, of: Locale) -> str:
    names = get_quarter_names("abbreviated", "stand-alone", of)
    return str(names[period.start.month // MONTHS_A_QUARTER + 1])
