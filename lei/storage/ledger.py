"""The ledger: one row that every committed batch raises, so that writers queue and caches know when to forget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.driver_sql import DriverSql, connection_of
from lei.storage.tables import Instant, metadata

ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("data_version", sa.BigInteger, nullable=False),
    sa.Column("recorded_at", Instant, nullable=True),
)

_THE_ROW = 1
SMALLEST_STEP = timedelta(microseconds=1)
# PostgreSQL does it at once: every statement more is a round trip during which all other writers wait.
_RAISE_ON_POSTGRES = DriverSql("""
    UPDATE ledger SET data_version = data_version + :changes,
        recorded_at = GREATEST(:instant, recorded_at + :changes * INTERVAL '1 microsecond')
    WHERE id = :id RETURNING data_version, recorded_at""")
_HOLD_ON_SQLITE = DriverSql("SELECT data_version, recorded_at FROM ledger WHERE id = :id")
_RAISE_ON_SQLITE = DriverSql("UPDATE ledger SET data_version = :version, recorded_at = :instant WHERE id = :id")


@dataclass(frozen=True, slots=True)
class LedgerState:
    """How often the facts or the catalogue have changed, and when they last did (None: never)."""

    data_version: int
    recorded_at: datetime | None


def read_ledger(session: Session) -> LedgerState:
    """The present state."""
    row = session.execute(sa.select(ledger.c.data_version, ledger.c.recorded_at)).one()
    return LedgerState(row.data_version, row.recorded_at)


def raise_ledger(session: Session, now: datetime, changes: int = 1) -> LedgerState:
    """Raise the data version and hold the row until the transaction ends: from here on writers run one by one.

    The instant recorded is `now`, or as many microseconds after the last one as there are changes where the clock
    has not moved on so far, so that there is an instant for each and instants order batches strictly.
    """
    dialect, instant = connection_of(session).dialect, Instant()
    if dialect.name == "postgresql":
        raised = _RAISE_ON_POSTGRES.one(
            session, id=_THE_ROW, changes=changes, instant=instant.process_bind_param(now, dialect)
        )
        return LedgerState(raised.data_version, instant.process_result_value(raised.recorded_at, dialect))
    row = _HOLD_ON_SQLITE.one(session, id=_THE_ROW)
    before = instant.process_result_value(row.recorded_at, dialect)
    recorded_at = now if before is None else max(now, before + changes * SMALLEST_STEP)
    stored_as = instant.process_bind_param(recorded_at, dialect)
    _RAISE_ON_SQLITE.run(session, id=_THE_ROW, version=row.data_version + changes, instant=stored_as)
    return LedgerState(row.data_version + changes, recorded_at)
