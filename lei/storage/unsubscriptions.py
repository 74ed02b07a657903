"""Unsubscriptions: who wants no more mails of a schedule."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.tables import Instant, metadata
from lei.storage.upserts import add_missing

unsubscriptions = sa.Table(
    "unsubscriptions",
    metadata,
    sa.Column("schedule_id", sa.Integer, sa.ForeignKey("schedules.id"), primary_key=True, autoincrement=False),
    sa.Column("recipient", sa.String(320), primary_key=True),  # in lower case
    sa.Column("at", Instant, nullable=False),
)


def unsubscribe(session: Session, schedule_id: int, recipient: str, now: datetime) -> None:
    """From now on the recipient gets nothing of the schedule; a second time changes nothing."""
    row = {"schedule_id": schedule_id, "recipient": recipient.casefold(), "at": now}
    add_missing(session, unsubscriptions, [row])


def subscribe_again(session: Session, schedule_id: int, recipient: str) -> None:
    """The recipient gets mails of the schedule again, if it is still on its list."""
    session.execute(sa.delete(unsubscriptions).where(_is(schedule_id, recipient)))


def unsubscribed_at(session: Session, schedule_id: int, recipient: str) -> datetime | None:
    """When the recipient unsubscribed from the schedule; None when it did not."""
    return session.scalars(sa.select(unsubscriptions.c.at).where(_is(schedule_id, recipient))).first()


def unsubscribed_from(session: Session, schedule_id: int) -> list[str]:
    """Everybody who unsubscribed from the schedule, in lower case and alphabetical order."""
    query = sa.select(unsubscriptions.c.recipient).where(unsubscriptions.c.schedule_id == schedule_id)
    return sorted(session.scalars(query))


def _is(schedule_id: int, recipient: str) -> sa.ColumnElement[bool]:
    return (unsubscriptions.c.schedule_id == schedule_id) & (unsubscriptions.c.recipient == recipient.casefold())
