"""Batches: what came in, from whom, when, with its counts and errors. Every observation belongs to one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.driver_sql import DriverSql, connection_of
from lei.storage.tables import Instant, RowId, metadata

batches = sa.Table(
    "batches",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),  # ingest | import | revert
    sa.Column("sent_by", sa.String(200), nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("recorded_at", Instant, nullable=True),  # set when it changed facts: the instant that `as_of` looks at
    sa.Column("status", sa.String(20), nullable=False),  # stored | partly_stored | rejected
    sa.Column("on_error", sa.String(10), nullable=False),
    sa.Column("received", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("created", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("corrected", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("unchanged", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("retracted", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("rejected", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("errors", sa.JSON, nullable=False),
    sa.Column("periods", sa.JSON, nullable=False),
    # Writers run one by one (ledger), so the observations of a batch have consecutive ids: both ends are enough to find
    # them again, and "as of" an instant becomes "up to this id".
    sa.Column("first_observation_id", sa.BigInteger, nullable=True),
    sa.Column("last_observation_id", sa.BigInteger, nullable=True),
    sa.Column("reverts_batch_id", sa.BigInteger, nullable=True),
    sa.Column("reason", sa.Text, nullable=True),  # why it was sent, in the words of its sender
    sa.Index("ix_batches_recorded_at", "recorded_at"),
    sa.Index("ix_batches_reverts_batch_id", "reverts_batch_id"),
)


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it is stored. `errors` lists the first hundred faults as plain data; `periods` is in order of time."""

    id: int
    kind: str
    sent_by: str
    received_at: datetime
    recorded_at: datetime | None
    status: str
    on_error: str
    received: int
    created: int
    corrected: int
    unchanged: int
    retracted: int
    rejected: int
    errors: tuple[Mapping[str, Any], ...]
    periods: tuple[str, ...]
    first_observation_id: int | None
    last_observation_id: int | None
    reverts_batch_id: int | None
    reason: str | None


def add_batch(session: Session, values: Mapping[str, Any]) -> int:
    """Store a batch; its id."""
    return add_batches(session, [values])[0]


def add_batches(session: Session, found: Sequence[Mapping[str, Any]]) -> list[int]:
    """Store several batches with the same columns by one statement; their ids, which rise in this order."""
    bound = [_bound(session, values) for values in found]
    # What all have in common is sent once: PostgreSQL's driver reads a statement of many parameters anew each time.
    alike = tuple(name for name in bound[0] if all(values[name] == bound[0][name] for values in bound))
    numbered = {
        f"{name}_{place}": value
        for place, values in enumerate(bound)
        for name, value in values.items()
        if place == 0 or name not in alike
    }
    return sorted(row.id for row in _adding(tuple(bound[0]), alike, len(bound)).run(session, **numbered))


def finish_batch(session: Session, batch_id: int, values: Mapping[str, Any]) -> None:
    """Fill in what is known only after the rows were stored."""
    _finishing(tuple(values)).run(session, id=batch_id, **_bound(session, values))


def read_batch(session: Session, batch_id: int) -> Batch | None:
    """The batch of this id."""
    row = session.execute(sa.select(batches).where(batches.c.id == batch_id)).one_or_none()
    return None if row is None else _batch(row)


def newest_batches(session: Session, limit: int, before: int | None = None) -> list[Batch]:
    """Batches from the newest down, from below the id `before` on."""
    wanted = sa.select(batches).order_by(batches.c.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(batches.c.id < before)
    return [_batch(row) for row in session.execute(wanted)]


def reverted_by(session: Session, batch_id: int) -> int | None:
    """The id of the batch that reverted this one; None when none did."""
    found = session.execute(sa.select(batches.c.id).where(batches.c.reverts_batch_id == batch_id).limit(1))
    return found.scalar_one_or_none()


@cache
def _adding(columns: tuple[str, ...], alike: tuple[str, ...], count: int) -> DriverSql:
    rows = ", ".join(
        "(" + ", ".join(f":{name}_{0 if name in alike else place}" for name in columns) + ")" for place in range(count)
    )
    return DriverSql(f"INSERT INTO batches ({', '.join(columns)}) VALUES {rows} RETURNING id")  # noqa: S608 - our own columns


@cache
def _finishing(columns: tuple[str, ...]) -> DriverSql:
    changes = ", ".join(f"{name} = :{name}" for name in columns)
    return DriverSql(f"UPDATE batches SET {changes} WHERE id = :id")  # noqa: S608 - our own columns


def _bound(session: Session, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the driver takes them."""
    dialect, instant = connection_of(session).dialect, Instant()
    bound = dict(values)
    for name, value in values.items():
        if isinstance(value, datetime):
            bound[name] = instant.process_bind_param(value, dialect)
        elif isinstance(value, list):
            bound[name] = json.dumps(value)
    return bound


def _batch(row: sa.Row[Any]) -> Batch:
    values = dict(row._mapping)
    return Batch(**values | {"errors": tuple(values["errors"]), "periods": tuple(values["periods"])})
