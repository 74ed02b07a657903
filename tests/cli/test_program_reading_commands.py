"""`lei program chain`, `money` and `evidence`: what is known of a program, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from click.testing import Result

from api.app import create_app
from api.context import Context
from lei.clock import FixedClock
from lei.config import load_settings
from lei.errors import InvalidError, NotFoundError
from lei.services.access.manage_keys import create_key
from lei.storage.database import Database
from tests.flow.onboarding_story import KEY, told_until_october, valued

Lei = Callable[..., Result]


@pytest.fixture
def lei(lei: Lei, sqlite_database: Database, clock: FixedClock, tmp_path: Path) -> Lei:
    """Run `lei program` with arguments where the example story has been told."""
    client = create_app(Context(sqlite_database, load_settings({"LEI_DATA_DIR": str(tmp_path)}), clock)).test_client()
    with sqlite_database.writing() as session:
        key = create_key(session, "everything", ["read", "ingest", "weights", "scorecards"], clock.now())

    def ask(method: str, path: str, **more: object) -> object:
        headers = {"Authorization": f"Bearer {key}"}
        answer = client.open(f"/api/v1{path}", method=method, headers=headers, **more)
        assert answer.status_code in (200, 201), answer.text
        return answer.get_json()

    told_until_october(ask, clock)
    valued(ask)

    return partial(lei, "program")


def test_the_chain(lei: Lei) -> None:
    lines = lei("chain", KEY, "--to", "2026-10").output.splitlines()
    assert lines[0] == "2026-10  5 of 5 links are evidenced."
    assert lines[2].split("  ")[0] == "behavior change"
    assert lines[2].endswith("Behavior change moved as planned, from 46% to 65% (score +32; n = 270).")
    assert lines[6].endswith("moved as planned, and so did early errors.")
    plain = json.loads(lei("chain", KEY, "--to", "2026-06", "--format", "json").output)
    assert (plain["program"], plain["state"]) == (KEY, "too_early")


def test_the_money(lei: Lei) -> None:
    lines = lei("money", KEY, "--to", "2026-10").output.splitlines()
    assert lines[0].startswith("kpi_early_error_rate: Value of the difference to comparable groups: EUR 50,688")
    assert lines[-1] == "Spent: EUR 41,000 of a budget of EUR 42,000 (98%)."
    plain = json.loads(lei("money", KEY, "--to", "2026-06", "--format", "json").output)
    assert plain["kpis"][0]["withheld"] == "grade_too_low"


def test_the_evidence(lei: Lei) -> None:
    lines = lei("evidence", KEY, "--to", "2026-10").output.splitlines()
    assert lines[1].startswith("kpi_early_error_rate (E4 against a comparable group): Early errors fell 1.3 per 100")
    assert "  −1.3 per 100 tickets (−16%), 95% interval −2.1 to −0.6" in lines
    (kpi,) = json.loads(lei("evidence", KEY, "--to", "2026-10", "--format", "json").output)["kpis"]
    assert kpi["grade"] == "E4_comparison_group"


def test_what_is_not_there_is_refused(lei: Lei) -> None:
    assert "Did you mean 'support-onboarding'?" in str(lei("chain", "support-onbording", fails=NotFoundError).exception)
    lei("money", KEY, "--to", "2026-Q4", fails=InvalidError)
