"""Scorecards beside the facts that they were drawn from: which of them are about months that have changed since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.deliveries import deliveries
from lei.storage.driver_sql import DriverSql
from lei.storage.observations import observations
from lei.storage.scorecards import scorecards
from lei.storage.segments import segments
from lei.storage.tables import Instant

# Every upload asks this, so it goes straight to the driver.
_ANY = DriverSql("""
    SELECT EXISTS (
        SELECT 1 FROM scorecards
        WHERE last_month >= :first_month AND first_month <= :last_month AND purpose = 'published'
    ) AS found""")


@dataclass(frozen=True, slots=True)
class PublishedScorecard:
    """A scorecard that is kept. segment: canonical. sent_at: when somebody first received it; None: nobody has."""

    id: int
    period: str
    first_month: int
    last_month: int
    segment: str
    sent_at: datetime | None


def is_published(session: Session, first_month: int, last_month: int) -> bool:
    """Whether any scorecard is about one of these months (ordinals, both included)."""
    return bool(_ANY.one(session, first_month=first_month, last_month=last_month).found)


def published_scorecards(session: Session, first_month: int, last_month: int) -> list[PublishedScorecard]:
    """The scorecards about any of these months; those that were sent come first, then the newest."""
    table = scorecards.c
    sent = sa.select(sa.func.min(deliveries.c.sent_at, type_=Instant)).where(
        deliveries.c.scorecard_id == table.id, deliveries.c.status == "sent"
    )
    sent_at = sent.correlate(scorecards).scalar_subquery().label("sent_at")
    rows = session.execute(
        sa.select(table.id, table.period, table.first_month, table.last_month, table.segment, sent_at)
        .where(table.purpose == "published", table.last_month >= first_month, table.first_month <= last_month)
        .order_by(sent_at.is_(None), table.id.desc())
    )
    return [PublishedScorecard(**row._mapping) for row in rows]


def changed_places(session: Session, first: int, last: int) -> set[tuple[int, str]]:
    """(month, canonical segment) of every observation with an id from `first` to `last`."""
    rows = session.execute(
        sa.select(observations.c.month, segments.c.canonical)
        .join_from(observations, segments, segments.c.id == observations.c.segment_id)
        .where(observations.c.id.between(first, last))
        .distinct()
    )
    return {(row.month, row.canonical) for row in rows}
