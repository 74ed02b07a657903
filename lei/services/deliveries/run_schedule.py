"""Runs a schedule because somebody asks for it now, for a period of their choice."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lei.errors import InvalidError, NotFoundError, Problem
from lei.periods import Period, parse_period, period_containing
from lei.services.deliveries.deliver import finish_run, send_one
from lei.services.schedules.manage_schedules import existing_schedule, schedule_named
from lei.services.schedules.schedule_calendar import period_of_run
from lei.services.workers.worker import Worker
from lei.storage.deliveries import Delivery, DeliveryFilter, list_deliveries
from lei.storage.runs import Run, add_manual_run, read_run, take_run
from lei.storage.schedules import SchedulePlan

_COMMAND = "the command `lei schedule run`"


def run_schedule_now(
    session: Session, schedule_id: int, period: str | None, now: datetime, by: str | None = None
) -> int:
    """Record a run that is due at once; its id. Without a period it is about the last complete one.

    A schedule that is not enabled can be run like this too. by: who asks for it. Raises NotFoundError, and InvalidError
    for a period that is none, has another grain than the schedule, or has not begun.
    """
    plan = existing_schedule(session, schedule_id, lock=True).plan
    return add_manual_run(session, schedule_id, str(period_to_run(plan, period, now)), now, by)


def run_in_this_process(worker: Worker, name: str, period: str | None) -> tuple[Run, list[Delivery]]:
    """Run a schedule now, and send what it makes: how the run ended, and its deliveries.

    `name` may also be an id. Raises as `run_schedule_now`.
    """
    now = worker.clock.now()
    with worker.database.writing() as session:
        run_id = run_schedule_now(session, schedule_named(session, name).id, period, now, _COMMAND)
        # Taken in the transaction that records it, so that no other worker comes first.
        taken = take_run(session, worker.owner, now, run_id)
    if taken is not None:
        finish_run(worker, taken)
    while send_one(worker, run_id):
        pass
    with worker.database.reading() as session:
        ended = read_run(session, run_id)
        if ended is None:
            raise NotFoundError(f"The run {run_id} is no longer stored.")
        return ended, list_deliveries(session, DeliveryFilter(run_id=run_id))


def period_to_run(plan: SchedulePlan, text: str | None, now: datetime) -> Period:
    """The period that somebody asks for, or the last complete one. Raises InvalidError as `run_schedule_now`."""
    return period_of_run(now, ZoneInfo(plan.timezone), plan.grain) if text is None else _checked(plan, text, now)


def _checked(plan: SchedulePlan, text: str, now: datetime) -> Period:
    try:
        period = parse_period(text)
    except ValueError as error:
        raise _refusal(str(error)) from None
    if period.grain is not plan.grain:
        raise _refusal(f"'{text}' is a {period.grain}, and the schedule '{plan.name}' is about a {plan.grain}.")
    present = period_containing(now.astimezone(ZoneInfo(plan.timezone)).date(), plan.grain)
    if period > present:
        raise _refusal(f"{period} has not begun; the last complete {plan.grain} is {present.shift(-1)}.")
    return period


def _refusal(sentence: str) -> InvalidError:
    return InvalidError(sentence, [Problem("period", "invalid", sentence)])
