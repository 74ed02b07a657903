"""Closes periods: figures up to a month are settled, and are changed only by who says why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lei.errors import InvalidError, Problem
from lei.periods import Grain, Period, month_of
from lei.storage.period_closures import PeriodClosure, add_closure, read_closures


def close_periods(session: Session, closed_until: int | None, reason: str, changed_by: str, now: datetime) -> None:
    """Close all periods that end in the month `closed_until` (its ordinal) or before; None opens all.

    Uploads that have begun before are judged by what was closed then. Raises InvalidError for a month to come.
    """
    if closed_until is not None and closed_until > month_of(now.date()):
        detail = f"{_month(closed_until)} lies ahead; a month can be closed once it has begun."
        raise InvalidError(detail, [Problem("closed_until", "future_period", detail)])
    add_closure(session, PeriodClosure(closed_until, reason, now, changed_by))


def find_closures(session: Session) -> list[PeriodClosure]:
    """What is closed, and what was before: the newest first; empty when nothing ever was."""
    return read_closures(session)


def require_reason(reason: str | None, *, allow_restatement: bool) -> None:
    """Raise InvalidError when closed periods shall be changed, and nobody says why."""
    if allow_restatement and reason is None:
        detail = "Say with `reason` why figures of closed periods change; it is kept with the batch."
        raise InvalidError(detail, [Problem("reason", "missing_field", detail)])


def refuse_closed(months: list[int], closed_until: int | None) -> None:
    """Raise InvalidError when one of these months (ordinals) is closed."""
    closed = [month for month in months if closed_until is not None and month <= closed_until]
    if closed:
        detail = (
            f"This would change {_month(min(closed))}, and periods up to {_month(closed_until or 0)} are closed; "
            "nothing was changed. If it must be, say allow_restatement=true and a reason."
        )
        raise InvalidError(detail, [Problem("", "closed_period", detail)])


def _month(ordinal: int) -> str:
    return str(Period(ordinal, Grain.MONTH))
