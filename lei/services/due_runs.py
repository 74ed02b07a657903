"""Turns what is due into runs: from stored state alone, so it does not matter who looks, when, or how often."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lei.services.schedule_calendar import Timetable, next_runs, occasions_between, period_of_run
from lei.storage.runs import NewRun, add_runs
from lei.storage.schedules import Schedule, SchedulePlan, list_schedules, note_evaluated, read_schedule

# Of a long downtime this many occasions get a row each; the reason of the first says how many there were before it.
RECORDED_OCCASIONS = 100


def timetable_of(plan: SchedulePlan) -> Timetable:
    """When the schedule runs."""
    return Timetable(plan.cron, ZoneInfo(plan.timezone), plan.on_working_day)


def anything_due(session: Session, now: datetime) -> bool:
    """Whether `find_due_runs` would find any; needs a reading session only."""
    return any(_is_due(schedule, now) for schedule in list_schedules(session))


def find_due_runs(session: Session, now: datetime) -> None:
    """Record a run for every occasion of an enabled schedule that has come since it was last evaluated.

    After downtime a schedule sends late, once: the newest occasion is pending, those before it are recorded as skipped,
    with the reason.
    """
    for seen in list_schedules(session):
        if _is_due(seen, now):
            # Another worker may be at it: whoever has the lock second sees that nothing is due any more.
            schedule = read_schedule(session, seen.id, lock=True)
            if schedule is not None and _is_due(schedule, now):
                record_occasions(session, schedule, now)


def record_occasions(session: Session, schedule: Schedule, now: datetime) -> None:
    """Record what has fallen due of one enabled schedule, as in `find_due_runs`."""
    instants = occasions_between(timetable_of(schedule.plan), schedule.evaluated_until, now)
    count, newest = _last_of(instants)
    if count:
        add_runs(session, [*_skipped(schedule, count, newest[:-1]), _new(schedule, newest[-1])], now)
        note_evaluated(session, schedule.id, newest[-1])


def _is_due(schedule: Schedule, now: datetime) -> bool:
    if not schedule.plan.enabled or schedule.deleted_at is not None:
        return False
    upcoming = next_runs(timetable_of(schedule.plan), schedule.evaluated_until, 1)
    return bool(upcoming) and upcoming[0] <= now


def _last_of(instants: Iterable[datetime]) -> tuple[int, list[datetime]]:
    newest: deque[datetime] = deque(maxlen=RECORDED_OCCASIONS)
    count = 0
    for instant in instants:
        newest.append(instant)
        count += 1
    return count, list(newest)


def _skipped(schedule: Schedule, count: int, missed: list[datetime]) -> list[NewRun]:
    reason = "No worker was running at that time; after the downtime only the newest occasion was sent."
    runs = [_new(schedule, instant, reason) for instant in missed]
    unrecorded = count - len(missed) - 1
    if unrecorded:
        runs[0] = _new(schedule, missed[0], f"{reason} {unrecorded} occasions before this one were missed as well.")
    return runs


def _new(schedule: Schedule, instant: datetime, skipped_because: str | None = None) -> NewRun:
    period = period_of_run(instant, ZoneInfo(schedule.plan.timezone), schedule.plan.grain)
    if skipped_because is None:
        return NewRun(schedule.id, instant, str(period))
    return NewRun(schedule.id, instant, str(period), state="skipped", reason=skipped_because)
