"""Counts over what is stored, for monitoring."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.batches import batches
from lei.storage.deliveries import deliveries

STATUSES = ("pending", "sent", "failed", "cancelled")
OUTCOMES = ("created", "corrected", "unchanged", "retracted", "rejected")


@dataclass(frozen=True, slots=True)
class OperatingFigures:
    """Observations taken in so far by outcome, and deliveries by status."""

    observations: dict[str, int]
    deliveries: dict[str, int]


def read_operating_figures(session: Session) -> OperatingFigures:
    """The present counts."""
    sums = [sa.func.coalesce(sa.func.sum(batches.c[outcome]), 0).label(outcome) for outcome in OUTCOMES]
    counts = session.execute(sa.select(*sums)).one()
    states = session.execute(sa.select(deliveries.c.status, sa.func.count()).group_by(deliveries.c.status))
    return OperatingFigures(
        {outcome: int(counts._mapping[outcome]) for outcome in OUTCOMES},
        dict.fromkeys(STATUSES, 0) | {status: int(number) for status, number in states},
    )
