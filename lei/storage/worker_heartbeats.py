"""Signs of life of workers: when each last looked for work, so that somebody notices when none does any more."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.tables import Instant, metadata
from lei.storage.upserts import put_row

worker_heartbeats = sa.Table(
    "worker_heartbeats",
    metadata,
    sa.Column("owner", sa.String(100), primary_key=True),
    sa.Column("last_tick_at", Instant, nullable=False),
)


def note_heartbeat(session: Session, owner: str, now: datetime, forget_before: datetime) -> None:
    """Keep that a worker lives; those that were last heard of before `forget_before` are forgotten."""
    put_row(session, worker_heartbeats, {"owner": owner}, {"last_tick_at": now})
    session.execute(sa.delete(worker_heartbeats).where(worker_heartbeats.c.last_tick_at < forget_before))


def last_heartbeats(session: Session) -> dict[str, datetime]:
    """When each worker that is remembered was last heard of, the latest first."""
    found = session.execute(sa.select(worker_heartbeats).order_by(worker_heartbeats.c.last_tick_at.desc()))
    return {row.owner: row.last_tick_at for row in found}
