"""SQL that goes to the driver as it stands.

For the few statements that every upload runs: there, putting a statement together and wrapping what comes back costs
ten times what running it does.
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

# What can be asked: a transaction, or a connection without one (`Database.ask`).
Asked = Session | sa.Connection

_HELD = "lei_connection"
_PARAMETER = re.compile(r"(?<!:):(\w+)")


class DriverSql:
    """One statement with `:name` for each parameter; `only_postgres` is put at its end there alone."""

    def __init__(self, text: str, only_postgres: str = "") -> None:
        on_postgres = _PARAMETER.sub(r"%(\1)s", text.replace("%", "%%"))
        self._texts = {"sqlite": text, "postgresql": f"{on_postgres} {only_postgres}"}
        # Asked of the driver once: it describes each column anew, which takes longer than fetching a row.
        self._answers: bool | None = None
        self._row: Callable[[Iterable[Any]], Any] | None = None

    def run(self, asked: Asked, **values: Any) -> list[Any]:
        """Run it in the session's transaction; its rows, whose columns are attributes. Values are the driver's own.

        Raises the errors of SQLAlchemy, as any other statement does.
        """
        connection = connection_of(asked)
        dialect = connection.dialect
        text = self._texts[dialect.name]
        driver: Any = connection.connection.driver_connection
        try:
            cursor = driver.execute(text, values)
            if self._answers is None:
                self._answers = cursor.description is not None
            rows = cursor.fetchall() if self._answers else []
        except dialect.loaded_dbapi.Error as error:
            raise sa.exc.DBAPIError.instance(text, values, error, dialect.loaded_dbapi.Error) from error
        if not rows:
            return []
        if self._row is None:
            names = [column[0] for column in cursor.description]
            self._row = namedtuple("Row", names)._make  # type: ignore[attr-defined]  # known when it runs only
        return [self._row(row) for row in rows]

    def one(self, asked: Asked, **values: Any) -> Any:
        """Run it; its only row."""
        (row,) = self.run(asked, **values)
        return row


def connection_of(asked: Asked) -> sa.Connection:
    """The connection behind a session, begun. It is remembered: asking SQLAlchemy takes as long as a statement."""
    if isinstance(asked, sa.Connection):
        return asked
    held = asked.info.get(_HELD)
    # SQLAlchemy sets a savepoint only when it is asked for the connection.
    if held is None or held.closed or asked.in_nested_transaction():
        held = asked.info[_HELD] = asked.connection()
    assert isinstance(held, sa.Connection)  # noqa: S101 - nothing else has this key
    return held
