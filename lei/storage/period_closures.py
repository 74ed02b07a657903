"""Closed periods: up to which month figures are settled; every change is one more row, and the newest counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.tables import Instant, metadata

period_closures = sa.Table(
    "period_closures",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("closed_until", sa.Integer, nullable=True),  # ordinal of a month; null: nothing is closed
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("changed_by", sa.String(200), nullable=False),
)


@dataclass(frozen=True, slots=True)
class PeriodClosure:
    """Up to which month (its ordinal, included) periods were closed from `changed_at` on; None: none was."""

    closed_until: int | None
    reason: str
    changed_at: datetime
    changed_by: str


def read_closures(session: Session) -> list[PeriodClosure]:
    """All closures that there have been, the newest first."""
    columns = [column for column in period_closures.c if column.name != "id"]
    rows = session.execute(sa.select(*columns).order_by(period_closures.c.id.desc()))
    return [PeriodClosure(**row._mapping) for row in rows]


def closed_until(session: Session) -> int | None:
    """The ordinal of the last month that is closed now; None: none is."""
    newest = sa.select(period_closures.c.closed_until).order_by(period_closures.c.id.desc()).limit(1)
    return session.scalar(newest)


def add_closure(session: Session, closure: PeriodClosure) -> None:
    """Make this the closure in force."""
    session.execute(
        sa.insert(period_closures).values(
            closed_until=closure.closed_until,
            reason=closure.reason,
            changed_at=closure.changed_at,
            changed_by=closure.changed_by,
        )
    )
