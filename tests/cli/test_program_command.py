"""`lei program`: plans by file, and what is shown of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from lei.errors import ConflictError, InvalidError, LeiError, MalformedError, NotFoundError
from lei.services.programs.manage_programs import find_program
from lei.storage.database import Database
from lei.storage.programs import keep_frozen, list_programs

Lei = Callable[..., Result]

TOML = """
[[programs]]
key = "sales-basics"
name = "Sales basics"
program_type = "sales_enablement"
business_problem = "Two of three deals are lost to one competitor."
launch_month = "2027-01"
review_dates = [2027-04-15]

[[programs.kpis]]
kpi_key = "kpi_win_rate"
kpi_owner = "Maria Lopez"
baseline = { from = "2026-07", to = "2026-12", value = 31 }
target = 36
expected_lag_months = 4

[[programs]]
key = "safety"
name = "Safety at height"
program_type = "compliance_quality"
business_problem = "Falls from ladders have doubled."
"""


@pytest.fixture
def lei(lei: Lei) -> Lei:
    """Run `lei program` with arguments on the test's database."""
    return partial(lei, "program")


def test_programs_come_from_a_file_and_again_change_nothing(
    lei: Lei, tmp_path: Path, sqlite_database: Database
) -> None:
    file = tmp_path / "programs.toml"
    file.write_text(TOML)
    assert lei("apply", file).output == "added      sales-basics\nadded      safety\n"
    assert lei("apply", file).output == "unchanged  sales-basics\nunchanged  safety\n"
    file.write_text(TOML.replace("target = 36", "target = 38"))
    assert lei("apply", file).output == "changed    sales-basics\nunchanged  safety\n"
    with sqlite_database.reading() as session:
        sales = find_program(session, "sales-basics")
    assert (sales.plan.kpis[0].target, sales.changed_by) == (38, "lei program apply")
    assert sales.plan.where == {"program": "Sales basics"}


def test_one_program_comes_from_json(lei: Lei, tmp_path: Path) -> None:
    file = tmp_path / "safety.json"
    plan: dict[str, Any] = {"key": "safety", "name": "Safety", "program_type": "compliance_quality"}
    file.write_text(json.dumps(plan | {"business_problem": "Falls have doubled."}))
    assert lei("apply", file).output == "added      safety\n"
    shown = json.loads(lei("show", "safety").output)
    assert (shown["key"], shown["status"], shown["business_problem"]) == ("safety", "draft", "Falls have doubled.")
    assert "safety" in lei("list").output
    assert "no KPI" in lei("list").output


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[[programs", MalformedError),
        ("programs = 3\n", InvalidError),
        ("colour = 'blue'\n", InvalidError),
        (TOML.replace("kpi_win_rate", "kpi_company_profit"), InvalidError),
        (TOML.replace('program_type = "compliance_quality"', 'program_type = "fun"'), InvalidError),
        (TOML + '[[programs.activities]]\nname = "Film"\ncompetency = "x"\n', InvalidError),
    ],
)
def test_a_file_with_a_fault_adds_nothing(
    lei: Lei, tmp_path: Path, sqlite_database: Database, text: str, fault: type[LeiError]
) -> None:
    (tmp_path / "programs.toml").write_text(text)
    lei("apply", tmp_path / "programs.toml", fails=fault)
    with sqlite_database.reading() as session:
        assert list_programs(session) == []


def test_a_frozen_plan_is_not_overwritten_by_a_file(lei: Lei, tmp_path: Path, sqlite_database: Database) -> None:
    file = tmp_path / "programs.toml"
    file.write_text(TOML)
    lei("apply", file)
    with sqlite_database.writing() as session:
        sales = find_program(session, "sales-basics")
        keep_frozen(session, sales.id, sales.plan, "maria", datetime(2026, 12, 1, tzinfo=UTC))
    result = lei("apply", file, fails=ConflictError)
    assert "was frozen by 'maria'" in str(result.exception)


def test_types_name_what_to_take_and_what_to_avoid(lei: Lei) -> None:
    lines = lei("types").output.splitlines()
    assert lines[0] == "onboarding: Onboarding"
    assert sum(not line.startswith(" ") for line in lines) == 7
    assert any("kpi_revenue_per_employee: It is too aggregated" in line for line in lines)


def test_without_programs_it_says_how_to_begin(lei: Lei) -> None:
    assert "Begin one with" in lei("list").stderr
    lei("show", "nothing", fails=NotFoundError)
