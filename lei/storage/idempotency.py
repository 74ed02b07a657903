"""Idempotency keys: the first answer to a request, kept so that a repeat gets the same one."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.database import Database
from lei.storage.tables import Instant, metadata

idempotency_records = sa.Table(
    "idempotency_records",
    metadata,
    sa.Column("owner", sa.String(200), primary_key=True),  # name of the API key
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column("fingerprint", sa.String(64), nullable=False),  # SHA-256 over route, parameters and body
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
)

KEPT_FOR = timedelta(days=7)

# Requests that this process is working on: (database, owner, key). On SQLite only one process answers requests.
_running: set[tuple[str, str, str]] = set()
_running_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Answer:
    """The first answer to a request: the fingerprint of the request, status and body."""

    fingerprint: str
    status: int
    body: str


def find_answer(session: Session, owner: str, key: str, now: datetime) -> Answer | None:
    """The answer that was given under this key in the last seven days."""
    row = session.execute(
        sa.select(idempotency_records).where(
            idempotency_records.c.owner == owner,
            idempotency_records.c.key == key,
            idempotency_records.c.created_at > now - KEPT_FOR,
        )
    ).one_or_none()
    return None if row is None else Answer(row.fingerprint, row.status, row.body)


def keep_answer(session: Session, owner: str, key: str, answer: Answer, now: datetime) -> None:
    """Keep an answer, and forget all that are older than seven days."""
    session.execute(sa.delete(idempotency_records).where(idempotency_records.c.created_at <= now - KEPT_FOR))
    values = {"fingerprint": answer.fingerprint, "status": answer.status, "body": answer.body}
    session.execute(sa.insert(idempotency_records).values(owner=owner, key=key, created_at=now, **values))


@contextmanager
def claimed(database: Database, owner: str, key: str) -> Iterator[bool]:
    """Hold a key for the time of a request; False when another request holds it. A crash frees it by itself."""
    if database.is_sqlite:
        with _claimed_in_process((str(database.engine.url), owner, key)) as free:
            yield free
        return
    number = int.from_bytes(hashlib.sha256(f"{owner}\0{key}".encode()).digest()[:8], signed=True)
    with database.reading() as session:
        yield bool(session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(number))))


@contextmanager
def _claimed_in_process(claim: tuple[str, str, str]) -> Iterator[bool]:
    with _running_lock:
        free = claim not in _running
        _running.add(claim)
    try:
        yield free
    finally:
        if free:
            with _running_lock:
                _running.discard(claim)
