"""`POST /observations`: bodies in every format, packed or not, and those that are refused as a whole."""

from __future__ import annotations

import gzip
import json

import pytest
from flask.testing import FlaskClient
from observation_requests import POST, Keys, codes, counted, ndjson, parquet, row, send, values

import api.resources.observations as resource
import lei.services.intake.intake_bodies as bodies

PARQUET = "application/vnd.apache.parquet"
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
        (PARQUET, parquet(*[("pass_rate", "2026-10", 80.5, 40, unit) for unit in ("A", "B", None)])),
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


DEEP = b"[" * 200_000 + b"]" * 200_000


HEAD = b"measure,period,value,sample_size\n"


BAD_BODIES = [
    (b'{"observations": [', "application/json", 400, "not valid JSON at line 1, column 19"),
    (b'{"observations": ["\xff"]}', "application/json", 400, "not valid UTF-8"),
    (DEEP, "application/json", 400, "nested too deeply"),
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
    (b"{}", "", 415, "application/vnd.apache.parquet and say so in `Content-Type`."),
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


def test_rows_of_parquet_are_refused_by_row_and_code_as_all_others(client: FlaskClient, keys: Keys) -> None:
    """A null is an empty cell: programs write it for whatever they have no value for, so it never retracts."""
    body = parquet(
        ("pass_rate", "2026-10", 80.5, 40, "A"),
        ("pas_rate", "2026-13", None, 0, "A"),
        ("pass_rate", "2026-09", 3, 5, None),
    )
    headers = keys("ingest", "read")
    refused = send(client, headers, body, PARQUET)
    assert (refused.status_code, codes(refused)) == (
        422,
        [
            (2, "measure", "unknown_measure"),
            (2, "period", "bad_period"),
            (2, "value", "missing_field"),
            (2, "sample_size", "bad_sample_size"),
        ],
    )
    assert counted(send(client, headers, body, PARQUET, on_error="skip")) == (3, 2, 0, 0, 0, 1)
    assert values(client.get(POST, headers=headers)) == [3, 80.5]
    assert counted(send(client, headers, body, PARQUET, on_error="skip")) == (3, 0, 0, 2, 0, 1)


def test_a_parquet_body_is_held_to_the_limits_for_bodies(
    sqlite_client: FlaskClient, sqlite_keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = parquet(*[("pass_rate", "2026-10", 1.0, 9, "A")] * 4000)
    headers = sqlite_keys("ingest")
    assert send(sqlite_client, headers, body[:-9], PARQUET).status_code == 400
    monkeypatch.setattr(bodies, "LARGEST_UNPACKED", 50_000)
    answer = send(sqlite_client, headers, body, PARQUET)
    assert (answer.status_code, "once it is unpacked" in answer.get_json()["detail"]) == (413, True)
