"""Batches that changed the facts of a period after an instant: from which source, and how much of it was new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.periods import Period
from lei.storage.batches import batches
from lei.storage.observations import observations
from lei.storage.sources import sources


@dataclass(frozen=True, slots=True)
class LateBatch:
    """What a batch holds of a period from one source: values that are new, and such as replace or retract others.

    reverts: the batch that it takes back, None where it takes none back.
    """

    id: int
    sent_by: str
    source: str
    recorded_at: datetime
    reverts: int | None
    added: int
    replaced: int


def late_batches(session: Session, since: datetime, period: Period) -> list[LateBatch]:
    """The batches recorded after `since` that hold observations of the period, those with most of them first."""
    replaced = sa.func.count(sa.case((observations.c.revision > 1, 1)))
    found = (
        sa.select(
            batches.c.id,
            batches.c.sent_by,
            sources.c.name.label("source"),
            batches.c.recorded_at,
            batches.c.reverts_batch_id.label("reverts"),
            (sa.func.count() - replaced).label("added"),
            replaced.label("replaced"),
        )
        .join(observations, observations.c.batch_id == batches.c.id)
        .join(sources, sources.c.id == observations.c.source_id)
        .where(batches.c.recorded_at > since)
        .where(observations.c.id >= batches.c.first_observation_id)
        .where(observations.c.month.between(period.first_month, period.last_month))
        .group_by(batches.c.id, batches.c.sent_by, sources.c.name, batches.c.recorded_at, batches.c.reverts_batch_id)
        .order_by(sa.func.count().desc(), batches.c.id, sources.c.name)
    )
    return [LateBatch(**row._mapping) for row in session.execute(found)]
