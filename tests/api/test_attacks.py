"""Bodies made to hurt: each gets a clear answer in bounded time and memory, and others are served meanwhile."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from observation_requests import codes, row, send, send_rows
from under_fire import running_server

from lei.clock import FixedClock
from lei.services.access.manage_keys import create_key
from lei.storage.database import Database

Keys = Callable[..., dict[str, str]]
POST = "/api/v1/observations"
MIB = 1024**2
SECONDS = 20  # far more than any of these takes, far less than what grew with the square of a body took
MEMORY = 120 * MIB

# In every place where a text may stand: quotes, comments, and what drivers and templates put values in by.
SQL = (
    "'; DROP TABLE observations; --",
    '" OR "1"="1',
    "Robert'); DELETE FROM batches;--",
    "%s %(name)s :name ? $1 {0} {name} ${x}",
    "\\'; SELECT pg_sleep(10); --",
    "1 UNION SELECT secret_hash FROM api_keys",
)


@pytest.mark.parametrize("text", SQL)
def test_sql_in_every_string_stays_text(client: FlaskClient, keys: Keys, database: Database, text: str) -> None:
    headers = keys("admin")
    dimensions = dict.fromkeys(("unit", "region", "role", "program", "cohort"), text)
    assert send_rows(client, headers, row(source=text, dimensions=dimensions), row(source="lms")).status_code == 200
    for query in ({"source": text}, {"where": f"unit:{text}"}):
        (found,) = client.get(POST, headers=headers, query_string=query).get_json()["items"]
        assert (found["source"], found["dimensions"]) == (text, dimensions)
    scores = client.get("/api/v1/scores", headers=headers, query_string={"by": "unit", "from": "2026-10"})
    assert text in {score["segment"].get("unit") for score in scores.get_json()["scores"]}
    strange = row(measure=text, period=text, value=text, sample_size=text, **{text: text})
    assert send_rows(client, headers, strange).status_code == 422
    for path in ("measures?cursor=", "measures/", "weight-profiles/", "scores?by=", "scores?profile="):
        assert client.get(f"/api/v1/{path}{quote(text)}", headers=headers).status_code in (404, 422), path
    profile = {"name": text, "pillars": {"business_impact": 1}}
    named = client.post("/api/v1/weight-profiles", headers=headers, json=profile)
    assert named.status_code in (201, 422)
    assert client.get(POST, headers=headers | {"Idempotency-Key": text, "X-Request-Id": text}).status_code == 200
    with database.reading() as session:
        assert session.scalar(sa.text("SELECT COUNT(*) FROM observations")) == 2


def within_seconds(client: FlaskClient, headers: dict[str, str], body: bytes, kind: str) -> int:
    begun = time.monotonic()
    answer = send(client, headers, body, kind, on_error="skip")
    assert time.monotonic() - begun < SECONDS
    assert len(answer.get_json()["errors"]) <= 100
    return answer.status_code


def many(count: int) -> list[str]:
    return [f"c{number:x}" for number in range(count)]


def test_a_hundred_thousand_columns_are_refused_quickly(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    headers = sqlite_keys("ingest")
    for header in (many(150_000), [*many(150_000), "c1", "measure"]):
        assert within_seconds(sqlite_client, headers, ",".join(header).encode() + b"\n", "text/csv") == 422
    million = ",".join(many(1_000_000)).encode() + b"\n"
    answer = send(sqlite_client, headers, million, "text/csv")
    assert (answer.status_code, "a line is longer than 1,048,576 bytes" in answer.text) == (400, True)


def test_a_row_of_fifty_thousand_fields_is_refused_quickly(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    headers = sqlite_keys("ingest")
    fields = dict.fromkeys(many(50_000), 1)
    values = dict.fromkeys(many(50_000), "x")
    twice = (json.dumps(fields)[:-1] + ', "c1": 2}').encode()
    for line in (json.dumps(row() | fields).encode(), json.dumps(row(dimensions=values)).encode(), twice):
        assert len(line) < MIB
        assert within_seconds(sqlite_client, headers, line, "application/x-ndjson") == 207
    begun = time.monotonic()
    answer = sqlite_client.post(
        "/api/v1/measures", data=twice, headers=sqlite_keys("weights"), content_type="application/json"
    )
    assert (answer.status_code, "given twice" in answer.text) == (400, True)
    assert time.monotonic() - begun < SECONDS


@pytest.fixture
def served(sqlite_database: Database, clock: FixedClock, tmp_path: Path) -> Iterator[tuple[int, int, dict[str, str]]]:
    """A server in a process of its own: its process id, its port, and the headers of a key."""
    with sqlite_database.writing() as session:
        secret = create_key(session, "attacker", ["admin"], clock.now())
    url = str(sqlite_database.engine.url)
    with running_server(url, tmp_path / "data") as (process, port):
        yield process.pid, port, {"Authorization": f"Bearer {secret}", "Content-Type": "application/x-ndjson"}


def asked(port: int, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def peak_memory(pid: int) -> int:
    (line,) = [one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from /proc")
def test_neither_a_bomb_nor_an_endless_line_fills_the_memory(served: tuple[int, int, dict[str, str]]) -> None:
    pid, port, headers = served
    assert asked(port, "GET", "/api/v1/limits", None, headers)[0] == 200
    before = peak_memory(pid)
    # Members of gzip may follow one another: 1,088 MiB that take one to send.
    bomb = gzip.compress(b" " * 64 * MIB, 9) * 17
    assert len(bomb) < 2 * MIB
    status, said = asked(port, "POST", POST, bomb, headers | {"Content-Encoding": "gzip"})
    assert (status, "1,073,741,824 bytes" in said) == (413, True), said
    line = b"x" * 100 * MIB + b"\n"
    status, said = asked(port, "POST", POST, line, headers)
    assert (status, "longer than 1,048,576 bytes" in said) == (422, True), said
    status, said = asked(port, "POST", POST, line[: 8 * MIB], headers | {"Content-Type": "text/csv"})
    assert (status, "longer than 1,048,576 bytes" in said) == (400, True), said
    assert peak_memory(pid) - before < MEMORY


def test_slow_senders_keep_nobody_else_waiting(served: tuple[int, int, dict[str, str]]) -> None:
    _, port, headers = served
    head = f"POST {POST} HTTP/1.1\r\nHost: x\r\nAuthorization: {headers['Authorization']}\r\n"
    begun = f"{head}Content-Type: application/x-ndjson\r\nContent-Length: 1000000\r\n\r\n".encode() + b'{"measure":'
    slow = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(60)]
    try:
        for number, connection in enumerate(slow):
            connection.sendall(begun if number % 2 else begun[:20])
        since = time.monotonic()
        assert asked(port, "GET", "/api/v1/limits", None, headers)[0] == 200
        assert asked(port, "POST", POST, json.dumps(row()).encode(), headers)[0] == 200
        assert time.monotonic() - since < SECONDS / 2
    finally:
        for connection in slow:
            connection.close()


def test_what_is_not_utf_8_is_one_bad_row(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    body = b'{"measure": "\xff\xfe"}\n\xc0\x80\n' + json.dumps(row()).encode()
    answer = send(sqlite_client, sqlite_keys("ingest"), body, "application/x-ndjson", on_error="skip")
    assert codes(answer) == [(1, "", "malformed"), (2, "", "malformed")]
