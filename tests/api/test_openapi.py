"""The OpenAPI document is valid, complete and true; the page of it stands on its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator
from program_plans import add, post

from api.app import load_endpoints
from api.endpoint import registry
from api.openapi import openapi_document

Keys = Callable[..., dict[str, str]]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The document of all routes."""
    load_endpoints()
    return openapi_document()


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of every route."""
    return [(path, method, op) for path, methods in document["paths"].items() for method, op in methods.items()]


def test_it_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_it_has_every_declared_route(document: dict[str, Any]) -> None:
    assert len(operations(document)) == len(registry.endpoints)
    declared = {
        (e.method.lower(), "/api/v1" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", e.path)) for e in registry.endpoints
    }
    assert {(method, path) for path, method, _ in operations(document)} == declared


def test_every_route_says_what_it_does_takes_and_answers(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(ids)) == len(ids)
    for path, method, operation in operations(document):
        where = f"{method} {path}"
        assert operation["summary"].endswith((".", ":")), where
        assert "Needs the scope" in operation["description"] or "Any key will do" in operation["description"], where
        assert operation["security"] == [{"key": []}], where
        assert any(status.startswith("2") for status in operation["responses"]), where
        for status, answer in operation["responses"].items():
            if status >= "400" and status != "422":
                assert "application/problem+json" in answer["content"], (where, status)
        named = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path)), where


def test_it_names_the_header_that_makes_intake_repeatable(document: dict[str, Any]) -> None:
    headers = [
        p["name"] for p in document["paths"]["/api/v1/observations"]["post"]["parameters"] if p["in"] == "header"
    ]
    assert headers == ["Idempotency-Key"]


@pytest.mark.parametrize(
    ("method", "path", "status", "header", "required"),
    [
        ("get", "/versions/{number}", "200", "If-None-Match", False),
        ("put", "/versions/{number}", "200", "If-Match", True),
        ("patch", "/versions/{number}", "200", "If-Match", True),
        ("delete", "/versions/{number}", None, "If-Match", True),
        ("post", "/versions/{number}/approve", "200", "If-Match", False),
        ("post", "/versions/{number}/publish", "200", "If-Match", False),
        ("post", "/versions", "201", None, False),
    ],
)
def test_it_says_which_routes_show_and_want_a_state(
    document: dict[str, Any], method: str, path: str, status: str | None, header: str | None, required: bool
) -> None:
    operation = document["paths"][f"/api/v1/weight-profiles/{{name}}{path}"][method]
    headers = [(p["name"], p["required"]) for p in operation["parameters"] if p["in"] == "header"]
    assert headers == ([] if header is None else [(header, required)])
    assert ("428" in operation["responses"]) is required
    assert ("412" in operation["responses"]) is (header == "If-Match")
    assert ("304" in operation["responses"]) is (method == "get")
    assert status is None or "ETag" in operation["responses"][status]["headers"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "scores"),
        ("get", "scores/intervals"),
        ("get", "scores/opportunities"),
        ("get", "scores/signals"),
        ("post", "weights/preview"),
        ("post", "weights/advice"),
        ("post", "weights/sensitivity"),
        ("post", "weights/goal-seek"),
        ("post", "weights/flip-points"),
        ("post", "scorecards"),
    ],
)
def test_routes_that_take_a_profile_say_that_there_may_be_none(
    document: dict[str, Any], method: str, path: str
) -> None:
    assert "404" in document["paths"][f"/api/v1/{path}"][method]["responses"]


def test_an_answer_fits_its_description(
    document: dict[str, Any], sqlite_client: FlaskClient, sqlite_keys: Keys
) -> None:
    for noun, path in (
        ("Measure", "/measures/audience_reach"),
        ("ProfileAnswer", "/weight-profiles/default_v1"),
        ("ProfileVersionAnswer", "/weight-profiles/default_v1/versions/1"),
        ("PolicyAnswer", "/weight-profiles/default_v1/policy"),
    ):
        answer = sqlite_client.get(f"/api/v1{path}", headers=sqlite_keys("read")).get_json()
        assert set(answer) == set(document["components"]["schemas"][noun]["properties"])


def test_answers_about_programs_fit_their_description(
    document: dict[str, Any], sqlite_client: FlaskClient, sqlite_keys: Keys
) -> None:
    def described(noun: str) -> set[str]:
        return set(document["components"]["schemas"][noun]["properties"])

    made = add(sqlite_client, sqlite_keys).get_json()
    assert set(made) == described("ProgramAnswer")
    assert set(made["kpis"][0]) == described("ProgramKpiAnswer")
    post(sqlite_client, sqlite_keys, "freeze")
    post(sqlite_client, sqlite_keys, "amendments", {"reason": "Why.", "changes": {"audience_rule": "All"}})
    post(sqlite_client, sqlite_keys, "reviews", {"on": "2027-02-01"})
    read = sqlite_keys("read")
    for noun, place in (("AmendmentAnswer", "amendments"), ("ReviewAnswer", "reviews")):
        (item,) = sqlite_client.get(f"/api/v1/programs/onboarding/{place}", headers=read).get_json()["items"]
        assert set(item) == described(noun)
    kinds = sqlite_client.get("/api/v1/program-types", headers=read).get_json()
    assert set(kinds) == described("ProgramTypeList")
    assert set(kinds["items"][0]) == described("ProgramType")


def test_the_page_shows_every_route_and_loads_nothing_from_elsewhere(
    sqlite_client: FlaskClient, sqlite_keys: Keys, document: dict[str, Any]
) -> None:
    page = sqlite_client.get("/api/docs", headers=sqlite_keys("read"))
    assert page.content_type == "text/html; charset=utf-8"
    for path, method, operation in operations(document):
        assert f'id="{operation["operationId"]}"' in page.text
        assert f"{method.upper()} {path}" in page.text
    assert page.text.count("curl -H") == len(registry.endpoints)
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page.text) == []
    assert "<script" not in page.text
    assert "style=" not in page.text


def test_answers_about_evidence_fit_their_description(
    document: dict[str, Any], sqlite_client: FlaskClient, sqlite_keys: Keys
) -> None:
    def described(noun: str) -> set[str]:
        return set(document["components"]["schemas"][noun]["properties"])

    add(sqlite_client, sqlite_keys)
    read = sqlite_keys("read")
    found = sqlite_client.get("/api/v1/programs/onboarding/evidence", headers=read).get_json()
    assert set(found) == described("EvidenceAnswer")
    assert set(found["kpis"][0]) == described("KpiEvidenceAnswer")
    assert set(found["kpis"][0]["grade_decision"]) == described("GradeAnswer")
    rows = [{"group": group, "mean": 5, "sd": 2, "n": 90} for group in ("treated", "comparison")]
    body = {"method": "randomized_comparison", "kpi": {"name": "output"}, "rows": rows}
    answer = sqlite_client.post("/api/v1/evidence/analyses", json=body, headers=read).get_json()
    assert set(answer) == described("AnalysisAnswer")
    assert set(answer["result"]) == described("NamedResultAnswer")
    assert set(answer["claim"]) == described("ClaimAnswer")
    methods = document["components"]["schemas"]["AnalysisRequest"]["properties"]["method"]["enum"]
    assert len(methods) == 13
