"""Observations: the facts, append-only. A correction is the next revision of the same observation, a retraction too."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.periods import Occasion
from lei.storage.driver_sql import DriverSql
from lei.storage.tables import RowId, metadata

observations = sa.Table(
    "observations",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("month", sa.Integer, nullable=False),  # ordinal, see lei.periods
    sa.Column("measure_id", sa.Integer, nullable=False),
    sa.Column("segment_id", sa.Integer, nullable=False),
    sa.Column("source_id", sa.Integer, nullable=False),
    sa.Column("span", sa.SmallInteger, nullable=False),  # months; 0 for one day
    sa.Column("day", sa.SmallInteger, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("value", sa.Double, nullable=True),  # null: retracted
    sa.Column("sample_size", sa.BigInteger, nullable=False),
    sa.Column("batch_id", sa.BigInteger, nullable=False),
    # The month leads, so that what arrives together is stored together and the index stays fast at 10^7 rows.
    sa.UniqueConstraint(
        "month",
        "measure_id",
        "segment_id",
        "source_id",
        "span",
        "day",
        "revision",
        name="uq_observations_key",
    ),
)

# What makes an observation the same; revisions of one key count up from 1 without gaps.
KEY_COLUMNS = ("month", "measure_id", "segment_id", "source_id", "span", "day")


def same_key(left: str, right: str) -> str:
    """SQL: whether two rows, by the aliases of their tables, are revisions of the same observation."""
    return " AND ".join(f"{left}.{name} = {right}.{name}" for name in KEY_COLUMNS)


def key_columns(table: str) -> str:
    """SQL: the columns of the key of a table, by its alias."""
    return ", ".join(f"{table}.{name}" for name in KEY_COLUMNS)


_LAST = DriverSql("SELECT MAX(id) AS last FROM observations")
# The range has two ends and nothing else narrows it, so that the planner takes the index on ids: as long as it knows
# nothing of the table, it takes a range with one end for a third of it, and later revisions for as many.
# Corrected are later revisions with a value, where the previous one had a value too.
_COUNTS = DriverSql(f"""
    SELECT COUNT(*) AS changed, MIN(o.id) AS first, MAX(o.id) AS last,
        COUNT(CASE WHEN o.revision > 1 THEN 1 END) AS revised,
        COUNT(CASE WHEN o.value IS NULL THEN 1 END) AS retracted,
        COUNT(CASE WHEN o.revision > 1 AND o.value IS NOT NULL AND (
            SELECT p.value FROM observations p WHERE {same_key("p", "o")} AND p.revision = o.revision - 1
            ) IS NOT NULL THEN 1 END) AS corrected
    FROM observations o WHERE o.id > :before AND o.id <= (SELECT MAX(id) FROM observations)""")  # noqa: S608 - constants only
_OCCASIONS = sa.text("SELECT DISTINCT month, day, span FROM observations WHERE id > :before ORDER BY month, day, span")


@dataclass(frozen=True, slots=True)
class Changes:
    """What was added after a certain id: how many rows of each sort, and their first and last id (None: nothing).

    revised counts second and later revisions, whatever they hold.
    """

    created: int
    corrected: int
    retracted: int
    revised: int
    first: int | None
    last: int | None


def last_observation_id(session: Session) -> int:
    """The highest id so far; 0 when there is none. The caller holds the ledger, so it is the last one."""
    return _LAST.one(session).last or 0


def changes_after(session: Session, before: int) -> Changes:
    """Count what was added after the id `before`."""
    row = _COUNTS.one(session, before=before)
    created = row.changed - row.corrected - row.retracted
    return Changes(created, row.corrected, row.retracted, row.revised, row.first, row.last)


def occasions_after(session: Session, before: int) -> list[Occasion]:
    """When what was added after the id `before` holds, in order of time."""
    found = session.execute(_OCCASIONS, {"before": before})
    return [Occasion(row.month, row.span, row.day) for row in found]
