"""`lei scorecard render`: one PDF into a file, and a record of it in the database."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from lei.cli import main
from lei.storage.database import Database
from lei.storage.scorecards import read_scorecard

RENDER = ("scorecard", "render")
Failing = Callable[..., tuple[int, str]]


@pytest.fixture
def own_database(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The test's own database, which commands find in the environment."""
    monkeypatch.setenv("LEI_DATABASE_URL", str(sqlite_database.engine.url))
    monkeypatch.setenv("LEI_DATA_DIR", str(tmp_path))
    return sqlite_database


@pytest.fixture
def failing(own_database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Failing:
    """Render, in the process of the test, what cannot be rendered; status and what went to stderr, in one sentence."""

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["lei", *RENDER, *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        said = capsys.readouterr()
        assert said.out == ""
        assert "Traceback" not in said.err
        assert isinstance(stop.value.code, int)
        return stop.value.code, said.err

    return run


def test_it_writes_the_file_and_keeps_the_record(own_database: Database, tmp_path: Path) -> None:
    target = tmp_path / "with a blank" / "card.pdf"
    target.parent.mkdir()
    asked = ("--period", "2026-10", "-o", str(target), "--title", "For the board", "--page-size", "Letter")
    # In a process of its own, as from a shell: nothing but what the command itself loads is there to draw with.
    command = [sys.executable, "-c", "from lei.cli import main; main()", *RENDER, *asked]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    content = target.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    assert str(target) in done.stdout
    assert "There is no data for October 2026" in done.stdout
    assert f"SHA-256 {digest}; kept as scorecard 1." in done.stdout
    with own_database.reading() as session:
        stored = read_scorecard(session, 1)
    assert stored is not None
    assert (stored.pdf, stored.summary.title) == (content, "For the board")
    with pikepdf.open(target) as document:
        assert [float(edge) for edge in document.pages[0].MediaBox] == [0, 0, 612, 792]


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (("--period", "2999-01"), 2, "2999-01"),
        (("--period", "2199-01"), 1, "has not begun yet"),
        (("--period", "2026-10", "--where", "planet:Mars"), 1, "planet"),
        (("--period", "2026-10", "--title", "T" * 201), 1, "The title has 201 characters; at most 200 are taken."),
        (("--period", "2026-10", "--page-size", "A5"), 2, "'A4', 'Letter'"),
        (("--period", "2026-10", "--language", "xx"), 2, "There is no language 'xx'; choose one of: "),
        (("--period", "2026-10", "--where", "unit:A", "--where", "unit:B"), 2, "one unit"),
    ],
)
def test_what_cannot_be_rendered_ends_in_one_sentence(
    failing: Failing, tmp_path: Path, arguments: tuple[str, ...], status: int, sentence: str
) -> None:
    ended, said = failing(*arguments, "-o", str(tmp_path / "card.pdf"))
    assert ended == status
    assert sentence in said
    assert not (tmp_path / "card.pdf").exists()


def test_a_missing_folder_is_told_before_anything_is_drawn(failing: Failing, tmp_path: Path) -> None:
    status, said = failing("-o", str(tmp_path / "nowhere" / "card.pdf"))
    assert status == 2
    assert "nowhere" in said


def test_a_file_that_cannot_be_written_leaves_no_record(
    failing: Failing, own_database: Database, tmp_path: Path
) -> None:
    status, said = failing("--period", "2026-10", "-o", str(tmp_path / f"{'x' * 300}.pdf"))
    assert status == 2
    assert "cannot be written" in said
    assert said.count("\n") == 1
    with own_database.reading() as session:
        assert read_scorecard(session, 1) is None
