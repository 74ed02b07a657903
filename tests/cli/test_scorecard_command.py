"""`lei scorecard render`: one PDF into a file, and a record of it in the database."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lei.storage.database import Database
from lei.storage.scorecards import read_scorecard

CODE = "from lei.cli import main; main()"


@pytest.fixture
def environment(sqlite_database: Database, tmp_path: Path) -> dict[str, str]:
    """An environment whose database is the test's own."""
    url = f"sqlite:///{tmp_path / 'only.sqlite3'}"
    return {**os.environ, "LEI_DATABASE_URL": url, "LEI_DATA_DIR": str(tmp_path)}


def lei(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", CODE, "scorecard", "render", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def test_it_writes_the_file_and_keeps_the_record(
    environment: dict[str, str], sqlite_database: Database, tmp_path: Path
) -> None:
    target = tmp_path / "with a blank" / "card.pdf"
    target.parent.mkdir()
    done = lei(environment, "--period", "2026-10", "-o", str(target), "--title", "For the board")
    assert (done.returncode, done.stderr) == (0, "")
    content = target.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    assert str(target) in done.stdout
    assert "There is no data for October 2026" in done.stdout
    assert f"SHA-256 {digest}; kept as scorecard 1." in done.stdout
    with sqlite_database.reading() as session:
        stored = read_scorecard(session, 1)
    assert stored is not None
    assert (stored.pdf, stored.summary.title) == (content, "For the board")


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (("--period", "2999-01"), 2, "2999-01"),
        (("--period", "2199-01"), 1, "has not begun yet"),
        (("--period", "2026-10", "--where", "planet:Mars"), 1, "planet"),
        (("--period", "2026-10", "--where", "unit:A", "--where", "unit:B"), 2, "one unit"),
    ],
)
def test_what_cannot_be_rendered_ends_in_one_sentence(
    environment: dict[str, str], tmp_path: Path, arguments: tuple[str, ...], status: int, sentence: str
) -> None:
    done = lei(environment, *arguments, "-o", str(tmp_path / "card.pdf"))
    assert done.returncode == status
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "card.pdf").exists()


def test_a_missing_folder_is_told_before_anything_is_drawn(environment: dict[str, str], tmp_path: Path) -> None:
    done = lei(environment, "-o", str(tmp_path / "nowhere" / "card.pdf"))
    assert done.returncode == 2
    assert "nowhere" in done.stderr


def test_a_file_that_cannot_be_written_leaves_no_record(
    environment: dict[str, str], sqlite_database: Database, tmp_path: Path
) -> None:
    done = lei(environment, "--period", "2026-10", "-o", str(tmp_path / f"{'x' * 300}.pdf"))
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert done.stderr.count("\n") == 1
    with sqlite_database.reading() as session:
        assert read_scorecard(session, 1) is None
