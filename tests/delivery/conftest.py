"""A mail server, a schedule and workers for the tests of deliveries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from postbox import Postbox, mail_server, worker_on

from lei.clock import FixedClock
from lei.periods import Grain
from lei.services.manage_schedules import create_schedule
from lei.services.worker import Worker
from lei.storage.database import Database
from lei.storage.schedules import Schedule, SchedulePlan

MakeWorker = Callable[..., Worker]

PLAN = SchedulePlan(
    name="Board",
    cron="0 7 1 * *",
    timezone="Europe/Berlin",
    grain=Grain.MONTH,
    recipients=("anna@example.com", "ben@example.com"),
    where={},
    on_working_day=True,
)


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    """A mail server on this machine."""
    with mail_server() as box:
        yield box


@pytest.fixture
def plan() -> SchedulePlan:
    """On the first working day of the month at 07:00 in Berlin, to two people."""
    return PLAN


@pytest.fixture
def make_schedule(database: Database, clock: FixedClock) -> Callable[..., Schedule]:
    """Make a schedule now: the usual plan with the changes given."""

    def make(**changes: Any) -> Schedule:
        with database.writing() as session:
            return create_schedule(session, replace(PLAN, **changes), clock.now())

    return make


@pytest.fixture
def make_worker(database: Database, clock: FixedClock, tmp_path: Path) -> MakeWorker:
    """Make a worker of a name, that sends by the given LEI_SMTP_URL, or into an outbox folder."""

    def make(owner: str = "worker-1", smtp_url: str = "", **changes: Any) -> Worker:
        return replace(worker_on(database, clock, tmp_path / "data", owner, smtp_url), **changes)

    return make
