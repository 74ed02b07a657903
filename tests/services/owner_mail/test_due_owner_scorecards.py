"""Of which month owners get their scorecard on a day: always the newest whose fifth day has come."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lei.services.owner_mail.due_owner_scorecards import month_due


@pytest.mark.parametrize(
    ("day", "month"),
    [
        ("2026-11-04", "2026-09"),
        ("2026-11-05", "2026-10"),
        ("2026-11-30", "2026-10"),
        ("2026-12-04", "2026-10"),
        ("2026-12-05", "2026-11"),
        ("2027-01-05", "2026-12"),
        ("2027-02-04", "2026-12"),
    ],
)
def test_from_the_fifth_day_on_it_is_the_month_before(day: str, month: str) -> None:
    assert str(month_due(date.fromisoformat(day))) == month


@given(st.dates(date(2000, 1, 1), date(2150, 1, 1)))
def test_each_month_is_due_for_a_month_and_none_is_left_out(day: date) -> None:
    before, after = month_due(day), month_due(day + timedelta(days=1))
    assert after in (before, before.shift(1))
    assert after == before or (day + timedelta(days=1)).day == 5
