"""Measures as an organisation uses them: every change is a new version, so that past scores can be reproduced."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.catalog.measure import Measure, parse_measure
from lei.storage.tables import Instant, metadata

measures = sa.Table(
    "measures",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(100), nullable=False, unique=True),
)

measure_versions = sa.Table(
    "measure_versions",
    metadata,
    sa.Column("measure_id", sa.Integer, sa.ForeignKey("measures.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("changed_by", sa.String(200), nullable=False),
    sa.Column("definition", sa.JSON, nullable=False),
)

_MOST_PARSED = 4096


@dataclass(frozen=True, slots=True)
class StoredMeasure:
    """A measure with its id and the version of its definition."""

    id: int
    version: int
    measure: Measure


def read_measures(session: Session, as_of: datetime | None = None) -> dict[str, StoredMeasure]:
    """All measures and KPIs by key, in the order they were added; with `as_of`, as they were defined then."""
    latest = sa.select(
        measure_versions.c.measure_id, sa.func.max(measure_versions.c.version).label("version")
    ).group_by(measure_versions.c.measure_id)
    if as_of is not None:
        latest = latest.where(measure_versions.c.recorded_at <= as_of)
    newest = latest.subquery()
    definition = sa.cast(measure_versions.c.definition, sa.Text).label("definition")
    rows = session.execute(
        sa.select(measures.c.id, measures.c.key, measure_versions.c.version, definition)
        .join(measure_versions, measure_versions.c.measure_id == measures.c.id)
        .join(
            newest,
            sa.and_(
                newest.c.measure_id == measure_versions.c.measure_id,
                newest.c.version == measure_versions.c.version,
            ),
        )
        .order_by(measures.c.id)
    )
    return {row.key: StoredMeasure(row.id, row.version, _parsed(row.definition)) for row in rows}


@dataclass(frozen=True, slots=True)
class MeasureVersion:
    """A measure as it was defined from an instant on."""

    recorded_at: datetime
    measure: Measure


def read_versions(session: Session, measure_id: int) -> list[MeasureVersion]:
    """All versions of a measure, the first one first."""
    definition = sa.cast(measure_versions.c.definition, sa.Text).label("definition")
    rows = session.execute(
        sa.select(measure_versions.c.recorded_at, definition)
        .where(measure_versions.c.measure_id == measure_id)
        .order_by(measure_versions.c.version)
    )
    return [MeasureVersion(row.recorded_at, _parsed(row.definition)) for row in rows]


@lru_cache(maxsize=_MOST_PARSED)
def _parsed(definition: str) -> Measure:
    """A stored definition. Almost every request reads the whole catalogue, which hardly ever changes."""
    return parse_measure(json.loads(definition))


def add_measures(session: Session, new: Iterable[Measure], now: datetime, changed_by: str) -> None:
    """Store the first version of each measure."""
    by_key = {measure.key: measure for measure in new}
    if not by_key:
        return
    added = session.execute(
        sa.insert(measures).returning(measures.c.id, measures.c.key, sort_by_parameter_order=True),
        [{"key": key} for key in by_key],
    )
    session.execute(
        sa.insert(measure_versions), [_version(row.id, 1, by_key[row.key], now, changed_by) for row in added.all()]
    )


def change_measure(session: Session, stored: StoredMeasure, measure: Measure, now: datetime, changed_by: str) -> None:
    """Store the next version of a measure."""
    version = _version(stored.id, stored.version + 1, measure, now, changed_by)
    session.execute(sa.insert(measure_versions), [version])


def _version(measure_id: int, version: int, measure: Measure, now: datetime, changed_by: str) -> dict[str, Any]:
    return {
        "measure_id": measure_id,
        "version": version,
        "recorded_at": now,
        "changed_by": changed_by,
        "definition": measure.as_dict(),
    }
