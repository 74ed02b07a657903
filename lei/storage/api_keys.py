"""API keys: hashed at rest, shown once, revocable."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.catalogue_stamp import STAMP_COLUMNS, CatalogueStamp, stamp_of
from lei.storage.driver_sql import Asked, DriverSql, connection_of
from lei.storage.tables import Instant, metadata

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(100), nullable=False, unique=True),
    sa.Column("prefix", sa.String(20), nullable=False),
    sa.Column("secret_hash", sa.String(64), nullable=False, unique=True),  # SHA-256: the secret has 256 random bits
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("revoked_at", Instant, nullable=True),
    sa.Column("last_used_at", Instant, nullable=True),
)

# In the same round trip: the stamp of the catalogue, which most requests need next.
_BY_HASH = DriverSql(f"""
    SELECT id, name, prefix, scopes, created_at, revoked_at, last_used_at, {STAMP_COLUMNS}
    FROM api_keys WHERE secret_hash = :hash""")  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is stored; the secret itself is not."""

    id: int
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


def find_by_hash(asked: Asked, secret_hash: str) -> tuple[ApiKey, CatalogueStamp] | None:
    """The key whose secret has this hash, and the present stamp of the catalogue."""
    rows = _BY_HASH.run(asked, hash=secret_hash)
    if not rows:
        return None
    (row,), dialect, instant = rows, connection_of(asked).dialect, Instant()
    created, revoked, used = (
        instant.process_result_value(value, dialect) for value in (row.created_at, row.revoked_at, row.last_used_at)
    )
    scopes = json.loads(row.scopes) if isinstance(row.scopes, str) else row.scopes  # SQLite has no type for JSON
    assert created is not None  # noqa: S101 - the column is never null
    key = ApiKey(row.id, row.name, row.prefix, tuple(scopes), created, revoked, used)
    return key, stamp_of(row)


def find_by_name(session: Session, name: str) -> ApiKey | None:
    """The key of this name."""
    row = session.execute(sa.select(api_keys).where(api_keys.c.name == name)).one_or_none()
    return None if row is None else _key(row)


def all_keys(session: Session) -> list[ApiKey]:
    """All keys, revoked ones too, oldest first."""
    return [_key(row) for row in session.execute(sa.select(api_keys).order_by(api_keys.c.id))]


def add_key(session: Session, name: str, prefix: str, secret_hash: str, scopes: Sequence[str], now: datetime) -> None:
    """Store a key."""
    values = {"name": name, "prefix": prefix, "secret_hash": secret_hash, "scopes": list(scopes), "created_at": now}
    session.execute(sa.insert(api_keys).values(**values))


def revoke_key(session: Session, key_id: int, now: datetime) -> None:
    """From now on the key is refused."""
    session.execute(sa.update(api_keys).where(api_keys.c.id == key_id).values(revoked_at=now))


def note_use(session: Session, key_id: int, now: datetime) -> None:
    """Keep when the key was last used."""
    session.execute(sa.update(api_keys).where(api_keys.c.id == key_id).values(last_used_at=now))


def _key(row: sa.Row[Any]) -> ApiKey:
    return ApiKey(row.id, row.name, row.prefix, tuple(row.scopes), row.created_at, row.revoked_at, row.last_used_at)
