"""When a schedule falls due, and which period it is then about: pure arithmetic on rules, time zone and calendar.

The rules, each tested in `tests/services/schedules/test_schedule_calendar.py`:

- `cron` has the five fields of Debian's cron (0 and 7 are Sunday; day and weekday both given: either of them), with
  `L` for the last day of a month, `LW` for its last Monday to Friday, `MON#1` for the first Monday and `1L` for the
  last. It names times on the wall clock of the schedule's IANA zone.
- A wall-clock time that a spring change leaves out runs right after the gap; several in one gap run once. A time that
  an autumn change repeats runs once, the first time.
- Day 31 (30, 29) is skipped in months without it, as cron does; `L` is the last day of every month.
- A rule of people (`CalendarRule`) names days as `calendar_days.py` says, and a time on the same wall clock.
- With `on_working_day` a run that falls on a Saturday, a Sunday or a holiday of the timetable moves to the next day
  that is none, same wall-clock time.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from lei.periods import Grain, Period, period_containing
from lei.services.schedules.calendar_days import Holidays, days_of, next_business_day
from lei.services.schedules.public_holidays import NO_HOLIDAYS
from lei.storage.schedules import CalendarRule

_FIELDS = 5
# Looking back this far finds the run of a day off that the next business day still has to make, whatever the country.
_DAYS_OFF = timedelta(days=21)
_FIELD_RANGES = {
    "Bad minute": "The first field, the minute, must be 0 to 59",
    "Bad hour": "The second field, the hour, must be 0 to 23",
    "Bad day-of-month": "The third field, the day of the month, must be 1 to 31, or L for the last day",
    "Bad month": "The fourth field, the month, must be 1 to 12 or JAN to DEC",
    "Bad day-of-week": "The fifth field, the day of the week, must be 0 to 7 (0 and 7 are Sunday) or SUN to SAT",
}
_LONG_DAYS = range(29, 32)


@dataclass(frozen=True, slots=True)
class Timetable:
    """When something runs on the wall clock of a zone: by cron, or by a rule of people."""

    when: str | CalendarRule
    timezone: ZoneInfo
    on_working_day: bool = False
    holidays: Holidays = NO_HOLIDAYS


def check_cron(cron: str) -> None:
    """Raise ValueError with a sentence that a person can act on when `cron` cannot be read, or never falls due."""
    if len(cron.split()) != _FIELDS:
        raise ValueError(
            f"'{cron}' is not a cron expression of five fields: minute, hour, day of month, month, day of week. "
            "For example `0 7 1 * *`: at 07:00 on the first of every month."
        )
    try:
        first = next(CronSim(cron, datetime(2000, 1, 1)), None)  # noqa: DTZ001 - wall-clock time, in no zone yet
    except (CronSimError, AssertionError) as error:
        raise ValueError(f"'{cron}' is not a cron expression. {_what_is_wrong(cron, str(error))}") from None
    if first is None:
        raise ValueError(f"'{cron}' never falls due: no year has such a day. For the last day of a month write L.")


def notes_on(cron: str) -> tuple[str, ...]:
    """What the author of a valid cron expression may not expect of it, in sentences."""
    day, month = cron.split()[2:4]
    if month == "*" and day.isdecimal() and int(day) in _LONG_DAYS:
        return (f"Months without a day {day} are skipped. For the last day of every month write L instead of {day}.",)
    return ()


def next_runs(timetable: Timetable, after: datetime, count: int) -> list[datetime]:
    """The next `count` instants (UTC) strictly after `after`; fewer when the timetable ends."""
    return list(islice(_occasions_after(timetable, after), count))


def occasions_between(timetable: Timetable, after: datetime, until: datetime) -> Iterator[datetime]:
    """The instants (UTC) in (after, until], in order."""
    for instant in _occasions_after(timetable, after):
        if instant > until:
            return
        yield instant


def period_of_run(scheduled_for: datetime, timezone: ZoneInfo, grain: Grain) -> Period:
    """The last period of the grain that was complete on the local date of the scheduled instant."""
    return period_containing(scheduled_for.astimezone(timezone).date(), grain).shift(-1)


def _occasions_after(timetable: Timetable, after: datetime) -> Iterator[datetime]:
    last = after.astimezone(UTC)
    start = last.astimezone(timetable.timezone).replace(tzinfo=None, fold=0)
    for wall in _wall_times(timetable, start):
        instant = _instant(wall, timetable.timezone)
        if instant > last:
            yield instant
            last = instant


def _wall_times(timetable: Timetable, start: datetime) -> Iterator[datetime]:
    """Local times from about `start` on, in order. Runs of days off wait in a heap for the turn of their new day."""
    if not timetable.on_working_day:
        yield from _named_times(timetable, start)
        return
    waiting: list[datetime] = []
    for wall in _named_times(timetable, start - _DAYS_OFF):
        while waiting and waiting[0] <= wall:
            yield heapq.heappop(waiting)
        heapq.heappush(waiting, datetime.combine(next_business_day(wall.date(), timetable.holidays), wall.time()))
    yield from sorted(waiting)


def _named_times(timetable: Timetable, start: datetime) -> Iterator[datetime]:
    if isinstance(timetable.when, str):
        return CronSim(timetable.when, start)
    time_of_day = time.fromisoformat(timetable.when.at)
    days = days_of(timetable.when, start.date(), timetable.holidays)
    return (datetime.combine(day, time_of_day) for day in days)


def _instant(wall: datetime, timezone: ZoneInfo) -> datetime:
    """The instant of a local time: the first of two, or the end of the gap that leaves the time out."""
    instant = wall.replace(tzinfo=timezone, fold=0).astimezone(UTC)
    while instant.astimezone(timezone).replace(tzinfo=None) != wall:
        wall += timedelta(minutes=1)
        instant = wall.replace(tzinfo=timezone, fold=0).astimezone(UTC)
    return instant


def _what_is_wrong(cron: str, reason: str) -> str:
    day, month = cron.split()[2:4]
    if reason == "Bad day-of-month" and day.isdecimal() and int(day) in _LONG_DAYS:
        return f"Month {month} never has a day {day}. For the last day of a month write L."
    return f"{_FIELD_RANGES.get(reason, 'One of its fields cannot be read')}."
