"""`lei import` from the command line to the stored observations, and what it prints on the way."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import pytest

from lei.cli import main
from lei.clock import SystemClock
from lei.services.set_up import set_up_database
from lei.storage.database import Database
from lei.storage.measures import read_measures

RECIPE = """
title = "Trainings"
source = "lms"
[inputs.records]
files = "trainings.csv"
[inputs.records.columns]
person = { from = "Person", required = true }
date = { from = "Date", type = "date", format = "%d-%m-%Y", required = true }
unit = "Unit"
[[observations]]
measure = "MEASURE"
table = "records"
month = "date"
by = ["unit"]
formula = "count"
"""
TRAININGS = "Person,Date,Unit\nAnna,01-02-2025,Sales\nBo,31-02-2025,Sales\nCy,02-02-2025,Sales\nDi,03-02-2025,\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an empty, migrated database, one export and its recipe; the command runs in it."""
    monkeypatch.setenv("LEI_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("LEI_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    database = Database(f"sqlite:///{tmp_path / 'var' / 'lei.sqlite3'}")
    set_up_database(database, SystemClock().now())
    database.close()
    (tmp_path / "recipe.toml").write_text(RECIPE.replace("MEASURE", "enrollment_count"))
    (tmp_path / "trainings.csv").write_text(TRAININGS)
    return tmp_path


def lei(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["lei", *arguments])
    with pytest.raises(SystemExit) as exited:
        main()
    code = exited.value.code
    assert isinstance(code, int)
    return code


def last_line(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.rstrip().splitlines()[-1]


def test_an_import_accounts_for_every_row(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lei(monkeypatch, "import", "recipe.toml", "trainings.csv", "--unreadable", "left.csv") == 0
    printed = capsys.readouterr().out
    assert [line.split() for line in printed.splitlines() if line.startswith("trainings.csv ")] == [
        ["trainings.csv", "4", "3", "1", "0"]
    ]
    assert [line.split() for line in printed.splitlines() if line.startswith("enrollment_count")] == [
        ["enrollment_count", "3", "2", "0", "1", "1", "0"]
    ]
    assert "trainings.csv, line 3, Date '31-02-2025': No date of the form %d-%m-%Y." in printed
    assert "Bo" not in printed  # the person of a row at fault is nobody's business
    assert printed.rstrip().endswith(
        "Batch 1: 1 observations received; 1 created, 0 corrected, 0 unchanged, 0 rejected."
    )
    with (home / "left.csv").open(encoding="utf-8", newline="") as stream:
        assert list(csv.reader(stream))[1:] == [
            ["trainings.csv", "3", "Date", "31-02-2025", "No date of the form %d-%m-%Y."]
        ]


def test_a_dry_run_stores_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lei(monkeypatch, "import", "recipe.toml", "trainings.csv", "--dry-run") == 0
    assert last_line(capsys).startswith("Dry run, nothing stored: 1 observations received; 1 created")
    assert lei(monkeypatch, "import", "recipe.toml", "trainings.csv") == 0
    assert last_line(capsys).startswith("Batch 1: 1 observations received; 1 created")


def test_observations_can_go_to_a_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("import", "recipe.toml", "trainings.csv", "--output", "out.ndjson", "--source", "lms_north")
    assert lei(monkeypatch, *arguments) == 0
    assert [json.loads(line) for line in (home / "out.ndjson").read_text().splitlines()] == [
        {
            "measure": "enrollment_count",
            "period": "2025-02",
            "value": 2.0,
            "sample_size": 2,
            "dimensions": {"unit": "Sales"},
            "source": "lms_north",
        }
    ]


def test_refused_observations_end_with_status_1_and_store_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "recipe.toml").write_text(RECIPE.replace("MEASURE", "enrolment_count"))
    assert lei(monkeypatch, "import", "recipe.toml", "trainings.csv") == 1
    captured = capsys.readouterr()
    assert "observation 1, measure: There is no measure 'enrolment_count'." in captured.err
    assert "did you mean `enrollment_count`?" in captured.err
    assert "1 observations were refused, so none was stored." in captured.err


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("recipe.toml", "nowhere.csv"), 2, "lei: There is no file 'nowhere.csv'."),
        (("nothing.toml", "trainings.csv"), 1, "lei: There is no recipe file 'nothing.toml'."),
        (("recipe.toml", "recipe.toml"), 1, "lei: The name of 'recipe.toml' fits no input of the recipe"),
        (("recipe.toml", "trainings.csv", "--unreadable", "no/x.csv"), 2, "lei: The file 'no/x.csv' cannot be written"),
        (("recipe.toml", "trainings.csv", "--output", "no/x.csv"), 2, "lei: The file 'no/x.csv' cannot be written"),
        (("recipe.toml",), 2, "Missing argument 'FILE...'"),
        (("recipe.toml", "trainings.csv", "--on-error", "guess"), 2, "'guess' is not one of 'reject', 'skip'"),
    ],
)
def test_what_cannot_work_is_one_sentence(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...], status: int, words: str,
) -> None:  # fmt: skip
    assert lei(monkeypatch, "import", *arguments) == status
    assert words in capsys.readouterr().err


def test_files_without_any_readable_row_store_nothing_and_say_so(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "trainings.csv").write_text("Person,Date,Unit\nAnna,2025-02-01,Sales\n")
    assert lei(monkeypatch, "import", "recipe.toml", "trainings.csv") == 1
    captured = capsys.readouterr()
    assert "line 2, Date '2025-02-01'" in captured.out
    assert "lei: No row of these files makes an observation; nothing was stored." in captured.err


@pytest.mark.parametrize(("recipe", "observations"), [("hr_training_engagement", "3,432"), ("oulad", "5,748")])
def test_the_real_exports_from_end_to_end_and_again(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], shared: Path,
    recipe: str, observations: str,
) -> None:  # fmt: skip
    arguments = ("import", recipe, str(shared / "data" / recipe.replace("_", "-")))
    assert lei(monkeypatch, *arguments) == 0
    assert last_line(capsys) == (
        f"Batch 1: {observations} observations received; {observations} created, 0 corrected, 0 unchanged, 0 rejected."
    )
    assert lei(monkeypatch, *arguments) == 0
    assert last_line(capsys) == (
        f"Batch 2: {observations} observations received; 0 created, 0 corrected, {observations} unchanged, 0 rejected."
    )


def test_a_measure_of_the_recipe_is_registered_once_and_not_by_a_dry_run(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = """
[[measures]]
key = "sign_ups"
pillar = "access_engagement"
display_name = "Sign-ups"
unit = "count"
direction = "higher_is_better"
"""
    (home / "recipe.toml").write_text(RECIPE.replace("MEASURE", "sign_ups") + own)
    for arguments, said, versions in (
        (("--dry-run",), "The measure sign_ups would be registered.", []),
        ((), "The measure sign_ups was registered.", [1]),
        ((), "0 created, 0 corrected, 1 unchanged", [1]),
    ):
        assert lei(monkeypatch, "import", "recipe.toml", "trainings.csv", *arguments) == 0
        assert said in capsys.readouterr().out
        database = Database(f"sqlite:///{home / 'var' / 'lei.sqlite3'}")
        with database.reading() as session:
            assert [one.version for key, one in read_measures(session).items() if key == "sign_ups"] == versions
        database.close()
