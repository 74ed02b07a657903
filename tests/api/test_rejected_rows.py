"""Refused rows come back as a file in the shape they came in, to mend and to send again as it is."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from arro3.core import Array, DataType, Table
from arro3.io import write_parquet
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from observation_requests import counted, ndjson, row, send, send_rows
from werkzeug.test import TestResponse

from lei.clock import FixedClock
from lei.services.intake import rejected_rows
from lei.services.intake.rejected_rows import protected, unprotected
from lei.storage.database import Database

Keys = Callable[..., dict[str, str]]
NDJSON, CSV = "application/x-ndjson", "text/csv"


def file_of(client: FlaskClient, keys: Keys, answer: TestResponse) -> TestResponse:
    return client.get(f"/api/v1/batches/{answer.get_json()['batch_id']}/rejected", headers=keys("ingest"))


def test_lines_come_back_with_their_reason_and_go_in_once_mended(client: FlaskClient, keys: Keys) -> None:
    rows = [row(), row(period="2026-13"), row(period="2026-09", dimensions={"unit": "Köln", "planet": "Mars"})]
    answer = send(client, keys("ingest"), ndjson(*rows), NDJSON, on_error="skip")
    assert counted(answer) == (3, 1, 0, 0, 0, 2)
    file = file_of(client, keys, answer)
    assert (file.status_code, file.content_type, file.headers["X-Rows-Left-Out"]) == (200, NDJSON, "0")
    assert f"batch-{answer.get_json()['batch_id']}-rejected.ndjson" in file.headers["Content-Disposition"]
    first, second = [json.loads(line) for line in file.text.splitlines()]
    assert "2026-13" in first.pop("_error")
    assert "planet" in second.pop("_error")
    assert [first, second] == rows[1:]
    again = send(client, keys("ingest"), file.data, NDJSON, on_error="skip")
    assert counted(again) == (2, 0, 0, 0, 0, 2), "nothing was mended"
    mended = file.text.replace("2026-13", "2026-12").replace(', "planet": "Mars"', "")
    assert "_error" in mended
    assert counted(send(client, keys("ingest"), mended, NDJSON)) == (2, 2, 0, 0, 0, 0)


def test_one_json_document_comes_back_as_lines(client: FlaskClient, keys: Keys) -> None:
    answer = send_rows(client, keys("ingest"), row(), row(value="many"))
    assert answer.status_code == 422
    (line,) = file_of(client, keys, answer).text.splitlines()
    assert json.loads(line) == {"_error": json.loads(line)["_error"]} | row(value="many")


def test_what_is_no_object_comes_back_as_text_and_is_refused_until_it_is_mended(
    sqlite_client: FlaskClient, sqlite_keys: Keys
) -> None:
    deep = b"[" * 100_000
    lines = [b'{"measure": "pass_rate"', b'{"value": "\xff"}', b"[1]", b'{"value": 1, "value": 2}', deep, b'"\\ud800"']
    answer = send(sqlite_client, sqlite_keys("ingest"), b"\n".join(lines), NDJSON, on_error="skip")
    file = file_of(sqlite_client, sqlite_keys, answer)
    kept = [json.loads(line)["_raw"] for line in file.text.splitlines()]
    assert kept == [line.decode(errors="replace") for line in lines]
    again = send(sqlite_client, sqlite_keys("ingest"), file.data, NDJSON, on_error="skip")
    assert counted(again)[-1] == len(lines)


def test_cells_come_back_in_their_columns_and_formulas_do_not_run(client: FlaskClient, keys: Keys) -> None:
    table = (
        "measure,period,value,sample_size,unit\n"
        "pass_rate,2026-10,-5,40,=HYPERLINK(A1)\n"
        "pass_rat,2026-10,-5,40,=HYPERLINK(A1)\n"
        'pass_rat,2026-10,80,40,"\'@x, ""y"""\n'
        "pass_rate,2026-10,80\n"
    )
    answer = send(client, keys("ingest"), table, CSV, on_error="skip")
    assert counted(answer) == (4, 1, 0, 0, 0, 3)
    file = file_of(client, keys, answer)
    assert file.content_type == "text/csv; charset=utf-8"
    header, *rows = csv.reader(io.StringIO(file.text))
    assert header == ["_error", "measure", "period", "value", "sample_size", "unit"]
    assert [cells[1:] for cells in rows] == [
        ["pass_rat", "2026-10", "-5", "40", "'=HYPERLINK(A1)"],
        ["pass_rat", "2026-10", "80", "40", "''@x, \"y\""],
        ["pass_rate", "2026-10", "80"],
    ]
    assert "did you mean `pass_rate`" in rows[0][0]
    again = send(client, keys("ingest"), file.data, CSV, on_error="skip")
    assert counted(again) == (3, 0, 0, 0, 0, 3)
    assert file_of(client, keys, again).text == file.text, "what is not mended comes back as it was"
    mended = file.text.replace("pass_rat,", "pass_rate,")
    assert counted(send(client, keys("ingest"), mended, CSV, on_error="skip")) == (3, 1, 0, 1, 0, 1)
    stored = client.get("/api/v1/observations", headers=keys("ingest", "read")).get_json()["items"]
    units = {one["dimensions"]["unit"] for one in stored}
    assert units == {"=HYPERLINK(A1)", '\'@x, "y"'}


def test_rows_of_parquet_come_back_as_lines_and_go_in_once_mended(client: FlaskClient, keys: Keys) -> None:
    columns = {
        "measure": Array(["pass_rate", "pass_rat"], DataType.string()),
        "period": Array(["2026-10", "2026-10"], DataType.string()),
        "value": Array([80.5, 71.25], DataType.float64()),
        "sample_size": Array([40, 9], DataType.int32()),
        "unit": Array([b"A", b"B"], DataType.binary()),
        "_error": Array(["", "an old one"], DataType.string()),
    }
    body = io.BytesIO()
    write_parquet(Table.from_pydict(columns), body)
    answer = send(client, keys("ingest"), body.getvalue(), "application/vnd.apache.parquet", on_error="skip")
    assert counted(answer) == (2, 0, 0, 0, 0, 2)
    file = file_of(client, keys, answer)
    assert file.content_type == NDJSON
    first, second = [json.loads(line) for line in file.text.splitlines()]
    assert "A dimension value is a text" in first["_error"]
    assert "did you mean `pass_rate`" in second.pop("_error")
    fields = {"measure": "pass_rat", "period": "2026-10", "value": 71.25, "sample_size": 9}
    assert second == fields | {"dimensions": {"unit": "B"}}
    mended = file.text.replace('"pass_rat"', '"pass_rate"')
    assert counted(send(client, keys("ingest"), mended, NDJSON)) == (2, 2, 0, 0, 0, 0)


@given(st.text())
def test_the_round_trip_changes_no_cell(cell: str) -> None:
    assert unprotected(protected(cell)) == cell
    assert not protected(cell).startswith(("=", "@", "\t", "\r"))


def test_the_storage_for_refused_rows_is_bounded(
    sqlite_client: FlaskClient, sqlite_keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rejected_rows, "MOST_ROWS_KEPT", 3)
    answer = send_rows(sqlite_client, sqlite_keys("ingest"), *[row(value="x")] * 5, on_error="skip")
    file = file_of(sqlite_client, sqlite_keys, answer)
    assert (len(file.text.splitlines()), file.headers["X-Rows-Left-Out"]) == (3, "2")
    monkeypatch.setattr(rejected_rows, "MOST_BYTES_KEPT", 1000)
    answer = send_rows(sqlite_client, sqlite_keys("ingest"), *[row(value="x" * 900)] * 5, on_error="skip")
    file = file_of(sqlite_client, sqlite_keys, answer)
    assert (len(file.text.splitlines()), file.headers["X-Rows-Left-Out"]) == (1, "4")


def test_refused_rows_are_forgotten_after_thirty_days(
    client: FlaskClient, keys: Keys, clock: FixedClock, database: Database
) -> None:
    first = send_rows(client, keys("ingest"), row(value="x"))
    clock.instant += timedelta(days=30)
    answer = file_of(client, keys, first)
    assert (answer.status_code, "too long ago" in answer.get_json()["detail"]) == (404, True)
    send_rows(client, keys("ingest"), row(value="x"))
    with database.reading() as session:
        assert session.scalar(sa.text("SELECT COUNT(*) FROM rejected_rows")) == 1


def test_a_batch_without_refused_rows_has_no_file(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    good = send_rows(sqlite_client, sqlite_keys("ingest"), row())
    assert file_of(sqlite_client, sqlite_keys, good).status_code == 404
    trial = send_rows(sqlite_client, sqlite_keys("ingest"), row(value="x"), dry_run="true")
    assert trial.get_json()["batch_id"] is None
    assert sqlite_client.get("/api/v1/batches/99/rejected", headers=sqlite_keys("ingest")).status_code == 404
