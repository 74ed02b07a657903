"""Intake while PostgreSQL has no room: for its tables, which it says, and for its log, which brings it down.

What was acknowledged is there and whole, nothing else is; senders are told in a sentence; and once there is room, LEI
goes on without having been restarted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from under_fire import (
    Campaign,
    OwnPostgres,
    assert_nothing_denied_is_there,
    assert_nothing_torn_or_lost,
    folder_of_postgres,
    give_to_postgres,
    leave_room,
    own_postgres,
    running_server,
    small_disk,
)

from lei.clock import FixedClock
from lei.services.access.manage_keys import create_key
from lei.services.set_up import set_up_database
from lei.storage.database import Database

NO_ROOM = "The disk of the database is full or broken; nothing of this request was stored. Make room first."
UNREACHABLE = "The database cannot be reached now; nothing of this request was stored. Try again later."
UNKNOWN = (
    "The database was lost while this was being committed, so nobody knows whether it was stored. Send the same again: "
    "what is there already counts as unchanged."
)
# Rows that are waiting when there is no room left are refused too; so many in a row, and there surely is none.
REFUSALS = 3
MOST_BODIES = 300
pytestmark = pytest.mark.postgres


@contextmanager
def disk_of_postgres() -> Iterator[tuple[Path, Path]]:
    """A folder for a PostgreSQL, and a disk of 24 MB in it."""
    with folder_of_postgres() as folder, small_disk(folder / "disk", megabytes=24) as disk:
        give_to_postgres(disk)
        yield folder, disk


@contextmanager
def set_up(server: OwnPostgres, clock: FixedClock) -> Iterator[tuple[Database, Campaign]]:
    """The tables of LEI, and who sends to it."""
    database = Database(server.url.replace("postgresql://", "postgresql+psycopg://"))
    set_up_database(database, clock.now())
    with database.writing() as session:
        sent = Campaign(create_key(session, "sender", ["ingest"], clock.now()))
    yield database, sent
    database.close()


def fill_up(sent: Campaign, port: int) -> None:
    """Two clients send batches and three send single rows until nothing fits any more; each gets an answer."""
    silent: list[str] = []

    def work(kind: str) -> None:
        refusals = 0
        for _ in range(MOST_BODIES):
            status = sent.send(port, kind, next(sent.numbers))
            refusals = refusals + 1 if status != 200 else 0
            if status is None:
                silent.append(kind)
            if refusals == REFUSALS:
                return

    sent.run("BBSSS", work)
    assert (len(sent.refused) >= 2 * REFUSALS, set(sent.refused), silent) == (True, {503}, [])


def test_no_room_for_tables_costs_what_does_not_fit_and_room_is_used_at_once(clock: FixedClock, tmp_path: Path) -> None:
    with disk_of_postgres() as (folder, disk), own_postgres(folder) as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
            connection.execute("ALTER DATABASE postgres SET default_tablespace = small")
        with set_up(server, clock) as (database, sent), running_server(server.url, tmp_path) as (_, port):
            assert sent.send(port, "B", next(sent.numbers)) == 200
            ballast = leave_room(disk, 700_000)
            fill_up(sent, port)
            assert set(sent.reasons.values()) == {NO_ROOM}
            ballast.unlink()
            assert [sent.send(port, kind, next(sent.numbers)) for kind in "BS"] == [200, 200]
            assert_nothing_torn_or_lost(database, sent.acknowledged)
            assert_nothing_denied_is_there(database, sent)


def test_no_room_for_the_log_brings_postgresql_down_and_nothing_is_torn_or_lost(
    clock: FixedClock, tmp_path: Path
) -> None:
    """It panics, cannot come up again for lack of room, and is started once there is some."""
    with (
        disk_of_postgres() as (folder, disk),
        own_postgres(folder, "--waldir", str(disk / "log"), "--wal-segsize", "1") as server,
        set_up(server, clock) as (database, sent),
        running_server(server.url, tmp_path) as (_, port),
    ):
        assert sent.send(port, "B", next(sent.numbers)) == 200
        ballast = leave_room(disk, 700_000)
        fill_up(sent, port)
        assert set(sent.reasons.values()) <= {UNREACHABLE, UNKNOWN, NO_ROOM}
        assert "PANIC" in (folder / "log").read_text()
        ballast.unlink()
        server.restart()
        assert [sent.send(port, kind, next(sent.numbers)) for kind in "BS"] == [200, 200]
        assert_nothing_torn_or_lost(database, sent.acknowledged)
        assert_nothing_denied_is_there(database, sent)
