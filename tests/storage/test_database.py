"""Connections that the server has closed are replaced."""

from __future__ import annotations

from contextlib import suppress

import psycopg
import pytest

from lei.errors import UnavailableError
from lei.storage import database as database_module
from lei.storage.database import Database


def close_all_connections(database: Database, postgres_url: str) -> None:
    """As a restart of the server does it; the database has been used, so that there is one in its pool."""
    with database.reading() as session:
        backend = session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])


@pytest.fixture
def postgres_database(new_postgres: str) -> Database:
    return Database(new_postgres.replace("postgresql://", "postgresql+psycopg://"))


@pytest.mark.postgres
def test_a_connection_that_rested_is_asked_whether_it_lives(
    postgres_database: Database, new_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "_TRUSTED_SECONDS", -1.0)
    close_all_connections(postgres_database, new_postgres)
    postgres_database.check()
    postgres_database.close()


@pytest.mark.postgres
def test_one_request_at_most_fails_on_a_connection_that_was_lost_a_moment_ago(
    postgres_database: Database, new_postgres: str
) -> None:
    close_all_connections(postgres_database, new_postgres)
    with suppress(UnavailableError):
        postgres_database.check()
    postgres_database.check()
    close_all_connections(postgres_database, new_postgres)
    with suppress(UnavailableError), postgres_database.asking() as connection:
        database_module._BEGIN_TO_READ.run(connection)
    postgres_database.check()
    postgres_database.close()
