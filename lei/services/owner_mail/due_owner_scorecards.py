"""Finds which owners are due a scorecard on a day, and of which month.

From the fifth day of a month on, the scorecard of the month before is due, to every owner of a link of a program that
runs. The day is our own policy: by then most systems have reported the month. Only the newest month is ever due, so
that who was not told, because no worker ran, still is for a month, and after a longer while gets one mail and not many.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from lei.periods import Grain, Period, period_containing
from lei.services.programs.missing_sign_offs import owners_of
from lei.storage.owner_scorecards import recorded_recipients
from lei.storage.programs import Program, list_programs
from lei.storage.recipient_scopes import read_recipient_scope

DAY_OF_MONTH = 5


def month_due(today: date) -> Period:
    """The newest month whose scorecards are due on a day."""
    return period_containing(today, Grain.MONTH).shift(-1 if today.day >= DAY_OF_MONTH else -2)


def owners_due(session: Session, month: Period) -> list[str]:
    """Who is due a scorecard of the month and is not recorded yet: addresses in lower case, in their order.

    Who owns links only of programs outside of what the person may be sent is due none.
    """
    owned: dict[str, list[Program]] = {}
    for program in list_programs(session):
        if is_told_of(program, month):
            for address in {owner.email.casefold() for _, _, owner in owners_of(program.plan)}:
                owned.setdefault(address, []).append(program)
    new = sorted(set(owned) - recorded_recipients(session, str(month)))
    return [address for address in new if _may_be_sent_any(session, address, owned[address])]


def is_told_of(program: Program, month: Period) -> bool:
    """Whether owners get mails about a program: one that was launched by the end of the month, and still runs."""
    return program.closed_at is None and program.ran_in(month)


def _may_be_sent_any(session: Session, address: str, programs: list[Program]) -> bool:
    scope = read_recipient_scope(session, address)
    return scope is None or any(scope.covers(program.plan.where) for program in programs)
