"""Reminders: one row for each (what, date, recipient). A row is claimed, sent once and closed in a named state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage import leases
from lei.storage.tables import Instant, RowId, metadata
from lei.storage.upserts import add_missing

reminders = sa.Table(
    "reminders",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("what", sa.String(255), nullable=False),  # such as program/onboarding/decision/2
    sa.Column("due_on", sa.Date, nullable=False),
    sa.Column("recipient", sa.String(320), nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("status", sa.String(20), nullable=False),  # pending | sent | failed
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_error", sa.Text, nullable=True),
    sa.Column("next_attempt_at", Instant, nullable=False),
    sa.Column("lease_owner", sa.String(100), nullable=True),
    sa.Column("lease_until", Instant, nullable=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("sent_at", Instant, nullable=True),
    sa.UniqueConstraint("what", "due_on", "recipient", name="uq_reminders_once"),
    sa.Index("ix_reminders_status", "status", "next_attempt_at"),
)


@dataclass(frozen=True, slots=True)
class NewReminder:
    """A reminder that is about to be recorded. `what` and `due_on` say what it is of; the texts are finished."""

    what: str
    due_on: date
    recipient: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder as it is stored."""

    id: int
    what: str
    due_on: date
    recipient: str
    subject: str
    text: str
    status: str
    attempts: int
    last_error: str | None
    created_at: datetime
    sent_at: datetime | None


def recorded_reminders(session: Session, since: date) -> set[tuple[str, date, str]]:
    """(what, due_on, recipient) of the reminders recorded that fell due on or after a day."""
    columns = (reminders.c.what, reminders.c.due_on, reminders.c.recipient)
    return {
        (row.what, row.due_on, row.recipient)
        for row in session.execute(sa.select(*columns).where(reminders.c.due_on >= since))
    }


def add_reminders(session: Session, new: Sequence[NewReminder], now: datetime) -> None:
    """Record reminders as pending; those that are recorded already stay as they are."""
    stamps = {"status": "pending", "created_at": now, "next_attempt_at": now}
    add_missing(session, reminders, [asdict(reminder) | stamps for reminder in new])


def list_reminders(session: Session) -> list[Reminder]:
    """All reminders, the oldest first."""
    return [Reminder(**row._mapping) for row in session.execute(_select().order_by(reminders.c.id))]


def take_reminder(session: Session, owner: str, now: datetime) -> Reminder | None:
    """Lease the pending reminder that is due longest."""
    taken = leases.take(session, reminders, reminders.c.status == "pending", owner, now)
    if taken is None:
        return None
    return Reminder(**session.execute(_select().where(reminders.c.id == taken)).one()._mapping)


def hold_reminder(session: Session, reminder_id: int, owner: str, now: datetime) -> bool:
    """Prolong the lease; False when the reminder is no longer the owner's."""
    return leases.renew(session, reminders, reminder_id, owner, now)


def mark_reminded(session: Session, reminder_id: int, now: datetime) -> None:
    """The message is out: true whoever holds the row by now."""
    leases.mark_sent(session, reminders, reminder_id, now)


def not_reminded(session: Session, reminder: Reminder, owner: str, error: str, again_at: datetime | None) -> None:
    """Let a reminder that the owner holds be tried again at an instant; None: never again."""
    leases.not_sent(session, reminders, reminder.id, owner, error, again_at)


def _select() -> sa.Select[tuple[object, ...]]:
    return sa.select(*(reminders.c[name] for name in Reminder.__dataclass_fields__))
