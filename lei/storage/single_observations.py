"""Single observations of several batches, added by one statement: what systems that push as things happen send.

Everything here runs under the ledger (`raise_ledger`), one writer at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import msgspec
from sqlalchemy.orm import Session

from lei.storage.driver_sql import DriverSql, connection_of
from lei.storage.observations import KEY_COLUMNS

_TYPES = dict.fromkeys(KEY_COLUMNS, "integer") | {
    "value": "double precision",
    "sample_size": "bigint",
    "batch_id": "bigint",
}
_COLUMNS = ", ".join(_TYPES)
_FOUND = ", ".join(f"CAST(v.{name} AS {kind}) AS {name}" for name, kind in _TYPES.items())
_SAME = " AND ".join(f"o.{name} = v.{name}" for name in KEY_COLUMNS)
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
    dialect = connection_of(session).dialect.name
    rows = [(*one.key, one.value, one.sample_size, one.batch_id) for one in found]
    if dialect == "sqlite":
        added = {row.batch_id: row.id for row in _adding_on_sqlite(len(rows)).run(session, **_numbered(rows))}
        if added:
            _NOTE_ENDS.run(session, first=min(added.values()), last=max(added.values()))
        return added
    sent = msgspec.json.encode([dict(zip(_TYPES, row, strict=True)) for row in rows]).decode()
    return {row.batch_id: row.id for row in _ADD_ON_POSTGRES.run(session, rows=sent)}


def _adding(rows: str) -> str:
    return f"""
        INSERT INTO observations ({_COLUMNS}, revision)
        SELECT {_FOUND}, 1 FROM {rows}
        WHERE NOT EXISTS (SELECT 1 FROM observations o WHERE {_SAME})
        RETURNING id, batch_id"""  # noqa: S608 - constants only


# All rows are one parameter: the driver reads a statement of many parameters anew each time. The statement notes them
# in their batches as well, which saves a round trip.
_ADD_ON_POSTGRES = DriverSql(f"""
    WITH o AS ({_adding(f"json_to_recordset(CAST(:rows AS json)) v ({', '.join(map(' '.join, _TYPES.items()))})")})
    {_NOTE} FROM o WHERE batches.id = o.batch_id RETURNING o.id, o.batch_id""")


@cache
def _adding_on_sqlite(count: int) -> DriverSql:
    """The statement for so many rows: SQLite would not read every number of a JSON text to its last digit."""
    rows = ", ".join("(" + ", ".join(f":{name}_{place}" for name in _TYPES) + ")" for place in range(count))
    named = ", ".join(f"column{number} AS {name}" for number, name in enumerate(_TYPES, 1))
    return DriverSql(_adding(f"(SELECT {named} FROM (VALUES {rows})) v"))  # noqa: S608 - constants only


def _numbered(rows: Sequence[tuple[float, ...]]) -> dict[str, float]:
    return {f"{name}_{place}": value for place, row in enumerate(rows) for name, value in zip(_TYPES, row, strict=True)}
