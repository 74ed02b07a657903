"""`lei score`: the same scores as the API's, as a table, JSON or CSV."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lei.cli import main
from lei.services.intake.ingest import IngestOptions, ingest_records
from lei.services.set_up import set_up_database
from lei.storage.database import Database

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _two_units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database in which two units have reported one measure for October."""
    url = f"sqlite:///{tmp_path / 'lei.sqlite3'}"
    monkeypatch.setenv("LEI_DATABASE_URL", url)
    monkeypatch.chdir(tmp_path)
    row = {"measure": "participation_rate", "period": "2026-10", "value": 50, "sample_size": 40}
    database = Database(url)
    set_up_database(database, NOW)
    with database.writing() as session:
        rows = [row | {"dimensions": {"unit": unit}} for unit in ("Sales", "Support")]
        ingest_records(session, rows, IngestOptions("hris", "a test"), NOW)
    database.close()


def score(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the command; its exit status."""
    monkeypatch.setattr(sys, "argv", ["lei", "score", "--from", "2026-10", "--to", "2026-10", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    return int(stopped.value.code or 0)


def test_each_segment_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert score(monkeypatch, "--by", "unit") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Weights: default_v1 version 1 (default_v1); data as of 2026-11-21T00:00:00Z.")
    assert [line.split()[:3] for line in lines[2:]] == [["2026-10", "unit:", "Sales"], ["2026-10", "unit:", "Support"]]


def test_json_is_the_answer_of_the_api(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert score(monkeypatch, "--where", "unit:Sales", "--format", "json") == 0
    (one,) = json.loads(capsys.readouterr().out)["scores"]
    assert (one["segment"], one["composite"], one["reason"]) == ({"unit": "Sales"}, None, "low_coverage")


def test_csv_has_a_header(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert score(monkeypatch, "--format", "csv") == 0
    header, line = capsys.readouterr().out.splitlines()
    assert header.startswith("period,composite,reason,status,coverage,band,")
    assert line.startswith("2026-10,,low_coverage,none,")


@pytest.mark.parametrize(
    ("filters", "sentence"),
    [
        (("--where", "unit:Sales", "--where", "unit:Support"), "A segment has one unit"),
        (("--where", "unit"), "'unit' is no filter; write dimension:value"),
    ],
)
def test_filters_that_mean_nothing_are_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], filters: tuple[str, ...], sentence: str
) -> None:
    assert score(monkeypatch, *filters) == 2
    assert sentence in capsys.readouterr().err
