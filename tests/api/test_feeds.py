"""Feeds: whether what a source sends of a measure comes as it should."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from observation_requests import row, send_rows

from lei.clock import FixedClock
from lei.storage.database import Database
from lei.storage.feeds import note_receipts, noted_up_to, receipts_between
from lei.storage.observations import last_observation_id

Keys = Callable[..., dict[str, str]]
FEEDS = "/api/v1/feeds"


def send_monthly(client: FlaskClient, headers: dict[str, str], clock: FixedClock, months: range) -> None:
    for month in months:
        clock.instant = datetime(2026, month, 5, 8, 0, tzinfo=UTC)
        assert send_rows(client, headers, row(period=f"2026-{month - 1:02d}", source="lms")).status_code == 200


def on(clock: FixedClock, month: int, day: int) -> None:
    clock.instant = datetime(2026, month, day, 8, 0, tzinfo=UTC)


def only_feed(client: FlaskClient, keys: Keys, **query: str) -> dict[str, Any]:
    (feed,) = client.get(FEEDS, headers=keys("read"), query_string=query).get_json()["items"]
    return dict(feed)


def test_a_rhythm_is_learned_and_its_breach_is_told(client: FlaskClient, keys: Keys, clock: FixedClock) -> None:
    send_monthly(client, keys("ingest"), clock, range(6, 9))
    assert only_feed(client, keys)["state"] == "new", "three days of receipt tell no rhythm"
    send_monthly(client, keys("ingest"), clock, range(9, 10))
    on(clock, 9, 30)
    assert only_feed(client, keys) == {
        "source": "lms",
        "measure": "pass_rate",
        "state": "on_time",
        "rhythm": "monthly",
        "rhythm_from": "history",
        "grace_days": 10,
        "owner_email": None,
        "last_received": "2026-09-05",
        "expected_next": "2026-10-05",
        "silent_since": None,
    }
    on(clock, 10, 16)
    assert only_feed(client, keys, state="late")["expected_next"] == "2026-10-05"
    on(clock, 11, 16)
    assert only_feed(client, keys, state="silent", source="lms", measure="pass_rate")["silent_since"] == "2026-11-16"
    assert client.get(f"{FEEDS}?state=late", headers=keys("read")).get_json()["items"] == []


def test_what_comes_again_without_a_change_is_no_receipt_and_neither_is_a_revert(
    client: FlaskClient, keys: Keys, clock: FixedClock
) -> None:
    send_monthly(client, keys("ingest"), clock, range(6, 10))
    on(clock, 10, 2)
    send_rows(client, keys("ingest"), row(period="2026-08", source="lms"))
    batch = client.get("/api/v1/batches?limit=2", headers=keys("read")).get_json()["items"][1]["id"]
    assert client.post(f"/api/v1/batches/{batch}/revert", headers=keys("ingest")).status_code == 200
    assert only_feed(client, keys)["last_received"] == "2026-09-05"


def test_receipts_that_were_noted_say_the_same(
    client: FlaskClient, keys: Keys, clock: FixedClock, database: Database
) -> None:
    send_monthly(client, keys("ingest"), clock, range(6, 10))
    before = only_feed(client, keys)
    for _ in range(2):
        with database.writing() as session:
            after, up_to = noted_up_to(session, hold=True), last_observation_id(session)
            note_receipts(session, receipts_between(session, 0, up_to), up_to)
        assert after in (0, up_to)
        assert only_feed(client, keys) == before


def test_a_feed_is_set_before_it_ever_came(client: FlaskClient, keys: Keys, clock: FixedClock) -> None:
    on(clock, 3, 2)
    wanted = {"rhythm": "weekly", "grace_days": 1, "owner_email": "hris@example.com"}
    answer = client.put(f"{FEEDS}/hris/pass_rate", json=wanted, headers=keys("weights"))
    assert answer.status_code == 200, answer.text
    assert answer.get_json() == wanted | {
        "source": "hris",
        "measure": "pass_rate",
        "state": "new",
        "rhythm_from": "setting",
        "last_received": None,
        "expected_next": "2026-03-09",
        "silent_since": None,
    }
    on(clock, 3, 11)
    assert only_feed(client, keys)["state"] == "late"
    on(clock, 3, 18)
    assert only_feed(client, keys)["silent_since"] == "2026-03-18"
    send_rows(client, keys("ingest"), row(source="hris", period="2026-02"))
    assert only_feed(client, keys)["state"] == "on_time"
    cleared = client.put(f"{FEEDS}/hris/pass_rate", json={}, headers=keys("weights")).get_json()
    assert (cleared["state"], cleared["rhythm"], cleared["owner_email"]) == ("new", None, None)


@pytest.mark.parametrize(
    ("path", "body", "status", "word"),
    [
        ("lms/pass_rte", {}, 404, "did you mean `pass_rate`?"),
        ("%20lms/pass_rate", {}, 422, "blank"),
        ("lms/pass_rate", {"rhythm": "hourly"}, 422, "rhythm"),
        ("lms/pass_rate", {"grace_days": -1}, 422, "grace_days"),
        ("lms/pass_rate", {"owner_email": "nobody"}, 422, "owner_email"),
    ],
)
def test_what_cannot_be_set_is_said(
    sqlite_client: FlaskClient, sqlite_keys: Keys, path: str, body: dict[str, Any], status: int, word: str
) -> None:
    answer = sqlite_client.put(f"{FEEDS}/{path}", json=body, headers=sqlite_keys("weights"))
    assert (answer.status_code, word in answer.text) == (status, True), answer.text
    assert sqlite_client.get(FEEDS, headers=sqlite_keys("read")).get_json()["items"] == []


def test_feeds_come_in_pages(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    rows = [row(source=f"s{place}") for place in range(3)]
    send_rows(sqlite_client, sqlite_keys("ingest"), *rows)
    first = sqlite_client.get(f"{FEEDS}?limit=2", headers=sqlite_keys("read"))
    second = sqlite_client.get(first.headers["Link"].partition(">")[0][1:], headers=sqlite_keys("read"))
    assert [[feed["source"] for feed in page.get_json()["items"]] for page in (first, second)] == [["s0", "s1"], ["s2"]]
    assert "Link" not in second.headers
