"""Ids of names that are stored once and never change: known ones are remembered, so that an upload need not ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.driver_sql import DriverSql, connection_of

# Bounds the memory of a process that meets ever new names.
_MOST_REMEMBERED = 100_000
# Beyond this it is quicker to read all names than to ask for each.
_MOST_ASKED_FOR = 500
_HAS_ADDED = "lei_has_added_names"


class InternedNames:
    """The names in one column of a table that only ever grows.

    What a transaction has added may still be undone, so nothing is remembered from a session that has added a name.
    """

    def __init__(self, table: sa.Table, column: str) -> None:
        self._table, self._id, self._name = table, table.c.id, table.c[column]
        self._one = DriverSql(f"SELECT id, {column} AS name FROM {table.name} WHERE {column} = :name")  # noqa: S608 - our own names
        # By engine (each has a dialect of its own): id by name, of names that are committed.
        self._known: WeakKeyDictionary[Any, dict[str, int]] = WeakKeyDictionary()

    def add(self, session: Session, names: Iterable[str]) -> dict[str, int]:
        """Store the names that are new; the ids of all. The caller holds the ledger, so no one else adds now."""
        wanted = list(dict.fromkeys(names))
        known = self._known.setdefault(connection_of(session).dialect, {})
        if all(name in known for name in wanted):
            return {name: known[name] for name in wanted}
        found = self._find(session, wanted)
        if not session.info.get(_HAS_ADDED) and len(known) + len(found) <= _MOST_REMEMBERED:
            known.update(found)
        new = [{self._name.name: name} for name in wanted if name not in found]
        if new:
            session.info[_HAS_ADDED] = True
            session.execute(sa.insert(self._table), new)
            found = self._find(session, wanted)
        return {name: found[name] for name in wanted}

    def all(self, session: Session) -> dict[str, int]:
        """Every name: its id."""
        return {name: number for number, name in session.execute(sa.select(self._id, self._name))}

    def _find(self, session: Session, names: list[str]) -> dict[str, int]:
        if len(names) == 1:
            return {row.name: row.id for row in self._one.run(session, name=names[0])}
        if len(names) > _MOST_ASKED_FOR:
            return self.all(session)
        found = session.execute(sa.select(self._id, self._name).where(self._name.in_(names)))
        return {name: number for number, name in found}
