"""`Idempotency-Key`: a request that is repeated is answered as the first time and does nothing twice."""

from __future__ import annotations

import sqlalchemy as sa
from flask.testing import FlaskClient
from observation_requests import Keys, codes, counted, row, send_rows

from api.app import create_app
from api.context import Context
from lei.clock import FixedClock
from lei.config import Settings
from lei.storage.database import Database
from lei.storage.idempotency import claimed


def test_a_repeat_gets_the_first_answer_and_stores_nothing_more(client: FlaskClient, keys: Keys) -> None:
    headers = keys("ingest", "read") | {"Idempotency-Key": "night-1"}
    first, again = (send_rows(client, headers, row()) for _ in range(2))
    assert first.get_json() == again.get_json()
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")
    assert "Idempotency-Replayed" not in first.headers
    assert len(client.get("/api/v1/batches", headers=headers).get_json()["items"]) == 1


def test_a_refusal_is_repeated_too(client: FlaskClient, keys: Keys) -> None:
    headers = keys("ingest", "read") | {"Idempotency-Key": "night-1"}
    first, again = (send_rows(client, headers, row(value="x")) for _ in range(2))
    assert (first.status_code, again.status_code, again.content_type) == (422, 422, "application/problem+json")
    assert first.get_json() == again.get_json()
    assert len(client.get("/api/v1/batches", headers=headers).get_json()["items"]) == 1


def test_a_key_belongs_to_one_request_of_one_sender(client: FlaskClient, keys: Keys) -> None:
    mine, others = (keys(*scopes) | {"Idempotency-Key": "n"} for scopes in (("ingest",), ("ingest", "read")))
    assert send_rows(client, mine, row()).status_code == 200
    for answer in (send_rows(client, mine, row(value=1)), send_rows(client, mine, row(), dry_run="true")):
        assert (answer.status_code, codes(answer)) == (422, [(None, "Idempotency-Key", "key_reused")])
    assert send_rows(client, others, row(value=1)).status_code == 200
    assert send_rows(client, keys("ingest") | {"Idempotency-Key": ""}, row()).status_code == 422


def test_while_the_first_request_is_running_a_repeat_is_409(
    client: FlaskClient, keys: Keys, database: Database
) -> None:
    headers = keys("ingest") | {"Idempotency-Key": "night-1"}
    with claimed(database, "ingest", "night-1") as free:
        assert free
        answer = send_rows(client, headers, row())
        assert (answer.status_code, "still running" in answer.get_json()["detail"]) == (409, True)
    assert send_rows(client, headers, row()).status_code == 200


def test_an_answer_is_kept_for_seven_days(
    client: FlaskClient, keys: Keys, clock: FixedClock, database: Database
) -> None:
    headers = keys("ingest") | {"Idempotency-Key": "night-1"}
    assert send_rows(client, headers, row()).status_code == 200
    clock.instant = clock.instant.replace(day=28)
    assert counted(send_rows(client, headers, row(value=1))) == (1, 0, 1, 0, 0, 0)
    with database.reading() as session:
        assert session.scalar(sa.text("SELECT COUNT(*) FROM idempotency_records")) == 1


def test_the_first_answer_survives_a_restart_of_the_service(
    client: FlaskClient, keys: Keys, database: Database, settings: Settings, clock: FixedClock
) -> None:
    """Another process is another application with a connection of its own; nothing it knows is from the first."""
    headers, others = (keys("ingest") | {"Idempotency-Key": name} for name in ("night-1", "night-2"))
    rows = [row(period=f"2026-{month:02d}") for month in range(1, 11)]
    firsts = [send_rows(client, headers, *rows), send_rows(client, others, row(value=1))]
    restarted = Database(database.engine.url.render_as_string(hide_password=False))
    other = create_app(Context(restarted, settings, clock)).test_client()
    again = [send_rows(other, headers, *rows), send_rows(other, others, row(value=1))]
    assert [one.get_data() for one in again] == [one.get_data() for one in firsts]
    assert [one.headers["Idempotency-Replayed"] for one in again] == ["true", "true"]
    restarted.close()
