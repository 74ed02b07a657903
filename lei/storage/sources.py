"""Sources: who says so. One row for each name that ever sent an observation."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.tables import metadata

sources = sa.Table(
    "sources",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(200), nullable=False, unique=True),
)


def source_ids(session: Session) -> dict[str, int]:
    """All sources: id by name."""
    return {row.name: row.id for row in session.execute(sa.select(sources.c.id, sources.c.name))}


def add_sources(session: Session, names: Iterable[str]) -> dict[str, int]:
    """Add the names that are new; the ids of all of them. The caller holds the ledger, so no one else adds now."""
    wanted = list(names)
    known = source_ids(session)
    new = [{"name": name} for name in dict.fromkeys(wanted) if name not in known]
    if new:
        session.execute(sa.insert(sources), new)
        known = source_ids(session)
    return {name: known[name] for name in wanted}
