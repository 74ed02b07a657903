"""`lei serve` as a process: it says when it is ready, answers, and stops when asked."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lei.cli import main

_READY = "LEI is ready at "
_SECONDS = 60


@contextmanager
def running(tmp_path: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A `lei serve` on a free port of its own: the process and the address that it printed."""
    environment = {**os.environ, "LEI_DATA_DIR": str(tmp_path / "var"), "LEI_LOG_FORMAT": "json"}
    log = (tmp_path / "log").open("a")
    command = [sys.executable, "-c", "from lei.cli import main; main()", "serve", "--port", "0", *options]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True) as process:
        guard = threading.Timer(_SECONDS, process.kill)
        guard.start()
        try:
            assert process.stdout is not None
            ready = next((line for line in process.stdout if line.startswith(_READY)), None)
            assert ready is not None, (tmp_path / "log").read_text()
            yield process, ready.removeprefix(_READY).strip()
        finally:
            guard.cancel()
            process.kill()
            log.close()


def get(address: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    """Status and body."""
    request = urllib.request.Request(address, headers=headers or {})  # noqa: S310 - our own address
    try:
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - our own address
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_it_is_ready_when_it_says_so_and_stops_cleanly(tmp_path: Path) -> None:
    with running(tmp_path, "--no-scheduler") as (process, address):
        assert get(f"{address}/healthz") == (200, '{"status": "up"}')
        assert get(f"{address}/readyz") == (200, '{"status": "ready"}')
        assert get(f"{address}/")[0] == 200  # led to the sign-in page
        assert "Sign in" in get(f"{address}/sign-in")[1]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    healthz = next(line for line in lines if line.get("path") == "/healthz")
    assert (healthz["logger"], healthz["method"], healthz["status"]) == ("lei.access", "GET", 200)


def test_ctrl_c_stops_it_too_and_the_scheduler_with_it(tmp_path: Path) -> None:
    with running(tmp_path) as (process, address):
        assert get(f"{address}/healthz")[0] == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_a_secret_key_that_can_be_guessed_is_warned_of_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEI_SECRET_KEY", "fifteen letters")
    with running(tmp_path, "--no-scheduler"):
        pass
    said = (tmp_path / "log").read_text()
    assert "LEI_SECRET_KEY has only 15 characters" in said
    assert "fifteen letters" not in said


def test_a_port_in_use_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = subprocess.run(
            [sys.executable, "-c", "from lei.cli import main; main()", "serve", "--port", str(port)],
            env={**os.environ, "LEI_DATA_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr == (
        f"lei: LEI cannot listen on 127.0.0.1:{port}: Address already in use. Stop what runs there, or choose --port.\n"
    )


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_an_impossible_port_is_wrong_usage(
    port: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["lei", "serve", "--port", port])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 2
    assert "--port" in capsys.readouterr().err
