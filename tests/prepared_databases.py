"""Databases as `set_up_database` leaves them, made once a process of the tests: a file to copy, a schema to reset.

To migrate a new one for each test took more time than all tests together. That migrations do what they should is
what `tests/storage/test_schema.py` is about.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import sql

from lei.services.set_up import set_up_database
from lei.storage.database import Database
from lei.storage.schema import complete_metadata

SECONDS = 30
# A schema that has grown so many times is not worth resetting: deleted rows stay in its way.
MOST_GROWTH = 3
_SIZE = (
    "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c WHERE relnamespace = %s::regnamespace AND relkind = 'r'"
)
_SEQUENCES = "SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL FROM pg_sequences"


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection]:
    """A connection without a transaction that waits for nobody for long.

    Whoever has a transaction open in a schema, such as a thread that a failed test left behind, holds up its end.
    """
    with psycopg.connect(url, autocommit=True, connect_timeout=SECONDS) as connection:
        connection.execute(f"SET lock_timeout = '{SECONDS}s'")
        yield connection


def url_of_schema(postgres_url: str, schema: str) -> str:
    """The address at which tables are those of the schema. What is committed there need not outlive the server."""
    options = f"-csearch_path%3D{schema}%20-csynchronous_commit%3Doff"
    return f"{postgres_url}{'&' if '?' in postgres_url else '?'}options={options}"


class PreparedFile:
    """A SQLite database, set up at an instant."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self._file = folder / "prepared.sqlite3"
        database = Database(f"sqlite:///{self._file}")
        set_up_database(database, now)
        database.close()

    def copy_to(self, file: Path) -> None:
        """Put a copy there."""
        shutil.copyfile(self._file, file)


class PreparedSchema:
    """A schema on a PostgreSQL server, set up at an instant, that one test after another uses."""

    def __init__(self, postgres_url: str, now: datetime) -> None:
        self._postgres_url = postgres_url
        self._now = now
        self._make()

    @property
    def url(self) -> str:
        """Its address."""
        return url_of_schema(self._postgres_url, self._name)

    def reset(self) -> None:
        """Bring it back to what it was when it was made. Raises psycopg's errors, and is then made anew."""
        try:
            with connected(self.url) as connection:
                connection.execute(self._statements)
                grown = self._size(connection) > MOST_GROWTH * self._size_when_made
        except psycopg.Error:
            self._make()
            raise
        if grown:
            self.drop()
            self._make()

    def drop(self) -> None:
        """Remove it from the server."""
        with connected(self._postgres_url) as connection:
            for schema in (self._name, self._kept):
                connection.execute(f'DROP SCHEMA "{schema}" CASCADE')

    def _make(self) -> None:
        self._name = f"lei_test_{uuid.uuid4().hex[:12]}"
        self._kept = f"{self._name}_kept"
        with connected(self._postgres_url) as connection:
            connection.execute(f'CREATE SCHEMA "{self._name}"')
            connection.execute(f'CREATE SCHEMA "{self._kept}"')
        database = Database(self.url.replace("postgresql://", "postgresql+psycopg://"))
        set_up_database(database, self._now)
        database.close()
        with connected(self.url) as connection:
            self._statements = self._keep(connection)
            self._size_when_made = self._size(connection)

    def _keep(self, connection: psycopg.Connection) -> sql.Composed:
        """Keep a copy of all rows; the statements that bring them back, in one transaction."""
        tables = [table.name for table in complete_metadata().sorted_tables]
        filled = []
        for table in tables:
            if connection.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table))).fetchone():
                filled.append(table)
                copy = sql.SQL("CREATE TABLE {} AS TABLE {}")
                connection.execute(copy.format(sql.Identifier(self._kept, table), sql.Identifier(table)))
        sequences = connection.execute(f"{_SEQUENCES} WHERE schemaname = %s", [self._name]).fetchall()
        return sql.SQL("; ").join(
            [
                sql.SQL("BEGIN"),
                *(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for table in reversed(tables)),
                *(
                    sql.SQL("INSERT INTO {} OVERRIDING SYSTEM VALUE TABLE {}").format(
                        sql.Identifier(table), sql.Identifier(self._kept, table)
                    )
                    for table in filled
                ),
                *(
                    sql.SQL("SELECT setval({}, {}, {})").format(sql.Literal(name), last, used)
                    for name, last, used in sequences
                ),
                sql.SQL("COMMIT"),
            ]
        )

    def _size(self, connection: psycopg.Connection) -> int:
        row = connection.execute(_SIZE, [self._name]).fetchone()
        assert row is not None
        return int(row[0])
