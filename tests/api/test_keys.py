"""Keys that expire, that are rotated, and that may speak for one source alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from observation_requests import codes, ndjson, row, send, send_rows

from lei.clock import FixedClock
from lei.errors import ConflictError, InvalidError
from lei.services.access.manage_keys import KeyLimits, create_key, revoke, rotate_key
from lei.storage.database import Database

Keys = Callable[..., dict[str, str]]
MEASURES = "/api/v1/measures"


def make(database: Database, now: datetime, *scopes: str, **limits: object) -> str:
    with database.writing() as session:
        return create_key(session, "hris", scopes or ("read",), now, KeyLimits(**limits))  # type: ignore[arg-type]


def status(client: FlaskClient, secret: str) -> int:
    return client.get(MEASURES, headers={"Authorization": f"Bearer {secret}"}).status_code


def test_a_typo_is_told_from_an_unknown_key(client: FlaskClient, database: Database, clock: FixedClock) -> None:
    secret = make(database, clock.now())
    typo = secret[:20] + ("x" if secret[20] != "x" else "y") + secret[21:]
    said = {}
    for name, sent in (("typo", typo), ("cut off", secret[:-3]), ("unknown", "lei_" + "A" * 43 + "ec2b81ba")):
        answer = client.get(MEASURES, headers={"Authorization": f"Bearer {sent}"})
        assert answer.status_code == 401
        said[name] = answer.get_json()["detail"]
    assert "a letter is wrong or missing" in said["typo"]
    assert "a letter is wrong or missing" in said["cut off"]
    assert "not known" in said["unknown"]


def test_a_key_ends_when_it_was_to_end(client: FlaskClient, database: Database, clock: FixedClock) -> None:
    secret = make(database, clock.now(), expires_at=datetime(2026, 11, 22, tzinfo=UTC))
    clock.instant = datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC)
    assert status(client, secret) == 200
    clock.instant = datetime(2026, 11, 22, tzinfo=UTC)
    answer = client.get(MEASURES, headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, "expired on 2026-11-22" in answer.get_json()["detail"]) == (401, True)
    with pytest.raises(ConflictError, match="has expired"), database.writing() as session:
        rotate_key(session, "hris", clock.now(), clock.now())
    with pytest.raises(InvalidError, match="which has passed"), database.writing() as session:
        create_key(session, "late", ["read"], clock.now(), KeyLimits(expires_at=clock.now()))


def test_two_secrets_are_live_while_a_key_is_rotated(
    client: FlaskClient, database: Database, clock: FixedClock
) -> None:
    first = make(database, clock.now())
    with database.writing() as session:
        second = rotate_key(session, "hris", clock.now() + timedelta(days=7), clock.now())
    assert [status(client, secret) for secret in (first, second)] == [200, 200]
    clock.instant += timedelta(days=7)
    assert [status(client, secret) for secret in (first, second)] == [401, 200]
    answer = client.get(MEASURES, headers={"Authorization": f"Bearer {first}"})
    assert "was rotated" in answer.get_json()["detail"]
    with database.writing() as session:
        third = rotate_key(session, "hris", clock.now() + timedelta(days=1), clock.now())
    assert [status(client, secret) for secret in (first, second, third)] == [401, 200, 200]
    with database.writing() as session:
        revoke(session, "hris", clock.now())
    assert [status(client, secret) for secret in (second, third)] == [401, 401]


def test_a_leaked_secret_can_be_ended_at_once(client: FlaskClient, database: Database, clock: FixedClock) -> None:
    leaked = make(database, clock.now())
    with database.writing() as session:
        new = rotate_key(session, "hris", clock.now(), clock.now())
    assert [status(client, secret) for secret in (leaked, new)] == [401, 200]


def test_a_key_that_is_bound_to_a_source_speaks_for_it_alone(
    client: FlaskClient, database: Database, clock: FixedClock, keys: Keys
) -> None:
    secret = make(database, clock.now(), "ingest", "read", source="workday")
    bound = {"Authorization": f"Bearer {secret}"}
    assert send_rows(client, bound, row(), row(period="2026-09", source="workday")).status_code == 200
    found = client.get("/api/v1/observations", headers=bound).get_json()["items"]
    assert {one["source"] for one in found} == {"workday"}
    other = [row(period="2026-08", source="lms"), row(period="2026-08", source="lms", measure="nothing")]
    table = "measure,period,value,sample_size,source\npass_rate,2026-08,1,9,lms\nnothing,2026-08,1,9,lms"
    for answer in (
        send_rows(client, bound, *other),
        send(client, bound, ndjson(*other), "application/x-ndjson"),
        send(client, bound, table, "text/csv"),
    ):
        assert answer.status_code == 422
        assert codes(answer) == [
            (1, "source", "foreign_source"),
            (2, "measure", "unknown_measure"),
            (2, "source", "foreign_source"),
        ]
    stranger = send_rows(client, keys("ingest"), row(period="2026-07"), row(value="x"), on_error="skip").get_json()
    batch = f"/api/v1/batches/{stranger['batch_id']}"
    for method, path in (("POST", f"{batch}/revert"), ("GET", f"{batch}/rejected")):
        answer = client.open(path, method=method, headers=bound)
        assert (answer.status_code, "bound to the source 'workday'" in answer.text) == (403, True)
