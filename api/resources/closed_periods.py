"""`/closed-periods`: up to which month figures are settled, so that nobody changes them by accident."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from api.endpoint import Call, endpoint
from api.schemas.closed_periods import ClosedPeriods, ClosedPeriodsChange, Closure
from lei.clock import instant_text
from lei.services.intake.close_periods import close_periods, find_closures
from lei.storage.period_closures import PeriodClosure

_PATH = "/closed-periods"
_NEVER = {"closed_until": None, "reason": None, "changed_at": None, "changed_by": None}


@endpoint("GET", _PATH, scope="read", answers={200: ClosedPeriods()})
def show(call: Call) -> dict[str, Any]:
    """Show up to which month periods are closed, and who has changed that when and why."""
    with call.context.database.reading() as session:
        return _answer(session)


@endpoint("PUT", _PATH, scope="admin", body=ClosedPeriodsChange(), answers={200: ClosedPeriods()})
def change(call: Call) -> dict[str, Any]:
    """Close periods up to a month, or open them again.

    Rows that end in a closed period are refused (`closed_period`), unless they are sent with `allow_restatement=true`
    and a `reason`. Uploads that have begun before are judged by what was closed then.
    """
    with call.context.database.writing() as session:
        now = call.context.clock.now()
        close_periods(session, call.body["closed_until"], call.body["reason"], call.caller.name, now)
        return _answer(session)


def _answer(session: Session) -> dict[str, Any]:
    present, *former = [_plain(closure) for closure in find_closures(session)] or [_NEVER]
    return present | {"history": former}


def _plain(closure: PeriodClosure) -> dict[str, Any]:
    plain = Closure().dump(closure)
    assert isinstance(plain, dict)  # noqa: S101 - one closure makes one object
    return plain | {"changed_at": instant_text(closure.changed_at)}
