"""Waits, without sleeping, until others have got as far as a test needs them."""

from __future__ import annotations

import time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.database import Database


def wait_until_blocked(database: Database, holder: Session, number: int) -> None:
    """Wait until so many transactions wait for the holder's, or for one that does; SQLite lets nobody else begin."""
    if database.is_sqlite:
        return
    blocked = {holder.scalar(sa.text("SELECT pg_backend_pid()"))}
    deadline = time.monotonic() + 30
    while len(blocked) <= number:
        assert time.monotonic() < deadline, "the threads never got as far as to wait"
        with database.reading() as session:
            waiting = sa.text("SELECT pid, pg_blocking_pids(pid) FROM pg_locks WHERE NOT granted")
            for pid, blockers in session.execute(waiting):
                if blocked.intersection(blockers):
                    blocked.add(pid)
