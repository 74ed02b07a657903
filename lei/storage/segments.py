"""Segments: one row for each distinct combination of dimension values; the empty one is the whole organisation."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.interned_names import InternedNames
from lei.storage.tables import metadata

dimensions = sa.Table(
    "dimensions",
    metadata,
    sa.Column("key", sa.String(60), primary_key=True),
    sa.Column("display_name", sa.String(200), nullable=False),
)

segments = sa.Table(
    "segments",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("canonical", sa.Text, nullable=False, unique=True),
)

Dimensions = Mapping[str, str]

_names = InternedNames(segments, "canonical")


def canonical(values: Dimensions) -> str:
    """The one way to write a combination: JSON, keys in order, no blanks."""
    return json.dumps(dict(sorted(values.items())), ensure_ascii=False, separators=(",", ":"))


def dimension_keys(session: Session) -> list[str]:
    """The keys of all registered dimensions, in alphabetical order."""
    return list(session.scalars(sa.select(dimensions.c.key).order_by(dimensions.c.key)))


def dimension_names(session: Session) -> dict[str, str]:
    """The names of all registered dimensions for people, by key, in alphabetical order."""
    rows = session.execute(sa.select(dimensions.c.key, dimensions.c.display_name).order_by(dimensions.c.key))
    return {row.key: row.display_name for row in rows}


def add_dimension(session: Session, key: str, display_name: str) -> None:
    """Register a dimension, which observations may name from now on. The caller holds the ledger."""
    session.execute(sa.insert(dimensions).values(key=key, display_name=display_name))


def all_segments(session: Session) -> dict[int, dict[str, str]]:
    """Every segment: its dimension values by id."""
    rows = session.execute(sa.select(segments.c.id, segments.c.canonical).order_by(segments.c.id))
    return {row.id: json.loads(row.canonical) for row in rows}


def segments_after(session: Session, last_id: int) -> list[dict[str, str]]:
    """The dimension values of every segment with a higher id."""
    found = session.scalars(sa.select(segments.c.canonical).where(segments.c.id > last_id))
    return [json.loads(canonical) for canonical in found]


def add_segments(session: Session, wanted: Iterable[str]) -> dict[str, int]:
    """Add the canonical texts that are new; ids of all. The caller holds the ledger, so no one else adds now."""
    return _names.add(session, wanted)
