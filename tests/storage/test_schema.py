"""The migrations make exactly the tables that the code knows, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy.orm import Session

from lei.catalog.loader import default_kpis
from lei.catalog.measure import Measure, parse_measure
from lei.errors import UnavailableError
from lei.services.set_up import set_up_database
from lei.storage import schema
from lei.storage.database import Database
from lei.storage.deliveries import DeliveryFilter, list_deliveries
from lei.storage.measures import add_measures, change_measure, measure_versions, read_measures
from lei.storage.runs import list_runs
from lei.storage.schedules import list_schedules
from lei.storage.scorecards import list_scorecards
from lei.storage.weight_policies import read_policies
from lei.storage.weight_profiles import profile_names, read_versions

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
WHEN = "2026-11-21T10:00:00.000000+00:00"


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


def test_an_upgrade_keeps_the_weight_profiles_that_are_there(database_url: str) -> None:
    database = Database(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with database.writing() as session:
        upgrade_to(session, "0001")
        session.execute(sa.text("INSERT INTO weight_profiles (name, created_at) VALUES ('own', :now)"), {"now": WHEN})
        session.execute(
            sa.text(
                "INSERT INTO weight_profile_versions (profile_id, version, status, definition, weights_source, note, "
                "created_at, created_by, effective_from, published_at) VALUES (1, 1, 'published', "
                ":definition, 'custom', 'Why.', :now, 'anna', 24320, :now)"
            ),
            {"now": WHEN, "definition": '{"pillars": {"business_impact": 3}, "measures": {}}'},
        )
    schema.upgrade(database)
    assert schema.is_current(database)
    with database.reading() as session:
        (version,) = read_versions(session, "own")
        assert read_policies(session, "own") == []
    database.close()
    assert (version.definition["pillars"], version.note) == ({"business_impact": 3}, "Why.")
    assert (version.created_by, version.created_at, version.published_at) == ("anna", NOW, NOW)
    assert (version.published_by, version.changed_by, version.changed_at, version.approvals) == (None, None, None, ())


def test_an_upgrade_gives_scorecards_that_are_there_the_months_of_their_periods(database_url: str) -> None:
    database = Database(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with database.writing() as session:
        upgrade_to(session, "0005")
        for period in ("2026-10", "2026-Q3", "2025"):
            session.execute(
                sa.text(
                    "INSERT INTO scorecards (title, grain, period, segment, profile, profile_version, created_at, "
                    "created_by, figures, pdf, pdf_sha256) VALUES ('', 'month', :period, '{}', 'default_v1', 1, :now, "
                    "'anna', '{}', :pdf, '')"
                ),
                {"now": WHEN, "period": period, "pdf": b"%PDF"},
            )
    schema.upgrade(database)
    assert schema.is_current(database)
    with database.reading() as session:
        found = session.execute(sa.text("SELECT period, first_month, last_month FROM scorecards ORDER BY period"))
        months = [tuple(row) for row in found]
    database.close()
    year = 12 * 2026
    assert months == [("2025", year - 12, year - 1), ("2026-10", year + 9, year + 9), ("2026-Q3", year + 6, year + 8)]


def test_an_upgrade_says_that_retention_looks_back_a_year(database_url: str) -> None:
    """Definitions that came with LEI are corrected where they stand; a customer's own version is left alone."""
    database = Database(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with database.writing() as session:
        upgrade_to(session, "0003")
        old = replace(retention(), window="month", time_rollup="weighted_mean")
        add_measures(session, [old], NOW, "LEI")
        (stored,) = read_measures(session).values()
        change_measure(session, stored, replace(old, owner="Ines", window="quarter"), NOW, "ines")
    schema.upgrade(database)
    with database.reading() as session:
        rows = session.execute(sa.select(measure_versions).order_by(measure_versions.c.version)).all()
    database.close()
    assert [parse_measure(row.definition) for row in rows] == [
        retention(),
        replace(old, owner="Ines", window="quarter"),
    ]


def retention() -> Measure:
    """As it comes with LEI today."""
    return next(kpi for kpi in default_kpis() if kpi.key == "kpi_retention")


def test_an_upgrade_lets_schedules_and_what_they_sent_go_on_as_they_were(database_url: str) -> None:
    database = Database(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with database.writing() as session:
        upgrade_to(session, "0005")
        for text in _BEFORE_GATES:
            session.execute(sa.text(text), {"now": WHEN, "yes": True, "no": False})
    schema.upgrade(database)
    assert schema.is_current(database)
    with database.reading() as session:
        (schedule,) = list_schedules(session)
        (run,) = list_runs(session, schedule.id)
        (delivery,) = list_deliveries(session, DeliveryFilter())
        (scorecard,) = list_scorecards(session, 10)
    database.close()
    assert (schedule.plan.owner, schedule.plan.gate, schedule.plan.approval) == (None, None, False)
    assert (schedule.plan.language, schedule.plan.page_size) == ("en", "A4")
    assert (run.state, run.decided_by, delivery.kind, delivery.status) == ("done", None, "scheduled", "sent")
    assert (scorecard.purpose, scorecard.run_id) == ("published", None)


_BEFORE_GATES = (
    'INSERT INTO schedules (id, name, cron, timezone, on_working_day, grain, "where", recipients, enabled, created_at, '
    "updated_at, evaluated_until) VALUES (1, 'Board', '0 7 1 * *', 'UTC', :no, 'month', '{}', '[\"a@example.com\"]', "
    ":yes, :now, :now, :now)",
    "INSERT INTO runs (id, schedule_id, scheduled_for, kind, period, state, next_attempt_at, created_at) VALUES "
    "(1, 1, :now, 'scheduled', '2026-10', 'done', :now, :now)",
    "INSERT INTO scorecards (id, title, grain, period, segment, profile, profile_version, created_at, created_by, "
    "figures, pdf, pdf_sha256) VALUES (1, 'October', 'month', '2026-10', '{}', 'own', 1, :now, 'anna', '{}', '', '')",
    "INSERT INTO deliveries (id, run_id, segment, recipient, scorecard_id, message_id, status, next_attempt_at, "
    "created_at) VALUES (1, 1, '{}', 'a@example.com', 1, '<1@example.com>', 'sent', :now, :now)",
)


def upgrade_to(session: Session, revision: str) -> None:
    """Bring the database to a revision that is not the newest."""
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    config.attributes["connection"] = session.connection()
    command.upgrade(config, revision)


def test_setting_up_twice_adds_nothing(database: Database) -> None:
    set_up_database(database, NOW)
    with database.reading() as session:
        stored = read_measures(session)
        assert sum(one.measure.kind == "measure" for one in stored.values()) == 52
        assert sum(one.measure.kind == "kpi" for one in stored.values()) == 32
        assert sum(one.measure.kind == "roster" for one in stored.values()) == 7
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
