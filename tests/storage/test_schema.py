"""The migrations make exactly the tables that the code knows, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from lei.errors import UnavailableError
from lei.services.set_up import set_up_database
from lei.storage import schema
from lei.storage.database import Database
from lei.storage.measures import read_measures
from lei.storage.weight_profiles import profile_names

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def test_migrated_tables_are_those_of_the_code(database: Database) -> None:
    with database.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, schema.complete_metadata()) == []


def test_a_new_database_is_not_current_until_it_was_upgraded(database_url: str) -> None:
    database = Database(database_url.replace("postgresql://", "postgresql+psycopg://"))
    assert not schema.is_current(database)
    schema.upgrade(database)
    assert schema.is_current(database)
    database.close()


def test_setting_up_twice_adds_nothing(database: Database) -> None:
    set_up_database(database, NOW)
    with database.reading() as session:
        stored = read_measures(session)
        assert sum(one.measure.kind == "measure" for one in stored.values()) == 52
        assert sum(one.measure.kind == "kpi" for one in stored.values()) == 28
        assert {one.version for one in stored.values()} == {1}
        assert profile_names(session) == ["default_v1", "equal", "outcome_first"]


def test_a_failed_write_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        session.execute(sa.text("INSERT INTO dimensions (key, display_name) VALUES ('site', 'Site')"))
        raise ZeroDivisionError
    with database.reading() as session:
        assert session.execute(sa.text("SELECT COUNT(*) FROM dimensions WHERE key = 'site'")).scalar() == 0


def test_a_database_without_tables_says_what_to_do(database_url: str) -> None:
    database = Database(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with pytest.raises(UnavailableError, match="lei db upgrade"), database.reading() as session:
        session.execute(sa.text("SELECT * FROM observations"))
    database.close()
