"""`/dimensions`: an administrator registers one, and observations may name it at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

Keys = Callable[..., dict[str, str]]
ROW = {"measure": "pass_rate", "period": "2026-10", "value": 80, "sample_size": 40, "dimensions": {"site": "Leeds"}}


def test_a_registered_dimension_can_be_sent_and_scored_by(client: FlaskClient, keys: Keys) -> None:
    sender, reader = keys("ingest"), keys("read")
    refused = client.post("/api/v1/observations", json={"observations": [ROW]}, headers=sender)
    assert refused.json["errors"][0]["code"] == "unknown_dimension"
    made = client.post("/api/v1/dimensions", json={"key": "site", "display_name": "Site"}, headers=keys("admin"))
    assert (made.status_code, made.json) == (201, {"key": "site", "display_name": "Site"})
    taken = client.post("/api/v1/observations", json={"observations": [ROW]}, headers=sender)
    assert (taken.status_code, taken.json["created"]) == (200, 1)
    scores = client.get("/api/v1/scores?by=site&from=2026-10&to=2026-10", headers=reader).json["scores"]
    assert [score["segment"] for score in scores] == [{"site": "Leeds"}]
    listed = client.get("/api/v1/dimensions", headers=reader).json["items"]
    assert {"key": "site", "display_name": "Site"} in listed
    assert [one["key"] for one in listed] == sorted(one["key"] for one in listed)
    first = client.get("/api/v1/dimensions?limit=4", headers=reader).json
    rest = client.get(f"/api/v1/dimensions?cursor={first['next_cursor']}", headers=reader).json
    assert (first["items"] + rest["items"], rest["next_cursor"]) == (listed, None)


@pytest.mark.parametrize(
    ("key", "status"), [("unit", 409), ("value", 422), ("Site", 422), ("1st", 422), ("site name", 422), ("s" * 61, 422)]
)
def test_a_key_that_is_taken_or_cannot_be_used_is_refused(
    sqlite_client: FlaskClient, sqlite_keys: Keys, key: str, status: int
) -> None:
    body = {"key": key, "display_name": "Something"}
    answer = sqlite_client.post("/api/v1/dimensions", json=body, headers=sqlite_keys("admin"))
    assert answer.status_code == status
    assert sqlite_client.post("/api/v1/dimensions", json=body, headers=sqlite_keys("weights")).status_code == 403
