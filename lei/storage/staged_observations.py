"""Checked rows on their way in: kept in blocks off the heap, then merged into the observations set by set.

Everything here runs under the ledger (`raise_ledger`), one writer at a time.
"""

from __future__ import annotations

import marshal
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.driver_sql import DriverSql, connection_of
from lei.storage.observations import (
    KEY_COLUMNS,
    Changes,
    changes_after,
    key_columns,
    last_observation_id,
    same_key,
)
from lei.storage.temporary_files import needing_room

# month, measure id, number of the segment, number of the source, span, day
Key = tuple[int, int, int, int, int, int]
# value (None retracts) and sample size
Fact = tuple[float | None, int]

_KEYS = ", ".join(KEY_COLUMNS)
_SPOOL_IN_MEMORY = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that came together. firsts: the first row of each key; followers: later rows of the same key, in order."""

    firsts: dict[Key, Fact]
    followers: dict[Key, list[Fact]]


class BlockSpool:
    """A queue of blocks: the first stays in memory, for most batches have but one; the rest may move to a file."""

    def __init__(self) -> None:
        self._first: Block | None = None
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_SPOOL_IN_MEMORY)  # noqa: SIM115 - see close
        self._sizes: list[int] = []

    def add(self, block: Block) -> None:
        """Append a block."""
        if self._first is None:
            self._first = block
            return
        data = marshal.dumps((block.firsts, block.followers))
        with needing_room():
            self._file.write(data)
        self._sizes.append(len(data))

    @property
    def only_row(self) -> tuple[Key, Fact] | None:
        """The row, where there is but one."""
        first = self._first
        if first is None or self._sizes or len(first.firsts) > 1 or first.followers:
            return None
        return next(iter(first.firsts.items()))

    def blocks(self) -> Iterator[Block]:
        """All blocks, in order."""
        if self._first is not None:
            yield self._first
        self._file.seek(0)
        for size in self._sizes:
            yield Block(*marshal.loads(self._file.read(size)))  # noqa: S302 - our own file, which has no name

    def close(self) -> None:
        """Give the file back."""
        self._file.close()


_CREATE = (
    "CREATE TEMPORARY TABLE IF NOT EXISTS staged_observations (month INTEGER NOT NULL, measure_id INTEGER NOT NULL, "
    "segment_id INTEGER NOT NULL, source_id INTEGER NOT NULL, span SMALLINT NOT NULL, day SMALLINT NOT NULL, "
    "turn INTEGER NOT NULL, value DOUBLE PRECISION, sample_size BIGINT NOT NULL)"
)
_STAGE = "INSERT INTO staged_observations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_COPY = "COPY staged_observations FROM STDIN (NULL 'None')"
_VALUE = 7
_COPY_LINE = "\t".join(["%d"] * _VALUE + ["%r", "%d"]) + "\n"
_NEWEST = f"""
    LEFT JOIN observations c ON {same_key("c", "s")} AND c.revision =
        (SELECT MAX(m.revision) FROM observations m WHERE {same_key("m", "s")})"""  # noqa: S608 - constants only
# A row counts when it differs from what is current; retracting what is not there changes nothing.
_DIFFERS = """CASE
        WHEN s.value IS NULL THEN c.value IS NOT NULL
        ELSE c.value IS NULL OR c.value <> s.value OR c.sample_size <> s.sample_size END"""
_ADD_FIRSTS = DriverSql(f"""
    INSERT INTO observations ({_KEYS}, revision, value, sample_size, batch_id)
    SELECT {key_columns("s")}, COALESCE(c.revision, 0) + 1, s.value, s.sample_size, :batch
    FROM staged_observations s {_NEWEST}
    WHERE s.turn = 0 AND {_DIFFERS}
    ORDER BY {key_columns("s")}""")  # noqa: S608 - constants only
# A single row needs no staging: most requests of a system that pushes as things happen have but one.
_ONE = ", ".join(f"CAST(:{name} AS INTEGER) AS {name}" for name in KEY_COLUMNS)
_ADD_ONE = DriverSql(f"""
    INSERT INTO observations ({_KEYS}, revision, value, sample_size, batch_id)
    SELECT {key_columns("s")}, COALESCE(c.revision, 0) + 1, s.value, s.sample_size, :batch
    FROM (SELECT {_ONE}, CAST(:value AS DOUBLE PRECISION) AS value, CAST(:size AS BIGINT) AS sample_size) s {_NEWEST}
    WHERE {_DIFFERS} RETURNING id, revision""")  # noqa: S608 - constants only
_ADD_FOLLOWERS = DriverSql(f"""
    INSERT INTO observations ({_KEYS}, revision, value, sample_size, batch_id)
    SELECT {key_columns("s")}, COALESCE(c.revision, 0) + s.turn, s.value, s.sample_size, :batch
    FROM staged_observations s {_NEWEST}
    WHERE s.turn > 0
    ORDER BY {key_columns("s")}, s.turn""")  # noqa: S608 - constants only


def merge(
    session: Session, spool: BlockSpool, segment_ids: Mapping[int, int], source_ids: Mapping[int, int], batch_id: int
) -> Changes:
    """Add rows to the observations: a new revision for each that differs from what was current before it.

    segment_ids and source_ids give the id for each number in the keys.
    """
    only = spool.only_row
    if only is not None:
        (month, measure, segment, source, span, day), fact = only
        return _merge_one(
            session, (month, measure, segment_ids[segment], source_ids[source], span, day), fact, batch_id
        )
    before = last_observation_id(session)
    for block in spool.blocks():
        _merge_block(session, block, segment_ids, source_ids, batch_id)
    return changes_after(session, before)


def _merge_one(session: Session, key: Key, fact: Fact, batch_id: int) -> Changes:
    named = dict(zip(KEY_COLUMNS, key, strict=True))
    rows = _ADD_ONE.run(session, **named, value=fact[0], size=fact[1], batch=batch_id)
    if not rows:
        return Changes(created=0, corrected=0, retracted=0, revised=0, first=None, last=None)
    (added,) = rows
    if added.revision > 1:
        return changes_after(session, added.id - 1)
    return Changes(created=1, corrected=0, retracted=0, revised=0, first=added.id, last=added.id)


def _merge_block(
    session: Session, block: Block, segment_ids: Mapping[int, int], source_ids: Mapping[int, int], batch_id: int
) -> None:
    connection = connection_of(session)
    rows = [
        (month, measure, segment_ids[segment], source_ids[source], span, day, 0, value, size)
        for (month, measure, segment, source, span, day), (value, size) in block.firsts.items()
    ]
    followers = list(_changes(block, segment_ids, source_ids))
    if connection.dialect.name == "sqlite":
        _stage_on_sqlite(connection, rows + followers)
    else:
        _stage_on_postgres(connection, rows + followers)
    _ADD_FIRSTS.run(session, batch=batch_id)
    if followers:
        _ADD_FOLLOWERS.run(session, batch=batch_id)


def _changes(block: Block, segment_ids: Mapping[int, int], source_ids: Mapping[int, int]) -> Iterator[tuple[Any, ...]]:
    """Later rows of a key that differ from the row before them, numbered from 1 within the key."""
    for key, facts in block.followers.items():
        month, measure, segment, source, span, day = key
        before, turn = block.firsts[key], 0
        for fact in facts:
            if fact == before or (fact[0] is None and before[0] is None):
                continue
            before, turn = fact, turn + 1
            yield (month, measure, segment_ids[segment], source_ids[source], span, day, turn, *fact)


def _stage_on_sqlite(connection: sa.Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    connection.exec_driver_sql(_CREATE)
    connection.exec_driver_sql("DELETE FROM staged_observations")
    if rows:
        connection.exec_driver_sql(_STAGE, list(rows))


def _stage_on_postgres(connection: sa.Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    connection.exec_driver_sql(f"{_CREATE} ON COMMIT DELETE ROWS")
    connection.exec_driver_sql("TRUNCATE staged_observations")
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - an open connection has one
    lines = "".join([_COPY_LINE % row for row in rows])
    with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.write(lines)
