"""Catalogue and weights by file, and people who sign in: what the commands do and how they fail."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result

from lei.errors import ConflictError, InvalidError, LeiError, MalformedError, NotFoundError, UsageError
from lei.services.access.manage_users import check_password
from lei.storage.database import Database
from lei.storage.measures import read_measures
from lei.storage.weight_policies import WeightPolicy, add_policy
from lei.storage.weight_profiles import read_versions

Lei = Callable[..., Result]


def change_cell(file: Path, key: str, column: str, value: str) -> None:
    """Change one cell of a catalogue file."""
    with file.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        if row["key"] == key:
            row[column] = value
    with file.open("w", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def test_what_was_written_out_changes_nothing_when_it_comes_back(lei: Lei, tmp_path: Path) -> None:
    file = tmp_path / "catalog.csv"
    assert "52 measures" in lei("catalog", "export", file).output
    assert "nothing changed" in lei("catalog", "apply", file).output


def test_the_file_has_the_columns_and_values_of_the_default_one(lei: Lei, tmp_path: Path, shared: Path) -> None:
    lei("catalog", "export", tmp_path / "catalog.csv")
    with (tmp_path / "catalog.csv").open(newline="") as lines:
        ours = {row["key"]: row for row in csv.DictReader(lines)}
    with (shared / "domain" / "measures.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            assert {name: ours[row["key"]][name] for name in row} == row


def test_a_changed_cell_becomes_a_new_version(lei: Lei, tmp_path: Path, sqlite_database: Database) -> None:
    file = tmp_path / "catalog.csv"
    lei("catalog", "export", file)
    change_cell(file, "audience_reach", "goalpost_100", "90")
    assert lei("catalog", "apply", file).output == "changed  audience_reach: goalpost_100\n"
    with sqlite_database.reading() as session:
        stored = read_measures(session)["audience_reach"]
    assert (stored.version, stored.measure.goalpost_100) == (2, 90)


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("goalpost_100", "10", InvalidError),
        ("direction", "sideways", InvalidError),
        ("goalpost_0", "forty", InvalidError),
        ("weight_in_pillar", "21", InvalidError),
        ("linked_kpis", "kpi_nothing", InvalidError),
        ("knots", "1:2:3", InvalidError),
    ],
)
def test_a_file_with_a_fault_changes_nothing(
    lei: Lei, tmp_path: Path, sqlite_database: Database, column: str, value: str, fault: type[LeiError]
) -> None:
    file = tmp_path / "catalog.csv"
    lei("catalog", "export", file)
    change_cell(file, "participation_rate", "goalpost_0", "15")
    change_cell(file, "audience_reach", column, value)
    lei("catalog", "apply", file, fails=fault)
    with sqlite_database.reading() as session:
        assert read_measures(session)["participation_rate"].version == 1


def test_a_measure_does_not_move_to_another_pillar(lei: Lei, tmp_path: Path) -> None:
    file = tmp_path / "catalog.csv"
    lei("catalog", "export", file)
    change_cell(file, "enrollment_count", "pillar", "business_impact")
    lei("catalog", "apply", file, fails=ConflictError)


def test_other_files_are_refused_with_a_sentence(lei: Lei, tmp_path: Path) -> None:
    lei("catalog", "apply", tmp_path / "nothing.csv", fails=UsageError)
    (tmp_path / "other.csv").write_text("name,colour\na,blue\n")
    result = lei("catalog", "apply", tmp_path / "other.csv", fails=InvalidError)
    assert "There is no column 'name'" in str(result.exception)
    (tmp_path / "latin.csv").write_bytes("key\nspäte\n".encode("latin-1"))
    lei("catalog", "apply", tmp_path / "latin.csv", fails=InvalidError)


def test_weights_go_out_and_come_back_as_the_next_version(lei: Lei, tmp_path: Path, sqlite_database: Database) -> None:
    file = tmp_path / "weights.toml"
    lei("weights", "export", "default_v1", file)
    sections = tomllib.loads(file.read_text())
    assert sections["pillars"]["performance_outcomes"] == 30
    file.write_text(file.read_text().replace("performance_outcomes = 30", "performance_outcomes = 60"))
    result = lei("weights", "apply", "default_v1", file, "--effective-from", "2026-Q4", "--note", "More on outcomes.")
    assert result.output == "Version 2 of 'default_v1' counts from 2026-Q4 on.\n"
    with sqlite_database.reading() as session:
        first, second = read_versions(session, "default_v1")
    assert second.definition["pillars"]["performance_outcomes"] == 60
    assert second.definition["measures"] == first.definition["measures"]
    assert (second.status, second.note, second.effective_from) == ("published", "More on outcomes.", 2026 * 12 + 9)


def test_two_versions_are_compared_in_sentences(lei: Lei, tmp_path: Path) -> None:
    file = tmp_path / "weights.toml"
    lei("weights", "export", "default_v1", file)
    file.write_text(file.read_text().replace("performance_outcomes = 30", "performance_outcomes = 130"))
    lei("weights", "apply", "default_v1", file, "--effective-from", "2026-Q4", "--note", "More on outcomes.")
    # 20, 130, 25, 15 and 10 of 200
    assert lei("weights", "diff", "default_v1", 1, 2).output.splitlines() == [
        "Version 2 differs from version 1 in 5 places.",
        "  Learning Access & Engagement: 20 % -> 10 %",
        "  Learning Performance & Outcomes: 30 % -> 65 %",
        "  Workforce Capability & Readiness: 25 % -> 12.5 %",
        "  Operational Efficiency: 15 % -> 7.5 %",
        "  Business Impact & Value Realization: 10 % -> 5 %",
    ]
    assert lei("weights", "diff", "equal", 1, 1).output == "Version 1 says the same as version 1.\n"
    lei("weights", "diff", "equal", 1, 2, fails=NotFoundError)


def test_what_needs_approval_is_not_published_by_a_file(lei: Lei, tmp_path: Path, sqlite_database: Database) -> None:
    file = tmp_path / "weights.toml"
    lei("weights", "export", "default_v1", file)
    with sqlite_database.writing() as session:
        add_policy(session, "default_v1", WeightPolicy({}, 1, datetime(2026, 11, 21, tzinfo=UTC), "a test"))
    options = ("--effective-from", "2026-Q4", "--note", "More on outcomes.")
    result = lei("weights", "apply", "default_v1", file, *options, fails=ConflictError)
    assert "somebody other than 'lei weights apply'" in str(result.exception)
    with sqlite_database.reading() as session:
        assert len(read_versions(session, "default_v1")) == 1


def test_means_and_caps_go_out_and_come_back(lei: Lei, tmp_path: Path, sqlite_database: Database) -> None:
    file, again = tmp_path / "weights.toml", tmp_path / "again.toml"
    file.write_text(
        "[pillars]\naccess_engagement = 1\nbusiness_impact = 1\n[aggregation]\npillars = 0\nfloor = 0.5\n"
        "[aggregation.measures]\nbusiness_impact = 'harmonic'\n[missing]\nmin_pillars = 2\n"
        "[[caps]]\non = 'composite'\nat_most = 60\nwhile = 'completion_rate'\nbelow = 40\n"
        "[[caps]]\non = 'business_impact'\nat_most = 50\nwhile = 'access_engagement'\nbelow = 30.5\n"
    )
    lei("weights", "apply", "own", file, "--effective-from", "2026-01", "--note", "A try.")
    lei("weights", "export", "own", again)
    lei("weights", "apply", "own", again, "--effective-from", "2026-02", "--note", "The same.")
    with sqlite_database.reading() as session:
        first, second = read_versions(session, "own")
    assert second.definition == first.definition
    assert first.definition["aggregation"] == {"pillars": 0, "measures": {"business_impact": "harmonic"}, "floor": 0.5}
    assert first.definition["missing"]["min_pillars"] == 2
    assert [cap["on"] for cap in first.definition["caps"]] == ["composite", "business_impact"]


def test_a_new_name_makes_a_new_profile(lei: Lei, tmp_path: Path, sqlite_database: Database) -> None:
    file = tmp_path / "weights.toml"
    file.write_text("[pillars]\naccess_engagement = 1\nbusiness_impact = 1\n")
    lei("weights", "apply", "halves", file, "--effective-from", "2026-01", "--note", "A try.")
    with sqlite_database.reading() as session:
        assert [version.status for version in read_versions(session, "halves")] == ["published"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[pillars", MalformedError),
        ("[pillars]\nbusiness_impact = nan\n", InvalidError),
        ("[pillars]\nbusiness_impact = -1\n", InvalidError),
        ("[pillars]\nbusiness_impact = 2026-10-01\n", InvalidError),
        ("colour = 'blue'\n", InvalidError),
    ],
)
def test_weights_that_make_no_sense_are_refused(
    lei: Lei, tmp_path: Path, sqlite_database: Database, text: str, fault: type[LeiError]
) -> None:
    (tmp_path / "weights.toml").write_text(text)
    lei("weights", "apply", "x", tmp_path / "weights.toml", "--effective-from", "2026-01", "--note", "x", fails=fault)
    with sqlite_database.reading() as session:
        assert read_versions(session, "x") == []


def test_a_person_gets_a_password_that_is_shown_once(lei: Lei, sqlite_database: Database) -> None:
    password = lei("user", "create", "Ada@Example.org", "--role", "analyst").stdout.strip()
    with sqlite_database.reading() as session:
        assert check_password(session, "ada@example.org", password).role == "analyst"
    listed = lei("user", "list").output
    assert "ada@example.org" in listed
    assert "analyst" in listed
    assert password not in listed
    lei("user", "create", "ada@example.org", "--role", "viewer", fails=ConflictError)
