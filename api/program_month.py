"""Until when data counts where a program is read: the month asked for, or the newest with data."""

from __future__ import annotations

from sqlalchemy.orm import Session

from api.endpoint import Call
from lei.periods import Grain, Period
from lei.services.scores.score import default_periods


def month_asked(session: Session, call: Call, ordinal: int | None) -> Period:
    """The month of that ordinal; without one, the newest with data."""
    asked = None if ordinal is None else Period(ordinal, Grain.MONTH)
    return default_periods(session, Grain.MONTH, None, asked, call.context.today())[1]
