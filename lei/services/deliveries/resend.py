"""Sends a message once more, exactly as it was sent the first time, as a delivery of its own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lei.errors import ConflictError, GoneError, NotFoundError
from lei.services.schedules.manage_schedules import existing_schedule
from lei.storage.deliveries import Delivery, NewDelivery, add_delivery, read_delivery
from lei.storage.runs import add_resend_run
from lei.storage.sent_messages import SentMessage, read_message


def resend(session: Session, delivery_id: int, who: str, now: datetime) -> Delivery:
    """Record a delivery that is due at once and sends what another one sent, byte for byte.

    Whether the recipient may still get it is asked when it is sent. Raises NotFoundError, ConflictError for a test and
    where nothing was sent or the link in it has ended, and GoneError where it is no longer kept.
    """
    first = existing_delivery(session, delivery_id)
    if first.kind == "test":
        raise ConflictError(f"Delivery {delivery_id} was a test. Send another test of the schedule instead.")
    existing_schedule(session, first.schedule_id, lock=True)
    kept = sent_message(session, delivery_id)
    if kept.link_expires_at is not None and kept.link_expires_at <= now:
        raise ConflictError(
            f"What delivery {delivery_id} sent has a link that ended on {kept.link_expires_at:%Y-%m-%d}. "
            "Run the schedule for that period instead."
        )
    reason = f"Delivery {delivery_id} is sent again on request of {who}."
    run_id = add_resend_run(session, first.schedule_id, first.period, now, who, reason)
    new = NewDelivery(run_id, first.segment, first.recipient, first.scorecard_id, first.message_id, delivery_id)
    return existing_delivery(session, add_delivery(session, new, now))


def existing_delivery(session: Session, delivery_id: int) -> Delivery:
    """The delivery with this id; raises NotFoundError when there is none."""
    delivery = read_delivery(session, delivery_id)
    if delivery is None:
        raise NotFoundError(f"There is no delivery {delivery_id}.")
    return delivery


def sent_message(session: Session, delivery_id: int) -> SentMessage:
    """What a delivery sent. Raises ConflictError where it sent nothing, GoneError where the bytes are gone."""
    kept = read_message(session, delivery_id)
    if kept is None:
        raise ConflictError(f"Delivery {delivery_id} has sent nothing that could be read or sent again.")
    if kept.content is None:
        raise GoneError(
            f"What delivery {delivery_id} sent was removed on {kept.removed_at:%Y-%m-%d}, as LEI_ARCHIVE_MONTHS says. "
            f"It had {kept.size} bytes; its SHA-256 was {kept.sha256}."
        )
    return kept
