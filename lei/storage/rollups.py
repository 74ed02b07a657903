"""Roll-ups: sums per (month, measure, segment, source, span), kept in the transaction that changes observations."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.driver_sql import DriverSql, connection_of
from lei.storage.tables import metadata

rollups = sa.Table(
    "rollups",
    metadata,
    sa.Column("month", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("measure_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("segment_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("source_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("span", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("observations", sa.BigInteger, nullable=False),  # how many current ones; never 0
    sa.Column("weighted_sum", sa.Double, nullable=False),  # sum of value x sample_size
    sa.Column("sample_size", sa.BigInteger, nullable=False),  # sum of sample_size
    sa.Column("value_sum", sa.Double, nullable=False),  # sum of value
    sa.Column("last_value", sa.Double, nullable=False),
    sa.Column("last_sample_size", sa.BigInteger, nullable=False),
    sa.Column("last_day", sa.SmallInteger, nullable=False),
)

_CELL = ("month", "measure_id", "segment_id", "source_id", "span")
_CELLS = ", ".join(_CELL)
_SUMS = "observations, weighted_sum, sample_size, value_sum, last_value, last_sample_size, last_day"


def _same_cell(left: str, right: str) -> str:
    return " AND ".join(f"{left}.{name} = {right}.{name}" for name in _CELL)


def _summed(current: str) -> dict[str, str]:
    """SQL by dialect that sums rows of observations (`current`: their FROM and WHERE) by cell.

    The newest day of a cell is its last one. SQLite takes bare columns from the row that has the only MAX, which saves
    it a second sort; PostgreSQL sorts once for the window and groups along.
    """
    cells = ", ".join(f"o.{name}" for name in _CELL)
    on_sqlite = f"""
    SELECT {cells}, COUNT(*), SUM(o.value * o.sample_size), SUM(o.sample_size), SUM(o.value),
        o.value, o.sample_size, MAX(o.day)
    FROM {current}
    GROUP BY {cells}
    ORDER BY {cells}"""  # noqa: S608 - constants only
    on_postgres = f"""
    SELECT {_CELLS}, COUNT(*), SUM(value * sample_size), SUM(sample_size), SUM(value),
        MAX(CASE WHEN place = 1 THEN value END), MAX(CASE WHEN place = 1 THEN sample_size END), MAX(day)
    FROM (SELECT {cells}, o.day, o.value, o.sample_size,
            ROW_NUMBER() OVER (PARTITION BY {cells} ORDER BY o.day DESC) AS place
          FROM {current}) AS ranked
    GROUP BY {_CELLS}
    ORDER BY {_CELLS}"""  # noqa: S608 - constants only
    return {"sqlite": on_sqlite, "postgresql": on_postgres}


def _add_summed(current: str) -> dict[str, DriverSql]:
    return {
        dialect: DriverSql(f"INSERT INTO rollups ({_CELLS}, {_SUMS}) {summed}")
        for dialect, summed in _summed(current).items()
    }


# Revisions of a key are numbered without gaps, so the current one is the one that has no next.
_IS_CURRENT = f"""o.value IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM observations n WHERE {_same_cell("n", "o")} AND n.day = o.day AND n.revision = o.revision + 1)"""  # noqa: S608 - constants only
_ADDED = "observations o WHERE o.id BETWEEN :first AND :last AND o.revision = 1"
_ADD_TO_CELL = f"""
    ON CONFLICT ({_CELLS}) DO UPDATE SET
        observations = rollups.observations + excluded.observations,
        weighted_sum = rollups.weighted_sum + excluded.weighted_sum,
        sample_size = rollups.sample_size + excluded.sample_size,
        value_sum = rollups.value_sum + excluded.value_sum,
        last_value = CASE WHEN excluded.last_day > rollups.last_day
            THEN excluded.last_value ELSE rollups.last_value END,
        last_sample_size = CASE WHEN excluded.last_day > rollups.last_day
            THEN excluded.last_sample_size ELSE rollups.last_sample_size END,
        last_day = CASE WHEN excluded.last_day > rollups.last_day
            THEN excluded.last_day ELSE rollups.last_day END"""


def adding_whole_periods(added: str) -> str:
    """SQL that takes in new observations of a month, quarter or year (`added`: their FROM and WHERE, named `o`).

    Each has one key, so a new one is a new cell: nothing to sum.
    """
    return f"""
    INSERT INTO rollups ({_CELLS}, {_SUMS})
    SELECT {_CELLS}, 1, value * sample_size, sample_size, value, value, sample_size, day
    FROM {added} AND o.span <> 0
    ORDER BY {_CELLS}"""  # noqa: S608 - constants only


def adding_days(added: str) -> dict[str, str]:
    """SQL by dialect that takes in new observations of a day (`added`: their FROM and WHERE, named `o`)."""
    return {
        dialect: f"INSERT INTO rollups ({_CELLS}, {_SUMS}) {summed} {_ADD_TO_CELL}"
        for dialect, summed in _summed(f"{added} AND o.span = 0").items()
    }


_ADD_WHOLE_PERIODS = DriverSql(adding_whole_periods(_ADDED))
_ADD_DAYS = {dialect: DriverSql(text) for dialect, text in adding_days(_ADDED).items()}
# The planner knows nothing of the temporary table, and may read all observations to find a few.
_BY_INDEX = DriverSql(
    "SELECT set_config('enable_hashjoin', 'off', true) AS hash, set_config('enable_mergejoin', 'off', true) AS merge"
)
_CREATE_TOUCHED = DriverSql(
    "CREATE TEMPORARY TABLE IF NOT EXISTS touched_cells (month INTEGER, measure_id INTEGER, segment_id INTEGER, "
    "source_id INTEGER, span SMALLINT, PRIMARY KEY (month, measure_id, segment_id, source_id, span))"
)
_FORGET_TOUCHED = DriverSql("DELETE FROM touched_cells")
_FIND_TOUCHED = DriverSql(f"""
    INSERT INTO touched_cells SELECT DISTINCT {_CELLS} FROM observations
    WHERE id BETWEEN :first AND :last AND revision > 1""")  # noqa: S608 - constants only
_DROP_TOUCHED = DriverSql(f"""
    DELETE FROM rollups WHERE ({_CELLS}) IN (SELECT {_CELLS} FROM touched_cells)""")  # noqa: S608 - constants only
_ADD_TOUCHED = _add_summed(f"touched_cells t CROSS JOIN observations o WHERE {_same_cell('o', 't')} AND {_IS_CURRENT}")
# Where one observation is all that changed, its cell needs no list.
_DROP_CELL = DriverSql(f"""
    DELETE FROM rollups WHERE ({_CELLS}) IN (SELECT {_CELLS} FROM observations WHERE id = :id)""")  # noqa: S608 - constants only
_ADD_CELL = _add_summed(
    f"observations t CROSS JOIN observations o WHERE t.id = :id AND {_same_cell('o', 't')} AND {_IS_CURRENT}"
)
_ADD_ALL = _add_summed(f"observations o WHERE {_IS_CURRENT}")


def update_rollups(session: Session, first: int, last: int, revised: int, spans: Collection[int]) -> None:
    """Bring roll-ups up to date with the observations whose ids run from `first` to `last`.

    New ones are added to the sums; `spans` are all that occur among them. Cells with a later revision among them
    (`revised` counts those) are computed anew from what is current, so that taking a value out leaves no residue of
    rounding.
    """
    dialect = connection_of(session).dialect.name
    if any(spans):
        _ADD_WHOLE_PERIODS.run(session, first=first, last=last)
    if 0 in spans:
        _ADD_DAYS[dialect].run(session, first=first, last=last)
    if revised and first == last:
        _DROP_CELL.run(session, id=first)
        _ADD_CELL[dialect].run(session, id=first)
    elif revised:
        _replace_touched(session, first, last)


def _replace_touched(session: Session, first: int, last: int) -> None:
    dialect = connection_of(session).dialect.name
    if dialect == "postgresql":
        _BY_INDEX.run(session)
    _CREATE_TOUCHED.run(session)
    _FORGET_TOUCHED.run(session)
    _FIND_TOUCHED.run(session, first=first, last=last)
    _DROP_TOUCHED.run(session)
    _ADD_TOUCHED[dialect].run(session)


def rebuild_rollups(session: Session) -> None:
    """Compute all roll-ups anew from the observations. The caller holds the ledger."""
    session.execute(sa.delete(rollups))
    _ADD_ALL[connection_of(session).dialect.name].run(session)
