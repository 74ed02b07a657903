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

_PARAMETER = re.compile(r"(?<!:):(\w+)")


class DriverSql:
    """One statement with `:name` for each parameter; `only_postgres` is put at its end there alone."""

    def __init__(self, text: str, only_postgres: str = "") -> None:
        on_postgres = _PARAMETER.sub(r"%(\1)s", text.replace("%", "%%"))
        self._texts = {"sqlite": text, "postgresql": f"{on_postgres} {only_postgres}"}
        self._row: Callable[[Iterable[Any]], Any] | None = None

    def run(self, session: Session, **values: Any) -> list[Any]:
        """Run it in the session's transaction; its rows, whose columns are attributes. Values are the driver's own.

        Raises the errors of SQLAlchemy, as any other statement does.
        """
        connection = session.connection()
        dialect = connection.dialect
        text = self._texts[dialect.name]
        driver: Any = connection.connection.driver_connection
        try:
            cursor = driver.execute(text, values)
            rows = cursor.fetchall() if cursor.description else []
        except dialect.loaded_dbapi.Error as error:
            raise sa.exc.DBAPIError.instance(text, values, error, dialect.loaded_dbapi.Error) from error
        if not rows:
            return []
        if self._row is None:
            names = [column[0] for column in cursor.description]
            self._row = namedtuple("Row", names)._make  # type: ignore[attr-defined]  # known when it runs only
        return [self._row(row) for row in rows]

    def one(self, session: Session, **values: Any) -> Any:
        """Run it; its only row."""
        (row,) = self.run(session, **values)
        return row
