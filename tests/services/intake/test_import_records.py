"""Importing is one batch like any other, on both databases; a dry run leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from lei.clock import FixedClock
from lei.errors import InvalidError
from lei.services.intake.import_records import ImportOptions, convert_records, import_records
from lei.storage.database import Database
from lei.storage.ledger import read_ledger
from lei.storage.measures import read_measures

RECIPE = """
title = "Sign-ups"
source = "lms"
[[measures]]
key = "sign_ups"
pillar = "access_engagement"
display_name = "Sign-ups"
unit = "count"
direction = "higher_is_better"
[inputs.sign_ups]
files = "sign_ups.csv"
[inputs.sign_ups.columns]
date = { from = "Date", type = "date", format = "%d.%m.%Y", required = true }
[[observations]]
measure = "sign_ups"
table = "sign_ups"
month = "date"
formula = "count"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "recipe.toml").write_text(RECIPE)
    (tmp_path / "sign_ups.csv").write_text("Date\n01.05.2025\n31.05.2025\n01.06.2025\n")
    return tmp_path


def test_a_dry_run_says_what_would_happen_and_the_import_does_it(
    database: Database, clock: FixedClock, folder: Path
) -> None:
    recipe, conversion = convert_records(str(folder / "recipe.toml"), [folder / "sign_ups.csv"])
    with database.reading() as session:
        before = read_ledger(session)
    for dry_run in (True, False):
        with database.writing() as session:
            options = ImportOptions("tester", dry_run=dry_run)
            result = import_records(session, recipe, conversion, options, clock.now())
        assert (result.intake.status, result.intake.created, result.measures_added) == ("stored", 2, ("sign_ups",))
        assert result.intake.periods == ("2025-05", "2025-06")
        with database.reading() as session:
            assert ("sign_ups" in read_measures(session)) is not dry_run
            assert (read_ledger(session) == before) is dry_run
    with database.writing() as session:
        again = import_records(session, recipe, conversion, ImportOptions("tester"), clock.now())
    assert (again.intake.unchanged, again.measures_added) == (2, ())


def test_an_import_without_observations_is_refused(database: Database, clock: FixedClock, folder: Path) -> None:
    (folder / "sign_ups.csv").write_text("Date\n31.02.2025\n")
    recipe, conversion = convert_records(str(folder / "recipe.toml"), [folder / "sign_ups.csv"])
    assert len(conversion.unreadable) == 1
    with database.writing() as session, pytest.raises(InvalidError, match="No row of these files makes an observation"):
        import_records(session, recipe, conversion, ImportOptions("tester"), clock.now())
