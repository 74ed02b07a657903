"""The scheduler wakes up by itself, does what is due and stops when told; a bad setting stops its start."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from lei.clock import FixedClock
from lei.config import load_settings
from lei.errors import ConfigurationError
from lei.evidence.links import Link
from lei.periods import Grain, parse_period
from lei.scheduler.runner import Scheduler
from lei.services.deliveries.run_schedule import run_schedule_now
from lei.services.programs.manage_program_records import record
from lei.services.programs.manage_programs import create_program
from lei.services.schedules.manage_schedules import create_schedule
from lei.services.weights.draft_state import Act
from lei.services.workers.worker import Worker
from lei.storage.database import Database
from lei.storage.deliveries import DeliveryFilter, list_deliveries
from lei.storage.program_plans import LinkOwners, Owner, Plan
from lei.storage.programs import add_program, keep_frozen
from lei.storage.schedules import SchedulePlan
from lei.storage.worker_heartbeats import last_heartbeats

_SECONDS = 60

PLAN = SchedulePlan("Board", "0 7 1 * *", "UTC", Grain.MONTH, ("anna@example.com",), {})


def test_what_is_due_at_the_start_is_done_and_stop_waits_for_it(
    sqlite_database: Database, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite_database.writing() as session:
        run_schedule_now(session, create_schedule(session, PLAN, clock.now()).id, None, clock.now())
    scheduler = Scheduler(sqlite_database, load_settings({"LEI_DATA_DIR": str(tmp_path)}), clock)
    ticked = threading.Event()
    tick = scheduler.tick

    def noted() -> None:
        tick()
        ticked.set()

    monkeypatch.setattr(scheduler, "tick", noted)
    scheduler.start()
    assert ticked.wait(_SECONDS)
    scheduler.stop()
    with sqlite_database.reading() as session:
        (delivery,) = list_deliveries(session, DeliveryFilter())
    assert (delivery.period, delivery.status) == ("2026-10", "sent")
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 1


def test_a_tick_reminds_owners_too(sqlite_database: Database, clock: FixedClock, tmp_path: Path) -> None:
    sections = {"name": "Support", "program_type": "onboarding", "business_problem": "Errors."}
    said = {"what": "Extend it", "owner": "Maria", "owner_email": "maria@example.com", "due_on": clock.now().date()}
    act = Act("tom", clock.now())
    with sqlite_database.writing() as session:
        create_program(session, "support", sections, act.by, act.now)
        record(session, "support", "decision", said, act)
    scheduler = Scheduler(sqlite_database, load_settings({"LEI_DATA_DIR": str(tmp_path)}), clock)
    scheduler.tick()
    scheduler.tick()
    (mail,) = (tmp_path / "outbox").glob("*.eml")
    assert "Decision due on 2026-11-21: Extend it" in mail.read_text("utf-8")


def test_a_tick_sends_owners_their_scorecards_too(sqlite_database: Database, clock: FixedClock, tmp_path: Path) -> None:
    owners = LinkOwners(Owner("Maria", "maria@example.com"), Owner("Tom", "tom@example.com"))
    plan = Plan("Support", "onboarding", "Errors.", {"program": "Support"}, parse_period("2026-05").first_month)
    plan = replace(plan, stops_at_readiness=True, owners={Link.BEHAVIOR_CHANGE: owners})
    with sqlite_database.writing() as session:
        add_program(session, "support", plan, "tom", clock.now())
        keep_frozen(session, 1, plan, "tom", clock.now())
    scheduler = Scheduler(sqlite_database, load_settings({"LEI_DATA_DIR": str(tmp_path)}), clock)
    scheduler.tick()
    scheduler.tick()
    mails = [file.read_text("utf-8") for file in (tmp_path / "outbox").glob("*.eml")]
    assert sum("Subject: On the job: your scorecard for October 2026" in mail for mail in mails) == 2


def test_a_tick_says_that_the_worker_lives_also_while_it_takes_its_time(
    sqlite_database: Database, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduler = Scheduler(sqlite_database, load_settings({"LEI_DATA_DIR": str(tmp_path)}), clock)
    began, heard = clock.now(), []

    def slowly(worker: Worker, stopped: Callable[[], bool]) -> None:
        for _ in range(3):
            assert not stopped()
            with sqlite_database.reading() as session:
                heard.append(next(iter(last_heartbeats(session).values())) - began)
            clock.instant += timedelta(seconds=15)

    monkeypatch.setattr("lei.scheduler.runner.work_off", slowly)
    scheduler.tick()
    # Not at every step: that would be a write for each mail.
    assert heard == [timedelta(0), timedelta(0), timedelta(seconds=30)]


def test_a_tick_that_fails_is_logged_and_not_the_end(
    tmp_path: Path, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    without_tables = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    scheduler = Scheduler(without_tables, load_settings({"LEI_DATA_DIR": str(tmp_path)}), clock)
    with caplog.at_level(logging.ERROR, "lei.scheduler"):
        scheduler.tick()
    without_tables.close()
    assert "The database has no tables yet; run `lei db upgrade`." in caplog.text


@pytest.mark.parametrize(
    ("name", "value"),
    [("LEI_SMTP_URL", "smtp://mail.example.com?ssl=1"), ("LEI_MAIL_FROM", "nobody")],
)
def test_a_setting_that_cannot_be_used_stops_the_start(
    sqlite_database: Database, clock: FixedClock, name: str, value: str
) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Scheduler(sqlite_database, load_settings({name: value}), clock)
