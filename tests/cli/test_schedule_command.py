"""`lei schedule` and `lei worker` as a person at a terminal uses them."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lei.cli import main
from lei.clock import FixedClock
from lei.periods import Grain
from lei.services.access.manage_recipients import set_recipient_scope
from lei.services.schedules.manage_schedules import create_schedule
from lei.services.set_up import set_up_database
from lei.storage.database import Database
from lei.storage.deliveries import DeliveryFilter, list_deliveries
from lei.storage.schedules import SchedulePlan

_LEI = [sys.executable, "-c", "from lei.cli import main; main()"]
_SECONDS = 60


Lei = Callable[..., tuple[int, str, str]]


@pytest.fixture
def data_dir(tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder whose database has one schedule; the command works on it."""
    monkeypatch.setenv("LEI_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("LEI_DATABASE_URL", raising=False)
    monkeypatch.delenv("LEI_SMTP_URL", raising=False)
    database = Database(f"sqlite:///{tmp_path / 'lei.sqlite3'}")
    set_up_database(database, clock.now())
    plan = SchedulePlan("Board", "0 7 1 * *", "Europe/Berlin", Grain.MONTH, ("anna@example.com",), {})
    with database.writing() as session:
        create_schedule(session, plan, clock.now())
    database.close()
    return tmp_path


@pytest.fixture
def lei(data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Lei:
    """Run the command: its exit status, and what it wrote to stdout and stderr."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["lei", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def test_schedules_are_listed(lei: Lei) -> None:
    status, out, _ = lei("schedule", "list")
    assert status == 0
    for words in ("Board", "0 7 1 * *", "Europe/Berlin", "07:00", "1 recipient"):
        assert words in out


def test_a_schedule_is_run_now_and_each_delivery_reported(lei: Lei, data_dir: Path) -> None:
    status, out, err = lei("schedule", "run", "Board", "--period", "2026-03")
    assert status == 0, err
    assert out.split() == ["2026-03", "whole", "organization", "anna@example.com", "sent"]
    assert len(list((data_dir / "outbox").glob("*.eml"))) == 1


def test_a_run_that_needs_approval_is_drawn_and_says_where_to_approve_it(lei: Lei, data_dir: Path) -> None:
    database = Database(f"sqlite:///{data_dir / 'lei.sqlite3'}")
    plan = SchedulePlan("Checked", "0 7 1 * *", "UTC", Grain.MONTH, ("anna@example.com",), {})
    with database.writing() as session:
        now = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
        create_schedule(session, replace(plan, owner="olga@example.com", approval=True), now)
    database.close()
    status, out, err = lei("schedule", "run", "Checked", "--period", "2026-03")
    assert (status, err) == (0, "")
    assert out.strip().endswith("then POST /api/v1/runs/1/approve.")
    assert not (data_dir / "outbox").exists()


def test_what_could_not_be_sent_is_said_with_the_reason(lei: Lei, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEI_SMTP_URL", "smtp://127.0.0.1:1")
    status, out, err = lei("schedule", "run", "Board", "--period", "2026-03")
    assert status == 1
    assert "anna@example.com" in out
    assert "lei: anna@example.com: The mail server 127.0.0.1:1 cannot be reached: Connection refused." in err


def test_what_must_not_be_sent_is_told_and_is_no_failure(lei: Lei, data_dir: Path, clock: FixedClock) -> None:
    database = Database(f"sqlite:///{data_dir / 'lei.sqlite3'}")
    with database.writing() as session:
        set_recipient_scope(session, "anna@example.com", [{"unit": "Sales"}], "an administrator", clock.now())
    database.close()
    status, out, err = lei("schedule", "run", "Board", "--period", "2026-03")
    assert (status, out.split()[-1]) == (0, "cancelled")
    assert "anna@example.com may be sent unit Sales, and this scorecard is about the whole organization." in err


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (("Bord",), 1, "lei: There is no schedule named 'Bord'."),
        (("Bord", "--period", "2026-99"), 2, "'2026-99' has no such month"),
    ],
)
def test_what_cannot_be_run_is_one_sentence(lei: Lei, arguments: tuple[str, ...], status: int, sentence: str) -> None:
    ended, _, err = lei("schedule", "run", *arguments)
    assert (ended, sentence in err) == (status, True)


def test_a_worker_stops_when_asked(data_dir: Path) -> None:
    with subprocess.Popen([*_LEI, "worker"], stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stderr is not None
        impatience = threading.Timer(_SECONDS, worker.kill)
        impatience.start()
        assert "The worker is at work." in worker.stderr.readline()
        worker.send_signal(signal.SIGTERM)
        rest = worker.stderr.read()
        assert worker.wait() == 0
        impatience.cancel()
    assert "The worker has stopped." in rest
    database = Database(f"sqlite:///{data_dir / 'lei.sqlite3'}")
    with database.reading() as session:
        assert list_deliveries(session, DeliveryFilter()) == []
    database.close()
