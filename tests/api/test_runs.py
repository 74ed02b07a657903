"""Approval, preview and test of schedules, and whether deliveries go on, as a client sees them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from lei.clock import FixedClock
from lei.config import Settings
from lei.delivery.registry import transport_for
from lei.reports.figures import ScorecardFigures, from_json
from lei.services.access.manage_users import create_user
from lei.services.deliveries.deliver import work_off
from lei.services.scorecards.draw_pack import draw_pack
from lei.services.workers.watch_workers import note_life
from lei.services.workers.worker import Worker
from lei.storage.database import Database
from lei.storage.deliveries import deliveries
from lei.storage.runs import runs
from lei.storage.scorecards import scorecards

Keys = Callable[..., dict[str, str]]

OWNER = "olga@example.com"
PLAN = {
    "name": "Board",
    "cron": "0 7 1 * *",
    "timezone": "Europe/Berlin",
    "recipients": ["anna@example.com"],
    "owner": OWNER,
}
COMMENT = "The export of <Logistics> has a gap."


def make(client: FlaskClient, keys: Keys, **changes: Any) -> str:
    """The address of a schedule made over HTTP."""
    answer = client.post("/api/v1/schedules", json={**PLAN, **changes}, headers=keys("scorecards"))
    assert answer.status_code == 201, answer.text
    return f"/api/v1/schedules/{answer.json['id']}"


@pytest.fixture
def work(database: Database, settings: Settings, clock: FixedClock) -> Callable[[], None]:
    """One look of a worker that really draws, and writes mails into the outbox."""
    worker = Worker(database, settings, clock, "worker-1", transport_for(settings), draw_pack)
    return lambda: work_off(worker)


def figures_in(pdf: bytes) -> ScorecardFigures:
    """The figures that a PDF carries."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return from_json(document.attachments["figures.json"].get_file().read_bytes().decode())


def stored(database: Database, table: sa.Table) -> int:
    """How many rows a table has."""
    with database.reading() as session:
        return int(session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_gate_owner_and_pause_are_part_of_a_schedule(client: FlaskClient, keys: Keys) -> None:
    gate = {"min_coverage": 80.0, "max_age_days": 5, "deadline_days": 3, "deadline_at": "17:00"}
    path = make(client, keys, gate={**gate, "then": "send_incomplete"}, approval=True, paused_until="2027-01-15")
    made = client.get(path, headers=keys("read")).json
    assert made["gate"] == {**gate, "then": "send_incomplete"}
    assert (made["owner"], made["approval"], made["paused_until"]) == (OWNER, True, "2027-01-15")
    assert made["next_runs"][0] == "2027-02-01T06:00:00Z"
    changed = client.patch(path, json={"gate": None, "paused_until": None}, headers=keys("scorecards")).json
    assert (changed["gate"], changed["approval"], changed["next_runs"][0]) == (None, True, "2026-12-01T06:00:00Z")
    refused = client.patch(path, json={"owner": None}, headers=keys("scorecards"))
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "owner")
    share = client.patch(path, json={"gate": {**gate, "min_coverage": 0.8}}, headers=keys("scorecards")).json
    assert share["errors"][0]["hint"] == "Write 80 for 80%."


def test_a_run_is_approved_with_a_comment_that_stands_in_the_scorecard(
    client: FlaskClient, keys: Keys, work: Callable[[], None], clock: FixedClock
) -> None:
    path = make(client, keys, approval=True)
    asked = client.post(f"{path}/run", json={"period": "2026-10"}, headers=keys("scorecards")).json
    assert asked["requested_by"] == "scorecards"
    work()
    address = f"/api/v1/runs/{asked['id']}"
    run = client.get(address, headers=keys("read")).json
    assert (run["state"], run["next_attempt_at"]) == ("awaiting_approval", None)
    (draft,) = run["scorecards"]
    assert draft["purpose"] == "draft"
    assert figures_in(client.get(draft["links"]["pdf"], headers=keys("read")).data).mark == "DRAFT"
    assert client.get("/api/v1/scorecards", headers=keys("read")).json["items"] == []
    assert client.get("/api/v1/deliveries", headers=keys("read")).json["items"] == []

    for body in ({}, {"comment": "  "}, {"comment": "x" * 501}, {"comment": "x", "by": "me"}):
        assert client.post(f"{address}/approve", json=body, headers=keys("scorecards")).status_code == 422
    own = client.post(f"{address}/approve", json={"comment": COMMENT}, headers=keys("scorecards"))
    assert own.status_code == 403
    other = keys("read", "scorecards")
    approved = client.post(f"{address}/approve", json={"comment": COMMENT}, headers=other)
    assert approved.status_code == 200, approved.text
    assert (approved.json["state"], approved.json["decided_by"], approved.json["comment"]) == (
        "pending",
        "read+scorecards",
        COMMENT,
    )
    assert client.post(f"{address}/approve", json={"comment": COMMENT}, headers=other).status_code == 409
    work()
    run = client.get(address, headers=keys("read")).json
    assert run["state"] == "done"
    assert [made["purpose"] for made in run["scorecards"]] == ["draft", "published"]
    assert client.get("/api/v1/scorecards", headers=keys("read")).json["items"] == run["scorecards"][1:]
    figures = figures_in(client.get(run["scorecards"][1]["links"]["pdf"], headers=keys("read")).data)
    assert figures.comment is not None
    assert (figures.mark, figures.comment.text, figures.comment.by) == ("", COMMENT, "read+scorecards")
    assert figures.comment.at == clock.now()


def test_a_run_is_declined_with_a_reason(client: FlaskClient, keys: Keys, work: Callable[[], None]) -> None:
    path = make(client, keys, approval=True)
    asked = client.post(f"{path}/run", headers=keys("scorecards")).json
    address = f"/api/v1/runs/{asked['id']}"
    early = client.post(f"{address}/decline", json={"reason": "No."}, headers=keys("scorecards"))
    assert (early.status_code, early.json["detail"]) == (
        409,
        f"The run {asked['id']} awaits no approval: it is pending.",
    )
    work()
    # Whoever asked for it may still withdraw it.
    ended = client.post(f"{address}/decline", json={"reason": "A gap."}, headers=keys("scorecards")).json
    assert (ended["state"], ended["reason"]) == ("cancelled", "Declined by scorecards: A gap.")
    assert client.get(f"{address}0", headers=keys("read")).status_code == 404


def test_a_preview_is_what_would_be_sent_and_is_stored_nowhere(
    client: FlaskClient, keys: Keys, database: Database
) -> None:
    path, headers = make(client, keys, gate={"min_coverage": 80, "deadline_days": 1}), keys("scorecards")
    answer = client.get(f"{path}/preview?period=2026-10", headers=headers)
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    figures = figures_in(answer.data)
    assert (figures.mark, figures.period, figures.incomplete) == (
        "PREVIEW",
        "2026-10",
        "There is no data of October 2026 yet.",
    )
    assert figures_in(client.get(f"{path}/preview", headers=headers).data).period == "2026-10"
    assert [stored(database, table) for table in (scorecards, runs, deliveries)] == [0, 0, 0]
    for query in ("period=2026-12", "period=2026-Q3", "value=North"):
        assert client.get(f"{path}/preview?{query}", headers=headers).status_code == 422, query


def test_a_preview_by_a_dimension_is_of_one_value(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    rows = [
        {"measure": "audience_reach", "period": "2026-10", "value": 50, "sample_size": 40, "dimensions": {"region": at}}
        for at in ("North", "South")
    ]
    sqlite_client.post("/api/v1/observations", json={"observations": rows}, headers=sqlite_keys("ingest"))
    path, headers = f"{make(sqlite_client, sqlite_keys, by='region')}/preview", sqlite_keys("scorecards")
    assert figures_in(sqlite_client.get(path, headers=headers).data).segment == {"region": "North"}
    assert figures_in(sqlite_client.get(f"{path}?value=South", headers=headers).data).segment == {"region": "South"}
    refused = sqlite_client.get(f"{path}?value=East", headers=headers)
    assert refused.json["errors"][0]["message"] == (
        "The schedule makes no scorecard for 'East'. There are: North, South."
    )


def test_a_test_goes_to_one_address_and_is_no_part_of_what_was_published(
    client: FlaskClient, keys: Keys, work: Callable[[], None], database: Database, settings: Settings, clock: FixedClock
) -> None:
    path, headers = make(client, keys, approval=True), keys("scorecards")
    with database.writing() as session:
        create_user(session, "Tim@example.com", "viewer", "a long enough password", clock.now())
    for to in ("anna@example.com", "eve@example.com"):
        refused = client.post(f"{path}/test", json={"to": to}, headers=headers)
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "to")
    asked = client.post(f"{path}/test", json={"to": "tim@example.com", "period": "2026-09"}, headers=headers)
    assert asked.status_code == 202, asked.text
    assert (asked.json["kind"], asked.json["test_recipient"], asked.json["period"]) == (
        "test",
        "tim@example.com",
        "2026-09",
    )
    assert client.post(f"{path}/test", headers=headers).json["test_recipient"] == OWNER
    assert client.post(f"{path}/test", json={"period": "2026-12"}, headers=headers).status_code == 422
    work()
    mails = {file.name.split("_")[1]: file.read_text("utf-8") for file in settings.outbox.glob("*.eml")}
    assert set(mails) == {"tim@example.com", OWNER}
    assert all("\nSubject: TEST: Learning scorecard" in mail.replace("\r\n", "\n") for mail in mails.values())
    found = client.get("/api/v1/deliveries", headers=keys("read")).json["items"]
    assert {(item["recipient"], item["kind"], item["status"]) for item in found} == {
        ("tim@example.com", "test", "sent"),
        (OWNER, "test", "sent"),
    }
    assert client.get("/api/v1/scorecards", headers=keys("read")).json["items"] == []
    # The run of the day is another one, whatever was tried.
    clock.instant += timedelta(days=10)
    work()
    assert [run["kind"] for run in client.get(f"{path}/runs", headers=keys("read")).json["items"]] == [
        "scheduled",
        "test",
        "test",
    ]


def test_without_an_owner_a_test_must_say_to_whom(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    path = make(sqlite_client, sqlite_keys, owner=None)
    refused = sqlite_client.post(f"{path}/test", headers=sqlite_keys("scorecards"))
    assert refused.json["errors"][0]["message"] == "Say `to` whom the test goes: the schedule has no owner."


def test_whether_deliveries_go_on_can_be_asked_of_any_process(
    client: FlaskClient, keys: Keys, database: Database, settings: Settings, clock: FixedClock
) -> None:
    path = make(client, keys)
    nobody = client.get("/api/v1/deliveries/health", headers=keys("read")).json
    assert nobody == {
        "status": "no_worker",
        "last_tick_at": None,
        "workers": [],
        "overdue_runs": [],
        "overdue_deliveries": 0,
    }
    note_life(Worker(database, settings, clock, "worker-1", transport_for(settings), draw_pack))
    alive = client.get("/api/v1/deliveries/health", headers=keys("read")).json
    assert (alive["status"], alive["last_tick_at"]) == ("ok", "2026-11-21T10:00:00Z")
    assert alive["workers"] == [{"name": "worker-1", "last_tick_at": "2026-11-21T10:00:00Z"}]
    clock.instant += timedelta(days=10)
    (late,) = client.get("/api/v1/deliveries/health", headers=keys("read")).json["overdue_runs"]
    schedule_id = int(path.rpartition("/")[2])
    assert late == {"schedule_id": schedule_id, "scheduled_for": "2026-12-01T06:00:00Z", "run_id": None}
