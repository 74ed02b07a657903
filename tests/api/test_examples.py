"""The examples of the OpenAPI document run, one after the other, on the demo organization."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from api.app import create_app, load_endpoints
from api.context import Context
from api.examples import EXAMPLES, Example
from api.openapi import openapi_document
from lei.clock import FixedClock
from lei.config import Settings
from lei.services.access.manage_keys import create_key
from lei.storage.database import Database
from lei.storage.deliveries import NewDelivery, add_delivery, mark_sent
from lei.storage.runs import runs
from lei.storage.sent_messages import keep_message

Operations = dict[str, tuple[str, str, dict[str, Any]]]
Headers = dict[str, str]


@pytest.fixture(scope="module")
def operations() -> Operations:
    """(method, path, operation) by operationId."""
    load_endpoints()
    paths = openapi_document()["paths"].items()
    return {one["operationId"]: (method, path, one) for path, found in paths for method, one in found.items()}


@pytest.fixture
def database(demo: Database, tmp_path: Path) -> Iterator[Database]:
    """A copy of the demo."""
    file = tmp_path / "story.sqlite3"
    with closing(sqlite3.connect(str(demo.engine.url.database))) as told, closing(sqlite3.connect(file)) as copy:
        told.backup(copy)
    database = Database(f"sqlite:///{file}")
    yield database
    database.close()


@pytest.fixture
def story(database: Database, settings: Settings, clock: FixedClock) -> tuple[FlaskClient, Headers, Headers]:
    """A client, and the headers of two keys that may do everything."""
    with database.writing() as session:
        secrets = [create_key(session, name, ["admin"], clock.now()) for name in ("first", "second")]
    first, second = ({"Authorization": f"Bearer {secret}"} for secret in secrets)
    return create_app(Context(database, settings, clock)).test_client(), first, second


@pytest.fixture
def waiting(story: tuple[FlaskClient, Headers, Headers], database: Database) -> list[int]:
    """Two runs that the second key has asked for, as they are once a worker has drawn them: waiting for approval."""
    client, _, second = story
    plan = dict(EXAMPLES["schedules_create"].body or {}, approval=True, owner="maria@example.com")
    asked = []
    for name in ("First", "Second"):
        made = client.post("/api/v1/schedules", json=plan | {"name": name}, headers=second).get_json()
        run = client.post(f"/api/v1/schedules/{made['id']}/run", json={"period": "2026-10"}, headers=second)
        asked.append(run.get_json()["id"])
    with database.writing() as session:
        session.execute(sa.update(runs).where(runs.c.id.in_(asked)).values(state="awaiting_approval"))
    return asked


def sent_delivery(client: FlaskClient, headers: Headers, database: Database, now: datetime) -> int:
    """A delivery of the first scorecard that has reached somebody; its id."""
    plan = dict(EXAMPLES["schedules_create"].body or {}, name="Third")
    made = client.post("/api/v1/schedules", json=plan, headers=headers).get_json()
    run = client.post(f"/api/v1/schedules/{made['id']}/run", json={"period": "2026-10"}, headers=headers).get_json()
    with database.writing() as session:
        new = NewDelivery(run["id"], "{}", "maria@example.com", 1, "<1@example.com>")
        delivery_id = add_delivery(session, new, now)
        mark_sent(session, delivery_id, now)
        keep_message(session, delivery_id, b"Subject: October", "message/rfc822", None)
    return delivery_id


def test_every_request_that_needs_more_than_its_address_has_an_example(operations: Operations) -> None:
    def must_be_told(path: str, operation: dict[str, Any]) -> bool:
        asked = any(one["in"] == "query" and one.get("required") for one in operation["parameters"])
        return asked or "{" in path or "requestBody" in operation

    needs = {name for name, (_, path, one) in operations.items() if must_be_told(path, one)}
    assert set(EXAMPLES) == needs


def test_the_document_shows_the_examples(operations: Operations) -> None:
    for name, example in EXAMPLES.items():
        operation = operations[name][2]
        shown = {p["name"]: p["example"] for p in operation["parameters"] if "example" in p}
        assert shown == {**example.path, **example.query}, name
        if example.body is not None:
            assert operation["requestBody"]["content"][example.media_type]["example"] == example.body


def test_every_example_runs(
    story: tuple[FlaskClient, Headers, Headers],
    waiting: list[int],
    operations: Operations,
    database: Database,
    clock: FixedClock,
) -> None:
    client, first, second = story
    row = dict(EXAMPLES["observations_send"].body["observations"][0], value="x")  # type: ignore[index]
    refused = client.post("/api/v1/observations", json={"observations": [row]}, headers=first).get_json()
    idea = {"key": "an_idea", "name": "x", "program_type": "onboarding", "business_problem": "x"}
    assert client.post("/api/v1/programs", json=idea, headers=first).status_code == 201
    found = {"batches_rejected": {"batch_id": refused["batch_id"]}}
    found |= {"runs_approve": {"run_id": waiting[0]}, "runs_decline": {"run_id": waiting[1]}}
    plain = {name: Example() for name in operations if name not in EXAMPLES}
    for name, example in {**EXAMPLES, **plain}.items():
        method, path, _ = operations[name]
        if name == "deliveries_show":
            sent = {"delivery_id": sent_delivery(client, first, database, clock.now())}
            found |= dict.fromkeys(("deliveries_show", "deliveries_message", "deliveries_send_again"), sent)
        if name == "programs_close":
            clock.instant = datetime(2027, 6, 1, 9, 0, tzinfo=UTC)  # what was not launched cannot be closed
        values = found.get(name, example.path)
        caller = second if name == "weight_profiles_approve_version" else first
        answer = client.open(
            path.format(**values),
            method=method.upper(),
            query_string=dict(example.query),
            data=example.body if isinstance(example.body, str) else None,
            json=None if isinstance(example.body, str) else example.body,
            content_type=None if example.body is None else example.media_type,
            headers=caller | ({"If-Match": "*"} if method in ("put", "patch", "delete") else {}),
        )
        assert answer.status_code in (200, 201, 202, 204), (name, answer.status_code, answer.text[:2000])
