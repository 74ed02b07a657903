"""Turns what is due into runs: from stored state alone, so it does not matter who looks, when, or how often."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lei.errors import ConflictError
from lei.services.schedules.public_holidays import holidays_of
from lei.services.schedules.schedule_calendar import Timetable, next_runs, occasions_between, period_of_run
from lei.storage.runs import NewRun, add_runs, skipped_after
from lei.storage.schedules import Schedule, SchedulePlan, list_schedules, note_evaluated, read_schedule

# Of a long downtime this many occasions get a row each; the reason of the first says how many there were before it.
RECORDED_OCCASIONS = 100
# Workers look every half minute; what is later than this was missed while none was running.
STILL_ON_TIME = timedelta(hours=1)
_SMALLEST_STEP = timedelta(microseconds=1)
_ONLY_THE_NEWEST = "No worker was running at that time; after the downtime only the newest occasion was sent."
_PAUSED = "The schedule was paused until {}."
_NOT_SENT_LATE = "No worker was running at that time, and this schedule sends nothing late."
_TOO_MANY = "No worker was running at that time; this occasion and {} before it were too many to make up for."


def timetable_of(plan: SchedulePlan) -> Timetable:
    """When the schedule runs."""
    when = plan.cron if plan.rule is None else plan.rule
    assert when is not None  # noqa: S101 - see check_schedule
    return Timetable(when, ZoneInfo(plan.timezone), plan.on_working_day, holidays_of(plan.holidays))


def coming_runs(session: Session, schedule: Schedule, now: datetime, count: int) -> list[datetime]:
    """The next `count` occasions of a schedule that nobody has skipped; none while it is not enabled."""
    if not schedule.plan.enabled:
        return []
    skipped = skipped_after(session, schedule.id, now)
    after = max(now, _pause_end(schedule.plan) - _SMALLEST_STEP)
    following = next_runs(timetable_of(schedule.plan), after, count + len(skipped))
    return [instant for instant in following if instant not in skipped][:count]


def skip_next_run(session: Session, schedule: Schedule, who: str, now: datetime) -> datetime:
    """Record the next occasion of a schedule as skipped; when it would have been.

    Raises ConflictError where there is none.
    """
    coming = coming_runs(session, schedule, now, 1)
    if not coming:
        raise ConflictError(f"The schedule '{schedule.plan.name}' has no run to come that could be skipped.")
    add_runs(session, [_new(schedule, coming[0], f"Skipped by {who}.")], now)
    return coming[0]


def anything_due(session: Session, now: datetime) -> bool:
    """Whether `find_due_runs` would find any; needs a reading session only."""
    return any(first_missed(schedule, now) for schedule in list_schedules(session))


def find_due_runs(session: Session, now: datetime) -> None:
    """Record a run for every occasion of an enabled schedule that has come since it was last evaluated.

    After downtime each schedule does as its plan says: it sends late, once (the newest occasion is pending, those
    before it are recorded as skipped, with the reason), or sends all (the newest hundred), or sends nothing of what is
    more than an hour late.
    """
    for seen in list_schedules(session):
        if first_missed(seen, now):
            # Another worker may be at it: whoever has the lock second sees that nothing is due any more.
            schedule = read_schedule(session, seen.id, lock=True)
            if schedule is not None and first_missed(schedule, now):
                record_occasions(session, schedule, now)


def record_occasions(session: Session, schedule: Schedule, now: datetime) -> None:
    """Record what has fallen due of one enabled schedule, as in `find_due_runs`."""
    instants = occasions_between(timetable_of(schedule.plan), schedule.evaluated_until, now)
    count, newest = _last_of(instants)
    if count:
        paused = [instant for instant in newest if instant < _pause_end(schedule.plan)]
        runs = _skipped(schedule, paused, 0, _PAUSED.format(schedule.plan.paused_until))
        if len(paused) < len(newest):
            runs += _runs_of(schedule, count - len(paused), newest[len(paused) :], now)
        add_runs(session, runs, now)
        note_evaluated(session, schedule.id, newest[-1])


def _pause_end(plan: SchedulePlan) -> datetime:
    """The first instant at which the schedule runs again; long past where it is not paused."""
    if plan.paused_until is None:
        return datetime.min.replace(tzinfo=UTC) + _SMALLEST_STEP
    return datetime.combine(plan.paused_until, time(), ZoneInfo(plan.timezone)).astimezone(UTC)


def first_missed(schedule: Schedule, until: datetime) -> datetime | None:
    """The first occasion of an enabled schedule up to an instant that nobody has made a run of; None: there is none."""
    if not schedule.plan.enabled or schedule.deleted_at is not None:
        return None
    upcoming = next_runs(timetable_of(schedule.plan), schedule.evaluated_until, 1)
    return upcoming[0] if upcoming and upcoming[0] <= until else None


def _last_of(instants: Iterable[datetime]) -> tuple[int, list[datetime]]:
    newest: deque[datetime] = deque(maxlen=RECORDED_OCCASIONS)
    count = 0
    for instant in instants:
        newest.append(instant)
        count += 1
    return count, list(newest)


def _runs_of(schedule: Schedule, count: int, newest: list[datetime], now: datetime) -> list[NewRun]:
    """Runs of what has fallen due: `count` occasions, of which the newest are named."""
    policy = schedule.plan.after_downtime
    unnamed = count - len(newest)
    if policy == "send_all":
        runs = [_new(schedule, instant) for instant in newest]
        return runs if not unnamed else [_new(schedule, newest[0], _TOO_MANY.format(unnamed)), *runs[1:]]
    if policy == "skip" and now - newest[-1] > STILL_ON_TIME:
        return _skipped(schedule, newest, unnamed, _NOT_SENT_LATE)
    return [*_skipped(schedule, newest[:-1], unnamed, _ONLY_THE_NEWEST), _new(schedule, newest[-1])]


def _skipped(schedule: Schedule, missed: list[datetime], unnamed: int, reason: str) -> list[NewRun]:
    runs = [_new(schedule, instant, reason) for instant in missed]
    if unnamed:
        runs[0] = _new(schedule, missed[0], f"{reason} {unnamed} occasions before this one were missed as well.")
    return runs


def _new(schedule: Schedule, instant: datetime, skipped_because: str | None = None) -> NewRun:
    period = period_of_run(instant, ZoneInfo(schedule.plan.timezone), schedule.plan.grain)
    if skipped_because is None:
        return NewRun(schedule.id, instant, str(period))
    return NewRun(schedule.id, instant, str(period), state="skipped", reason=skipped_because)
