"""Makes, changes and deletes schedules."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lei.errors import ConflictError, NotFoundError
from lei.services.access.check_recipients import RecipientRules
from lei.services.schedules.check_schedule import check_schedule
from lei.services.schedules.due_runs import record_occasions
from lei.storage.deliveries import cancel_deliveries
from lei.storage.runs import RunKind, cancel_runs
from lei.storage.schedules import (
    LONGEST_ID,
    Schedule,
    SchedulePlan,
    add_schedule,
    change_schedule,
    find_schedule,
    mark_deleted,
    read_schedule,
)

# What the settings allow where nothing is set.
ANY_MAIL = RecipientRules()


def create_schedule(session: Session, plan: SchedulePlan, now: datetime, rules: RecipientRules = ANY_MAIL) -> Schedule:
    """Store a new schedule. It runs for occasions from now on. rules: where its scorecards may go.

    Raises InvalidError that names every field at fault, ConflictError when the name is taken.
    """
    check_schedule(session, plan, rules)
    _refuse_taken_name(session, plan.name)
    return existing_schedule(session, add_schedule(session, plan, now))


def replace_plan(
    session: Session, schedule_id: int, plan: SchedulePlan, now: datetime, rules: RecipientRules = ANY_MAIL
) -> Schedule:
    """Change a schedule. The same plan again changes nothing.

    What fell due before now under an enabled old plan is still sent; occasions that passed while the schedule was
    disabled are not made up for. Disabling it cancels its open runs and pending deliveries, but not those of runs that
    somebody asked for; what waits for a recipient who is taken off the list is cancelled in any case. Raises as
    `create_schedule`, and NotFoundError.
    """
    old = existing_schedule(session, schedule_id, lock=True)
    if old.plan == plan:
        return old
    check_schedule(session, plan, rules)
    if plan.name != old.plan.name:
        _refuse_taken_name(session, plan.name)
    if old.plan.enabled:
        record_occasions(session, old, now)
    change_schedule(session, schedule_id, plan, now)
    gone = [recipient for recipient in old.plan.recipients if recipient not in plan.recipients]
    if gone:
        kinds: tuple[RunKind, ...] = ("scheduled", "manual", "resend")
        cancel_deliveries(session, schedule_id, kinds, "The recipient was taken off the schedule.", gone)
    if not plan.enabled:
        _cancel(session, schedule_id, ("scheduled",), "The schedule was disabled.", now)
    return existing_schedule(session, schedule_id)


def delete_schedule(session: Session, schedule_id: int, now: datetime) -> None:
    """Delete a schedule: it stays for the record, all that it has not sent yet is cancelled. Raises NotFoundError."""
    existing_schedule(session, schedule_id, lock=True)
    mark_deleted(session, schedule_id, now)
    _cancel(session, schedule_id, ("scheduled", "manual", "test", "resend"), "The schedule was deleted.", now)


def existing_schedule(session: Session, schedule_id: int, *, lock: bool = False) -> Schedule:
    """The schedule with this id.

    Raises NotFoundError when there is none, or it was deleted.
    """
    schedule = read_schedule(session, schedule_id, lock=lock)
    if schedule is None or schedule.deleted_at is not None:
        raise NotFoundError(f"There is no schedule {schedule_id}. `lei schedule list` shows all.")
    return schedule


def schedule_named(session: Session, name: str) -> Schedule:
    """The schedule with this name, or with this id where the text is a number.

    Raises NotFoundError when there is none.
    """
    if name.isdecimal() and len(name) <= LONGEST_ID:
        return existing_schedule(session, int(name))
    schedule = find_schedule(session, name)
    if schedule is None:
        raise NotFoundError(f"There is no schedule named '{name}'. `lei schedule list` shows all.")
    return schedule


def _refuse_taken_name(session: Session, name: str) -> None:
    if find_schedule(session, name) is not None:
        raise ConflictError(f"There is already a schedule named '{name}'. Choose another name, or change that one.")


def _cancel(session: Session, schedule_id: int, kinds: tuple[RunKind, ...], reason: str, now: datetime) -> None:
    cancel_runs(session, schedule_id, kinds, reason, now)
    cancel_deliveries(session, schedule_id, kinds, reason)
