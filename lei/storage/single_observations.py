"""Single observations of several batches, added by one statement: what systems that push as things happen send.

Everything here runs under the ledger (`raise_ledger`), one writer at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy.orm import Session

from lei.storage.driver_sql import DriverSql, connection_of
from lei.storage.observations import KEY_COLUMNS
from lei.storage.rollups import adding_days, adding_whole_periods, update_rollups

_FACTS = ("value", "sample_size", "batch_id")
_COLUMNS = (*KEY_COLUMNS, *_FACTS)
_SPAN = KEY_COLUMNS.index("span")
# Both databases call the columns of VALUES so.
_KEY = ", ".join(f"CAST(v.column{place} AS INTEGER)" for place, _ in enumerate(KEY_COLUMNS, 1))
_SAME = " AND ".join(f"o.{name} = v.column{place}" for place, name in enumerate(KEY_COLUMNS, 1))
_VALUE, _SIZE, _BATCH = (f"v.column{len(KEY_COLUMNS) + place}" for place, _ in enumerate(_FACTS, 1))
_NOTE = "UPDATE batches SET first_observation_id = o.id, last_observation_id = o.id"
_NOTE_ENDS = DriverSql(f"{_NOTE} FROM observations o WHERE o.id BETWEEN :first AND :last AND batches.id = o.batch_id")


@dataclass(frozen=True, slots=True)
class SingleObservation:
    """The only row of a batch. key: as KEY_COLUMNS, with the ids of segment and source."""

    key: tuple[int, int, int, int, int, int]
    value: float
    sample_size: int
    batch_id: int


def add_if_new(session: Session, found: Sequence[SingleObservation]) -> dict[int, int]:
    """Add those that have no revision yet, with their roll-ups, and note them in their batches; the ids by batch.

    No key may occur twice. The ids are consecutive.
    """
    values = {
        f"{name}_{place}": value
        for place, one in enumerate(found)
        for name, value in zip(_COLUMNS, (*one.key, one.value, one.sample_size, one.batch_id), strict=True)
    }
    if connection_of(session).dialect.name == "postgresql":
        return {row.batch_id: row.id for row in _adding_all(len(found)).run(session, **values)}
    added = {row.batch_id: row.id for row in _adding(len(found)).run(session, **values)}
    if added:
        first, last = min(added.values()), max(added.values())
        _NOTE_ENDS.run(session, first=first, last=last)
        update_rollups(session, first, last, 0, {one.key[_SPAN] for one in found})
    return added


@cache
def _adding(count: int) -> DriverSql:
    return DriverSql(_adding_text(count))


@cache
def _adding_all(count: int) -> DriverSql:
    """Everything at once, where each statement is a round trip during which all other writers wait."""
    new = "added o WHERE o.revision = 1"
    return DriverSql(f"""
        WITH added AS ({_adding_text(count)}),
        whole_periods AS ({adding_whole_periods(new)}),
        days AS ({adding_days(new)["postgresql"]})
        {_NOTE} FROM added o WHERE batches.id = o.batch_id RETURNING o.id, o.batch_id""")


def _adding_text(count: int) -> str:
    rows = ", ".join("(" + ", ".join(f":{name}_{place}" for name in _COLUMNS) + ")" for place in range(count))
    return f"""
        INSERT INTO observations ({", ".join(KEY_COLUMNS)}, revision, value, sample_size, batch_id)
        SELECT {_KEY}, 1, CAST({_VALUE} AS DOUBLE PRECISION), CAST({_SIZE} AS BIGINT), CAST({_BATCH} AS BIGINT)
        FROM (VALUES {rows}) v
        WHERE NOT EXISTS (SELECT 1 FROM observations o WHERE {_SAME})
        RETURNING *"""  # noqa: S608 - constants only
