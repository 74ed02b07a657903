"""Days by the rules of people: the last day of a month, its third business day, the last one of a fiscal quarter."""

from __future__ import annotations

import calendar
from collections.abc import Container, Iterator
from datetime import date, timedelta
from itertools import count

from lei.storage.schedules import CalendarRule

LAST = -1
_SATURDAY = 5
_ONE_DAY = timedelta(days=1)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
WEEKDAYS = tuple(name.lower() for name in calendar.day_name)

Holidays = Container[date]


def days_of(rule: CalendarRule, start: date, holidays: Holidays) -> Iterator[date]:
    """The days that the rule names, from `start` on, in order; it never ends.

    A day that a month does not have is its last one (31 in April is the 30th), and so is a business day beyond those
    that it has. Counted from the start, a day of a quarter or year lies in its first month, counted from the end in
    its last. Quarters and years begin as the fiscal year does (`rule.year_starts_in`).
    """
    if rule.every == "week":
        first = start + timedelta(days=(WEEKDAYS.index(rule.weekday or "") - start.weekday()) % 7)
        yield from (first + timedelta(weeks=number) for number in count())
    for year, month in _months_of(rule, start):
        day = _day_in(rule, year, month, holidays)
        if day >= start:
            yield day


def next_business_day(day: date, holidays: Holidays) -> date:
    """The day itself, or the first one after it that is neither on a weekend nor a holiday."""
    while not _is_business_day(day, holidays):
        day += _ONE_DAY
    return day


def _months_of(rule: CalendarRule, start: date) -> Iterator[tuple[int, int]]:
    """The months (year, month) in which the rule names a day, from that of `start` on."""
    step = _MONTHS[rule.every]
    wanted = (rule.year_starts_in - 1 + (step - 1 if _from_the_end(rule) else 0)) % step
    for ordinal in count(start.year * 12 + start.month - 1):
        if ordinal % step == wanted:
            yield ordinal // 12, ordinal % 12 + 1


def _from_the_end(rule: CalendarRule) -> bool:
    return (rule.business_day or rule.day or 0) < 0


def _day_in(rule: CalendarRule, year: int, month: int, holidays: Holidays) -> date:
    length = calendar.monthrange(year, month)[1]
    if rule.day is not None:
        return date(year, month, length if rule.day == LAST else min(rule.day, length))
    days = [date(year, month, number) for number in range(1, length + 1)]
    business = [day for day in days if _is_business_day(day, holidays)]
    number = rule.business_day or 1
    if number > 0:
        return business[min(number, len(business)) - 1]
    return business[max(number, -len(business))]


def _is_business_day(day: date, holidays: Holidays) -> bool:
    return day.weekday() < _SATURDAY and day not in holidays
