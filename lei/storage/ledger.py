"""The ledger: one row that every committed batch raises, so that writers queue and caches know when to forget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.driver_sql import DriverSql
from lei.storage.tables import Instant, metadata

ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("data_version", sa.BigInteger, nullable=False),
    sa.Column("recorded_at", Instant, nullable=True),
)

_THE_ROW = 1
_SMALLEST_STEP = timedelta(microseconds=1)
_HOLD = DriverSql("SELECT data_version, recorded_at FROM ledger WHERE id = :id", "FOR UPDATE")
_RAISE = DriverSql("UPDATE ledger SET data_version = :version, recorded_at = :instant WHERE id = :id")


@dataclass(frozen=True, slots=True)
class LedgerState:
    """How often the facts or the catalogue have changed, and when they last did (None: never)."""

    data_version: int
    recorded_at: datetime | None


def read_ledger(session: Session) -> LedgerState:
    """The present state."""
    row = session.execute(sa.select(ledger.c.data_version, ledger.c.recorded_at)).one()
    return LedgerState(row.data_version, row.recorded_at)


def raise_ledger(session: Session, now: datetime) -> LedgerState:
    """Raise the data version and hold the row until the transaction ends: from here on writers run one by one.

    The instant recorded is `now`, or a microsecond after the last one where the clock has not moved on, so that
    instants order batches strictly.
    """
    dialect, instant = session.connection().dialect, Instant()
    row = _HOLD.one(session, id=_THE_ROW)
    before = instant.process_result_value(row.recorded_at, dialect)
    recorded_at = now if before is None else max(now, before + _SMALLEST_STEP)
    stored_as = instant.process_bind_param(recorded_at, dialect)
    _RAISE.run(session, id=_THE_ROW, version=row.data_version + 1, instant=stored_as)
    return LedgerState(row.data_version + 1, recorded_at)
