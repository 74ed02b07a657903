"""`/schedules` and `/deliveries` as a client sees them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pikepdf
import pytest
from flask.testing import FlaskClient

from lei.clock import FixedClock
from lei.storage.database import Database
from lei.storage.deliveries import NewDelivery, add_deliveries, mark_sent, not_delivered, take_delivery
from lei.storage.runs import add_manual_run
from lei.storage.scorecards import NewScorecard, add_scorecard

Keys = Callable[..., dict[str, str]]

BOARD = {
    "name": "Board",
    "cron": "0 7 1 * *",
    "timezone": "Europe/Berlin",
    "on_working_day": True,
    "recipients": ["anna@example.com", "ben@example.com"],
}


def make(client: FlaskClient, keys: Keys, **changes: Any) -> dict[str, Any]:
    """A schedule made over HTTP."""
    answer = client.post("/api/v1/schedules", json={**BOARD, **changes}, headers=keys("scorecards"))
    assert answer.status_code == 201, answer.text
    return dict(answer.json)


def test_a_schedule_is_answered_with_its_next_five_runs_in_utc(client: FlaskClient, keys: Keys) -> None:
    made = make(client, keys, by="region", where={"role": "Agent"})
    assert made == {
        "id": made["id"],
        "name": "Board",
        "cron": "0 7 1 * *",
        "timezone": "Europe/Berlin",
        "on_working_day": True,
        "grain": "month",
        "where": {"role": "Agent"},
        "by": "region",
        "recipients": ["anna@example.com", "ben@example.com"],
        "unsubscribed": [],
        "enabled": True,
        "rule": None,
        "holidays": None,
        "after_downtime": "send_latest",
        "owner": None,
        "gate": None,
        "approval": False,
        "paused_until": None,
        "language": "en",
        "page_size": "A4",
        "when": "by cron 0 7 1 * *, Europe/Berlin, moved to the next business day",
        # In April Berlin is two hours ahead of UTC.
        "next_runs": [
            "2026-12-01T06:00:00Z",
            "2027-01-01T06:00:00Z",
            "2027-02-01T06:00:00Z",
            "2027-03-01T06:00:00Z",
            "2027-04-01T05:00:00Z",
        ],
        "next_periods": ["2026-11", "2026-12", "2027-01", "2027-02", "2027-03"],
        "notes": [],
        "created_at": "2026-11-21T10:00:00Z",
        "updated_at": "2026-11-21T10:00:00Z",
    }
    assert client.get(f"/api/v1/schedules/{made['id']}", headers=keys("read")).json == made


def test_a_schedule_says_its_language_and_its_paper(client: FlaskClient, keys: Keys) -> None:
    made = make(client, keys, page_size="Letter", language="en")
    path, headers = f"/api/v1/schedules/{made['id']}", keys("scorecards", "read")
    assert (made["language"], made["page_size"]) == ("en", "Letter")
    renamed = client.patch(path, json={"name": "Board of directors"}, headers=headers).json
    assert (renamed["language"], renamed["page_size"]) == ("en", "Letter")
    assert client.patch(path, json={"page_size": "A4"}, headers=headers).json["page_size"] == "A4"
    assert client.get(path, headers=headers).json["page_size"] == "A4"
    for field, wrong, known in (("page_size", "A5", "A4, Letter"), ("language", "xx", "en")):
        for refused in (
            client.patch(path, json={field: wrong}, headers=headers),
            client.post("/api/v1/schedules", json={**BOARD, field: wrong}, headers=headers),
        ):
            (problem,) = refused.json["errors"]
            assert (refused.status_code, problem["field"]) == (422, field)
            assert f"'{wrong}'; choose one of: {known}" in problem["message"]


def test_a_preview_is_drawn_as_the_schedule_says_or_as_one_asks(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    made = make(sqlite_client, sqlite_keys, page_size="Letter")
    widths = []
    for query in ({}, {"page_size": "A4"}):
        path = f"/api/v1/schedules/{made['id']}/preview"
        answer = sqlite_client.get(path, query_string=query, headers=sqlite_keys("scorecards"))
        with pikepdf.open(io.BytesIO(answer.data)) as document:
            widths.append(round(float(document.pages[0].MediaBox[2])))
    assert widths == [612, 595]


def test_a_schedule_by_a_rule_knows_holidays_and_gives_way_to_cron(
    sqlite_client: FlaskClient, sqlite_keys: Keys
) -> None:
    rule = {"every": "month", "at": "07:00", "business_day": 1}
    made = make(sqlite_client, sqlite_keys, cron=None, rule=rule, holidays="DE", on_working_day=False)
    assert made["cron"] is None
    assert made["rule"] == {**rule, "day": None, "weekday": None, "year_starts_in": 1}
    assert made["when"] == "at 07:00 on the first business day of every month, Europe/Berlin (holidays: DE)"
    # New Year's Day is a Friday: the first business day of January 2027 is Monday the 4th.
    assert made["next_runs"][:2] == ["2026-12-01T06:00:00Z", "2027-01-04T06:00:00Z"]
    path, headers = f"/api/v1/schedules/{made['id']}", sqlite_keys("scorecards")
    changed = sqlite_client.patch(path, json={"cron": "0 7 2 * *"}, headers=headers).json
    assert (changed["cron"], changed["rule"]) == ("0 7 2 * *", None)
    again = sqlite_client.patch(path, json={"rule": rule}, headers=headers).json
    assert (again["cron"], again["next_runs"]) == (None, made["next_runs"])
    both = sqlite_client.patch(path, json={"rule": rule, "cron": "0 7 2 * *"}, headers=headers)
    assert (both.status_code, both.json["errors"][0]["code"]) == (422, "one_of")


def test_the_next_run_can_be_skipped_and_is_on_record(client: FlaskClient, keys: Keys) -> None:
    made = make(client, keys)
    path, headers = f"/api/v1/schedules/{made['id']}", keys("scorecards")
    skipped = client.post(f"{path}/skip-next", headers=headers).json
    assert skipped["next_runs"][:4] == made["next_runs"][1:]
    (run,) = client.get(f"{path}/runs", headers=keys("read")).json["items"]
    assert (run["scheduled_for"], run["state"]) == (made["next_runs"][0], "skipped")
    assert run["reason"].startswith("Skipped by ")
    # Asking for a run now has nothing to do with the one that was skipped.
    asked = client.post(f"{path}/run", json={"period": "2026-10"}, headers=headers).json
    assert (asked["state"], asked["scheduled_for"]) == ("pending", "2026-11-21T10:00:00Z")
    client.patch(path, json={"enabled": False}, headers=headers)
    assert client.post(f"{path}/skip-next", headers=headers).status_code == 409


def test_a_schedule_without_a_zone_is_in_that_of_the_installation(
    sqlite_client: FlaskClient, sqlite_keys: Keys
) -> None:
    body = {key: value for key, value in BOARD.items() if key != "timezone"}
    answer = sqlite_client.post("/api/v1/schedules", json=body, headers=sqlite_keys("scorecards"))
    assert answer.json["timezone"] == "UTC"


def test_day_31_comes_with_a_note(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    made = make(sqlite_client, sqlite_keys, cron="0 7 31 * *", on_working_day=False)
    assert made["next_runs"][0] == "2026-12-31T06:00:00Z"
    assert made["notes"] == [
        "Months without a day 31 are skipped. For the last day of every month write L instead of 31."
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"cron": "every monday"}, "cron"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"grain": "week"}, "grain"),
        ({"recipients": ["not an address"]}, "recipients"),
        ({"recipients": []}, "recipients"),
        ({"recipients": "anna@example.com"}, "recipients"),
        ({"enabled": "yes"}, "enabled"),
        ({"on_working_day": 1.5}, "on_working_day"),
        ({"where": {"planet": "Mars"}}, "where"),
        ({"where": ["region:North"]}, "where"),
        ({"by": "planet"}, "by"),
        ({"name": ""}, "name"),
        ({"color": "red"}, "color"),
        ({"gate": {"min_coverage": 80}}, "gate"),
        ({"gate": {"deadline_days": 1.5, "min_coverage": 80}}, "gate"),
        ({"gate": {"deadline_days": 1, "min_coverage": "80"}}, "gate"),
        ({"gate": {"deadline_days": 1, "min_coverage": 80, "then": "wait"}}, "gate"),
        ({"gate": {"deadline_days": 1, "min_coverage": 80, "color": "red"}}, "gate"),
        ({"approval": "yes"}, "approval"),
        ({"paused_until": "tomorrow"}, "paused_until"),
    ],
)
def test_what_is_at_fault_is_named(
    sqlite_client: FlaskClient, sqlite_keys: Keys, changes: dict[str, Any], field: str
) -> None:
    answer = sqlite_client.post("/api/v1/schedules", json={**BOARD, **changes}, headers=sqlite_keys("scorecards"))
    assert answer.status_code == 422
    assert field in {error["field"].split(".")[0] for error in answer.json["errors"]}
    assert sqlite_client.get("/api/v1/schedules", headers=sqlite_keys("read")).json["items"] == []


def test_a_name_that_is_taken_is_a_conflict(client: FlaskClient, keys: Keys) -> None:
    make(client, keys)
    answer = client.post("/api/v1/schedules", json=BOARD, headers=keys("scorecards"))
    assert (answer.status_code, answer.content_type) == (409, "application/problem+json")


def test_what_is_left_out_of_a_change_stays(client: FlaskClient, keys: Keys, clock: FixedClock) -> None:
    made = make(client, keys, by="region")
    clock.instant += timedelta(hours=1)
    address = f"/api/v1/schedules/{made['id']}"
    changed = client.patch(address, json={"by": None, "recipients": ["eve@example.com"]}, headers=keys("scorecards"))
    assert changed.status_code == 200
    assert changed.json == {
        **made,
        "by": None,
        "recipients": ["eve@example.com"],
        "updated_at": "2026-11-21T11:00:00Z",
    }
    disabled = client.patch(address, json={"enabled": False}, headers=keys("scorecards"))
    assert disabled.json["next_runs"] == []
    unchanged = client.patch(address, json={}, headers=keys("scorecards"))
    assert unchanged.json == disabled.json


def test_a_deleted_schedule_is_gone(client: FlaskClient, keys: Keys) -> None:
    address = f"/api/v1/schedules/{make(client, keys)['id']}"
    gone = client.delete(address, headers=keys("scorecards"))
    assert (gone.status_code, gone.data, gone.content_type) == (204, b"", None)
    for again in (client.get(address, headers=keys("read")), client.delete(address, headers=keys("scorecards"))):
        assert again.status_code == 404
    assert client.get("/api/v1/schedules", headers=keys("read")).json == {"items": [], "next_cursor": None}


def test_schedules_are_listed_page_by_page(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    names = [make(sqlite_client, sqlite_keys, name=f"Board {letter}")["name"] for letter in "abcde"]
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        body = sqlite_client.get("/api/v1/schedules", query_string=query, headers=sqlite_keys("read")).json
        seen += [item["name"] for item in body["items"]]
        cursor = body["next_cursor"]
    assert (seen, cursor) == (names, None)
    refused = sqlite_client.get("/api/v1/schedules?cursor=abc", headers=sqlite_keys("read"))
    assert refused.status_code == 422


@pytest.mark.parametrize("body", [None, {}, {"period": None}])
def test_a_run_without_a_period_is_about_the_last_complete_one(
    sqlite_client: FlaskClient, sqlite_keys: Keys, body: dict[str, Any] | None
) -> None:
    address = f"/api/v1/schedules/{make(sqlite_client, sqlite_keys)['id']}"
    answer = (
        sqlite_client.post(f"{address}/run", json=body, headers=sqlite_keys("scorecards"))
        if body is not None
        else (sqlite_client.post(f"{address}/run", headers=sqlite_keys("scorecards")))
    )
    assert answer.status_code == 202
    assert (answer.json["period"], answer.json["state"], answer.json["kind"]) == ("2026-10", "pending", "manual")
    assert sqlite_client.get(f"{address}/runs", headers=sqlite_keys("read")).json["items"] == [answer.json]


def test_a_run_for_a_period_of_choice(client: FlaskClient, keys: Keys) -> None:
    address = f"/api/v1/schedules/{make(client, keys)['id']}/run"
    assert client.post(address, json={"period": "2026-03"}, headers=keys("scorecards")).json["period"] == "2026-03"
    for wrong in ("2026-12", "2026-Q1", "October"):
        refused = client.post(address, json={"period": wrong}, headers=keys("scorecards"))
        assert refused.status_code == 422
        assert refused.json["errors"][0]["field"] == "period"
    assert client.post("/api/v1/schedules/999/run", json={}, headers=keys("scorecards")).status_code == 404


def test_writing_needs_the_scope_scorecards(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    address = f"/api/v1/schedules/{make(sqlite_client, sqlite_keys)['id']}"
    reader = sqlite_keys("read")
    for answer in (
        sqlite_client.post("/api/v1/schedules", json=BOARD, headers=reader),
        sqlite_client.patch(address, json={"enabled": False}, headers=reader),
        sqlite_client.post(f"{address}/run", json={}, headers=reader),
        sqlite_client.delete(address, headers=reader),
    ):
        assert answer.status_code == 403


SENT_AT = datetime(2026, 11, 21, 10, 5, tzinfo=UTC)


@pytest.fixture
def delivered(client: FlaskClient, keys: Keys, database: Database, clock: FixedClock) -> int:
    """A schedule with three deliveries: one sent, one failed, one to do; its id."""
    schedule_id = int(make(client, keys)["id"])
    now = clock.now()
    with database.writing() as session:
        card = NewScorecard("", "month", "2026-10", {}, "default_v1", 1, None, now, "test", "{}", b"%PDF", "0" * 64)
        scorecard_id = add_scorecard(session, card)
        run_id = add_manual_run(session, schedule_id, "2026-10", now)
        for number, name in enumerate(("anna", "ben", "carl")):
            recipient = f"{name}@example.com"
            new = NewDelivery(run_id, '{"region":"North"}', recipient, scorecard_id, f"<{number}@example.com>")
            add_deliveries(session, [new], now)
        sent = take_delivery(session, "w", now)
        failed = take_delivery(session, "w", now)
        assert sent is not None
        assert failed is not None
        mark_sent(session, sent.id, SENT_AT)
        not_delivered(session, failed.id, "w", "No such user.", None)
    return schedule_id


def listed(client: FlaskClient, keys: Keys, **query: Any) -> list[tuple[str, str]]:
    """Recipient and status of the deliveries asked for."""
    answer = client.get("/api/v1/deliveries", query_string=query, headers=keys("read"))
    assert answer.status_code == 200
    return [(item["recipient"].partition("@")[0], item["status"]) for item in answer.json["items"]]


def test_deliveries_say_what_became_of_each(client: FlaskClient, keys: Keys, delivered: int) -> None:
    carl, ben, anna = client.get("/api/v1/deliveries", headers=keys("read")).json["items"]
    assert anna == {
        "id": anna["id"],
        "schedule": "Board",
        "schedule_id": delivered,
        "run_id": anna["run_id"],
        "kind": "manual",
        "period": "2026-10",
        "segment": {"region": "North"},
        "recipient": "anna@example.com",
        "status": "sent",
        "attempts": 1,
        "last_error": None,
        "created_at": "2026-11-21T10:00:00Z",
        "sent_at": "2026-11-21T10:05:00Z",
        "next_attempt_at": None,
        "scorecard_id": anna["scorecard_id"],
        "message_id": "<0@example.com>",
        "resend_of": None,
    }
    assert (ben["status"], ben["last_error"], ben["sent_at"]) == ("failed", "No such user.", None)
    assert (carl["status"], carl["next_attempt_at"]) == ("pending", "2026-11-21T10:00:00Z")


def test_deliveries_can_be_narrowed(client: FlaskClient, keys: Keys, delivered: int) -> None:
    every = [("carl", "pending"), ("ben", "failed"), ("anna", "sent")]
    assert listed(client, keys) == every
    assert listed(client, keys, schedule="Board") == listed(client, keys, schedule=str(delivered)) == every
    assert listed(client, keys, schedule="Other") == listed(client, keys, schedule="9" * 30) == []
    assert listed(client, keys, period="2026-10") == every
    assert listed(client, keys, period="2026-09") == []
    assert listed(client, keys, status="failed") == [("ben", "failed")]
    assert listed(client, keys, recipient="anna@example.com") == [("anna", "sent")]
    first = client.get("/api/v1/deliveries?limit=2", headers=keys("read")).json
    assert listed(client, keys, cursor=first["next_cursor"]) == every[2:]
    assert client.get("/api/v1/deliveries?status=lost", headers=keys("read")).status_code == 422
