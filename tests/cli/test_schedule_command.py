"""`lei schedule` and `lei worker` as a person at a terminal uses them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lei.clock import FixedClock
from lei.periods import Grain
from lei.services.manage_schedules import create_schedule
from lei.services.set_up import set_up_database
from lei.storage.database import Database
from lei.storage.deliveries import DeliveryFilter, list_deliveries
from lei.storage.schedules import SchedulePlan

_LEI = [sys.executable, "-c", "from lei.cli import main; main()"]
_SECONDS = 120


@pytest.fixture
def data_dir(tmp_path: Path, clock: FixedClock) -> Path:
    """A data folder whose database has one schedule."""
    database = Database(f"sqlite:///{tmp_path / 'lei.sqlite3'}")
    set_up_database(database, clock.now())
    plan = SchedulePlan("Board", "0 7 1 * *", "Europe/Berlin", Grain.MONTH, ("anna@example.com",), {})
    with database.writing() as session:
        create_schedule(session, plan, clock.now())
    database.close()
    return tmp_path


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "LEI_DATA_DIR": str(data_dir), **more}


def lei(data_dir: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A run of the command."""
    return subprocess.run(
        [*_LEI, *arguments],
        env=environment(data_dir, **more),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )


def test_schedules_are_listed(data_dir: Path) -> None:
    answer = lei(data_dir, "schedule", "list")
    assert answer.returncode == 0
    for words in ("Board", "0 7 1 * *", "Europe/Berlin", "07:00", "1 recipient"):
        assert words in answer.stdout


def test_a_schedule_is_run_now_and_each_delivery_reported(data_dir: Path) -> None:
    answer = lei(data_dir, "schedule", "run", "Board", "--period", "2026-03")
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.split() == ["2026-03", "whole", "organization", "anna@example.com", "sent"]
    assert len(list((data_dir / "outbox").glob("*.eml"))) == 1


def test_what_could_not_be_sent_is_said_with_the_reason(data_dir: Path) -> None:
    answer = lei(data_dir, "schedule", "run", "Board", "--period", "2026-03", LEI_SMTP_URL="smtp://127.0.0.1:1")
    assert answer.returncode == 1
    assert "anna@example.com" in answer.stdout
    assert "lei: anna@example.com: The mail server 127.0.0.1:1 cannot be reached: Connection refused." in answer.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("Bord",), "lei: There is no schedule named 'Bord'."),
        (("Board", "--period", "2026-99"), "lei: '2026-99' has no such month"),
    ],
)
def test_what_cannot_be_run_is_one_sentence(data_dir: Path, arguments: tuple[str, ...], sentence: str) -> None:
    answer = lei(data_dir, "schedule", "run", *arguments)
    assert answer.returncode == 1
    assert answer.stderr.startswith(sentence)
    assert "Traceback" not in answer.stderr


def test_a_worker_stops_when_asked(data_dir: Path) -> None:
    with subprocess.Popen([*_LEI, "worker"], env=environment(data_dir), stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stderr is not None
        assert "The worker is at work." in worker.stderr.readline()
        worker.send_signal(signal.SIGTERM)
        rest = worker.stderr.read()
        assert worker.wait(timeout=_SECONDS) == 0
    assert "The worker has stopped." in rest
    database = Database(f"sqlite:///{data_dir / 'lei.sqlite3'}")
    with database.reading() as session:
        assert list_deliveries(session, DeliveryFilter()) == []
    database.close()
