"""SQL that goes to the driver as it stands.

For the few statements that every upload runs: there, putting a statement together costs more than running it.
"""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

_PARAMETER = re.compile(r"(?<!:):(\w+)")


class DriverSql:
    """One statement with `:name` for each parameter; `only_postgres` is put at its end there alone."""

    def __init__(self, text: str, only_postgres: str = "") -> None:
        on_postgres = _PARAMETER.sub(r"%(\1)s", text.replace("%", "%%"))
        self._texts = {"sqlite": text, "postgresql": f"{on_postgres} {only_postgres}"}

    def run(self, session: Session, **values: Any) -> sa.CursorResult[Any]:
        """Run it in the session's transaction. Values are what the driver takes."""
        connection = session.connection()
        return connection.exec_driver_sql(self._texts[connection.dialect.name], values)
