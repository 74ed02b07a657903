"""Sent messages: what each delivery handed over, byte for byte.

The PDF is stored with its scorecard and makes up nearly all of a message: it is left out here, and put back when the
message is read. The hash is that of the whole message, so that every reading is checked.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.deliveries import deliveries
from lei.storage.scorecards import scorecards
from lei.storage.tables import Instant, metadata

sent_messages = sa.Table(
    "sent_messages",
    metadata,
    sa.Column("delivery_id", sa.BigInteger, sa.ForeignKey("deliveries.id"), primary_key=True, autoincrement=False),
    sa.Column("content_type", sa.String(100), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("envelope", sa.LargeBinary, nullable=True),  # the message with a mark in the place of the PDF
    sa.Column("link_expires_at", Instant, nullable=True),
    sa.Column("removed_at", Instant, nullable=True),
)

# Neither mails of seven bits nor JSON nor the rest of a PDF can have this text in them.
_MARK = b"\x00LEI-PDF\x00"


@dataclass(frozen=True, slots=True)
class SentMessage:
    """What was handed over. content is None once it was removed; link_expires_at: of the link to the PDF, if any."""

    content_type: str
    sha256: str
    size: int
    content: bytes | None
    link_expires_at: datetime | None
    removed_at: datetime | None


def keep_message(
    session: Session, delivery_id: int, content: bytes, content_type: str, link_expires_at: datetime | None
) -> None:
    """Keep what a delivery handed over. One that is sent again after a crash replaces what was kept before."""
    session.execute(sa.delete(sent_messages).where(sent_messages.c.delivery_id == delivery_id))
    values = {
        "content_type": content_type,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "envelope": _without(content, _pdf_of(session, delivery_id)),
        "link_expires_at": link_expires_at,
    }
    session.execute(sa.insert(sent_messages).values(delivery_id=delivery_id, **values))


def read_message(session: Session, delivery_id: int) -> SentMessage | None:
    """What a delivery handed over; None where it has sent nothing, or did so before messages were kept."""
    row = session.execute(sa.select(sent_messages).where(sent_messages.c.delivery_id == delivery_id)).one_or_none()
    if row is None:
        return None
    content = None if row.envelope is None else _restored(bytes(row.envelope), _pdf_of(session, delivery_id))
    if content is not None and hashlib.sha256(content).hexdigest() != row.sha256:
        raise ValueError(f"The message of delivery {delivery_id} is not what was sent: its SHA-256 differs.")
    return SentMessage(row.content_type, row.sha256, row.size, content, row.link_expires_at, row.removed_at)


def remove_messages_of(session: Session, scorecard_ids: list[int], now: datetime) -> None:
    """Remove what was handed over of these scorecards; type, size and hash stay."""
    of_them = sa.select(deliveries.c.id).where(deliveries.c.scorecard_id.in_(scorecard_ids))
    condition = sent_messages.c.delivery_id.in_(of_them) & sent_messages.c.removed_at.is_(None)
    session.execute(sa.update(sent_messages).where(condition).values(envelope=None, removed_at=now))


def _pdf_of(session: Session, delivery_id: int) -> bytes:
    query = sa.select(scorecards.c.pdf).join(deliveries, deliveries.c.scorecard_id == scorecards.c.id)
    return bytes(session.execute(query.where(deliveries.c.id == delivery_id)).scalar_one())


def _without(content: bytes, pdf: bytes) -> bytes:
    for number, written in enumerate(_ways_to_write(pdf)):
        if written and written in content:
            return content.replace(written, _MARK + bytes([number]), 1)
    return content


def _restored(envelope: bytes, pdf: bytes) -> bytes:
    head, mark, rest = envelope.partition(_MARK)
    return head + _ways_to_write(pdf)[rest[0]] + rest[1:] if mark else envelope


def _ways_to_write(pdf: bytes) -> tuple[bytes, bytes, bytes]:
    """As it is (a file), as one line of base64 (JSON), as lines of base64 (a mail)."""
    lines = base64.encodebytes(pdf).replace(b"\n", b"\r\n")
    return pdf, base64.b64encode(pdf), lines
