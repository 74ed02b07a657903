"""`POST` and `GET /observations`, `/batches`: what clients may rely on."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import api.resources.observations as resource
import lei.services.intake_bodies as bodies
from lei.clock import FixedClock
from lei.storage.database import Database
from lei.storage.idempotency import claimed

Keys = Callable[..., dict[str, str]]

POST = "/api/v1/observations"
COUNTS = ("received", "created", "corrected", "unchanged", "retracted", "rejected")


def row(**changes: Any) -> dict[str, Any]:
    good = {"measure": "pass_rate", "period": "2026-10", "value": 80.5, "sample_size": 40, "dimensions": {"unit": "A"}}
    return good | changes


def ndjson(*rows: object) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in rows)


def send(client: FlaskClient, headers: dict[str, str], data: bytes | str, kind: str, **query: str) -> TestResponse:
    return client.post(POST, data=data, headers=headers, content_type=kind, query_string=query)


def send_rows(client: FlaskClient, headers: dict[str, str], *rows: object, **query: str) -> TestResponse:
    return client.post(POST, json={"observations": list(rows)}, headers=headers, query_string=query)


def counted(answer: TestResponse) -> tuple[int, ...]:
    body = answer.get_json()
    numbers = tuple(body[name] for name in COUNTS)
    assert numbers[0] == sum(numbers[1:]), body
    return numbers


def codes(answer: TestResponse) -> list[tuple[int | None, str, str]]:
    return [(error.get("row"), error["field"], error["code"]) for error in answer.get_json()["errors"]]


def test_a_batch_is_answered_with_its_counts(client: FlaskClient, keys: Keys) -> None:
    answer = send_rows(client, keys("ingest"), row(), row(period="2026-09"), row())
    assert answer.status_code == 200
    assert counted(answer) == (3, 2, 0, 1, 0, 0)
    assert answer.get_json()["errors"] == []
    assert answer.get_json()["periods"] == ["2026-09", "2026-10"]
    assert isinstance(answer.get_json()["batch_id"], int)


CSV = (
    "\ufeffmeasure,period,value,sample_size,source,unit,region\r\n"
    "pass_rate,2026-10,80.5,40,,A,\r\n"
    'pass_rate,2026-10,81,41,lms,"B, ""quoted""",EMEA\r\n'
    "\r\n"
    "pass_rate,2026-09,null,,,A,\r\n"
)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", json.dumps({"observations": [row(), row(dimensions={}), row(value=None)]}).encode()),
        ("application/x-ndjson", b"\xef\xbb\xbf" + ndjson(row(), row(dimensions={}), row(period="2026")) + b"\n  \n"),
        ("text/csv; charset=utf-8", CSV.encode()),
    ],
)  # fmt: skip
def test_every_format_is_taken_packed_or_not(
    sqlite_client: FlaskClient, sqlite_keys: Keys, kind: str, body: bytes, packed: bool
) -> None:
    headers = sqlite_keys("ingest") | ({"Content-Encoding": "gzip"} if packed else {})
    answer = send(sqlite_client, headers, gzip.compress(body) if packed else body, kind)
    assert answer.status_code == 200, answer.get_json()
    assert counted(answer)[0] == 3


def test_cells_of_csv_are_what_they_say(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    assert send(sqlite_client, sqlite_keys("ingest"), CSV, "text/csv").status_code == 200
    found = sqlite_client.get(POST, headers=sqlite_keys("ingest", "read")).get_json()["items"]
    assert [(one["value"], one["sample_size"], one["dimensions"], one["source"]) for one in found] == [
        (80.5, 40, {"unit": "A"}, "ingest"),
        (81.0, 41, {"region": "EMEA", "unit": 'B, "quoted"'}, "lms"),
    ]


def test_a_line_break_inside_quotes_is_part_of_the_cell(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    body = 'measure,period,value,sample_size,unit\npass_rate,2026-10,1,40,"A\nB"\npass_rate,2026-10,x,40,A\n'
    answer = send(sqlite_client, sqlite_keys("ingest"), body, "text/csv")
    assert codes(answer) == [(1, "dimensions.unit", "bad_text"), (2, "value", "not_a_number")]


def test_one_bad_row_refuses_the_batch_with_a_problem_document(client: FlaskClient, keys: Keys) -> None:
    answer = send_rows(client, keys("ingest"), row(), row(measure="pas_rate", unit="A"))
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    body = answer.get_json()
    assert counted(answer) == (2, 0, 0, 0, 0, 2)
    assert (body["type"], body["title"], body["status"]) == ("about:blank", "Unprocessable Entity", 422)
    assert body["detail"].startswith("1 row is at fault out of 2, so nothing was stored.")
    assert codes(answer) == [(2, "measure", "unknown_measure"), (2, "unit", "unknown_field")]
    assert body["errors"][0]["hint"] == "did you mean `pass_rate`?"
    headers = keys("read")
    assert client.get(POST, headers=headers).get_json()["items"] == []
    batch = client.get(f"/api/v1/batches/{body['batch_id']}", headers=headers).get_json()
    assert (batch["status"], batch["rejected"], batch["errors"]) == ("rejected", 2, body["errors"])


def test_skip_takes_the_good_rows_and_says_207(client: FlaskClient, keys: Keys) -> None:
    body = ndjson(row()) + b'{"measure": \n\xff\xfe\n[1]\n' + ndjson(row(period="2026-09"))
    answer = send(client, keys("ingest"), body, "application/x-ndjson", on_error="skip")
    assert answer.status_code == 207
    assert counted(answer) == (5, 2, 0, 0, 0, 3)
    assert codes(answer) == [(2, "", "malformed"), (3, "", "malformed"), (4, "", "malformed")]


def test_a_dry_run_has_no_batch_and_stores_nothing(client: FlaskClient, keys: Keys) -> None:
    headers = keys("ingest", "read")
    answer = send_rows(client, headers, row(), dry_run="true")
    assert (answer.status_code, answer.get_json()["batch_id"], counted(answer)) == (200, None, (1, 1, 0, 0, 0, 0))
    assert send_rows(client, headers, row(value="x"), dry_run="true").status_code == 422
    assert client.get(POST, headers=headers).get_json()["items"] == []
    assert client.get("/api/v1/batches", headers=headers).get_json()["items"] == []


BAD_ROWS = [
    ({"value": "71.5"}, "value", "not_a_number"),
    ({"value": True}, "value", "not_a_number"),
    ({"value": [1]}, "value", "not_a_number"),
    ({"value": 1e16}, "value", "out_of_range"),
    ({"value": 10**400}, "value", "out_of_range"),
    ({"sample_size": 0}, "sample_size", "bad_sample_size"),
    ({"sample_size": -3}, "sample_size", "bad_sample_size"),
    ({"sample_size": 2.5}, "sample_size", "bad_sample_size"),
    ({"sample_size": "40"}, "sample_size", "bad_sample_size"),
    ({"sample_size": 10**13}, "sample_size", "bad_sample_size"),
    ({"sample_size": None}, "sample_size", "sample_size_required"),
    ({"measure": "pass_rat"}, "measure", "unknown_measure"),
    ({"measure": 7}, "measure", "wrong_type"),
    ({"measure": None}, "measure", "missing_field"),
    ({"period": "2026-13"}, "period", "bad_period"),
    ({"period": "2026-02-30"}, "period", "bad_period"),
    ({"period": "Oct 2026"}, "period", "bad_period"),
    ({"period": 2026}, "period", "bad_period"),
    ({"period": "0000"}, "period", "bad_period"),
    ({"period": "2027-12"}, "period", "future_period"),
    ({"period": "2199"}, "period", "future_period"),
    ({"dimensions": {"untit": "A"}}, "dimensions.untit", "unknown_dimension"),
    ({"dimensions": {"unit": ""}}, "dimensions.unit", "empty"),
    ({"dimensions": {"unit": 5}}, "dimensions.unit", "wrong_type"),
    ({"dimensions": {"unit": "x" * 201}}, "dimensions.unit", "too_long"),
    ({"dimensions": {"unit": "A\u0000"}}, "dimensions.unit", "bad_text"),
    ({"dimensions": {"unit": "A "}}, "dimensions.unit", "bad_text"),
    ({"dimensions": {"unit": "\ud800"}}, "dimensions.unit", "bad_text"),
    ({"dimensions": ["A"]}, "dimensions", "wrong_type"),
    ({"source": ""}, "source", "empty"),
    ({"source": "x" * 201}, "source", "too_long"),
    ({"valeu": 3}, "valeu", "unknown_field"),
]


def test_each_fault_of_a_row_has_its_code(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    # One request a row, so that nothing depends on the rows before it.
    for change, field, code in BAD_ROWS:
        bad = row(**change)
        for data, kind in (
            (json.dumps({"observations": [bad]}).encode(), "application/json"),
            (ndjson(bad), "application/x-ndjson"),
        ):
            answer = send(sqlite_client, sqlite_keys("ingest"), data, kind)
            assert (answer.status_code, codes(answer)) == (422, [(1, field, code)]), (change, kind)


def test_numbers_that_json_does_not_have_are_no_numbers(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    for number in ("NaN", "Infinity", "-Infinity", "1e999"):
        body = json.dumps(row(value=0)).replace('"value": 0', f'"value": {number}')
        for data, kind in ((body, "application/x-ndjson"), (f'{{"observations": [{body}]}}', "application/json")):
            answer = send(sqlite_client, sqlite_keys("ingest"), data, kind)
            assert codes(answer) == [(1, "value", "not_a_number")], (number, kind)


def test_a_row_with_several_faults_names_them_all(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    answer = send_rows(
        sqlite_client, sqlite_keys("ingest"), {"measure": "nope", "dimensions": {"unt": "A", "role": ""}}
    )
    assert codes(answer) == [
        (1, "measure", "unknown_measure"),
        (1, "period", "missing_field"),
        (1, "value", "missing_field"),
        (1, "dimensions.role", "empty"),
        (1, "dimensions.unt", "unknown_dimension"),
    ]


DEEP = b"[" * 200_000 + b"]" * 200_000
HEAD = b"measure,period,value,sample_size\n"
BAD_BODIES = [
    (b'{"observations": [', "application/json", 400, "not valid JSON at line 1, column 19"),
    (b'{"observations": ["\xff"]}', "application/json", 400, "not valid UTF-8"),
    (DEEP, "application/json", 400, "not valid JSON"),
    (b"[]", "application/json", 422, "an object with the field 'observations'"),
    (b'{"rows": []}', "application/json", 422, "no field 'rows'"),
    (b'{"observations": {}}', "application/json", 422, "must be a list"),
    (b'{"observations": []}', "application/json", 422, "not a single observation"),
    (b"", "application/json", 400, "not valid JSON"),
    (b"", "application/x-ndjson", 422, "not a single observation"),
    (b"", "text/csv", 422, "not a single observation"),
    (HEAD, "text/csv", 422, "not a single observation"),
    (b"measure,period,value,measure\n", "text/csv", 422, "'measure' comes twice"),
    (b"measure,period,value,untit\n", "text/csv", 422, "no column 'untit'"),
    (b"measure;period;value\n", "text/csv", 422, "columns are separated by commas"),
    (HEAD + b'pass_rate,2026-10,"1,40\n', "text/csv", 400, "not valid CSV"),
    (HEAD + b"pass_rate,2026-10,1,\xe4\n", "text/csv", 400, "not valid UTF-8"),
    (b"x" * 2_000_000, "text/csv", 400, "a line is longer than"),
    (b"{}", "text/plain", 415, "not as 'text/plain'"),
    (b"{}", "", 415, "not as 'nothing'"),
    (b"{}", "text/csv; charset=latin-1", 415, "UTF-8, not as 'latin-1'"),
]


def test_a_body_that_cannot_be_read_is_refused_with_a_sentence(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    headers = sqlite_keys("ingest", "read")
    for data, kind, status, sentence in BAD_BODIES:
        answer = send(sqlite_client, headers, data, kind)
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), (data[:50], kind)
        assert sentence in answer.get_json()["detail"]
    assert sqlite_client.get("/api/v1/batches", headers=headers).get_json()["items"] == []


def test_csv_rows_with_faults_are_named_by_row(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    lines = [
        "pass_rate,2026-10,80,40",
        'pass_rate,2026-10,"80,5",40',
        "pass_rate,2026-10,nan,40",
        "pass_rate,2026-10,1_000,40",
        "pass_rate,2026-10,80,4.5",
        "pass_rate,2026-10,,40",
        "pass_rate,2026-10,80",
        "pass_rate,2026-10,80,40,7",
        ",2026-10,80,40",
        "pass_rate,2026-10,1e999,40",
        "pass_rate,2026-10,80,４０",
        "pass_rate,2026-10,null,",
        "pass_rate,2026-10,80.0,12.0",
    ]
    answer = send(sqlite_client, sqlite_keys("ingest"), HEAD + "\n".join(lines).encode(), "text/csv", on_error="skip")
    assert codes(answer) == [
        (2, "value", "not_a_number"),
        (3, "value", "not_a_number"),
        (4, "value", "not_a_number"),
        (5, "sample_size", "bad_sample_size"),
        (6, "value", "missing_field"),
        (7, "", "wrong_column_count"),
        (8, "", "wrong_column_count"),
        (9, "measure", "missing_field"),
        (10, "value", "not_a_number"),
        (11, "sample_size", "bad_sample_size"),
    ]
    assert counted(answer) == (13, 2, 0, 0, 1, 10)


def test_broken_and_unfinished_gzip_is_refused(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    headers = sqlite_keys("ingest") | {"Content-Encoding": "gzip"}
    whole = gzip.compress(ndjson(row()))
    for data, sentence in ((ndjson(row()), "not valid gzip"), (whole[:-9], "ends in the middle")):
        answer = send(sqlite_client, headers, data, "application/x-ndjson")
        assert (answer.status_code, sentence in answer.get_json()["detail"]) == (400, True)
    two = gzip.compress(ndjson(row())) + gzip.compress(ndjson(row(period="2026-09")))
    assert counted(send(sqlite_client, headers, two, "application/x-ndjson"))[0] == 2
    br = sqlite_keys("ingest") | {"Content-Encoding": "br"}
    assert send(sqlite_client, br, whole, "application/x-ndjson").status_code == 415


def test_limits_are_named(sqlite_client: FlaskClient, sqlite_keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LARGEST_SENT", 2 * 1024**2)
    monkeypatch.setattr(resource, "LARGEST_SENT", 2 * 1024**2)
    monkeypatch.setattr(bodies, "LARGEST_UNPACKED", 8 * 1024**2)
    monkeypatch.setattr(bodies, "LARGEST_JSON", 1024**2)
    headers = sqlite_keys("ingest")
    large, bomb = b" " * (2 * 1024**2 + 1), gzip.compress(b" \n" * 50 * 1024**2)
    assert len(bomb) < 2 * 1024**2
    for data, kind, packed, limit in (
        (large, "text/csv", {}, "2,097,152 bytes"),
        (large[: 1024**2 + 1], "application/json", {}, "1,048,576 bytes"),
        (bomb, "application/x-ndjson", {"Content-Encoding": "gzip"}, "8,388,608 bytes"),
    ):
        answer = send(sqlite_client, headers | packed, data, kind)
        assert answer.status_code == 413
        assert limit in answer.get_json()["detail"]


def test_a_line_of_ndjson_that_is_too_long_is_one_bad_row(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    body = ndjson(row()) + b"x" * 3_000_000 + b"\n" + ndjson(row(period="2026-09"))
    answer = send(sqlite_client, sqlite_keys("ingest"), body, "application/x-ndjson", on_error="skip")
    assert codes(answer) == [(2, "", "malformed")]
    assert counted(answer) == (3, 2, 0, 0, 0, 1)


def test_parameters_and_scopes_are_checked(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    assert send_rows(sqlite_client, sqlite_keys("ingest"), row(), on_eror="skip").status_code == 422
    assert send_rows(sqlite_client, sqlite_keys("ingest"), row(), on_error="maybe").status_code == 422
    assert send_rows(sqlite_client, sqlite_keys("ingest"), row(), dry_run="yes").status_code == 422
    assert send_rows(sqlite_client, sqlite_keys("read"), row()).status_code == 403
    assert sqlite_client.get(POST, headers=sqlite_keys("ingest")).status_code == 403


# --- Idempotency-Key


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


# --- GET /observations


def values(answer: TestResponse) -> list[float | None]:
    assert answer.status_code == 200, answer.get_json()
    return [one["value"] for one in answer.get_json()["items"]]


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


def test_small_groups_are_private_to_those_who_did_not_send_them(
    client: FlaskClient, filled: dict[str, str], keys: Keys
) -> None:
    answer = client.get(POST, headers=keys("read"), query_string={"from": "2026-10", "measure": "pass_rate"})
    (hidden,) = answer.get_json()["items"]
    assert (hidden["value"], hidden["sample_size"], hidden["reason"]) == (None, None, "small_group")
    for scope in ("ingest", "admin"):
        answer = client.get(POST, headers=keys("read", scope), query_string={"from": "2026-10"})
        assert 6 in values(answer)


def test_questions_that_make_no_sense_are_refused(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    for query in ("measure=pass_rat", "where=untit:A", "where=unit", "from=x", "limit=1001", "limit=0", "a=1"):
        assert sqlite_client.get(f"{POST}?{query}", headers=sqlite_keys("read")).status_code == 422, query


# --- /batches


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
