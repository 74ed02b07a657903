"""A server in a process of its own, clients that send to it, and what must hold whatever has happened to either."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from lei.storage.database import Database
from lei.storage.rollups import rebuild_rollups

POST = "/api/v1/observations"
ROWS_A_BATCH = 400
SECONDS_TO_START = 120
SERVER = """
import resource, sys
from pathlib import Path
import waitress
from api.app import create_app
from api.context import Context
from lei.clock import SystemClock
from lei.config import load_settings
from lei.storage.database import Database
if int(sys.argv[3]):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
settings = load_settings({"LEI_DATABASE_URL": sys.argv[1], "LEI_DATA_DIR": sys.argv[2]})
app = create_app(Context(Database(settings.database_url), settings, SystemClock()))
server = waitress.create_server(app, host="127.0.0.1", port=0, threads=8)
print(server.effective_port, flush=True)
server.run()
"""


@contextmanager
def running_server(
    database_url: str, data_dir: Path, largest_file: int = 0
) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server on a free port, once it answers. largest_file: bytes that no file of it may exceed (0: any)."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, database_url, str(data_dir), str(largest_file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    impatience = threading.Timer(SECONDS_TO_START, process.kill)
    impatience.start()
    try:
        said = process.stdout.readline()
        impatience.cancel()
        assert said, "the server did not start"
        yield process, int(said)
    finally:
        impatience.cancel()
        process.kill()
        process.communicate(timeout=SECONDS_TO_START)


def batch(number: int) -> bytes:
    """A batch that can be told by its cohort; it corrects rows of the whole organisation that all batches share."""
    own = [
        {"measure": "pass_rate", "period": f"2026-09-{1 + n % 30:02d}", "value": n, "sample_size": 9}
        | {"dimensions": {"cohort": f"B{number}", "unit": f"U{n}"}}
        for n in range(ROWS_A_BATCH)
    ]
    shared = [
        {"measure": "pass_rate", "period": f"2026-08-{day:02d}", "value": number, "sample_size": 9}
        for day in range(1, 29)
    ]
    return b"".join(json.dumps(row).encode() + b"\n" for row in own + shared)


def single(number: int) -> bytes:
    """One row that can be told by its cohort."""
    row = {"measure": "pass_rate", "period": "2026-09", "value": number, "sample_size": 9}
    return json.dumps(row | {"dimensions": {"cohort": f"S{number}"}}).encode()


BODIES: dict[str, Callable[[int], bytes]] = {"B": batch, "S": single}
ROWS = {"B": ROWS_A_BATCH, "S": 1}


@dataclass
class Campaign:
    """Who sends what: names such as `B3` (batches) and `S7` (single rows), and which of them were acknowledged.

    refused: the statuses of other answers; reasons: for each body the sentence in the last of them.
    """

    secret: str
    acknowledged: set[str] = field(default_factory=set)
    refused: list[int] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)

    def send(self, port: int, kind: str, number: int) -> int | None:
        """Send one body; the status of the answer, None when there was none. Only a 200 acknowledges it."""
        headers = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/x-ndjson"}
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("POST", POST, BODIES[kind](number), headers)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        if answer.status == 200:
            self.acknowledged.add(f"{kind}{number}")
        else:
            self.refused.append(answer.status)
            is_problem = answer.headers["Content-Type"] == "application/problem+json"
            self.reasons[f"{kind}{number}"] = json.loads(text)["detail"] if is_problem else text.decode()
        return answer.status

    def run(self, kinds: str, work: Callable[[str], None]) -> None:
        """Do `work` in one thread for each letter of `kinds`, and wait for all of them."""
        threads = [threading.Thread(target=work, args=(kind,)) for kind in kinds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def cohorts(database: Database) -> dict[str, int]:
    """How many rows are stored of each body."""
    query = """SELECT s.canonical, COUNT(*) AS found FROM observations o JOIN segments s ON s.id = o.segment_id
        WHERE s.canonical <> '{}' GROUP BY s.canonical"""
    found: dict[str, int] = {}
    with database.reading() as session:
        for row in session.execute(sa.text(query)):
            name = json.loads(row.canonical)["cohort"]
            found[name] = found.get(name, 0) + row.found
    return found


def assert_nothing_torn_or_lost(database: Database, acknowledged: set[str]) -> None:
    """What was acknowledged is there, every body is whole or absent, and counts and roll-ups agree with the facts."""
    found = cohorts(database)
    assert acknowledged <= found.keys(), "what was acknowledged is there"
    assert {name: rows for name, rows in found.items() if rows != ROWS[name[0]]} == {}, "whole or absent"
    with database.reading() as session:
        query = "SELECT SUM(created + corrected + retracted) AS changed FROM batches"
        changed = session.execute(sa.text(query)).one().changed
        stored = session.scalar(sa.text("SELECT COUNT(*) FROM observations"))
    assert changed == stored
    assert_rollups_equal_a_rebuild(database)


def assert_nothing_denied_is_there(database: Database, sent: Campaign) -> None:
    """Where an answer said that nothing was stored, that is so."""
    denied = {name for name, reason in sent.reasons.items() if "nothing of this request was stored" in reason}
    assert denied & cohorts(database).keys() == set()


def rollups(database: Database) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    with database.reading() as session:
        return {tuple(row[:5]): tuple(row[5:]) for row in session.execute(sa.text("SELECT * FROM rollups"))}


def assert_rollups_equal_a_rebuild(database: Database) -> None:
    kept = rollups(database)
    with database.writing() as session:
        rebuild_rollups(session)
    rebuilt = rollups(database)
    assert kept.keys() == rebuilt.keys()
    for cell, sums in kept.items():
        assert sums == pytest.approx(rebuilt[cell], rel=1e-9, abs=1e-9)


@dataclass(frozen=True)
class OwnPostgres:
    """A PostgreSQL of the test's own, which it may stop as it likes."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        _as_postgres(
            [_binary("pg_ctl"), "-D", str(self.folder / "data"), "-w", "-o", options, "-l", "log", "start"], self
        )

    def restart(self) -> None:
        """Start it, whatever it is doing."""
        _run_as_postgres([*self._pg_ctl(), "-m", "immediate", "stop"], self)
        self.start()

    def stop(self, mode: str) -> None:
        """mode `immediate`: as though it was killed; `fast`: all connections are closed."""
        _as_postgres([*self._pg_ctl(), "-m", mode, "stop"], self)

    def _pg_ctl(self) -> list[str]:
        return [_binary("pg_ctl"), "-D", str(self.folder / "data"), "-w"]


def _binary(name: str) -> str:
    found = shutil.which(name) or next(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), None)
    if found is None:
        pytest.skip(f"PostgreSQL's own programs are not installed: {name} is missing")
    return found


def _as_postgres(command: Sequence[str], server: OwnPostgres) -> None:
    done = _run_as_postgres(command, server)
    assert done.returncode == 0, done.stderr.decode()


def _run_as_postgres(command: Sequence[str], server: OwnPostgres) -> subprocess.CompletedProcess[bytes]:
    # PostgreSQL refuses to run as root.
    user = "postgres" if os.getuid() == 0 else None
    return subprocess.run(command, cwd=server.folder, user=user, check=False, capture_output=True, timeout=120)


@contextmanager
def folder_of_postgres() -> Iterator[Path]:
    """An empty folder that the user of PostgreSQL may write; pytest's are closed to it."""
    with tempfile.TemporaryDirectory(prefix="lei-postgresql-") as folder:
        give_to_postgres(Path(folder))
        yield Path(folder)


def give_to_postgres(folder: Path) -> None:
    """Let the user that PostgreSQL runs as write there."""
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")


@contextmanager
def own_postgres(folder: Path, *initdb_options: str) -> Iterator[OwnPostgres]:
    """A new server on a free port, its data in that folder; stopped afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = OwnPostgres(folder, free.getsockname()[1])
    settings = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync", *initdb_options]
    _as_postgres([_binary("initdb"), "-D", str(folder / "data"), *settings], server)
    server.start()
    try:
        yield server
    finally:
        server.stop("immediate")


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of that size in a new folder, where the test may mount one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if os.getuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("A file system of its own needs root and the right to mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def leave_room(disk: Path, size: int) -> Path:
    """A file that takes all of the disk except `size` bytes; deleting it makes room."""
    ballast, free = disk / "ballast", os.statvfs(disk)
    ballast.write_bytes(b"\0" * max(0, free.f_bavail * free.f_frsize - size))
    return ballast
