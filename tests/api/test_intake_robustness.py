"""Intake when many send at once, and when the server is killed in the middle: nothing torn, nothing lost."""

from __future__ import annotations

import http.client
import json
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lei.clock import FixedClock
from lei.services.manage_keys import create_key
from lei.storage.database import Database
from lei.storage.rollups import rebuild_rollups

POST = "/api/v1/observations"
Keys = Callable[..., dict[str, str]]

SENDERS = 20
ROWS_A_BATCH = 400
KILLS = 3
SERVER = """
import sys
from pathlib import Path
import waitress
from api.app import create_app
from api.context import Context
from lei.clock import SystemClock
from lei.config import load_settings
from lei.storage.database import Database
settings = load_settings({"LEI_DATABASE_URL": sys.argv[1], "LEI_DATA_DIR": sys.argv[2]})
app = create_app(Context(Database(settings.database_url), settings, SystemClock()))
server = waitress.create_server(app, host="127.0.0.1", port=0, threads=6)
print(server.effective_port, flush=True)
server.run()
"""


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


def test_many_senders_of_the_same_rows_end_with_each_row_once(app: Flask, keys: Keys, database: Database) -> None:
    rows = [
        {"measure": "pass_rate", "period": f"2026-0{1 + n % 9}-{1 + n % 28:02d}", "value": n, "sample_size": 10 + n}
        | {"dimensions": {"unit": f"U{n}"}}
        for n in range(1000)
    ]
    headers = keys("ingest")
    together = threading.Barrier(SENDERS)

    def send(_number: int) -> tuple[int, int, int]:
        together.wait()
        answer = app.test_client().post(POST, json={"observations": rows}, headers=headers)
        body = answer.get_json()
        return answer.status_code, body["created"], body["unchanged"]

    with ThreadPoolExecutor(SENDERS) as pool:
        answers = sorted(pool.map(send, range(SENDERS)))
    assert answers == [(200, 0, 1000)] * (SENDERS - 1) + [(200, 1000, 0)]
    with database.reading() as session:
        assert session.scalar(sa.text("SELECT COUNT(*) FROM observations")) == 1000
    assert_rollups_equal_a_rebuild(database)


def batch(number: int) -> bytes:
    """A batch that can be told by its cohort; it corrects rows of the whole organisation that all batches share."""
    own = [
        {"measure": "pass_rate", "period": f"2026-09-{1 + n % 30:02d}", "value": n, "sample_size": 9}
        | {"dimensions": {"cohort": f"C{number}", "unit": f"U{n}"}}
        for n in range(ROWS_A_BATCH)
    ]
    shared = [
        {"measure": "pass_rate", "period": f"2026-08-{day:02d}", "value": number, "sample_size": 9}
        for day in range(1, 29)
    ]
    return b"".join(json.dumps(row).encode() + b"\n" for row in own + shared)


@contextmanager
def running_server(database_url: str, data_dir: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server in a process of its own, on a free port, once it answers."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, database_url, data_dir], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process, int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def upload_until_killed(port: int, secret: str, numbers: Iterator[int], acknowledged: list[int], kill: Any) -> None:
    """Send batch after batch, noting which are acknowledged, until the server is gone."""
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/x-ndjson"}
    while True:
        number = next(numbers)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("POST", POST, batch(number), headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()
        assert answer.status == 200
        acknowledged.append(number)
        kill()


def test_a_server_killed_in_the_middle_has_torn_and_lost_nothing(
    database: Database, database_url: str, clock: FixedClock, tmp_path: Any
) -> None:
    chance = random.Random(20261121)  # noqa: S311 - repeatable, nothing secret
    with database.writing() as session:
        secret = create_key(session, "sender", ["ingest"], clock.now())
    numbers, acknowledged = iter(range(10_000)), []
    for _ in range(KILLS):
        with running_server(database_url, str(tmp_path)) as (process, port):
            enough = len(acknowledged) + chance.randint(2, 5)

            def kill(process: subprocess.Popen[str] = process, enough: int = enough) -> None:
                if len(acknowledged) >= enough:
                    process.send_signal(signal.SIGKILL)

            senders = [
                threading.Thread(target=upload_until_killed, args=(port, secret, numbers, acknowledged, kill))
                for _ in range(3)
            ]
            for sender in senders:
                sender.start()
            for sender in senders:
                sender.join()
    assert len(acknowledged) >= 2 * KILLS
    with database.reading() as session:
        query = """SELECT s.canonical, COUNT(*) AS found FROM observations o JOIN segments s ON s.id = o.segment_id
            WHERE s.canonical <> '{}' GROUP BY s.canonical"""
        rows: dict[int, int] = {}
        for row in session.execute(sa.text(query)):
            number = int(json.loads(row.canonical)["cohort"][1:])
            rows[number] = rows.get(number, 0) + row.found
        counted = session.execute(
            sa.text("SELECT SUM(created + corrected + retracted) AS changed, COUNT(*) AS batches FROM batches")
        ).one()
        stored = session.scalar(sa.text("SELECT COUNT(*) FROM observations"))
    assert set(acknowledged) <= set(rows), "what was acknowledged is there"
    assert set(rows.values()) == {ROWS_A_BATCH}, "every batch is whole or absent"
    assert (counted.changed, counted.batches) == (stored, len(rows))
    assert_rollups_equal_a_rebuild(database)
