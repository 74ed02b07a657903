"""`lei readiness` and `lei drift`: the same as the API answers, as a table or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lei.cli import cli
from lei.errors import InvalidError
from lei.periods import parse_period
from lei.services.gaps.answer_gap import NewAnswers, answer_gap
from lei.services.intake.ingest import IngestOptions, ingest_records
from lei.services.weights.draft_state import Act
from lei.storage.database import Database

Lei = Callable[..., str]

NOW = datetime(2026, 11, 21, tzinfo=UTC)
FIRST = parse_period("2025-08")


@pytest.fixture
def lei(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lei:
    """Run `lei` with arguments on the test's database; what it writes."""
    monkeypatch.setenv("LEI_DATABASE_URL", str(sqlite_database.engine.url))
    monkeypatch.setenv("LEI_DATA_DIR", str(tmp_path))

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(cli, arguments)
        if result.exception is not None:
            raise result.exception
        return result.output

    return run


def send(database: Database, measure: str, values: list[float], people: int = 40, **dimensions: str) -> None:
    """A measure month after month up to October 2026."""
    last = parse_period("2026-10")
    rows: list[dict[str, Any]] = [
        {"measure": measure, "period": str(last.shift(t + 1 - len(values))), "value": value, "sample_size": people}
        | {"dimensions": dimensions}
        for t, value in enumerate(values)
    ]
    with database.writing() as session:
        ingest_records(session, rows, IngestOptions("hris", "a test"), NOW)


def test_readiness_as_a_table(lei: Lei, sqlite_database: Database) -> None:
    send(sqlite_database, "role_readiness_rate", [50.0] * 8, role="Nurse", unit="North")
    send(sqlite_database, "role_readiness_rate", [80.0] * 3, role="Driver", unit="North")
    send(sqlite_database, "roster_expiring_in_1_month", [1.0], role="Driver", unit="North")
    send(sqlite_database, "roster_expiring_in_2_months", [2.0], role="Driver", unit="North")
    sentence, header, driver, nurse = lei("readiness").splitlines()
    assert sentence.startswith("Of 2 roles and sites shown, 1 is under 60% readiness now.")
    assert header.split()[:2] == ["place", "now"]
    assert " ".join(driver.split()) == "Driver, North 80% – – 3 certificates, no forecast: not enough history"
    assert " ".join(nurse.split()) == "Nurse, North 50% 50% (50% to 50%) 0.0 – now"


def test_readiness_as_json(lei: Lei, sqlite_database: Database) -> None:
    send(sqlite_database, "role_readiness_rate", [50.0] * 8, role="Nurse", unit="North")
    found = json.loads(lei("readiness", "--by", "role", "--period", "2026-09", "--format", "json"))
    assert (found["period"], found["by"], found["at_risk"]) == ("2026-09", ["role"], [{"role": "Nurse"}])


def test_without_rosters_it_says_what_to_send(lei: Lei) -> None:
    assert "send `role_readiness_rate` by role and unit" in lei("readiness")


def test_drift_as_a_table(lei: Lei, sqlite_database: Database) -> None:
    calls, north = "kpi_repeat_service_calls", {"unit": "North"}
    send(sqlite_database, calls, [*(50.0, 52.0) * 7, 90.0], **north)
    send(sqlite_database, "kpi_retention", [90.0] * 15, **north)
    with sqlite_database.writing() as session:
        answer_gap(
            session, NewAnswers(calls, north, {"tool_changed": False}), parse_period("2026-10"), 5, Act("Ines", NOW)
        )
    lines = lei("drift", "--by", "unit").splitlines()
    assert lines[0].startswith("1 KPI left the usual variation in the bad direction by October 2026.")
    assert lines[1].startswith("Repeat service calls of North stood at 90 in 2026-10, above the upper limit")
    assert " ".join(lines[2].split()) == "fell together 1 of 1 judged"
    assert lines[3].split(maxsplit=1) == ["answered", "Did a tool or a system change, or fail? No (Ines)"]
    assert lines[4].split(maxsplit=1)[1].startswith("Before any program, ask its owner: Did the definition")
    assert lines[5].startswith("1 not judged. Its values look back over several months")


def test_drift_as_json(lei: Lei, sqlite_database: Database) -> None:
    send(sqlite_database, "kpi_repeat_service_calls", [*(50.0, 52.0) * 7, 90.0], unit="North")
    found = json.loads(lei("drift", "--where", "unit:North", "--format", "json"))
    assert [candidate["next_step"]["step"] for candidate in found["candidates"]] == ["ask"]


@pytest.mark.parametrize("command", ["readiness", "drift"])
def test_what_means_nothing_is_refused(lei: Lei, command: str) -> None:
    with pytest.raises(InvalidError, match="There is no dimension 'planet'"):
        lei(command, "--by", "planet")
    with pytest.raises(InvalidError, match="month by month"):
        lei(command, "--period", "2026-Q3")
