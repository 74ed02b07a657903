"""What a client may count on: limits that are told, a rate that is told, pages that link, repeats that cost nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from observation_requests import row, send_rows

from api.app import create_app
from api.context import Context
from lei.clock import FixedClock
from lei.config import Settings
from lei.storage.database import Database

Keys = Callable[..., dict[str, str]]
LIMITS = "/api/v1/limits"


def test_all_limits_are_told_to_any_key(client: FlaskClient, keys: Keys) -> None:
    answer = client.get(LIMITS, headers=keys("scorecards"))
    assert answer.status_code == 200
    limits = answer.get_json()
    assert limits["bodies"] == {
        "observations_sent": 200 * 1024**2,
        "observations_unpacked": 1024**3,
        "observations_json": 32 * 1024**2,
        "observations_line": 1024**2,
        "analyses": 16 * 1024**2,
        "other": 1024**2,
    }
    assert limits["parquet"] == {"block_rows": 2_000, "block_bytes": 1024**3, "seconds": 600}
    assert limits["pages"] == {"default": 50, "largest": 500, "largest_observations": 1000}
    assert limits["rate"] == {"requests": 120_000, "window_seconds": 60}
    assert limits["observations"]["dimension_values"] == 5_000
    assert limits["retention"]["idempotency_key_days"] == 7


@pytest.mark.parametrize(("path", "named"), [("measures", "500"), ("observations", "1000")])
def test_a_page_over_the_limit_names_it(sqlite_client: FlaskClient, sqlite_keys: Keys, path: str, named: str) -> None:
    answer = sqlite_client.get(f"/api/v1/{path}?limit={int(named) + 1}", headers=sqlite_keys("read"))
    assert (answer.status_code, named in answer.get_json()["detail"]) == (422, True)


@pytest.fixture
def limited(sqlite_database: Database, settings: Settings, clock: FixedClock) -> FlaskClient:
    """The API where a key may send three requests a minute."""
    return create_app(Context(sqlite_database, replace(settings, rate_limit=3), clock)).test_client()


def test_a_key_that_sends_too_much_is_told_when_to_go_on(
    limited: FlaskClient, sqlite_keys: Keys, clock: FixedClock
) -> None:
    headers = sqlite_keys("read")
    told = []
    for _ in range(3):
        answer = limited.get(LIMITS, headers=headers)
        assert answer.headers["RateLimit-Policy"] == '"key";q=3;w=60'
        told.append((answer.status_code, answer.headers["RateLimit"]))
        clock.instant += timedelta(seconds=10)
    assert told == [(200, '"key";r=2;t=60'), (200, '"key";r=1;t=50'), (200, '"key";r=0;t=40')]
    answer = limited.get(LIMITS, headers=headers)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert (answer.headers["RateLimit-Policy"], answer.headers["RateLimit"]) == ('"key";q=3;w=60', '"key";r=0;t=30')
    assert answer.content_type == "application/problem+json"
    assert "3 requests that LEI_RATE_LIMIT allows a minute" in answer.get_json()["detail"]
    assert limited.get(LIMITS, headers=sqlite_keys("ingest")).status_code == 200, "each key counts for itself"
    clock.instant += timedelta(seconds=30)
    answer = limited.get(LIMITS, headers=headers)
    assert (answer.status_code, answer.headers["RateLimit"]) == (200, '"key";r=2;t=60')


def test_without_a_limit_none_is_told(
    sqlite_database: Database, settings: Settings, clock: FixedClock, sqlite_keys: Keys
) -> None:
    client = create_app(Context(sqlite_database, replace(settings, rate_limit=0), clock)).test_client()
    assert "RateLimit" not in client.get(LIMITS, headers=sqlite_keys("read")).headers


def test_pages_link_to_the_next_one(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    headers, seen, path = sqlite_keys("read"), [], "/api/v1/measures?limit=20&kind=measure"
    while path:
        page = sqlite_client.get(path, headers=headers)
        seen += [measure["key"] for measure in page.get_json()["items"]]
        link = page.headers.get("Link", "")
        assert bool(link) is (page.get_json()["next_cursor"] is not None)
        path = link.removesuffix('>; rel="next"').removeprefix("<")
    assert len(seen) == len(set(seen)) == 52


@pytest.mark.parametrize(
    "path", ["scores?from=2026-10", "scores/drivers?period=2026-10", "measures", "observations", "feeds"]
)
def test_what_the_client_has_already_is_not_sent_again(client: FlaskClient, keys: Keys, path: str) -> None:
    send_rows(client, keys("ingest"), row())
    headers = keys("read")
    first = client.get(f"/api/v1/{path}", headers=headers)
    assert first.status_code == 200, first.text
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = client.get(f"/api/v1/{path}", headers=headers | {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    other = client.get(f"/api/v1/{path}", headers=headers | {"If-None-Match": '"something"'})
    assert (other.status_code, other.data) == (200, first.data)


def test_new_data_and_another_format_make_another_tag(client: FlaskClient, keys: Keys) -> None:
    headers, path = keys("read"), "/api/v1/scores?from=2026-10&to=2026-10"
    tags = [client.get(path, headers=headers).headers["ETag"]]
    send_rows(client, keys("ingest"), row())
    for accept in ("application/json", "text/csv"):
        answer = client.get(path, headers=headers | {"If-None-Match": tags[0], "Accept": accept})
        assert (answer.status_code, answer.mimetype) == (200, accept)
        tags.append(answer.headers["ETag"])
    assert len(set(tags)) == 3


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "header"),
    [
        ("DELETE", "measures", {}, 405, ("Allow", "GET, HEAD, POST")),
        ("PUT", "limits", {}, 405, ("Allow", "GET, HEAD")),
        ("GET", "measures", {"Accept": "text/html"}, 406, None),
        ("GET", "scores", {"Accept": "application/pdf"}, 406, None),
        ("GET", "scorecards/1/pdf", {"Accept": "application/json"}, 406, None),
        ("POST", "observations", {"Content-Type": "application/xml"}, 415, None),
        ("POST", "scorecards", {"Content-Type": "text/csv"}, 415, None),
        ("PATCH", f"schedules/{10**30}", {}, 404, None),
    ],
)
def test_what_does_not_fit_gets_its_status(  # noqa: PLR0917 - one column of the table each
    sqlite_client: FlaskClient,
    sqlite_keys: Keys,
    method: str,
    path: str,
    headers: dict[str, str],
    status: int,
    header: tuple[str, str] | None,
) -> None:
    answer = sqlite_client.open(f"/api/v1/{path}", method=method, headers=sqlite_keys("admin") | headers, data=b"{}")
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    if header:
        assert ", ".join(sorted(answer.headers[header[0]].split(", "))) == header[1]


@pytest.mark.parametrize("accept", ["*/*", "application/*", "text/html, */*;q=0.1", "application/json;q=0.5, text/xml"])
def test_what_takes_json_among_others_gets_it(sqlite_client: FlaskClient, sqlite_keys: Keys, accept: str) -> None:
    answer = sqlite_client.get("/api/v1/scores", headers=sqlite_keys("read") | {"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, "application/json")


def test_head_answers_as_get_does_without_a_body(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    got = sqlite_client.get("/api/v1/measures", headers=sqlite_keys("read"))
    head = sqlite_client.head("/api/v1/measures", headers=sqlite_keys("read"))
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", got.headers["ETag"])
