"""The day on which the schedules of these tests are due, and what was recorded of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from lei.services.workers.worker import Worker
from lei.storage.database import Database
from lei.storage.deliveries import Delivery, DeliveryFilter, list_deliveries
from lei.storage.runs import Run, list_runs
from lei.storage.schedules import Schedule

DUE = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)  # 07:00 in Berlin on Tuesday, 1 December
BOTH = ["anna@example.com", "ben@example.com"]

MakeSchedule = Callable[..., Schedule]
MakeWorker = Callable[..., Worker]


def all_deliveries(database: Database) -> list[Delivery]:
    """All deliveries, the oldest first."""
    with database.reading() as session:
        return list_deliveries(session, DeliveryFilter())[::-1]


def runs_of(database: Database, schedule: Schedule) -> list[Run]:
    """The runs of a schedule, the oldest first."""
    with database.reading() as session:
        return list_runs(session, schedule.id)[::-1]


def statuses(database: Database) -> dict[str, str]:
    """What became of the deliveries, by recipient."""
    return {delivery.recipient: delivery.status for delivery in all_deliveries(database)}
