"""In which rhythm a feed comes, when it is expected next, and when it is late or silent. All days are days of UTC."""

from __future__ import annotations

import calendar
import statistics
from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Literal

FeedState = Literal["on_time", "late", "silent", "new"]
STATES: tuple[FeedState, ...] = ("on_time", "late", "silent", "new")

# So many of the newest days of receipt tell the rhythm; from so few none is learned.
DAYS_LEARNED_FROM = 12
FEWEST_DAYS = 4
_MONTHS = 12


class Rhythm(StrEnum):
    """How often something of a feed is expected."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


# Our own choice: a long weekend, half a week, the time that closing a month or a quarter takes.
GRACE_DAYS = {Rhythm.DAILY: 4, Rhythm.WEEKLY: 3, Rhythm.MONTHLY: 10, Rhythm.QUARTERLY: 21}
# The longest median gap, in days, that still counts as this rhythm: halfway to the next one, roughly.
_LONGEST_GAP = {Rhythm.DAILY: 3, Rhythm.WEEKLY: 15, Rhythm.MONTHLY: 50, Rhythm.QUARTERLY: 130}


def learned_rhythm(days: Sequence[date]) -> Rhythm | None:
    """The rhythm of the gaps between days of receipt, in order; by their median, so that one pause changes nothing.

    None where there are too few days, or the gaps are longer than a quarter.
    """
    if len(days) < FEWEST_DAYS:
        return None
    gap = statistics.median((later - earlier).days for earlier, later in pairwise(days))
    return next((rhythm for rhythm, longest in _LONGEST_GAP.items() if gap <= longest), None)


def next_expected(day: date, rhythm: Rhythm) -> date:
    """When the receipt after one on this day is expected."""
    if rhythm is Rhythm.DAILY:
        return day + timedelta(days=1)
    if rhythm is Rhythm.WEEKLY:
        return day + timedelta(weeks=1)
    months = day.month - 1 + (1 if rhythm is Rhythm.MONTHLY else 3)
    year, month = day.year + months // _MONTHS, months % _MONTHS + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def silent_from(expected: date, rhythm: Rhythm, grace_days: int) -> date:
    """The first day on which a feed is silent: a second receipt is missing too, and its days of grace are over."""
    return next_expected(expected, rhythm) + timedelta(days=grace_days + 1)


def state_on(today: date, expected: date, rhythm: Rhythm, grace_days: int) -> FeedState:
    """Where a feed stands on a day."""
    if today >= silent_from(expected, rhythm, grace_days):
        return "silent"
    return "late" if today > expected + timedelta(days=grace_days) else "on_time"
