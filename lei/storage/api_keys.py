"""API keys: hashed at rest, shown once, revocable."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

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
    sa.Column("source", sa.String(200), nullable=True),  # the only source that it may send for; null: any
    sa.Column("expires_at", Instant, nullable=True),
    # While a key is rotated, the secret before the present one is taken too.
    sa.Column("previous_hash", sa.String(64), nullable=True),
    sa.Column("previous_until", Instant, nullable=True),
    sa.Index("ix_api_keys_previous_hash", "previous_hash", unique=True),
)

_INSTANTS = ("created_at", "revoked_at", "last_used_at", "expires_at", "previous_until")
_COLUMNS = ("id", "name", "prefix", "scopes", "source", *_INSTANTS)
# In the same round trip: the stamp of the catalogue, which most requests need next.
_BY_HASH = DriverSql(f"""
    SELECT {", ".join(_COLUMNS)}, previous_hash, {STAMP_COLUMNS}
    FROM api_keys WHERE secret_hash = :hash OR previous_hash = :hash""")  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is stored; its secrets are not. previous_until: how long the secret before this one is taken."""

    id: int
    name: str
    prefix: str
    scopes: tuple[str, ...]
    source: str | None
    created_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    expires_at: datetime | None
    previous_until: datetime | None


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that is about to be stored."""

    name: str
    prefix: str
    secret_hash: str
    scopes: tuple[str, ...]
    source: str | None
    created_at: datetime
    expires_at: datetime | None


class FoundKey(NamedTuple):
    """A key, whether it was found by the secret before the present one, and the stamp of the catalogue."""

    key: ApiKey
    by_previous: bool
    stamp: CatalogueStamp


def find_by_hash(asked: Asked, secret_hash: str) -> FoundKey | None:
    """The key whose secret, or the one before it, has this hash, and the present stamp of the catalogue."""
    rows = _BY_HASH.run(asked, hash=secret_hash)
    if not rows:
        return None
    (row,), dialect, instant = rows, connection_of(asked).dialect, Instant()
    values = dict(zip(_COLUMNS, row, strict=False))
    for name in _INSTANTS:
        if values[name] is not None:
            values[name] = instant.process_result_value(values[name], dialect)
    # SQLite has no type for JSON.
    values["scopes"] = tuple(json.loads(row.scopes) if isinstance(row.scopes, str) else row.scopes)
    key = ApiKey(**values)
    return FoundKey(key, row.previous_hash == secret_hash, stamp_of(row))


def find_by_name(session: Session, name: str) -> ApiKey | None:
    """The key of this name."""
    row = session.execute(_select().where(api_keys.c.name == name)).one_or_none()
    return None if row is None else _key(row)


def all_keys(session: Session) -> list[ApiKey]:
    """All keys, revoked ones too, oldest first."""
    return [_key(row) for row in session.execute(_select().order_by(api_keys.c.id))]


def add_key(session: Session, key: NewKey) -> None:
    """Store a key."""
    session.execute(sa.insert(api_keys).values(**asdict(key) | {"scopes": list(key.scopes)}))


def replace_secret(session: Session, key_id: int, prefix: str, secret_hash: str, previous_until: datetime) -> None:
    """Give a key another secret; its present one is taken until an instant, the one before that no longer."""
    values = {"previous_hash": api_keys.c.secret_hash, "previous_until": previous_until}
    values |= {"prefix": prefix, "secret_hash": secret_hash}
    session.execute(sa.update(api_keys).where(api_keys.c.id == key_id).values(**values))


def revoke_key(session: Session, key_id: int, now: datetime) -> None:
    """From now on the key is refused."""
    session.execute(sa.update(api_keys).where(api_keys.c.id == key_id).values(revoked_at=now))


def note_use(session: Session, key_id: int, now: datetime) -> None:
    """Keep when the key was last used."""
    session.execute(sa.update(api_keys).where(api_keys.c.id == key_id).values(last_used_at=now))


def _select() -> sa.Select[tuple[Any, ...]]:
    return sa.select(*(api_keys.c[name] for name in _COLUMNS))


def _key(row: sa.Row[Any]) -> ApiKey:
    return ApiKey(**dict(row._mapping) | {"scopes": tuple(row.scopes)})
