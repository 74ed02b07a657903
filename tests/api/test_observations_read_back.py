"""`GET /observations` and `/batches`: what was sent can be read back as it was sent, and taken back."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from observation_requests import POST, Keys, row, send_rows, values


@pytest.fixture
def filled(client: FlaskClient, keys: Keys) -> dict[str, str]:
    """Six observations, one of them corrected, one retracted; headers that may read and send."""
    headers = keys("ingest", "read")
    rows = [
        row(value=1, period="2026-08"),
        row(value=2, period="2026-09", dimensions={"unit": "A", "region": "EMEA"}),
        row(value=3, period="2026-09-15", dimensions={"unit": "B"}),
        row(value=4, period="2026-Q3", dimensions={}),
        row(value=5, period="2026-10", measure="skill_uplift", source="lms"),
        row(value=6, period="2026-10", sample_size=4),
    ]
    assert send_rows(client, headers, *rows).status_code == 200
    assert send_rows(client, headers, rows[0] | {"value": 1.5}, rows[2] | {"value": None}).status_code == 200
    return headers


FILTERS: list[tuple[dict[str, Any], list[float | None]]] = [
    ({}, [1.5, 2, 4, 5, 6]),
    ({"measure": "skill_uplift"}, [5]),
    ({"source": "lms"}, [5]),
    ({"source": "nobody"}, []),
    ({"from": "2026-09", "to": "2026-09"}, [2, 4]),
    ({"to": "2026-Q3"}, [1.5, 2, 4]),
    ({"where": "unit:A"}, [1.5, 2, 5, 6]),
    ({"where": ["unit:A", "region:EMEA"]}, [2]),
    ({"where": "unit:Z"}, []),
    ({"history": "true"}, [1, 1.5, 2, 3, None, 4, 5, 6]),
]


def test_observations_are_filtered(client: FlaskClient, filled: dict[str, str]) -> None:
    for query, wanted in FILTERS:
        found = values(client.get(POST, headers=filled, query_string=query))
        assert sorted(found, key=lambda value: value or 3.5) == wanted, query


def test_history_says_what_replaced_what_and_when(client: FlaskClient, filled: dict[str, str]) -> None:
    items = client.get(POST, headers=filled, query_string={"history": "true", "to": "2026-08"}).get_json()["items"]
    assert [(one["revision"], one["value"], one["current"]) for one in items] == [(1, 1.0, False), (2, 1.5, True)]
    assert items[0] == {
        "measure": "pass_rate",
        "period": "2026-08",
        "value": 1.0,
        "sample_size": 40,
        "reason": None,
        "dimensions": {"unit": "A"},
        "source": "ingest+read",
        "batch_id": items[0]["batch_id"],
        "recorded_at": "2026-11-21T10:00:00Z",
        "revision": 1,
        "current": False,
    }
    retracted = client.get(POST, headers=filled, query_string={"history": "true", "where": "unit:B"}).get_json()
    assert [(one["value"], one["reason"], one["current"]) for one in retracted["items"]] == [
        (3.0, None, False),
        (None, "retracted", False),
    ]


def test_pages_follow_one_another_without_gaps(client: FlaskClient, filled: dict[str, str]) -> None:
    whole = values(client.get(POST, headers=filled, query_string={"history": "true"}))
    query: dict[str, Any] = {"history": "true", "limit": 3}
    found = []
    while True:
        answer = client.get(POST, headers=filled, query_string=query)
        found += values(answer)
        query["cursor"] = answer.get_json()["next_cursor"]
        if query["cursor"] is None:
            break
    assert found == whole
    assert client.get(POST, headers=filled, query_string={"cursor": "bm9wZQ=="}).status_code == 422


def test_a_cursor_counts_for_its_own_list_and_filters_alone(client: FlaskClient, filled: dict[str, str]) -> None:
    """Elsewhere its place says nothing, and rows would be left out in silence."""
    first = client.get(POST, headers=filled, query_string={"limit": 1, "measure": "pass_rate"}).get_json()
    cursor = first["next_cursor"]
    again = {"measure": "pass_rate", "cursor": cursor}
    assert client.get(POST, headers=filled, query_string=again | {"limit": 2}).status_code == 200
    for path, query in (
        (POST, {"cursor": cursor}),
        (POST, again | {"history": "true"}),
        (POST, again | {"measure": "skill_uplift"}),
        (POST, again | {"cursor": cursor + "A"}),
        ("/api/v1/batches", {"cursor": cursor}),
    ):
        answer = client.get(path, headers=filled, query_string=query)
        assert answer.status_code == 422, (path, query)
        assert answer.get_json()["errors"][0]["field"] == "cursor"


def test_small_groups_are_private_to_those_who_did_not_send_them(
    client: FlaskClient, filled: dict[str, str], keys: Keys
) -> None:
    answer = client.get(POST, headers=keys("read"), query_string={"from": "2026-10", "measure": "pass_rate"})
    (hidden,) = answer.get_json()["items"]
    assert (hidden["value"], hidden["sample_size"], hidden["reason"]) == (None, None, "small_group")
    for scope in ("ingest", "admin"):
        answer = client.get(POST, headers=keys("read", scope), query_string={"from": "2026-10"})
        assert 6 in values(answer)


def test_a_small_group_keeps_back_what_would_tell_of_it_by_subtraction(client: FlaskClient, keys: Keys) -> None:
    rows = [
        {"measure": "completion_rate", "period": period, "value": 40, "sample_size": size, "dimensions": segment}
        for period, size, segment in (
            ("2026-07", 100, {}),
            ("2026-07", 96, {"unit": "A"}),
            ("2026-07", 4, {"unit": "B"}),
            ("2026-08", 96, {"unit": "A"}),
        )
    ]
    assert client.post(POST, json={"observations": rows}, headers=keys("ingest")).status_code == 200
    answer = client.get(
        POST, headers=keys("read"), query_string={"measure": "completion_rate", "to": "2026-08", "from": "2026-07"}
    )
    assert [one["sample_size"] for one in answer.get_json()["items"]] == [None, None, None, 96]


def test_people_whom_no_unit_reports_are_not_told_by_subtraction(client: FlaskClient, keys: Keys) -> None:
    """September has 3 people outside its units: (66 x 153 - 70 x 100 - 60 x 50) / 3 would be what they reached."""
    rows = [
        row(value=value, period=period, sample_size=size, dimensions=segment)
        for period, value, size, segment in (
            ("2026-09", 66, 153, {}),
            ("2026-09", 70, 100, {"unit": "A"}),
            ("2026-09", 60, 50, {"unit": "B"}),
            ("2026-10", 66, 155, {}),
            ("2026-10", 70, 100, {"unit": "A"}),
            ("2026-10", 60, 50, {"unit": "B"}),
        )
    ]
    assert send_rows(client, keys("ingest"), *rows).status_code == 200
    september, october = (
        client.get(POST, headers=keys("read"), query_string={"from": month, "to": month}).get_json()["items"]
        for month in ("2026-09", "2026-10")
    )
    assert [(one["value"], one["sample_size"], one["reason"]) for one in september] == [(None, None, "small_group")] * 3
    assert sorted(one["sample_size"] for one in october) == [50, 100, 155]


def test_what_each_of_a_few_answered_is_not_told_by_all_or_none(client: FlaskClient, keys: Keys) -> None:
    rows = [
        row(value=value, period=period, sample_size=size, dimensions={}, measure=measure)
        for period, value, size, measure in (
            ("2026-06", 100, 12, "pass_rate"),
            ("2026-07", 0, 19, "pass_rate"),
            ("2026-08", 100, 20, "pass_rate"),
            ("2026-09", 99, 12, "pass_rate"),
            ("2026-10", 100, 12, "time_to_competency"),
        )
    ]
    assert send_rows(client, keys("ingest"), *rows).status_code == 200
    items = client.get(POST, headers=keys("read")).get_json()["items"]
    assert [(one["value"], one["reason"]) for one in items] == [
        (None, "small_group"),
        (None, "small_group"),
        (100, None),
        (99, None),
        (100, None),
    ]


def test_questions_that_make_no_sense_are_refused(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    for query in ("measure=pass_rat", "where=untit:A", "where=unit", "from=x", "limit=1001", "limit=0", "a=1"):
        assert sqlite_client.get(f"{POST}?{query}", headers=sqlite_keys("read")).status_code == 422, query


def test_batches_are_listed_shown_and_reverted(client: FlaskClient, filled: dict[str, str]) -> None:
    listed = client.get("/api/v1/batches", headers=filled).get_json()["items"]
    assert [(one["kind"], one["status"], one["received"]) for one in listed] == [
        ("ingest", "stored", 2),
        ("ingest", "stored", 6),
    ]
    second, first = (one["id"] for one in listed)
    reverted = client.post(f"/api/v1/batches/{first}/revert", headers=filled)
    body = reverted.get_json()
    assert (reverted.status_code, body["reverts_batch_id"], body["not_restored"]) == (200, first, 2)
    assert {error["code"] for error in body["errors"]} == {"touched_later"}
    assert values(client.get(POST, headers=filled)) == [1.5]
    assert client.post(f"/api/v1/batches/{first}/revert", headers=filled).status_code == 409
    assert client.post("/api/v1/batches/999/revert", headers=filled).status_code == 404
    assert client.get("/api/v1/batches/999", headers=filled).status_code == 404
    shown = client.get(f"/api/v1/batches/{second}", headers=filled).get_json()
    assert (shown["sent_by"], shown["corrected"], shown["retracted"]) == ("ingest+read", 1, 1)
    page = client.get("/api/v1/batches?limit=2", headers=filled).get_json()
    rest = client.get(f"/api/v1/batches?limit=2&cursor={page['next_cursor']}", headers=filled).get_json()
    assert [one["id"] for one in page["items"] + rest["items"]] == [body["id"], second, first]
