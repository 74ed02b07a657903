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

_FACTS = ("value", "sample_size", "batch_id")
_COLUMNS = (*KEY_COLUMNS, *_FACTS)
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
    """Add those that have no revision yet, and note them in their batches; the ids of the added ones by batch.

    No key may occur twice. The ids are consecutive.
    """
    values = {
        f"{name}_{place}": value
        for place, one in enumerate(found)
        for name, value in zip(_COLUMNS, (*one.key, one.value, one.sample_size, one.batch_id), strict=True)
    }
    dialect = connection_of(session).dialect.name
    added = {row.batch_id: row.id for row in _adding(len(found), dialect).run(session, **values)}
    if added and dialect == "sqlite":
        _NOTE_ENDS.run(session, first=min(added.values()), last=max(added.values()))
    return added


@cache
def _adding(count: int, dialect: str) -> DriverSql:
    """The statement for so many; on PostgreSQL it notes them in their batches as well, which saves a round trip."""
    rows = ", ".join("(" + ", ".join(f":{name}_{place}" for name in _COLUMNS) + ")" for place in range(count))
    adding = f"""
        INSERT INTO observations ({", ".join(KEY_COLUMNS)}, revision, value, sample_size, batch_id)
        SELECT {_KEY}, 1, CAST({_VALUE} AS DOUBLE PRECISION), CAST({_SIZE} AS BIGINT), CAST({_BATCH} AS BIGINT)
        FROM (VALUES {rows}) v
        WHERE NOT EXISTS (SELECT 1 FROM observations o WHERE {_SAME})
        RETURNING id, batch_id"""  # noqa: S608 - constants only
    if dialect == "sqlite":
        return DriverSql(adding)
    noting = f"{_NOTE} FROM o WHERE batches.id = o.batch_id RETURNING o.id, o.batch_id"
    return DriverSql(f"WITH o AS ({adding}) {noting}")
