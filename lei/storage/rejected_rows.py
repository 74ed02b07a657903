"""Rows that were refused, as they came, for whoever sent them to mend: packed, one file for each batch, for a while."""

from __future__ import annotations

import zlib
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.tables import Instant, metadata

rejected_rows = sa.Table(
    "rejected_rows",
    metadata,
    sa.Column("batch_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("format", sa.String(10), nullable=False),  # ndjson | csv
    sa.Column("kept", sa.BigInteger, nullable=False),
    sa.Column("left_out", sa.BigInteger, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),  # packed by zlib
    sa.Column("created_at", Instant, nullable=False),
    sa.Index("ix_rejected_rows_created_at", "created_at"),
)

KEPT_FOR = timedelta(days=30)
_QUICK = 1


@dataclass(frozen=True, slots=True)
class RejectedFile:
    """The refused rows of a batch as a file: it has `kept` rows, and so many more were left out."""

    format: str
    kept: int
    left_out: int
    content: bytes


def add_rejected_rows(session: Session, batch_id: int, file: RejectedFile, now: datetime) -> None:
    """Keep the refused rows of a batch, and forget all that are older than thirty days."""
    session.execute(sa.delete(rejected_rows).where(rejected_rows.c.created_at <= now - KEPT_FOR))
    values = asdict(file) | {"content": zlib.compress(file.content, _QUICK)}
    session.execute(sa.insert(rejected_rows).values(batch_id=batch_id, created_at=now, **values))


def read_rejected_rows(session: Session, batch_id: int, now: datetime) -> RejectedFile | None:
    """The refused rows of a batch; None where there are none, or no longer."""
    row = session.execute(
        sa.select(rejected_rows).where(
            rejected_rows.c.batch_id == batch_id, rejected_rows.c.created_at > now - KEPT_FOR
        )
    ).one_or_none()
    return None if row is None else RejectedFile(row.format, row.kept, row.left_out, zlib.decompress(row.content))
