"""Lets people see what a schedule sends before it does: a preview that is stored nowhere, and a test to one address."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from lei.errors import InvalidError, Problem
from lei.periods import Period
from lei.services.access.check_recipients import RecipientRules, reason_not_to_reach
from lei.services.deliveries.mark_scorecard import PREVIEW
from lei.services.deliveries.period_gate import fault_for_readers
from lei.services.deliveries.run_schedule import period_to_run
from lei.services.schedules.manage_schedules import ANY_MAIL, existing_schedule
from lei.services.scorecards.draw_pack import pack_requests
from lei.services.scorecards.scorecard import DrawnScorecard, ScorecardRequest, draw_scorecard
from lei.storage.runs import add_manual_run
from lei.storage.schedules import Schedule, SchedulePlan
from lei.storage.users import find_by_email


def preview_schedule(
    session: Session,
    schedule: Schedule,
    asked: tuple[str | None, str | None],
    min_group_size: int,
    now: datetime,
    *,
    documented: bool = False,
) -> DrawnScorecard:
    """The scorecard that the schedule would send for a period, marked as a preview; reads only.

    asked: the period (None: the last complete one), and the value of `by` whose scorecard is wanted (None: the first).
    documented: as in a ScorecardRequest. Raises InvalidError for a period that `run_schedule_now` refuses, or a value
    that gets no scorecard.
    """
    plan = schedule.plan
    period = period_to_run(plan, asked[0], now)
    request = replace(_request(session, plan, period, asked[1], min_group_size), documented=documented)
    lacking = fault_for_readers(session, plan, period, min_group_size, now)
    return draw_scorecard(session, request, min_group_size, now, mark=PREVIEW, incomplete=lacking)


def send_test(
    session: Session,
    schedule_id: int,
    asked: tuple[str | None, str | None],
    by: str,
    now: datetime,
    rules: RecipientRules = ANY_MAIL,
) -> int:
    """Record a run that is sent to one address alone, as a test; its id.

    asked: the address (None: that of the owner of the schedule), and the period (None: the last complete one). rules:
    where mails may go. Raises NotFoundError, and InvalidError for a period that `run_schedule_now` refuses, an address
    that belongs neither to the owner nor to anybody who signs in, and one that must get nothing of this schedule.
    """
    plan = existing_schedule(session, schedule_id, lock=True).plan
    address = _allowed(session, plan, asked[0] or plan.owner)
    reason = reason_not_to_reach(session, schedule_id, address, rules)
    if reason is not None:
        raise _refusal("to", reason)
    return add_manual_run(session, schedule_id, str(period_to_run(plan, asked[1], now)), now, by, address)


def _allowed(session: Session, plan: SchedulePlan, address: str | None) -> str:
    if address is None:
        raise _refusal("to", "Say `to` whom the test goes: the schedule has no owner.")
    if address == plan.owner:
        return address
    user = find_by_email(session, address)
    if user is None or user.disabled_at is not None:
        text = f"A test goes to the owner of the schedule, or to somebody who signs in to LEI; {address} is neither."
        raise _refusal("to", text)
    return user.email


def _request(
    session: Session, plan: SchedulePlan, period: Period, value: str | None, min_group_size: int
) -> ScorecardRequest:
    requests = pack_requests(session, plan, period, min_group_size)
    if value is None:
        return requests[0]
    for request in requests:
        if plan.by is not None and request.where[plan.by] == value:
            return request
    known = "" if plan.by is None else f" There are: {', '.join(request.where[plan.by] for request in requests)}."
    raise _refusal("value", f"The schedule makes no scorecard for '{value}'.{known}")


def _refusal(field: str, sentence: str) -> InvalidError:
    return InvalidError(sentence, [Problem(field, "invalid", sentence)])
