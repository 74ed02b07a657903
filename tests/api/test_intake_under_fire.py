"""Intake when the server is killed, its database restarted, its disk full, its client gone: nothing torn, nothing lost.

`--kills 50` kills the server so many times instead of a few, and with `-o log_cli_level=INFO` what was kept is printed;
benchmarks/README.md has what that came to.
"""

from __future__ import annotations

import logging
import random
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from under_fire import (
    POST,
    ROWS_A_BATCH,
    Campaign,
    OwnPostgres,
    assert_nothing_torn_or_lost,
    batch,
    cohorts,
    folder_of_postgres,
    leave_room,
    own_postgres,
    running_server,
    small_disk,
)

from lei.clock import FixedClock
from lei.services.access.manage_keys import create_key
from lei.services.set_up import set_up_database
from lei.storage.database import Database

MOST_TRIES = 200
_LOG = logging.getLogger(__name__)


def campaign(database: Database, clock: FixedClock) -> Campaign:
    with database.writing() as session:
        return Campaign(create_key(session, "sender", ["ingest"], clock.now()))


def test_a_server_killed_in_the_middle_has_torn_and_lost_nothing(
    database: Database, database_url: str, clock: FixedClock, tmp_path: Path, kills: int
) -> None:
    """Two clients send batches, five send single rows, which are committed in groups."""
    chance = random.Random(20261121)  # noqa: S311 - repeatable, nothing secret
    sent = campaign(database, clock)
    for _ in range(kills):
        with running_server(database_url, tmp_path) as (process, port):
            enough = len(sent.acknowledged) + chance.randint(2, 5)
            moment = chance.random() * 0.05

            def work(
                kind: str,
                process: subprocess.Popen[str] = process,
                port: int = port,
                enough: int = enough,
                moment: float = moment,
            ) -> None:
                while sent.send(port, kind, next(sent.numbers)) is not None:
                    if len(sent.acknowledged) >= enough:
                        # At no fixed place of the work that goes on in the other threads.
                        threading.Event().wait(moment)
                        process.send_signal(signal.SIGKILL)

            sent.run("BBSSSSS", work)
    assert (len(sent.acknowledged) >= 2 * kills, sent.refused) == (True, [])
    assert_nothing_torn_or_lost(database, sent.acknowledged)
    kept = [sum(name.startswith(kind) for name in sent.acknowledged) for kind in "BS"]
    _LOG.info("%d kills, acknowledged %d batches and %d single rows; stored %d.", kills, *kept, len(cohorts(database)))


@pytest.fixture(scope="module")
def restarted_postgres() -> Iterator[OwnPostgres]:
    with folder_of_postgres() as folder, own_postgres(folder) as server:
        yield server


@pytest.mark.postgres
def test_postgresql_restarted_in_the_middle_costs_repeats_and_nothing_else(
    restarted_postgres: OwnPostgres, clock: FixedClock, tmp_path: Path
) -> None:
    """Killed, then shut down. Every sender repeats what was not acknowledged; in the end each row is there once."""
    database = Database(restarted_postgres.url.replace("postgresql://", "postgresql+psycopg://"))
    set_up_database(database, clock.now())
    with database.writing() as session:
        sent = Campaign(create_key(session, "sender", ["ingest"], clock.now()))
    database.close()
    stopped, back = threading.Event(), threading.Event()
    with running_server(restarted_postgres.url, tmp_path) as (_, port):

        def restart() -> None:
            stopped.wait(60)
            try:
                for mode in ("immediate", "fast"):
                    restarted_postgres.stop(mode)
                    restarted_postgres.start()
            finally:
                back.set()

        def work(kind: str) -> None:
            after = 0
            while after < 3:
                number = next(sent.numbers)
                for _ in range(MOST_TRIES):
                    if sent.send(port, kind, number) == 200:
                        break
                    threading.Event().wait(0.05)
                after += back.is_set()
                if len(sent.acknowledged) >= 6:
                    stopped.set()

        restarting = threading.Thread(target=restart)
        restarting.start()
        sent.run("BSSSS", work)
        restarting.join()
    assert set(sent.refused) <= {503}, "lost connections are said to be what they are"
    found = {name: rows for name, rows in cohorts(database).items() if name in sent.acknowledged}
    assert found == {name: ROWS_A_BATCH if name.startswith("B") else 1 for name in sent.acknowledged}
    assert_nothing_torn_or_lost(database, sent.acknowledged)
    database.close()


def fill_up(sent: Campaign, port: int) -> None:
    """Send until there is no room left; what does not fit is answered by 503, again and again."""
    for number in range(MOST_TRIES):
        if sent.send(port, "B", number) != 200:
            break
    assert sent.refused == [503]
    assert sent.send(port, "B", MOST_TRIES + 1) == 503


def test_a_file_that_may_not_grow_costs_what_does_not_fit_and_nothing_else(
    sqlite_database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    sent = campaign(sqlite_database, clock)
    # What stands in the log of SQLite is yet to come into its file.
    url, size = str(sqlite_database.engine.url), sum(file.stat().st_size for file in tmp_path.glob("only.sqlite3*"))
    with running_server(url, tmp_path, largest_file=size + 600_000) as (_, port):
        fill_up(sent, port)
    assert len(sent.acknowledged) >= 1
    assert_nothing_torn_or_lost(sqlite_database, sent.acknowledged)
    with running_server(url, tmp_path) as (_, port):
        assert sent.send(port, "B", MOST_TRIES + 1) == 200
    assert_nothing_torn_or_lost(sqlite_database, sent.acknowledged)


def test_a_full_disk_costs_what_does_not_fit_and_room_on_it_is_used_at_once(clock: FixedClock, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=8) as disk:
        database = Database(f"sqlite:///{disk / 'lei.sqlite3'}")
        set_up_database(database, clock.now())
        sent = campaign(database, clock)
        with running_server(str(database.engine.url), tmp_path) as (_, port):
            assert sent.send(port, "B", 1000) == 200
            ballast = leave_room(disk, 700_000)
            fill_up(sent, port)
            ballast.unlink()
            assert sent.send(port, "B", MOST_TRIES + 1) == 200
        assert_nothing_torn_or_lost(database, sent.acknowledged)
        database.close()


def test_a_client_that_hangs_up_halfway_has_sent_nothing(
    sqlite_database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    """After whole rows, with a Content-Length that is not reached, and in chunks of which the last one is missing."""
    sent = campaign(sqlite_database, clock)
    body = batch(1)
    half = body[: body.rindex(b"\n", 0, len(body) // 2) + 1]
    request = (
        f"POST {POST} HTTP/1.1\r\nHost: lei\r\nAuthorization: Bearer {sent.secret}\r\n"
        "Content-Type: application/x-ndjson\r\n"
    )
    with running_server(str(sqlite_database.engine.url), tmp_path) as (_, port):
        for head, framed in (
            (f"{request}Content-Length: {len(body)}\r\n\r\n", half),
            (f"{request}Transfer-Encoding: chunked\r\n\r\n", f"{len(half):x}\r\n".encode() + half + b"\r\n"),
        ):
            with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
                client.sendall(head.encode() + framed)
                client.shutdown(socket.SHUT_WR)
                # The server closes too: only then is it known that it has made up its mind.
                while client.recv(4096):
                    pass
        assert sent.send(port, "B", 7) == 200
    assert set(cohorts(sqlite_database)) == {"B7"}
    assert_nothing_torn_or_lost(sqlite_database, sent.acknowledged)
