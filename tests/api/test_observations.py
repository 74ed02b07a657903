"""`POST /observations`: what becomes of a batch and of its rows, and which faults have which code."""

from __future__ import annotations

import json

from flask.testing import FlaskClient
from observation_requests import POST, Keys, codes, counted, ndjson, row, send, send_rows


def test_a_batch_is_answered_with_its_counts(client: FlaskClient, keys: Keys) -> None:
    answer = send_rows(client, keys("ingest"), row(), row(period="2026-09"), row())
    assert answer.status_code == 200
    assert counted(answer) == (3, 2, 0, 1, 0, 0)
    assert answer.get_json()["errors"] == []
    assert answer.get_json()["periods"] == ["2026-09", "2026-10"]
    assert isinstance(answer.get_json()["batch_id"], int)


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


def test_parameters_and_scopes_are_checked(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    assert send_rows(sqlite_client, sqlite_keys("ingest"), row(), on_eror="skip").status_code == 422
    assert send_rows(sqlite_client, sqlite_keys("ingest"), row(), on_error="maybe").status_code == 422
    assert send_rows(sqlite_client, sqlite_keys("ingest"), row(), dry_run="yes").status_code == 422
    assert send_rows(sqlite_client, sqlite_keys("read"), row()).status_code == 403
    assert sqlite_client.get(POST, headers=sqlite_keys("ingest")).status_code == 403
