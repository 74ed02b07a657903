"""Scorecards of owners that go out by mail: one row for each (month, recipient).

A row is claimed, its message is written once and kept, sent, and closed in a named state.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage import leases
from lei.storage.tables import Instant, RowId, metadata
from lei.storage.upserts import add_missing

owner_scorecards = sa.Table(
    "owner_scorecards",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("period", sa.String(10), nullable=False),
    sa.Column("recipient", sa.String(320), nullable=False),  # in lower case
    sa.Column("status", sa.String(20), nullable=False),  # pending | sent | failed
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_error", sa.Text, nullable=True),
    sa.Column("next_attempt_at", Instant, nullable=False),
    sa.Column("lease_owner", sa.String(100), nullable=True),
    sa.Column("lease_until", Instant, nullable=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("sent_at", Instant, nullable=True),
    sa.Column("message", sa.LargeBinary, nullable=True),  # as it is sent; null before it is written, and once removed
    sa.Column("sha256", sa.String(64), nullable=True),
    sa.Column("size", sa.BigInteger, nullable=True),
    sa.Column("removed_at", Instant, nullable=True),
    sa.UniqueConstraint("period", "recipient", name="uq_owner_scorecards_once"),
    sa.Index("ix_owner_scorecards_status", "status", "next_attempt_at"),
)


@dataclass(frozen=True, slots=True)
class OwnerScorecard:
    """A scorecard that an owner gets, or got. message: what is sent; None before it is written, and once removed."""

    id: int
    period: str
    recipient: str
    status: str
    attempts: int
    last_error: str | None
    created_at: datetime
    sent_at: datetime | None
    message: bytes | None
    sha256: str | None
    size: int | None
    removed_at: datetime | None


def recorded_recipients(session: Session, period: str) -> set[str]:
    """To whom the scorecard of a month goes, or went."""
    query = sa.select(owner_scorecards.c.recipient).where(owner_scorecards.c.period == period)
    return set(session.scalars(query))


def add_owner_scorecards(session: Session, period: str, recipients: Sequence[str], now: datetime) -> None:
    """Record scorecards as pending; those that are recorded already stay as they are."""
    stamps = {"status": "pending", "created_at": now, "next_attempt_at": now}
    rows = [{"period": period, "recipient": recipient} | stamps for recipient in recipients]
    add_missing(session, owner_scorecards, rows)


def any_overtaken(session: Session, period: str) -> bool:
    """Whether the scorecard of an earlier month still waits to be sent."""
    return session.scalar(sa.select(owner_scorecards.c.id).where(_overtaken(period)).limit(1)) is not None


def end_overtaken(session: Session, period: str, reason: str, now: datetime) -> None:
    """End the scorecards of earlier months that wait to be sent and that no worker is sending."""
    free = sa.or_(owner_scorecards.c.lease_until.is_(None), owner_scorecards.c.lease_until <= now)
    ended = {"status": "failed", "last_error": reason}
    session.execute(sa.update(owner_scorecards).where(_overtaken(period) & free).values(**ended, **leases.UNLEASED))


def list_owner_scorecards(session: Session) -> list[OwnerScorecard]:
    """All of them, the oldest first."""
    return [_read(row) for row in session.execute(_select().order_by(owner_scorecards.c.id))]


def take_owner_scorecard(session: Session, period: str, owner: str, now: datetime) -> OwnerScorecard | None:
    """Lease the pending scorecard of a month that is due longest."""
    due = (owner_scorecards.c.status == "pending") & (owner_scorecards.c.period == period)
    taken = leases.take(session, owner_scorecards, due, owner, now)
    if taken is None:
        return None
    return _read(session.execute(_select().where(owner_scorecards.c.id == taken)).one())


def hold_owner_scorecard(session: Session, row_id: int, owner: str, now: datetime) -> bool:
    """Prolong the lease; False when the scorecard is no longer the owner's."""
    return leases.renew(session, owner_scorecards, row_id, owner, now)


def keep_owner_message(session: Session, row_id: int, owner: str, content: bytes) -> bool:
    """Keep what is about to be sent, for every attempt; False when the scorecard is no longer the owner's."""
    kept = {"message": content, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    return leases.change_held(session, owner_scorecards, row_id, owner, **kept)


def mark_owner_told(session: Session, row_id: int, now: datetime) -> None:
    """The message is out: true whoever holds the row by now."""
    leases.mark_sent(session, owner_scorecards, row_id, now)


def owner_not_told(session: Session, row_id: int, owner: str, error: str, again_at: datetime | None) -> None:
    """Let a scorecard that the worker holds be tried again at an instant; None: never again."""
    leases.not_sent(session, owner_scorecards, row_id, owner, error, again_at)


def old_with_message(session: Session, before: datetime, limit: int | None) -> list[int]:
    """Ids of scorecards made before an instant whose message is still there, and that wait for nothing."""
    query = sa.select(owner_scorecards.c.id).where(
        owner_scorecards.c.created_at < before,
        owner_scorecards.c.message.is_not(None),
        owner_scorecards.c.status != "pending",
    )
    return list(session.scalars(query.order_by(owner_scorecards.c.created_at).limit(limit)))


def remove_owner_messages(session: Session, ids: Sequence[int], now: datetime) -> None:
    """Remove messages; recipients, times, sizes and hashes stay."""
    removed = {"message": None, "removed_at": now}
    session.execute(sa.update(owner_scorecards).where(owner_scorecards.c.id.in_(ids)).values(**removed))


def _overtaken(period: str) -> sa.ColumnElement[bool]:
    return (owner_scorecards.c.status == "pending") & (owner_scorecards.c.period < period)


def _select() -> sa.Select[tuple[object, ...]]:
    return sa.select(*(owner_scorecards.c[name] for name in OwnerScorecard.__dataclass_fields__))


def _read(row: sa.Row[tuple[object, ...]]) -> OwnerScorecard:
    message = row._mapping["message"]
    return OwnerScorecard(**{**row._mapping, "message": None if message is None else bytes(message)})
