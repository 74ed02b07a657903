"""Sources: who says so. One row for each name that ever sent an observation."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.interned_names import InternedNames
from lei.storage.tables import metadata

sources = sa.Table(
    "sources",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(200), nullable=False, unique=True),
)

_names = InternedNames(sources, "name")


def source_ids(session: Session) -> dict[str, int]:
    """All sources: id by name."""
    return _names.all(session)


def add_sources(session: Session, names: Iterable[str]) -> dict[str, int]:
    """Add the names that are new; the ids of all of them. The caller holds the ledger, so no one else adds now."""
    return _names.add(session, names)
