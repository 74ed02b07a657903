"""`/kpi-drift`: candidates with their questions, answers with who gave them, and questions that mean nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.schemas.kpi_drift import CandidateAnswer, DriftAnswer, GapAnswerItem
from lei.periods import parse_period
from lei.services.gaps.gap_questions import QUESTIONS

Keys = Callable[..., dict[str, str]]

CALLS, FIRST = "kpi_repeat_service_calls", parse_period("2025-08")
VALUES = [*(50.0, 52.0) * 7, 90.0]
NORTH = {"kpi": CALLS, "where": {"unit": "North"}}
NO = dict.fromkeys(QUESTIONS, False)


@pytest.fixture
def fallen(client: FlaskClient, keys: Keys) -> FlaskClient:
    """A client of a database, of each kind, in which repeat calls of North fell."""
    return sent(client, keys)


@pytest.fixture
def fallen_here(sqlite_client: FlaskClient, sqlite_keys: Keys) -> FlaskClient:
    """The same on SQLite: where the kind does not matter."""
    return sent(sqlite_client, sqlite_keys)


def sent(client: FlaskClient, keys: Keys) -> FlaskClient:
    """Repeat calls of North, which rose out of their usual variation in October 2026."""
    rows = [
        {"measure": CALLS, "period": str(FIRST.shift(t)), "value": value, "sample_size": 100}
        | {"dimensions": {"unit": "North"}}
        for t, value in enumerate(VALUES)
    ]
    answer = client.post("/api/v1/observations", json={"observations": rows}, headers=keys("ingest"))
    assert answer.get_json()["created"] == 15, answer.text
    return client


def drift(client: FlaskClient, keys: Keys, query: str = "?by=unit") -> Any:
    """What fell."""
    return client.get(f"/api/v1/kpi-drift{query}", headers=keys("read")).get_json()


def answered(client: FlaskClient, keys: Keys, **body: Any) -> Any:
    """The response to answers about North."""
    return client.post("/api/v1/kpi-drift/answers", json=NORTH | body, headers=keys("scorecards"))


def test_a_candidate_asks_before_it_suggests(fallen: FlaskClient, keys: Keys) -> None:
    found = drift(fallen, keys)
    assert set(found) == set(DriftAnswer().fields)
    (candidate,) = found["candidates"]
    assert set(candidate) == set(CandidateAnswer().fields)
    assert (candidate["kpi"], candidate["segment"], candidate["month"]) == (CALLS, {"unit": "North"}, "2026-10")
    # 7 x 102 + 90 over 15 months; ranges 13 times 2, once 38.
    assert candidate["mean"] == pytest.approx(804 / 15)
    assert candidate["limit"] == pytest.approx(804 / 15 + 2.66 * (13 * 2 + 38) / 14)
    assert [question["question"] for question in candidate["questions"]] == list(QUESTIONS)
    assert {question["answer"] for question in candidate["questions"]} == {None}
    assert candidate["next_step"]["step"] == "ask"
    assert candidate["next_step"]["program_types"] == []


def test_answers_persist_with_who_and_when(fallen: FlaskClient, keys: Keys) -> None:
    answer = answered(fallen, keys, answers=NO | {"skill_is_low": True}, note="Two reviews")
    assert answer.status_code == 201
    step = answer.get_json()["next_step"]
    assert (step["step"], step["program_types"]) == (
        "plan_program",
        [{"key": "customer_facing", "name": "Customer-facing work"}],
    )
    (candidate,) = drift(fallen, keys)["candidates"]
    assert candidate["next_step"] == step
    asked = {question["question"]: question for question in candidate["questions"]}
    assert asked["skill_is_low"] | {"text": ""} == {
        "question": "skill_is_low",
        "text": "",
        "answer": True,
        "note": "Two reviews",
        "answered_at": "2026-11-21T10:00:00Z",
        "answered_by": "scorecards",
    }


def test_all_answers_are_on_record_page_by_page(fallen: FlaskClient, keys: Keys) -> None:
    answered(fallen, keys, answers={"tool_changed": True})
    answered(fallen, keys, answers={"tool_changed": None})
    first = fallen.get("/api/v1/kpi-drift/answers?limit=1", headers=keys("read")).get_json()
    assert set(first["items"][0]) == set(GapAnswerItem().fields)
    rest = fallen.get(f"/api/v1/kpi-drift/answers?cursor={first['next_cursor']}", headers=keys("read")).get_json()
    kept = [(item["question"], item["answer"], item["month"]) for item in (*first["items"], *rest["items"])]
    assert kept == [("tool_changed", True, "2026-10"), ("tool_changed", None, "2026-10")]
    assert first["items"][0]["segment"] == {"unit": "North"}
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"answers": {}}, "answers"),
        ({}, "answers"),
        ({"answers": {"is_it_the_weather": True}}, "answers.is_it_the_weather"),
        ({"answers": {"tool_changed": "yes"}}, "answers.tool_changed"),
        ({"answers": {"tool_changed": 1}}, "answers.tool_changed"),
        ({"answers": {"tool_changed": True}, "kpi": "kpi_win_rate"}, "kpi"),
        ({"answers": {"tool_changed": True}, "where": {"unit": "Mars"}}, "where"),
        ({"answers": {"tool_changed": True}, "period": "2026-07"}, "kpi"),
        ({"answers": {"tool_changed": True}, "period": "2026"}, "period"),
        ({"answers": {"tool_changed": True}, "mood": "good"}, "mood"),
    ],
)
def test_answers_that_mean_nothing_are_refused(
    fallen_here: FlaskClient, sqlite_keys: Keys, body: dict[str, Any], field: str
) -> None:
    answer = answered(fallen_here, sqlite_keys, **body)
    assert answer.status_code == 422, answer.text
    assert answer.get_json()["errors"][0]["field"] == field
    kept = fallen_here.get("/api/v1/kpi-drift/answers", headers=sqlite_keys("read")).get_json()
    assert kept["items"] == []


def test_reading_is_not_answering(fallen_here: FlaskClient, sqlite_keys: Keys) -> None:
    body = NORTH | {"answers": {"tool_changed": True}}
    assert fallen_here.post("/api/v1/kpi-drift/answers", json=body, headers=sqlite_keys("read")).status_code == 403


def test_retention_is_not_judged_and_the_answer_says_why(fallen_here: FlaskClient, sqlite_keys: Keys) -> None:
    rows = [
        {"measure": "kpi_retention", "period": str(FIRST.shift(t)), "value": 90 - t, "sample_size": 100}
        for t in range(15)
    ]
    fallen_here.post("/api/v1/observations", json={"observations": rows}, headers=sqlite_keys("ingest"))
    (series,) = drift(fallen_here, sqlite_keys, "")["not_judged"]
    assert (series["kpi"], series["reason"]) == ("kpi_retention", "values_overlap")
    assert "overlap" in series["words"]
