"""What was known at an instant: which observations had been recorded, and when the newest of them came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.batches import batches
from lei.storage.ledger import read_ledger


@dataclass(frozen=True, slots=True)
class Knowledge:
    """up_to: the highest observation id known then (None: all there are, -1: none). data_version: see the ledger."""

    up_to: int | None
    data_as_of: datetime | None
    data_version: int


def knowledge_at(session: Session, as_of: datetime | None) -> Knowledge:
    """What is known now, or was known at `as_of`."""
    version = read_ledger(session).data_version
    facts = sa.select(sa.func.max(batches.c.recorded_at), sa.func.max(batches.c.last_observation_id)).where(
        batches.c.last_observation_id.is_not(None)
    )
    newest, _ = session.execute(facts).one()
    if as_of is None or newest is None or as_of >= newest:
        return Knowledge(None, newest, version)
    recorded, up_to = session.execute(facts.where(batches.c.recorded_at <= as_of)).one()
    return Knowledge(-1 if up_to is None else up_to, recorded, version)
