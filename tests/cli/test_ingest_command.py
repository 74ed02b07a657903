"""`lei ingest` from a file to the stored observations, and what it prints."""

from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from arro3.core import Array, DataType, Table
from arro3.io import write_parquet

from lei.cli import main
from lei.clock import SystemClock
from lei.services.intake.close_periods import close_periods
from lei.services.set_up import set_up_database
from lei.storage.batches import newest_batches
from lei.storage.database import Database

CSV = "measure,period,value,sample_size,unit\npass_rate,2026-08,80.5,40,A\npass_rate,2026-09,81,40,A\n"
BAD = CSV + "pas_rate,2026-09,81,40,A\n"


@pytest.fixture
def home(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the command runs, with a migrated database of each kind."""
    monkeypatch.setenv("LEI_DATABASE_URL", database_url)
    monkeypatch.setenv("LEI_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    database = Database(database_url.replace("postgresql://", "postgresql+psycopg://"))
    set_up_database(database, SystemClock().now())
    database.close()
    return tmp_path


@pytest.fixture
def small_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As `home`, on SQLite alone."""
    monkeypatch.setenv("LEI_DATABASE_URL", f"sqlite:///{tmp_path / 'lei.sqlite3'}")
    monkeypatch.chdir(tmp_path)
    database = Database(f"sqlite:///{tmp_path / 'lei.sqlite3'}")
    set_up_database(database, SystemClock().now())
    database.close()
    return tmp_path


def lei(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the command; its exit status."""
    monkeypatch.setattr(sys, "argv", ["lei", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    return int(stopped.value.code or 0)


def stored(home: Path) -> list[tuple[object, ...]]:
    database = Database(f"sqlite:///{home / 'lei.sqlite3'}")
    query = "SELECT o.value, s.name FROM observations o JOIN sources s ON s.id = o.source_id ORDER BY o.id"
    with database.reading() as session:
        rows = [tuple(row) for row in session.execute(sa.text(query))]
    database.close()
    return rows


def test_a_file_is_stored_and_counted(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "august.csv").write_text(CSV, encoding="utf-8")
    assert lei(monkeypatch, "ingest", "august.csv") == 0
    out = capsys.readouterr()
    assert [line.split() for line in out.out.splitlines()] == [
        ["received", "created", "corrected", "unchanged", "retracted", "rejected"],
        ["2", "2", "0", "0", "0", "0"],
        ["Stored", "as", "batch", "1."],
    ]
    assert "2 rows read, 0 at fault." in out.err
    assert lei(monkeypatch, "ingest", "august.csv", "--dry-run") == 0
    out = capsys.readouterr()
    assert out.out.splitlines()[1].split() == ["2", "0", "0", "2", "0", "0"]
    assert "dry run" in out.out


def test_bad_rows_are_named_and_decide_the_exit_status(
    small_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (small_home / "bad.csv").write_text(BAD, encoding="utf-8")
    assert lei(monkeypatch, "ingest", "bad.csv") == 1
    error = capsys.readouterr().err
    assert "row 3, measure: There is no measure 'pas_rate'. did you mean `pass_rate`?" in error
    assert "nothing was stored" in error
    assert stored(small_home) == []
    assert lei(monkeypatch, "ingest", "bad.csv", "--on-error", "skip", "--source", "lms") == 0
    assert stored(small_home) == [(80.5, "lms"), (81.0, "lms")]


def test_format_and_packing_go_by_the_name_and_the_default_source_is_cli(
    small_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"measure": "pass_rate", "period": "2026-08", "value": 1, "sample_size": 9}
    (small_home / "a.ndjson.gz").write_bytes(gzip.compress(json.dumps(row).encode()))
    (small_home / "b.json").write_text(json.dumps({"observations": [row | {"value": 2}]}), encoding="utf-8")
    (small_home / "c").write_text(CSV, encoding="utf-8")
    assert lei(monkeypatch, "ingest", "a.ndjson.gz") == 0
    assert lei(monkeypatch, "ingest", "b.json") == 0
    assert lei(monkeypatch, "ingest", "c") == 2
    assert lei(monkeypatch, "ingest", "c", "--format", "csv") == 0
    assert stored(small_home) == [(1.0, "cli"), (2.0, "cli"), (80.5, "cli"), (81.0, "cli")]


def test_a_parquet_file_is_known_by_its_name_and_goes_the_same_way(
    small_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text, number, whole = DataType.string(), DataType.float64(), DataType.int64()
    columns = {
        "measure": Array(["pass_rate", "pas_rate"], text),
        "period": Array(["2026-08", "2026-08"], text),
        "value": Array([80.5, 1.0], number),
        "sample_size": Array([40, 40], whole),
    }
    write_parquet(Table.from_pydict(columns), str(small_home / "august.parquet"))
    assert lei(monkeypatch, "ingest", "august.parquet") == 1
    assert "row 2, measure: There is no measure 'pas_rate'. did you mean `pass_rate`?" in capsys.readouterr().err
    assert lei(monkeypatch, "ingest", "august.parquet", "--on-error", "skip") == 0
    assert stored(small_home) == [(80.5, "cli")]


def test_closed_periods_are_changed_only_by_who_says_why(
    small_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    database = Database(f"sqlite:///{small_home / 'lei.sqlite3'}")
    with database.writing() as session:
        close_periods(session, 2026 * 12 + 7, "August is signed off.", "ines", SystemClock().now())
    (small_home / "august.csv").write_text(CSV, encoding="utf-8")
    assert lei(monkeypatch, "ingest", "august.csv") == 1
    error = capsys.readouterr().err
    assert "row 1, period: '2026-08' is closed, as all periods up to 2026-08." in error
    assert "--allow-restatement --reason TEXT" in error
    assert lei(monkeypatch, "ingest", "august.csv", "--allow-restatement") == 1
    assert "Say with `reason` why" in capsys.readouterr().err
    assert lei(monkeypatch, "ingest", "august.csv", "--allow-restatement", "--reason", "Late exams") == 0
    with database.reading() as session:
        assert [batch.reason for batch in newest_batches(session, 5)] == ["Late exams", None]
    database.close()


def test_standard_input_is_a_file_too(small_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(CSV.encode())))
    assert lei(monkeypatch, "ingest", "-") == 2
    assert lei(monkeypatch, "ingest", "-", "--format", "csv") == 0
    assert len(stored(small_home)) == 2


def test_a_file_that_is_not_there_or_cannot_be_read_is_said_in_a_sentence(
    small_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lei(monkeypatch, "ingest", "nowhere.csv") == 2
    assert "lei: The file 'nowhere.csv' cannot be read: No such file or directory." in capsys.readouterr().err
    (small_home / "broken.csv.gz").write_bytes(b"no gzip")
    assert lei(monkeypatch, "ingest", "broken.csv.gz") == 1
    assert "not valid gzip" in capsys.readouterr().err
