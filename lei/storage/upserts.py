"""Rows that may be there already: left as they are, or replaced, by one statement on either database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

_INSERT: Mapping[str, Callable[[sa.Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def add_missing(session: Session, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows whose key is not there yet; those that are there stay as they are."""
    if rows:
        session.execute(_insert(session, table).on_conflict_do_nothing(), rows)


def put_row(session: Session, table: sa.Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Give the row of this key these values; it is inserted where there is none yet."""
    put = _insert(session, table).values(**key, **values)
    session.execute(put.on_conflict_do_update(index_elements=list(key), set_=dict(values)))


def _insert(session: Session, table: sa.Table) -> Any:
    return _INSERT[session.get_bind().dialect.name](table)
