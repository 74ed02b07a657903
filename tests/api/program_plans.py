"""A complete plan, as tests of programs send it, and how they send it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

Keys = Callable[..., dict[str, str]]

LINKS = ("learning_activity", "behavior_change", "capability_growth", "workforce_readiness", "business_kpi")
MARIA = {"name": "Maria Lopez", "email": "maria@example.com"}
TOM = {"name": "Tom Reed", "email": "tom@example.com"}

KPI: dict[str, Any] = {
    "kpi_key": "kpi_early_error_rate",
    "kpi_owner": "Maria Lopez",
    "baseline": {"from": "2026-10", "to": "2026-12", "value": 8.4},
    "target": 7.0,
    "expected_lag_months": 3,
}
# The clock of the tests stands in November 2026: this program begins later.
PLAN: dict[str, Any] = {
    "key": "onboarding",
    "name": "Onboarding",
    "program_type": "onboarding",
    "business_problem": "New agents make twice as many errors as others.",
    "launch_month": "2027-01",
    "kpis": [KPI],
    "behavior_statement": "Agents check the last three tickets before answering, in 9 of 10 calls",
    "competencies": [{"name": "Reading tickets", "behavior": "finds earlier promises"}],
    "activities": [{"name": "First week", "competency": "Reading tickets"}],
    "audience_rule": "Everybody hired into support from January on",
    "comparison_plan": {
        "design": "untrained_group",
        "treated": [{"where": {"unit": "Leeds"}, "start_month": "2027-01"}],
        "comparison": [{"where": {"unit": "Lille"}}],
    },
    "owners": {link: {"business": MARIA, "learning": TOM} for link in LINKS},
}


def add(client: FlaskClient, keys: Keys, **changes: Any) -> TestResponse:
    """Add the program with these changes; a section that is changed to None is left out."""
    body = {name: value for name, value in {**PLAN, **changes}.items() if value is not None}
    return client.post("/api/v1/programs", json=body, headers=keys("weights"))


def change(client: FlaskClient, keys: Keys, sections: dict[str, Any], seen: str = "*") -> TestResponse:
    """Change sections of the program."""
    headers = keys("weights") | {"If-Match": seen}
    return client.patch("/api/v1/programs/onboarding", json=sections, headers=headers)


def post(client: FlaskClient, keys: Keys, place: str, body: dict[str, Any] | None = None) -> TestResponse:
    """Send something to a place below the program, with the scopes that all of them take."""
    headers = keys("weights", "scorecards")
    return client.post(f"/api/v1/programs/onboarding/{place}", json=body or {}, headers=headers)


def faults(answer: TestResponse) -> list[tuple[str, str]]:
    """(field, code) of everything that a refusal names."""
    assert answer.status_code == 422, answer.text
    assert answer.content_type == "application/problem+json"
    return [(error["field"], error["code"]) for error in answer.get_json()["errors"]]
