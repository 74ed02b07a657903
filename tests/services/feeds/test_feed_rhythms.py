"""In which rhythm a feed comes and when it is late: days worked out on a calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lei.services.feeds.feed_rhythms import Rhythm, learned_rhythm, next_expected, silent_from, state_on


def every(days: int, count: int) -> list[date]:
    return [date(2026, 1, 5) + timedelta(days=days * place) for place in range(count)]


@pytest.mark.parametrize(
    ("days", "rhythm"),
    [
        (every(1, 12), Rhythm.DAILY),
        ([day for day in every(1, 12) if day.weekday() < 5], Rhythm.DAILY),
        (every(7, 5), Rhythm.WEEKLY),
        ([date(2026, month, 3) for month in range(1, 7)], Rhythm.MONTHLY),
        ([date(2026, 1, 5), date(2026, 2, 3), date(2026, 3, 9), date(2026, 6, 4), date(2026, 7, 6)], Rhythm.MONTHLY),
        ([date(2025, 10, 8), date(2026, 1, 9), date(2026, 4, 7), date(2026, 7, 8)], Rhythm.QUARTERLY),
        (every(365, 6), None),
        (every(7, 3), None),
        ([], None),
    ],
)
def test_the_rhythm_is_learned_from_the_usual_gap(days: list[date], rhythm: Rhythm | None) -> None:
    assert learned_rhythm(days) is rhythm


@pytest.mark.parametrize(
    ("day", "rhythm", "expected"),
    [
        (date(2026, 12, 31), Rhythm.DAILY, date(2027, 1, 1)),
        (date(2026, 2, 25), Rhythm.WEEKLY, date(2026, 3, 4)),
        (date(2026, 1, 31), Rhythm.MONTHLY, date(2026, 2, 28)),
        (date(2026, 12, 9), Rhythm.MONTHLY, date(2027, 1, 9)),
        (date(2026, 11, 30), Rhythm.QUARTERLY, date(2027, 2, 28)),
    ],
)
def test_the_next_receipt_is_expected_one_step_later(day: date, rhythm: Rhythm, expected: date) -> None:
    assert next_expected(day, rhythm) == expected


def test_a_monthly_feed_is_late_after_its_grace_and_silent_when_two_are_missing() -> None:
    expected = date(2026, 10, 5)
    states = {
        day: state_on(day, expected, Rhythm.MONTHLY, 10)
        for day in (date(2026, 10, 15), date(2026, 10, 16), date(2026, 11, 15), date(2026, 11, 16))
    }
    assert list(states.values()) == ["on_time", "late", "late", "silent"]
    assert silent_from(expected, Rhythm.MONTHLY, 10) == date(2026, 11, 16)
