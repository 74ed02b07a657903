"""How tests of the API send observations, and what they look at in the answers."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

from arro3.core import Array, DataType, Table
from arro3.io import write_parquet
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

Keys = Callable[..., dict[str, str]]

POST = "/api/v1/observations"
COUNTS = ("received", "created", "corrected", "unchanged", "retracted", "rejected")


def row(**changes: Any) -> dict[str, Any]:
    """A good row with the changes given."""
    good = {"measure": "pass_rate", "period": "2026-10", "value": 80.5, "sample_size": 40, "dimensions": {"unit": "A"}}
    return good | changes


def ndjson(*rows: object) -> bytes:
    """Rows as lines of JSON."""
    return b"".join(json.dumps(one).encode() + b"\n" for one in rows)


def parquet(*rows: tuple[str, str, float | None, int, str | None]) -> bytes:
    """Rows of measure, period, value, sample size and unit as a Parquet file."""
    names = ("measure", "period", "value", "sample_size", "unit")
    text = DataType.string()
    kinds = (text, text, DataType.float64(), DataType.int64(), text)
    columns = zip(names, kinds, zip(*rows, strict=True), strict=True)
    file = io.BytesIO()
    write_parquet(Table.from_pydict({name: Array(list(cells), kind) for name, kind, cells in columns}), file)
    return file.getvalue()


def send(client: FlaskClient, headers: dict[str, str], data: bytes | str, kind: str, **query: str) -> TestResponse:
    """Send a body as it stands."""
    return client.post(POST, data=data, headers=headers, content_type=kind, query_string=query)


def send_rows(client: FlaskClient, headers: dict[str, str], *rows: object, **query: str) -> TestResponse:
    """Send rows as one JSON document."""
    return client.post(POST, json={"observations": list(rows)}, headers=headers, query_string=query)


def counted(answer: TestResponse) -> tuple[int, ...]:
    """The counts, which always add up."""
    body = answer.get_json()
    numbers = tuple(body[name] for name in COUNTS)
    assert numbers[0] == sum(numbers[1:]), body
    return numbers


def codes(answer: TestResponse) -> list[tuple[int | None, str, str]]:
    """Row, field and code of each fault."""
    return [(error.get("row"), error["field"], error["code"]) for error in answer.get_json()["errors"]]


def values(answer: TestResponse) -> list[float | None]:
    """The values in the order of the answer."""
    assert answer.status_code == 200, answer.get_json()
    return [one["value"] for one in answer.get_json()["items"]]
