"""Notices absence: whether any worker lives, and what should have been started and was not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from lei.services.schedules.due_runs import first_missed
from lei.services.workers.worker import Worker
from lei.storage.deliveries import count_overdue_deliveries
from lei.storage.runs import overdue_runs
from lei.storage.schedules import list_schedules
from lei.storage.worker_heartbeats import last_heartbeats, note_heartbeat

# A worker looks every half minute, and says so while it works. After this long without a word it counts as absent, and
# what is due and not begun as overdue.
OVERDUE = timedelta(minutes=5)
_FORGOTTEN = timedelta(days=1)

Health = Literal["ok", "overdue", "no_worker"]


@dataclass(frozen=True, slots=True)
class OverdueRun:
    """Something that should have been started. run_id: None where nobody has made a run of the occasion yet."""

    schedule_id: int
    scheduled_for: datetime
    run_id: int | None


@dataclass(frozen=True, slots=True)
class DeliveryHealth:
    """Whether deliveries go on. no_worker: none was heard of for five minutes; workers: last signs of life, by name."""

    status: Health
    workers: dict[str, datetime]
    overdue: tuple[OverdueRun, ...]
    overdue_deliveries: int

    @property
    def last_tick_at(self) -> datetime | None:
        """When any worker was last heard of."""
        return max(self.workers.values(), default=None)


def note_life(worker: Worker) -> None:
    """Keep that the worker lives. Raises UnavailableError when the database cannot be reached."""
    now = worker.clock.now()
    with worker.database.writing() as session:
        note_heartbeat(session, worker.owner, now, now - _FORGOTTEN)


def delivery_health(session: Session, now: datetime) -> DeliveryHealth:
    """Whether deliveries go on, from what is stored; any process can tell."""
    workers, before = last_heartbeats(session), now - OVERDUE
    overdue = tuple(_overdue(session, before))
    waiting = count_overdue_deliveries(session, before)
    alive = max(workers.values(), default=before) > before
    status: Health = "no_worker" if not alive else "overdue" if overdue or waiting else "ok"
    return DeliveryHealth(status, workers, overdue, waiting)


def _overdue(session: Session, before: datetime) -> Iterator[OverdueRun]:
    for schedule in list_schedules(session):
        missed = first_missed(schedule, before)
        if missed is not None:
            yield OverdueRun(schedule.id, missed, None)
    for run in overdue_runs(session, before):
        yield OverdueRun(run.schedule_id, run.scheduled_for, run.id)
