"""`lei db`: migrate, check, rebuild."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from lei.cli import cli

ROWS = "measure,period,value,sample_size,unit\nparticipation_rate,2026-09,40,100,Sales\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("LEI_DATA_DIR", str(tmp_path))
    return CliRunner()


def test_check_says_whether_an_upgrade_is_needed(run: CliRunner) -> None:
    assert run.invoke(cli, ["db", "check"]).exit_code == 1
    assert run.invoke(cli, ["db", "upgrade"]).exit_code == 0
    checked = run.invoke(cli, ["db", "check"])
    assert (checked.exit_code, checked.output) == (0, "The database is at the current schema.\n")


def test_rebuild_restores_roll_ups_from_observations(run: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(ROWS, encoding="utf-8")
    run.invoke(cli, ["db", "upgrade"])
    run.invoke(cli, ["ingest", str(tmp_path / "rows.csv")])
    before = run.invoke(cli, ["score", "--format", "json"]).output
    with sqlite3.connect(tmp_path / "lei.sqlite3") as connection:
        connection.execute("UPDATE rollups SET weighted_sum = 0")
    connection.close()
    assert run.invoke(cli, ["score", "--format", "json"]).output != before
    assert run.invoke(cli, ["db", "rebuild"]).exit_code == 0
    assert run.invoke(cli, ["score", "--format", "json"]).output == before
