"""Leases: how one of several workers takes a row of work for itself, for a while.

The rules are the same for runs, deliveries, reminders and scorecards of owners. A row is free when its next attempt is
due and nobody holds an unexpired lease on it. Rows that another worker is taking at this very moment are passed over
(PostgreSQL; SQLite lets one writer in at a time anyway), so that every row has one taker.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

# With the half minute between two looks of a worker (lei.scheduler.runner), what a dead one held is in other hands
# within two minutes.
LEASE = timedelta(seconds=90)
UNLEASED: Mapping[str, None] = {"lease_owner": None, "lease_until": None}


def take(session: Session, table: sa.Table, due: sa.ColumnElement[bool], owner: str, now: datetime) -> int | None:
    """Lease the row that is due longest among those that match `due` and are free; its id, None when there is none.

    Every taking counts as an attempt, so that one that kills its worker is counted too.
    """
    free = sa.or_(table.c.lease_until.is_(None), table.c.lease_until <= now)
    oldest = (
        sa.select(table.c.id)
        .where(due, table.c.next_attempt_at <= now, free)
        .order_by(table.c.next_attempt_at, table.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row_id = session.execute(oldest).scalar_one_or_none()
    if row_id is not None:
        leased = {"lease_owner": owner, "lease_until": now + LEASE, "attempts": table.c.attempts + 1}
        session.execute(sa.update(table).where(table.c.id == row_id).values(**leased))
    return row_id


def renew(session: Session, table: sa.Table, row_id: int, owner: str, now: datetime) -> bool:
    """Prolong the owner's lease; False when it is no longer the owner's."""
    return change_held(session, table, row_id, owner, lease_until=now + LEASE)


def change_held(session: Session, table: sa.Table, row_id: int, owner: str, **values: Any) -> bool:
    """Change a row that the owner holds; False, and nothing is changed, when it is no longer the owner's."""
    held = sa.update(table).where(table.c.id == row_id, table.c.lease_owner == owner)
    return bool(session.execute(held.values(**values).returning(table.c.id)).all())


def released(session: Session, table: sa.Table, row_id: int, owner: str, **values: Any) -> bool:
    """As `change_held`, and give the lease back."""
    return change_held(session, table, row_id, owner, **UNLEASED, **values)


def mark_sent(session: Session, table: sa.Table, row_id: int, now: datetime) -> None:
    """The message of a row is out: true whoever holds the row by now, and whatever became of it meanwhile."""
    sent = {"status": "sent", "sent_at": now, "last_error": None, **UNLEASED}
    session.execute(sa.update(table).where(table.c.id == row_id).values(**sent))


def not_sent(session: Session, table: sa.Table, row_id: int, owner: str, error: str, again_at: datetime | None) -> bool:
    """Let a message that the owner holds be tried again at an instant; None: never again."""
    values = {"status": "failed"} if again_at is None else {"next_attempt_at": again_at}
    return released(session, table, row_id, owner, last_error=error, **values)
