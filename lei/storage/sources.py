"""Sources: who says so. One row for each name that ever sent an observation."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.driver_sql import DriverSql
from lei.storage.tables import metadata

sources = sa.Table(
    "sources",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(200), nullable=False, unique=True),
)

_ONE = DriverSql("SELECT id, name FROM sources WHERE name = :name")


def source_ids(session: Session) -> dict[str, int]:
    """All sources: id by name."""
    return {row.name: row.id for row in session.execute(sa.select(sources.c.id, sources.c.name))}


def add_sources(session: Session, names: Iterable[str]) -> dict[str, int]:
    """Add the names that are new; the ids of all of them. The caller holds the ledger, so no one else adds now."""
    wanted = list(dict.fromkeys(names))
    known = _known_ids(session, wanted)
    new = [{"name": name} for name in wanted if name not in known]
    if new:
        session.execute(sa.insert(sources), new)
        known = _known_ids(session, wanted)
    return {name: known[name] for name in wanted}


def _known_ids(session: Session, names: list[str]) -> dict[str, int]:
    if len(names) == 1:
        return {row.name: row.id for row in _ONE.run(session, name=names[0])}
    return source_ids(session)
