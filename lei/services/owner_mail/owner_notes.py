"""What owners of schedules are to be told by mail, found from what is stored: each thing once, and never recipients.

A run waits for data or for approval, was held, failed, went out incomplete or not to everybody; or occasions were found
late, because no worker was running. The notes go out as reminders do (`lei/services/owner_mail/remind_owners.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from lei.numbers import counted
from lei.periods import parse_period, period_label
from lei.services.deliveries.period_gate import instant_in_words
from lei.storage.deliveries import failed_deliveries
from lei.storage.reminders import NewReminder
from lei.storage.runs import Run, late_runs, runs_that_ended_badly, waiting_runs
from lei.storage.schedules import Schedule, owned_schedules

# What ended longer ago is no news, for example to somebody who becomes the owner today.
NEWS = timedelta(days=7)
NEWS_OF_LATENESS = timedelta(days=1)
# Workers look every half minute: a run that was found later than this was overdue.
LATE = timedelta(minutes=5)
_NAMED = 10
_WAITING = {
    "waiting": ("waits for data", "Nobody has got anything yet. Nothing is to be done but sending the data."),
    "awaiting_approval": (
        "awaits approval",
        "Nobody has got anything yet. Look at it at GET /api/v1/runs/{id}, then POST /api/v1/runs/{id}/approve with a "
        "`comment`, or /decline with a `reason`.",
    ),
}
_ENDED = {
    "held": (
        "was held back",
        "Nobody got anything. To send it all the same, POST /api/v1/schedules/{schedule_id}/run with its period; the "
        "scorecard then says what is missing.",
    ),
    "failed": (
        "failed",
        "Nobody got anything. To try again, POST /api/v1/schedules/{schedule_id}/run with its period.",
    ),
    "done": ("went out incomplete", "The scorecard and the subject of the mail say so."),
}


def owner_notes(session: Session, now: datetime) -> list[NewReminder]:
    """All notes about what is or was lately the case, those that were sent before included."""
    owned = {schedule.id: schedule for schedule in owned_schedules(session)}
    if not owned:
        return []
    since = now - NEWS
    return [
        *(_of_run(owned[run.schedule_id], run, *_WAITING[run.state]) for run in waiting_runs(session, owned)),
        *(
            _of_run(owned[run.schedule_id], run, *_ENDED[run.state])
            for run in runs_that_ended_badly(session, owned, since)
        ),
        *_undelivered(session, owned, since),
        *_found_late(owned, late_runs(session, owned, now - NEWS_OF_LATENESS, LATE)),
    ]


def _of_run(schedule: Schedule, run: Run, what: str, advice: str) -> NewReminder:
    subject = f"{schedule.plan.name}, {period_label(parse_period(run.period))}: {what}"
    told = [f"The scorecard of the schedule '{schedule.plan.name}' for {run.period} {what}.", run.reason or ""]
    text = "\n\n".join(part for part in (*told, advice.format(id=run.id, schedule_id=schedule.id)) if part)
    return _note(schedule, f"run/{run.id}/{run.state}", run.created_at, subject, text)


def _undelivered(session: Session, owned: dict[int, Schedule], since: datetime) -> Iterator[NewReminder]:
    """One note for each run whose deliveries have all ended, and some of them badly."""
    for run_id, failed in groupby(failed_deliveries(session, owned, since), lambda delivery: delivery.run_id):
        found = list(failed)
        schedule = owned[found[0].schedule_id]
        lines = [f"{delivery.recipient}: {delivery.last_error}" for delivery in found[:_NAMED]]
        if len(found) > _NAMED:
            lines.append(f"And {len(found) - _NAMED} more.")
        period, number = found[0].period, counted(len(found), "delivery failed", "deliveries failed")
        subject = f"{schedule.plan.name}, {period_label(parse_period(period))}: {number}"
        text = f"Of the schedule '{schedule.plan.name}' for {period}, {number}.\n\n" + "\n".join(lines)
        text += f"\n\nAll of them: GET /api/v1/deliveries?schedule={schedule.id}&status=failed"
        yield _note(schedule, f"run/{run_id}/deliveries", found[0].created_at, subject, text)


def _found_late(owned: dict[int, Schedule], late: Sequence[Run]) -> Iterator[NewReminder]:
    """One note for each time that a worker found occasions of a schedule late."""
    for (schedule_id, found_at), runs in groupby(late, lambda run: (run.schedule_id, run.created_at)):
        found, schedule = list(runs), owned[schedule_id]
        lines = [f"{instant_in_words(run.scheduled_for)}, for {run.period}: {_fate(run)}" for run in found[:_NAMED]]
        if len(found) > _NAMED:
            lines.append(f"And {len(found) - _NAMED} more.")
        subject = f"{schedule.plan.name}: {counted(len(found), 'run', 'runs')} found late"
        text = (
            f"No worker was running when the schedule '{schedule.plan.name}' fell due. One found it on "
            f"{instant_in_words(found_at)}:\n\n" + "\n".join(lines)
        )
        what = f"schedule/{schedule.id}/late/{found_at.isoformat()}"
        yield _note(schedule, what, found_at, subject, text)


def _fate(run: Run) -> str:
    return f"not sent. {run.reason}" if run.state == "skipped" else "sent late."


def _note(schedule: Schedule, what: str, at: datetime, subject: str, text: str) -> NewReminder:
    assert schedule.plan.owner is not None  # noqa: S101 - see owner_notes
    origin = f"\n\nYou get this because you are the owner of the schedule '{schedule.plan.name}' in LEI."
    return NewReminder(what, at.date(), schedule.plan.owner, subject, text + origin)
