"""Deliveries: one row for each (run, segment, recipient). A row is claimed, sent once and closed in a named state."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage import leases
from lei.storage.runs import RunKind, runs
from lei.storage.schedules import schedules
from lei.storage.tables import LONGEST_ID, Instant, RowId, any_id, metadata

DeliveryStatus = Literal["pending", "sent", "failed", "cancelled"]

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("run_id", sa.BigInteger, sa.ForeignKey("runs.id"), nullable=False),
    sa.Column("segment", sa.Text, nullable=False),  # canonical
    sa.Column("recipient", sa.String(320), nullable=False),
    sa.Column("scorecard_id", sa.BigInteger, sa.ForeignKey("scorecards.id"), nullable=False),
    sa.Column("message_id", sa.String(255), nullable=False),
    sa.Column("status", sa.String(20), nullable=False),  # pending | sent | failed | cancelled
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_error", sa.Text, nullable=True),
    sa.Column("next_attempt_at", Instant, nullable=False),
    sa.Column("lease_owner", sa.String(100), nullable=True),
    sa.Column("lease_until", Instant, nullable=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("sent_at", Instant, nullable=True),
    sa.Column("resend_of", sa.BigInteger, nullable=True),  # the delivery whose message is sent once more
    sa.UniqueConstraint("run_id", "segment", "recipient", name="uq_deliveries_once"),
    sa.Index("ix_deliveries_status", "status", "next_attempt_at"),
    sa.Index("ix_deliveries_scorecard_id", "scorecard_id"),
)


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A delivery that is about to be recorded. `segment` is canonical."""

    run_id: int
    segment: str
    recipient: str
    scorecard_id: int
    message_id: str
    resend_of: int | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as it is stored, with schedule, kind and period of its run. `segment` is canonical.

    timezone: of the schedule. resend_of: the delivery whose message this one sends once more.
    """

    id: int
    run_id: int
    schedule_id: int
    schedule: str
    period: str
    segment: str
    recipient: str
    scorecard_id: int
    message_id: str
    status: DeliveryStatus
    attempts: int
    last_error: str | None
    next_attempt_at: datetime
    lease_until: datetime | None
    created_at: datetime
    sent_at: datetime | None
    kind: RunKind = "scheduled"
    timezone: str = "UTC"
    resend_of: int | None = None


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which deliveries to list; None does not narrow. `schedule` is a name or an id."""

    schedule: str | None = None
    period: str | None = None
    status: str | None = None
    recipient: str | None = None
    run_id: int | None = None


def add_deliveries(session: Session, new: Sequence[NewDelivery], now: datetime) -> None:
    """Record deliveries as pending. A second set for the same run breaks the unique key, and is an error."""
    stamps = {"status": "pending", "created_at": now, "next_attempt_at": now}
    if new:
        session.execute(sa.insert(deliveries), [asdict(delivery) | stamps for delivery in new])


def add_delivery(session: Session, new: NewDelivery, now: datetime) -> int:
    """Record one delivery as pending; its id."""
    stamps = {"status": "pending", "created_at": now, "next_attempt_at": now}
    insert = sa.insert(deliveries).values(**asdict(new), **stamps).returning(deliveries.c.id)
    return int(session.execute(insert).scalar_one())


def read_delivery(session: Session, delivery_id: int) -> Delivery | None:
    """The delivery of that id."""
    row = session.execute(_joined().where(deliveries.c.id == delivery_id)).one_or_none()
    return None if row is None else Delivery(**row._mapping)


def list_deliveries(
    session: Session, wanted: DeliveryFilter, before: int | None = None, limit: int | None = None
) -> list[Delivery]:
    """Deliveries, the newest first, from before the id `before` on."""
    query = _joined().where(*_conditions(wanted)).order_by(deliveries.c.id.desc())
    if before is not None:
        query = query.where(deliveries.c.id < before)
    return [Delivery(**row._mapping) for row in session.execute(query if limit is None else query.limit(limit))]


def failed_deliveries(session: Session, of: Collection[int], since: datetime) -> list[Delivery]:
    """What failed of runs of some schedules, tests left out, once nothing of the run is pending; recorded since then.

    In the order of runs.
    """
    others = deliveries.alias()
    pending = sa.exists().where(others.c.run_id == deliveries.c.run_id, others.c.status == "pending")
    failed = (deliveries.c.status == "failed") & (deliveries.c.created_at >= since)
    query = _joined().where(failed, runs.c.schedule_id.in_(of), runs.c.kind != "test", ~pending)
    return [Delivery(**row._mapping) for row in session.execute(query.order_by(deliveries.c.run_id, deliveries.c.id))]


def count_overdue_deliveries(session: Session, before: datetime) -> int:
    """How many pending deliveries should have been taken before an instant, and were not, or by a dead worker."""
    free = sa.or_(deliveries.c.lease_until.is_(None), deliveries.c.lease_until < before)
    due = (deliveries.c.status == "pending") & (deliveries.c.next_attempt_at < before) & free
    return int(session.execute(sa.select(sa.func.count()).select_from(deliveries).where(due)).scalar_one())


def take_delivery(session: Session, owner: str, now: datetime, run_id: int | None = None) -> Delivery | None:
    """Lease the pending delivery that is due longest (of one run, if given)."""
    due = deliveries.c.status == "pending"
    taken = leases.take(
        session, deliveries, due if run_id is None else due & (deliveries.c.run_id == run_id), owner, now
    )
    return None if taken is None else read_delivery(session, taken)


def hold_delivery(session: Session, delivery_id: int, owner: str, now: datetime) -> bool:
    """Prolong the lease; False when the delivery is no longer the owner's."""
    return leases.renew(session, deliveries, delivery_id, owner, now)


def mark_sent(session: Session, delivery_id: int, now: datetime) -> None:
    """The message is out: true whoever holds the row by now, and even if it was cancelled meanwhile."""
    leases.mark_sent(session, deliveries, delivery_id, now)


def not_delivered(session: Session, delivery_id: int, owner: str, error: str, again_at: datetime | None) -> bool:
    """Let a delivery that the owner holds be tried again at an instant; None: never again."""
    return leases.not_sent(session, deliveries, delivery_id, owner, error, again_at)


def mark_cancelled(session: Session, delivery_id: int, owner: str, reason: str) -> bool:
    """End a delivery that the owner holds: it must not be sent."""
    return leases.released(session, deliveries, delivery_id, owner, status="cancelled", last_error=reason)


def cancel_deliveries(
    session: Session,
    schedule_id: int,
    kinds: Sequence[RunKind],
    reason: str,
    recipients: Sequence[str] | None = None,
) -> None:
    """Cancel the pending deliveries of a schedule (to these recipients; None: to all).

    One that is just being sent is closed as sent if it gets out.
    """
    of_schedule = sa.select(runs.c.id).where(runs.c.schedule_id == schedule_id, runs.c.kind.in_(kinds))
    condition = (deliveries.c.status == "pending") & deliveries.c.run_id.in_(of_schedule)
    if recipients is not None:
        condition &= deliveries.c.recipient.in_(recipients)
    ended = {"status": "cancelled", "last_error": reason}
    session.execute(sa.update(deliveries).where(condition).values(**ended, **leases.UNLEASED))


def _joined() -> sa.Select[Any]:
    of_run = (
        runs.c.schedule_id,
        runs.c.kind,
        runs.c.period,
        schedules.c.name.label("schedule"),
        schedules.c.timezone,
    )
    elsewhere = {"schedule_id", "kind", "period", "schedule", "timezone"}
    own = [deliveries.c[name] for name in Delivery.__dataclass_fields__ if name not in elsewhere]
    joined = deliveries.join(runs, deliveries.c.run_id == runs.c.id).join(schedules)
    return sa.select(*own, *of_run).select_from(joined)


def _conditions(wanted: DeliveryFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.schedule is not None:
        by_id = wanted.schedule.isdecimal() and len(wanted.schedule) <= LONGEST_ID
        conditions.append(
            schedules.c.id == any_id(int(wanted.schedule)) if by_id else schedules.c.name == wanted.schedule
        )
    for column, value in (
        (runs.c.period, wanted.period),
        (deliveries.c.status, wanted.status),
        (deliveries.c.recipient, wanted.recipient),
        (deliveries.c.run_id, wanted.run_id),
    ):
        if value is not None:
            conditions.append(column == value)
    return conditions
