"""Connections that the server has closed are replaced."""

from __future__ import annotations

from contextlib import suppress

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.errors import UnavailableError
from lei.storage import database as database_module
from lei.storage.database import Database
from lei.storage.driver_sql import DriverSql


def close_all_connections(database: Database, postgres_url: str) -> None:
    """As a restart of the server does it; the database has been used, so that there is one in its pool."""
    with database.reading() as session:
        backend = backend_of(session)
    terminate(postgres_url, backend)


def backend_of(session: Session) -> int:
    return int(session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one())


def terminate(postgres_url: str, *backends: int) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for backend in backends:
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
    with suppress(UnavailableError), postgres_database.writing() as session:
        session.execute(sa.text("SELECT 1"))
    postgres_database.check()
    postgres_database.close()


@pytest.mark.postgres
def test_what_a_request_asks_first_is_asked_again_on_a_new_connection(
    postgres_database: Database, new_postgres: str
) -> None:
    """Two connections in the pool, both used a moment ago and lost since."""
    one = DriverSql("SELECT 1 AS one")
    with postgres_database.reading() as first, postgres_database.reading() as second:
        backends = backend_of(first), backend_of(second)
    terminate(new_postgres, *backends)
    assert postgres_database.ask(one.one).one == 1
    postgres_database.check()
    postgres_database.close()


@pytest.mark.postgres
def test_a_commit_whose_end_is_unknown_says_so(postgres_database: Database, new_postgres: str) -> None:
    unknown = pytest.raises(UnavailableError, match="nobody knows whether it was stored")
    with unknown, postgres_database.writing() as session:
        terminate(new_postgres, backend_of(session))
    postgres_database.check()
    postgres_database.close()
