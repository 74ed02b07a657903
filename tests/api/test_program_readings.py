"""What is asked wrongly of the readings of a program is refused with a sentence; the rest has its shape."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from program_plans import Keys, add, faults, post

from api.app import create_app
from api.context import Context
from lei.clock import FixedClock
from lei.config import load_settings
from lei.storage.database import Database

PLACES = ("chain", "money", "relations")


@pytest.mark.parametrize("place", PLACES)
def test_an_unknown_program_is_not_found(place: str, sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    add(sqlite_client, sqlite_keys)
    answer = sqlite_client.get(f"/api/v1/programs/onbording/{place}", headers=sqlite_keys("read"))
    assert answer.status_code == 404
    assert "Did you mean 'onboarding'?" in answer.get_json()["detail"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("to", ["2026-Q4", "2026", "2026-13", "soon"])
def test_only_months_are_taken(place: str, to: str, sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    add(sqlite_client, sqlite_keys)
    answer = sqlite_client.get(f"/api/v1/programs/onboarding/{place}?to={to}", headers=sqlite_keys("read"))
    assert faults(answer) == [("to", "invalid")]


def test_a_program_without_data_is_read_as_such(client: FlaskClient, keys: Keys) -> None:
    add(client, keys)
    chain = client.get("/api/v1/programs/onboarding/chain", headers=keys("read")).get_json()
    assert [link["status"] for link in chain["links"]] == ["missing"] * 5
    assert (chain["completeness"], chain["to"]) == (0.0, "2026-10")
    assert chain["links"][1]["owners"]["learning"]["email"] == "tom@example.com"
    assert chain["links"][1]["usual_delay_months"] == [1, 2]
    money = client.get("/api/v1/programs/onboarding/money", headers=keys("read")).get_json()
    assert [kpi["withheld"] for kpi in money["kpis"]] == ["grade_too_low"]
    assert (money["spend"], money["intangibles"]) == (None, [])


def test_owners_are_listed_page_by_page(client: FlaskClient, keys: Keys) -> None:
    for number in range(3):
        assert add(client, keys, key=f"onboarding-{number}", name=f"Onboarding {number}").status_code == 201
    place = "/api/v1/owners/tom@example.com/links"
    first = client.get(f"{place}?limit=2", headers=keys("read")).get_json()
    assert [item["program"] for item in first["items"]] == ["onboarding-0", "onboarding-1"]
    second = client.get(f"{place}?limit=2&cursor={first['next_cursor']}", headers=keys("read")).get_json()
    assert [item["program"] for item in second["items"]] == ["onboarding-2"]
    assert second["next_cursor"] is None
    assert {link["side"] for item in first["items"] for link in item["links"]} == {"learning"}


@pytest.mark.parametrize(("zone", "told"), [("UTC", "To be launched"), ("Asia/Tokyo", "Launched")])
def test_a_report_is_looked_at_on_the_day_of_the_organization(
    sqlite_database: Database, clock: FixedClock, tmp_path: Path, sqlite_keys: Keys, zone: str, told: str
) -> None:
    clock.instant = datetime(2026, 12, 31, 20, 0, tzinfo=UTC)  # in Tokyo the launch month has begun
    settings = load_settings({"LEI_DATA_DIR": str(tmp_path / "data"), "LEI_TIMEZONE": zone})
    client = create_app(Context(sqlite_database, settings, clock)).test_client()
    add(client, sqlite_keys)
    assert post(client, sqlite_keys, "freeze").status_code == 200
    report = client.get("/api/v1/programs/onboarding/report", headers=sqlite_keys("read")).get_json()
    assert report["launch_text"] == f"{told} in January 2027."


STEP: dict[str, Any] = {"measure": "skill_uplift", "change": 1.5}


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"change": 1.5}, ("measure", "invalid")),
        ({"measure": "skill_uplift"}, ("change", "invalid")),
        (STEP | {"change": "1.5"}, ("change", "invalid")),
        (STEP | {"reading": "share"}, ("reading", "invalid")),
        (STEP | {"measure": "skil_uplift"}, ("measure", "unknown_measure")),
        (STEP | {"annual_value": {"amount": 0, "currency": "EUR"}}, ("annual_value.amount", "invalid")),
        (STEP | {"where": {"unit": "Atlantis"}}, ("where", "unknown_value")),
        (STEP | {"to": "2026-Q3"}, ("to", "invalid")),
    ],
)
def test_a_step_that_means_nothing_is_refused(
    body: dict[str, Any], fault: tuple[str, str], sqlite_client: FlaskClient, sqlite_keys: Keys
) -> None:
    add(sqlite_client, sqlite_keys)
    answer = sqlite_client.post("/api/v1/programs/onboarding/what-if", json=body, headers=sqlite_keys("read"))
    assert faults(answer) == [fault]


def test_a_step_of_a_program_without_data(client: FlaskClient, keys: Keys) -> None:
    add(client, keys)
    found = client.post("/api/v1/programs/onboarding/what-if", json=STEP, headers=keys("read")).get_json()
    assert found["index"] is None
    assert found["kpi"]["refused"] == "no_series"
    assert found["kpi"]["sentence"].startswith("Nothing is said of early error rate")


def test_a_kpi_that_the_plan_does_not_have_is_not_found(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    add(sqlite_client, sqlite_keys)
    body = STEP | {"kpi_key": "kpi_win_rate"}
    answer = sqlite_client.post("/api/v1/programs/onboarding/what-if", json=body, headers=sqlite_keys("read"))
    assert answer.status_code == 404
