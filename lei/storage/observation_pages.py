"""Observations read page by page, in the order of their key (month first), revisions of one key together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.periods import Occasion
from lei.storage.batches import batches
from lei.storage.measures import measures
from lei.storage.observations import KEY_COLUMNS, observations
from lei.storage.rollups import rollups
from lei.storage.segments import segments
from lei.storage.sources import sources


@dataclass(frozen=True, slots=True)
class ObservationFilter:
    """Which observations are wanted; None does not filter. history: replaced and retracted ones too."""

    measure: str | None = None
    source: str | None = None
    first_month: int | None = None
    last_month: int | None = None
    segment_ids: Collection[int] | None = None
    history: bool = False


@dataclass(frozen=True, slots=True)
class StoredObservation:
    """One revision of an observation. segment: canonical text; current: no later revision has replaced it."""

    id: int
    measure: str
    occasion: Occasion
    value: float | None
    sample_size: int
    segment: str
    source: str
    batch_id: int
    recorded_at: datetime | None
    revision: int
    current: bool


def read_page(
    session: Session, wanted: ObservationFilter, after: int | None, limit: int
) -> list[StoredObservation] | None:
    """Up to `limit` observations that come after the one with the id `after`; None when there is no such id."""
    o, newer = observations.alias("o"), observations.alias("newer")
    place = [o.c[name] for name in (*KEY_COLUMNS, "revision")]
    is_replaced = (
        sa.exists()
        .where(*(newer.c[name] == o.c[name] for name in KEY_COLUMNS), newer.c.revision == o.c.revision + 1)
        .correlate(o)
    )
    query = sa.select(o, sa.not_(is_replaced).label("current")).where(*_conditions(session, wanted, o))
    if not wanted.history:
        query = query.where(o.c.value.is_not(None), sa.not_(is_replaced))
    if after is not None:
        last = session.execute(sa.select(*place).where(o.c.id == after)).one_or_none()
        if last is None:
            return None
        query = query.where(sa.tuple_(*place) > sa.tuple_(*last))
    page = query.order_by(*place).limit(limit).subquery()
    # Names are looked up for the rows of the page alone.
    named = (
        sa.select(page, measures.c.key, segments.c.canonical, sources.c.name, batches.c.recorded_at)
        .join_from(page, measures, measures.c.id == page.c.measure_id)
        .join(segments, segments.c.id == page.c.segment_id)
        .join(sources, sources.c.id == page.c.source_id)
        .join(batches, batches.c.id == page.c.batch_id)
        .order_by(*(page.c[name] for name in (*KEY_COLUMNS, "revision")))
    )
    return [_observation(row) for row in session.execute(named)]


def smallest_samples(session: Session, page: Collection[StoredObservation]) -> dict[tuple[str, int], int]:
    """By measure and month of these observations: the smallest sample that any revision of any segment ever had."""
    months, keys = sorted({one.occasion.month for one in page}), sorted({one.measure for one in page})
    if not months:
        return {}
    o = observations
    query = (
        sa.select(measures.c.key, o.c.month, sa.func.min(o.c.sample_size))
        .join(measures, measures.c.id == o.c.measure_id)
        .where(o.c.month.in_(months), measures.c.key.in_(keys), o.c.value.is_not(None))
        .group_by(measures.c.key, o.c.month)
    )
    return {(key, month): smallest for key, month, smallest in session.execute(query)}


def people_by_segment(
    session: Session, page: Collection[StoredObservation]
) -> dict[tuple[str, int, int], dict[str, int]]:
    """By measure, month and span of these observations: the people (or cases) whom each segment reports now."""
    months, keys = sorted({one.occasion.month for one in page}), sorted({one.measure for one in page})
    if not months:
        return {}
    r = rollups
    query = (
        sa.select(measures.c.key, r.c.month, r.c.span, segments.c.canonical, sa.func.sum(r.c.sample_size))
        .join(measures, measures.c.id == r.c.measure_id)
        .join(segments, segments.c.id == r.c.segment_id)
        .where(r.c.month.in_(months), measures.c.key.in_(keys))
        .group_by(measures.c.key, r.c.month, r.c.span, segments.c.canonical)
    )
    found: dict[tuple[str, int, int], dict[str, int]] = {}
    for key, month, span, segment, people in session.execute(query):
        found.setdefault((key, month, span), {})[segment] = int(people)
    return found


def _conditions(session: Session, wanted: ObservationFilter, o: sa.FromClause) -> list[sa.ColumnElement[bool]]:
    conditions = []
    if wanted.measure is not None:
        measure_id = session.scalar(sa.select(measures.c.id).where(measures.c.key == wanted.measure))
        conditions.append(o.c.measure_id == (measure_id or 0))
    if wanted.source is not None:
        source_id = session.scalar(sa.select(sources.c.id).where(sources.c.name == wanted.source))
        conditions.append(o.c.source_id == (source_id or 0))
    if wanted.first_month is not None:
        conditions.append(o.c.month >= wanted.first_month)
    if wanted.last_month is not None:
        conditions.append(o.c.month <= wanted.last_month)
    if wanted.segment_ids is not None:
        # Written into the statement: there may be more of them than a database takes parameters.
        ids: sa.BindParameter[Any] = sa.bindparam(
            "segment_ids", list(wanted.segment_ids), expanding=True, literal_execute=True
        )
        conditions.append(o.c.segment_id.in_(ids))
    return conditions


def _observation(row: sa.Row[Any]) -> StoredObservation:
    return StoredObservation(
        id=row.id,
        measure=row.key,
        occasion=Occasion(row.month, row.span, row.day),
        value=row.value,
        sample_size=row.sample_size,
        segment=row.canonical,
        source=row.name,
        batch_id=row.batch_id,
        recorded_at=row.recorded_at,
        revision=row.revision,
        current=bool(row.current) and row.value is not None,
    )
