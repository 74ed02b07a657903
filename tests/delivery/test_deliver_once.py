"""One mail for each recipient and run: with several workers, killed workers and slow mail servers."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from due_day import BOTH, DUE, MakeSchedule, MakeWorker, all_deliveries, runs_of
from postbox import Postbox, hand_on_drawn
from two_workers import at_once

from lei.clock import FixedClock
from lei.services.deliveries.decide_run import decide
from lei.services.deliveries.deliver import send_one, work_off
from lei.storage.database import Database
from lei.storage.deliveries import deliveries
from lei.storage.runs import Decision
from lei.storage.schedules import Gate
from lei.storage.scorecards import drafts_of_run, list_scorecards, scorecards


def test_two_workers_at_once_send_one_mail_each(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    for number in range(5):
        make_schedule(name=f"Board {number}", recipients=(f"a{number}@example.com", f"b{number}@example.com"))
    clock.instant = DUE
    at_once(make_worker, postbox, work_off)
    work_off(make_worker("worker-3", postbox.url))
    assert postbox.recipients == sorted(f"{letter}{number}@example.com" for letter in "ab" for number in range(5))


Process = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def process(database: Database, postbox: Postbox, tmp_path: Path) -> Process:
    """`process(now, owner, fate)` starts a worker in a process of its own."""
    url, drawn = database.engine.url.render_as_string(hide_password=False), tmp_path / "drawn"
    script = str(Path(__file__).with_name("worker_process.py"))

    def start(now: datetime, owner: str, fate: str = "") -> subprocess.Popen[bytes]:
        hand_on_drawn(drawn, database, now)
        return subprocess.Popen([sys.executable, script, url, postbox.url, now.isoformat(), owner, str(drawn), fate])

    return start


def test_two_real_processes_send_one_mail_each(make_schedule: MakeSchedule, process: Process, postbox: Postbox) -> None:
    for number in range(4):
        make_schedule(name=f"Board {number}", recipients=(f"a{number}@example.com",))
    workers = [process(DUE, f"process-{number}") for number in (1, 2)]
    assert [worker.wait(timeout=60) for worker in workers] == [0, 0]
    assert postbox.recipients == [f"a{number}@example.com" for number in range(4)]


@pytest.mark.parametrize("fate", ["die-at-draw", "die-at-send"])
def test_after_a_kill_another_worker_takes_over_and_sends_exactly_one(
    *,
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    postbox: Postbox,
    process: Process,
    fate: str,
) -> None:
    schedule = make_schedule()
    assert process(DUE, "killed", fate).wait(timeout=60) == -9
    assert postbox.mails == []

    clock.instant = DUE + timedelta(seconds=89)
    work_off(make_worker("survivor", postbox.url))
    early = [] if fate == "die-at-draw" else ["ben@example.com"]
    assert postbox.recipients == early, "what the dead worker held waits for its lease to run out"

    clock.instant = DUE + timedelta(seconds=90)
    work_off(make_worker("survivor", postbox.url))
    work_off(make_worker("survivor", postbox.url))
    assert postbox.recipients == BOTH
    assert [run.state for run in runs_of(database, schedule)] == ["done"]
    with database.reading() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(scorecards)).scalar_one() == 1


@pytest.mark.parametrize("fate", ["die-at-draw", "die-at-redraw", "die-at-send"])
def test_gate_and_approval_survive_kills_and_each_recipient_gets_one_mail(
    *,
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    postbox: Postbox,
    process: Process,
    fate: str,
) -> None:
    gate = Gate(1, min_coverage=80.0, then="send_incomplete")
    schedule = make_schedule(owner="olga@example.com", approval=True, gate=gate)
    deadline = DUE + timedelta(days=1)
    clock.instant = DUE
    work_off(make_worker("first", postbox.url))
    assert [run.state for run in runs_of(database, schedule)] == ["waiting"]

    def kill_and_take_over(at: datetime, dies: bool) -> None:
        assert process(at, f"killed at {at}", fate).wait(timeout=60) == (-9 if dies else 0)
        clock.instant = at + timedelta(seconds=90)
        work_off(make_worker("survivor", postbox.url))

    kill_and_take_over(deadline, dies=fate != "die-at-send")
    (run,) = runs_of(database, schedule)
    assert run.state == "awaiting_approval"
    with database.writing() as session:
        assert len(drafts_of_run(session, run.id)) == 1
        decide(session, run.id, Decision(True, "carla", deadline + timedelta(hours=1), "Known gap."))
    kill_and_take_over(deadline + timedelta(hours=1), dies=fate != "die-at-draw")
    assert postbox.recipients == BOTH
    assert [run.state for run in runs_of(database, schedule)] == ["done"]
    with database.reading() as session:
        assert len(list_scorecards(session, 10)) == 1


def test_a_mail_that_is_sent_again_has_the_same_message_id(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    make_schedule(recipients=("anna@example.com",))
    clock.instant = DUE
    worker = make_worker(smtp_url=postbox.url)
    work_off(worker)
    with database.writing() as session:
        # As if the worker had died after the server's yes, before that was written down.
        session.execute(sa.update(deliveries).values(status="pending", sent_at=None))
    work_off(worker)
    first, again = (message for _, message in postbox.mails)
    assert first["Message-ID"] == again["Message-ID"]
    assert first.as_bytes() == again.as_bytes()


class SlowTransport:
    """Takes its time: three minutes pass on the clock before it hands over."""

    def __init__(self, inner: Any, clock: FixedClock, meanwhile: Callable[[], None]) -> None:
        self.inner, self.clock, self.meanwhile = inner, clock, meanwhile

    def send(self, message: EmailMessage) -> None:
        """Hand over late."""
        self.clock.instant += timedelta(minutes=3)
        self.meanwhile()
        self.inner.send(message)


def test_a_slow_mail_server_does_not_cost_the_lease(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    make_schedule(recipients=("anna@example.com",))
    clock.instant = DUE
    renewed = threading.Event()
    taken_over: list[bool] = []

    def meanwhile() -> None:
        deadline = time.monotonic() + 30
        while not renewed.is_set():
            assert time.monotonic() < deadline, "the lease was never renewed"
            lease_until = all_deliveries(database)[0].lease_until
            if lease_until is not None and lease_until > clock.now():
                renewed.set()
        taken_over.append(send_one(make_worker("worker-2", postbox.url)))

    worker = make_worker("worker-1", postbox.url, beat_seconds=0.01)
    work_off(replace(worker, transport=SlowTransport(worker.transport, clock, meanwhile)))
    assert taken_over == [False]
    assert postbox.recipients == ["anna@example.com"]
