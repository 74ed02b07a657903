"""A mail server, a schedule and workers for the tests of deliveries."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from postbox import Postbox, mail_server, worker_on

from api.app import create_app
from api.context import Context
from lei.clock import FixedClock
from lei.config import load_settings
from lei.periods import Grain
from lei.services.access.manage_keys import create_key
from lei.services.schedules.manage_schedules import create_schedule
from lei.services.workers.worker import Worker
from lei.storage.database import Database
from lei.storage.schedules import Schedule, SchedulePlan
from web.app import add_pages
from web.site import Site

BASE_URL = "https://lei.example.com"
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
    """Make a worker of a name, that sends by the given LEI_SMTP_URL, or into an outbox folder; with other settings."""

    def make(
        owner: str = "worker-1", smtp_url: str = "", settings: Mapping[str, Any] | None = None, **changes: Any
    ) -> Worker:
        worker = worker_on(database, clock, tmp_path / "data", owner, smtp_url)
        return replace(worker, settings=replace(worker.settings, **(settings or {})), **changes)

    return make


@pytest.fixture
def pages(database: Database, clock: FixedClock, tmp_path: Path) -> FlaskClient:
    """A browser without cookies, on the pages of an installation that people reach under BASE_URL."""
    settings = load_settings({"LEI_DATA_DIR": str(tmp_path / "data"), "LEI_BASE_URL": BASE_URL})
    app = create_app(Context(database, settings, clock))
    add_pages(app, Site(database, settings, clock))
    return app.test_client(use_cookies=False)


@pytest.fixture
def api(pages: FlaskClient, database: Database, clock: FixedClock) -> Callable[..., Any]:
    """`api("POST", "/deliveries/1/resend")` asks as an administrator; the answer."""
    with database.writing() as session:
        key = create_key(session, "anna", ("admin",), clock.now())

    def ask(method: str, path: str, **options: Any) -> Any:
        return pages.open(f"/api/v1{path}", method=method, headers={"Authorization": f"Bearer {key}"}, **options)

    return ask


@pytest.fixture
def scripted() -> Iterator[Callable[..., str]]:
    """`scripted(b"220 hello\\r\\n", ...)` makes a server that answers so, line for line, and hangs up; its URL."""
    listeners = []

    def start(*answers: bytes) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def serve() -> None:
            with contextlib.suppress(OSError), listener.accept()[0] as connection, connection.makefile("rb") as lines:
                for answer in answers:
                    connection.sendall(answer)
                    lines.readline()

        threading.Thread(target=serve, daemon=True).start()
        return f"smtp://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for listener in listeners:
        listener.close()
