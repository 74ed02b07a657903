"""`/scorecards` as a client sees it."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pikepdf
import pytest
from flask.testing import FlaskClient

from lei.reports.figures import from_json

ROWS = [
    {"measure": "participation_rate", "period": period, "value": value, "sample_size": 100}
    for period, value in (("2026-09", 30), ("2026-10", 40))
]


@pytest.fixture
def headers(sqlite_keys: Any) -> dict[str, str]:
    return sqlite_keys("ingest", "read", "scorecards")  # type: ignore[no-any-return]  # see tests/api/conftest.py


@pytest.fixture
def made(sqlite_client: FlaskClient, headers: dict[str, str]) -> dict[str, Any]:
    """A scorecard of October 2026 that was just rendered."""
    sent = sqlite_client.post("/api/v1/observations", json={"observations": ROWS}, headers=headers)
    assert sent.status_code == 200
    answer = sqlite_client.post("/api/v1/scorecards", json={"period": "2026-10"}, headers=headers)
    assert answer.status_code == 201
    return dict(answer.get_json())


def test_one_is_rendered_listed_and_fetched(
    sqlite_client: FlaskClient, headers: dict[str, str], made: dict[str, Any]
) -> None:
    assert made["title"] == "Learning scorecard, October 2026"
    assert (made["period"], made["grain"], made["where"], made["version"]) == ("2026-10", "month", {}, 1)
    assert sqlite_client.get("/api/v1/scorecards", headers=headers).get_json() == {"items": [made], "next_cursor": None}
    assert sqlite_client.get(made["links"]["self"], headers=headers).get_json() == made

    pdf = sqlite_client.get(made["links"]["pdf"], headers=headers)
    assert pdf.content_type == "application/pdf"
    assert pdf.headers["Content-Disposition"] == 'attachment; filename="lei-scorecard-2026-10.pdf"'
    assert hashlib.sha256(pdf.data).hexdigest() == made["sha256"]
    assert pdf.get_etag() == (made["sha256"], False)

    data = sqlite_client.get(made["links"]["data"], headers=headers)
    figures = from_json(data.get_data(as_text=True))
    assert figures.period == "2026-10"
    with pikepdf.open(io.BytesIO(pdf.data)) as document:
        assert document.attachments["figures.json"].get_file().read_bytes() == data.data

    known = {**headers, "If-None-Match": f'"{made["sha256"]}"'}
    assert sqlite_client.get(made["links"]["pdf"], headers=known).status_code == 304


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"period": "2027-01"}, 422, "period"),
        ({"period": "October"}, 422, "period"),
        ({"period": "2026-10", "grain": "quarter"}, 422, "grain"),
        ({"period": "2026-10", "where": {"planet": "Mars"}}, 422, "where"),
        ({"period": "2026-10", "where": ["unit:Sales"]}, 422, "where"),
        ({"period": "2026-10", "title": " "}, 422, "title"),
        ({"period": "2026-10", "colour": "red"}, 422, "colour"),
    ],
)
def test_what_cannot_be_rendered_is_refused(
    sqlite_client: FlaskClient, headers: dict[str, str], body: dict[str, Any], status: int, field: str
) -> None:
    answer = sqlite_client.post("/api/v1/scorecards", json=body, headers=headers)
    assert answer.status_code == status
    assert answer.get_json()["errors"][0]["field"].startswith(field)
    assert sqlite_client.get("/api/v1/scorecards", headers=headers).get_json()["items"] == []


def test_an_unknown_profile_or_scorecard_is_not_found(sqlite_client: FlaskClient, headers: dict[str, str]) -> None:
    body = {"period": "2026-10", "profile": "nobody"}
    assert sqlite_client.post("/api/v1/scorecards", json=body, headers=headers).status_code == 404
    for path in ("", "/pdf", "/data"):
        assert sqlite_client.get(f"/api/v1/scorecards/7{path}", headers=headers).status_code == 404


def test_rendering_needs_its_own_scope(sqlite_client: FlaskClient, sqlite_keys: Any) -> None:
    answer = sqlite_client.post("/api/v1/scorecards", json={"period": "2026-10"}, headers=sqlite_keys("read"))
    assert answer.status_code == 403
