"""The calendar of schedules: golden months, clock changes, and the wall clock of many zones over twenty years."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lei.periods import Grain
from lei.services.schedules.schedule_calendar import (
    Timetable,
    check_cron,
    next_runs,
    notes_on,
    occasions_between,
    period_of_run,
)

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = sorted(zoneinfo.available_timezones())


def local_times(cron: str, zone: ZoneInfo, after: datetime, count: int, *, working: bool = False) -> list[str]:
    """The next runs as a person in the zone reads them."""
    runs = next_runs(Timetable(cron, zone, working), after, count)
    return [f"{run.astimezone(zone):%Y-%m-%d %H:%M %a}" for run in runs]


def at(*parts: int, zone: ZoneInfo = BERLIN) -> datetime:
    """A local time of the zone as an instant."""
    return datetime(*parts, tzinfo=zone).astimezone(UTC)  # type: ignore[misc, arg-type]  # year, month, day, hour...


def test_the_first_working_day_of_a_month_is_a_monday_when_the_first_is_on_a_weekend() -> None:
    assert local_times("0 7 1 * *", BERLIN, at(2026, 7, 2), 6, working=True) == [
        "2026-08-03 07:00 Mon",  # the first is a Saturday
        "2026-09-01 07:00 Tue",
        "2026-10-01 07:00 Thu",
        "2026-11-02 07:00 Mon",  # the first is a Sunday
        "2026-12-01 07:00 Tue",
        "2027-01-01 07:00 Fri",  # New Year's Day: holidays are not known
    ]


def test_a_run_that_waits_for_monday_is_found_from_within_the_weekend() -> None:
    assert local_times("0 7 1 * *", BERLIN, at(2026, 8, 2, 12), 1, working=True) == ["2026-08-03 07:00 Mon"]


def test_a_daily_run_on_working_days_runs_once_on_monday() -> None:
    assert local_times("0 7 * * *", BERLIN, at(2026, 11, 19, 8), 4, working=True) == [
        "2026-11-20 07:00 Fri",
        "2026-11-23 07:00 Mon",
        "2026-11-24 07:00 Tue",
        "2026-11-25 07:00 Wed",
    ]


def test_runs_of_a_weekend_take_their_place_among_those_of_monday() -> None:
    assert local_times("0 9,17 * * 6,1", BERLIN, at(2026, 11, 20, 8), 2, working=True) == [
        "2026-11-23 09:00 Mon",
        "2026-11-23 17:00 Mon",
    ]
    assert local_times("30 6 21,23 11 *", BERLIN, at(2026, 11, 20, 8), 1, working=True) == ["2026-11-23 06:30 Mon"]


def test_the_last_day_of_the_month_in_leap_years_and_others() -> None:
    assert local_times("0 6 L * *", BERLIN, at(2028, 1, 31, 7), 4) == [
        "2028-02-29 06:00 Tue",
        "2028-03-31 06:00 Fri",
        "2028-04-30 06:00 Sun",
        "2028-05-31 06:00 Wed",
    ]
    assert local_times("0 6 L 2 *", BERLIN, at(2099, 1, 1), 2) == ["2099-02-28 06:00 Sat", "2100-02-28 06:00 Sun"]


def test_day_31_is_skipped_in_short_months_and_a_note_says_so() -> None:
    assert local_times("0 6 31 * *", BERLIN, at(2026, 1, 1), 4) == [
        "2026-01-31 06:00 Sat",
        "2026-03-31 06:00 Tue",
        "2026-05-31 06:00 Sun",
        "2026-07-31 06:00 Fri",
    ]
    assert notes_on("0 6 31 * *") == (
        "Months without a day 31 are skipped. For the last day of every month write L instead of 31.",
    )
    assert notes_on("0 6 L * *") == notes_on("0 6 1 * *") == notes_on("0 6 31 1 *") == ()


def test_the_29th_of_february_comes_in_leap_years_only() -> None:
    assert local_times("0 6 29 2 *", BERLIN, at(2026, 1, 1), 2) == ["2028-02-29 06:00 Tue", "2032-02-29 06:00 Sun"]


@pytest.mark.parametrize("sunday", ["0", "7", "SUN"])
def test_sunday_is_both_0_and_7(sunday: str) -> None:
    assert local_times(f"0 6 * * {sunday}", BERLIN, at(2026, 11, 21), 1) == ["2026-11-22 06:00 Sun"]


def test_monday_is_1() -> None:
    assert local_times("0 6 * * 1", BERLIN, at(2026, 11, 21), 1) == ["2026-11-23 06:00 Mon"]


def test_a_time_in_the_spring_gap_runs_right_after_it() -> None:
    # On 29 March 2026 Berlin's clock goes from 02:00 to 03:00, which is 01:00 UTC.
    runs = next_runs(Timetable("30 2 * * *", BERLIN), at(2026, 3, 28, 12), 2)
    assert runs == [datetime(2026, 3, 29, 1, 0, tzinfo=UTC), datetime(2026, 3, 30, 0, 30, tzinfo=UTC)]


def test_several_times_in_one_gap_run_once() -> None:
    runs = next_runs(Timetable("*/20 2 * * *", BERLIN), at(2026, 3, 28, 12), 2)
    assert runs == [datetime(2026, 3, 29, 1, 0, tzinfo=UTC), datetime(2026, 3, 30, 0, 0, tzinfo=UTC)]


def test_a_time_in_the_autumn_overlap_runs_once_the_first_time() -> None:
    # On 25 October 2026 Berlin's clock goes from 03:00 back to 02:00, which is 01:00 UTC: 02:30 comes twice.
    timetable = Timetable("30 2 * * *", BERLIN)
    first, next_day = next_runs(timetable, at(2026, 10, 24, 12), 2)
    assert (first, next_day) == (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 26, 1, 30, tzinfo=UTC))
    between_the_two = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert next_runs(timetable, between_the_two, 1) == [next_day]


def test_a_day_that_a_zone_leaves_out_runs_at_the_start_of_the_next() -> None:
    # Samoa crossed the date line: 30 December 2011 did not exist there.
    assert local_times("0 7 30 12 *", ZoneInfo("Pacific/Apia"), datetime(2011, 12, 1, tzinfo=UTC), 1) == [
        "2011-12-31 00:00 Sat"
    ]


def test_occasions_between_leaves_out_the_start_and_takes_in_the_end() -> None:
    timetable = Timetable("0 7 1 * *", BERLIN)
    assert list(occasions_between(timetable, at(2026, 9, 1, 7), at(2026, 11, 1, 7))) == [
        at(2026, 10, 1, 7),
        at(2026, 11, 1, 7),
    ]
    assert list(occasions_between(timetable, at(2026, 9, 1, 7), at(2026, 9, 30))) == []


@pytest.mark.parametrize(
    ("scheduled_for", "zone", "grain", "period"),
    [
        (at(2026, 11, 2, 7), BERLIN, Grain.MONTH, "2026-10"),
        (at(2026, 10, 31, 7), BERLIN, Grain.MONTH, "2026-09"),
        (at(2026, 11, 2, 7), BERLIN, Grain.QUARTER, "2026-Q3"),
        (at(2026, 1, 4, 7), BERLIN, Grain.QUARTER, "2025-Q4"),
        (at(2027, 1, 4, 7), BERLIN, Grain.YEAR, "2026"),
        # Half past midnight in Auckland on 1 November is still October in UTC.
        (at(2026, 11, 1, 0, 30, zone=ZoneInfo("Pacific/Auckland")), ZoneInfo("Pacific/Auckland"), "month", "2026-10"),
        (at(2026, 10, 31, 22, zone=ZoneInfo("America/New_York")), ZoneInfo("America/New_York"), "month", "2026-09"),
    ],
)
def test_a_run_is_about_the_last_complete_period(
    scheduled_for: datetime, zone: ZoneInfo, grain: str, period: str
) -> None:
    assert str(period_of_run(scheduled_for, zone, Grain(grain))) == period


@settings(max_examples=60, deadline=None)
@given(zone=st.sampled_from(ZONES), hour=st.integers(0, 23), minute=st.sampled_from([0, 15, 30, 45]))
def test_a_monthly_run_is_at_its_wall_clock_time_in_every_zone_for_twenty_years(
    zone: str, hour: int, minute: int
) -> None:
    place = ZoneInfo(zone)
    first, last = datetime(2016, 1, 2, tzinfo=UTC) + timedelta(days=1), datetime(2036, 1, 4, tzinfo=UTC)
    runs = list(occasions_between(Timetable(f"{minute} {hour} 1 * *", place), first, last))
    assert len(runs) == 240
    for run in runs:
        local = run.astimezone(place)
        if (local.hour, local.minute) == (hour, minute):
            assert local.day == 1
            assert local.fold == 0
        else:
            assert_first_minute_after_a_gap(run, place, date(local.year, local.month, 1), hour * 60 + minute)


def assert_first_minute_after_a_gap(run: datetime, place: ZoneInfo, day: date, wanted_minute: int) -> None:
    """The clock read something before the wanted time a minute earlier, and something after it now."""
    wanted = datetime(day.year, day.month, day.day) + timedelta(minutes=wanted_minute)  # noqa: DTZ001 - wall clock
    before = (run - timedelta(minutes=1)).astimezone(place).replace(tzinfo=None)
    assert before < wanted < run.astimezone(place).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("cron", "sentence"),
    [
        ("0 7 1 *", "five fields"),
        ("0 0 7 1 * *", "five fields"),
        ("@monthly", "five fields"),
        ("60 7 1 * *", "minute, must be 0 to 59"),
        ("0 24 1 * *", "hour, must be 0 to 23"),
        ("0 7 32 * *", "1 to 31, or L for the last day"),
        ("0 7 1 13 *", "1 to 12 or JAN to DEC"),
        ("0 7 * * 8", "0 to 7 (0 and 7 are Sunday)"),
        ("0 7 30 2 *", "Month 2 never has a day 30. For the last day of a month write L."),
        ("0 7 31 4,6 *", "never has a day 31"),
        ("*/0 7 1 * *", "minute"),
    ],
)
def test_a_cron_expression_that_cannot_be_used_is_refused_with_what_to_do(cron: str, sentence: str) -> None:
    with pytest.raises(ValueError, match="is not a cron expression") as caught:
        check_cron(cron)
    assert sentence in str(caught.value)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789*/,-#LW SUNMOJAN?", max_size=30))
def test_any_text_is_either_a_timetable_or_refused(cron: str) -> None:
    try:
        check_cron(cron)
    except ValueError as error:
        assert cron in str(error)
    else:
        assert next_runs(Timetable(cron, BERLIN), at(2026, 11, 21), 1)
