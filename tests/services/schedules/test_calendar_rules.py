"""Schedules in terms of people: golden days of 48 months, held against a calendar that knows nothing of ours."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lei.services.schedules.calendar_words import rule_in_words, rule_problems
from lei.services.schedules.public_holidays import NO_HOLIDAYS, holidays_of
from lei.services.schedules.schedule_calendar import Timetable, next_runs, occasions_between
from lei.storage.schedules import CalendarRule

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = sorted(zoneinfo.available_timezones())
YEARS = range(2025, 2029)


def days(rule: CalendarRule, *, first: date = date(2025, 1, 1), last: date = date(2028, 12, 31)) -> list[date]:
    """The local days on which the rule runs in Berlin, both ends included."""
    holidays = holidays_of("DE")
    start = datetime(first.year, first.month, first.day, tzinfo=BERLIN) - timedelta(seconds=1)
    end = datetime(last.year, last.month, last.day, 23, 59, tzinfo=BERLIN)
    timetable = Timetable(rule, BERLIN, holidays=holidays)
    return [run.astimezone(BERLIN).date() for run in occasions_between(timetable, start, end)]


# The Sundays of Easter 2025 to 2028, as church calendars print them; German holidays follow from them.
EASTER = {2025: date(2025, 4, 20), 2026: date(2026, 4, 5), 2027: date(2027, 3, 28), 2028: date(2028, 4, 16)}


def german_holidays(year: int) -> set[date]:
    """The nine holidays of all of Germany."""
    fixed = {date(year, *day) for day in ((1, 1), (5, 1), (10, 3), (12, 25), (12, 26))}
    return fixed | {EASTER[year] + timedelta(days=days) for days in (-2, 1, 39, 50)}


def business_days(year: int, month: int) -> list[date]:
    """All business days of a month in Germany."""
    first = date(year, month, 1)
    candidates = [first + timedelta(days=number) for number in range(31)]
    off = german_holidays(year)
    return [day for day in candidates if day.month == month and day.weekday() < 5 and day not in off]


MONTHS = [(year, month) for year in YEARS for month in range(1, 13)]


@pytest.mark.parametrize("number", [1, 2, 3, 10, -1, -2])
def test_the_nth_business_day_of_48_months(number: int) -> None:
    place = number - 1 if number > 0 else number
    expected = [business_days(*month)[place] for month in MONTHS]
    assert days(CalendarRule("month", "07:00", business_day=number)) == expected


def test_some_golden_business_days_as_a_wall_calendar_shows_them() -> None:
    first = days(CalendarRule("month", "07:00", business_day=1), last=date(2026, 12, 31))
    # 1 January is a holiday, 1 May too (a Thursday in 2025, a Friday in 2026), 1 November 2026 a Sunday.
    assert first[:1] + first[4:5] + first[12:13] + first[16:17] + first[22:23] == [
        date(2025, 1, 2),
        date(2025, 5, 2),
        date(2026, 1, 2),
        date(2026, 5, 4),
        date(2026, 11, 2),
    ]


@pytest.mark.parametrize(("day", "february", "april"), [(31, 28, 30), (30, 28, 30), (29, 28, 29), (-1, 28, 30)])
def test_a_day_that_a_month_does_not_have_is_its_last_one(day: int, february: int, april: int) -> None:
    found = days(CalendarRule("month", "07:00", day=day), last=date(2025, 12, 31))
    assert len(found) == 12
    assert (found[1].day, found[3].day) == (february, april)
    leap = days(CalendarRule("month", "07:00", day=day), first=date(2028, 2, 1), last=date(2028, 2, 29))
    assert leap == [date(2028, 2, 29)]


def test_quarters_and_years_begin_where_the_fiscal_year_does() -> None:
    year = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}
    assert days(CalendarRule("quarter", "07:00", day=5), **year) == [date(2026, m, 5) for m in (1, 4, 7, 10)]
    assert days(CalendarRule("quarter", "07:00", day=5, year_starts_in=2), **year) == [
        date(2026, m, 5) for m in (2, 5, 8, 11)
    ]
    assert days(CalendarRule("quarter", "07:00", day=-1), **year) == [
        date(2026, 3, 31),
        date(2026, 6, 30),
        date(2026, 9, 30),
        date(2026, 12, 31),
    ]
    assert days(CalendarRule("year", "07:00", business_day=1, year_starts_in=4), **year) == [date(2026, 4, 1)]
    # A fiscal year that begins in April ends in March, whose last business day in 2026 is a Tuesday.
    assert days(CalendarRule("year", "07:00", business_day=-1, year_starts_in=4), **year) == [date(2026, 3, 31)]


def test_a_weekly_rule_keeps_its_weekday() -> None:
    found = days(CalendarRule("week", "07:00", weekday="tuesday"), first=date(2026, 11, 24), last=date(2026, 12, 9))
    assert found == [date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 8)]


def test_a_run_on_a_holiday_moves_to_the_next_business_day_and_cron_does_too() -> None:
    # 3 April 2026 is Good Friday, the 6th Easter Monday.
    for when in ("0 7 3 * *", CalendarRule("month", "07:00", day=3)):
        timetable = Timetable(when, BERLIN, on_working_day=True, holidays=holidays_of("DE"))
        (run,) = next_runs(timetable, datetime(2026, 4, 1, tzinfo=UTC), 1)
        assert run.astimezone(BERLIN) == datetime(2026, 4, 7, 7, 0, tzinfo=BERLIN)
        # Asked in the middle of the days off, it is still to come.
        assert next_runs(timetable, datetime(2026, 4, 5, tzinfo=UTC), 1) == [run]


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
    minute=st.sampled_from([0, 15, 30, 45]),
    rule=st.one_of(
        st.integers(-1, 31).filter(bool).map(lambda day: ("day", day)),
        st.integers(-15, 15).filter(bool).map(lambda day: ("business_day", day)),
    ),
)
def test_every_month_of_twenty_years_runs_once_in_every_zone_at_its_wall_clock_time(
    zone: str, hour: int, minute: int, rule: tuple[str, int]
) -> None:
    place = ZoneInfo(zone)
    wanted = CalendarRule("month", f"{hour:02d}:{minute:02d}", **{rule[0]: rule[1]})  # type: ignore[arg-type]
    timetable = Timetable(wanted, place)
    first = datetime(2016, 1, 1, tzinfo=place) - timedelta(seconds=1)
    last = datetime(2035, 12, 31, 23, 59, 59, tzinfo=place)
    runs = list(occasions_between(timetable, first, last))
    local = [run.astimezone(place) for run in runs]
    assert runs == sorted(set(runs))
    # A time that a clock change leaves out comes right after the gap, which may be in the next month or year.
    on_time = [run for run in local if (run.hour, run.minute) == (hour, minute)]
    assert len(runs) - len(on_time) <= 20
    assert len({(run.year, run.month) for run in on_time}) == len(on_time) >= 219
    assert all(run.fold == 0 for run in on_time)
    if rule == ("day", -1):
        assert all((run + timedelta(days=1)).month != run.month for run in on_time)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (CalendarRule("month", "07:00", business_day=1), "at 07:00 on the first business day of every month"),
        (CalendarRule("month", "07:00", business_day=-2), "at 07:00 on the last but one business day of every month"),
        (CalendarRule("month", "18:30", day=-1), "at 18:30 on the last day of every month"),
        (CalendarRule("month", "18:30", day=12), "at 18:30 on day 12 of every month"),
        (
            CalendarRule("quarter", "07:00", business_day=12, year_starts_in=4),
            "at 07:00 on the 12th business day of every quarter (the year starts in April)",
        ),
        (CalendarRule("week", "07:00", weekday="monday"), "at 07:00 every Monday"),
    ],
)
def test_a_rule_is_told_as_a_person_would(rule: CalendarRule, words: str) -> None:
    assert rule_in_words(rule) == words
    assert list(rule_problems(rule)) == []


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (CalendarRule("month", "7:00", day=1), "'7:00' is no time of the day"),
        (CalendarRule("month", "24:00", day=1), "'24:00' is no time of the day"),
        (CalendarRule("month", "07:00"), "either by `day` or by `business_day`"),
        (CalendarRule("month", "07:00", day=1, business_day=1), "either by `day` or by `business_day`"),
        (CalendarRule("month", "07:00", day=0), "from 1 to 31, or -1"),
        (CalendarRule("month", "07:00", day=32), "from 1 to 31, or -1"),
        (CalendarRule("month", "07:00", business_day=16), "from 1 to 15"),
        (CalendarRule("month", "07:00", day=1, weekday="monday"), "has no weekday"),
        (CalendarRule("week", "07:00", weekday="mondy"), "Did you mean 'monday'?"),
        (CalendarRule("week", "07:00", weekday="monday", day=1), "no other day"),
        (CalendarRule("year", "07:00", day=1, year_starts_in=13), "from 1 (January) to 12"),
    ],
)
def test_a_rule_that_means_nothing_is_refused_with_what_to_do(rule: CalendarRule, sentence: str) -> None:
    assert sentence in " ".join(problem.message for problem in rule_problems(rule))


def test_holidays_are_those_of_a_country_or_a_part_of_it() -> None:
    corpus_christi = date(2026, 6, 4)
    assert corpus_christi in holidays_of("DE-BY")
    assert corpus_christi not in holidays_of("DE")
    assert holidays_of(None) is NO_HOLIDAYS
    with pytest.raises(ValueError, match="No public holidays are known for 'XX'"):
        holidays_of("XX")
    with pytest.raises(ValueError, match="Of DE there are: BB, BE"):
        holidays_of("DE-XX")
