"""What monitoring reads: requests by route, observations taken in, deliveries, the database, the version."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from lei.clock import FixedClock
from lei.storage.database import Database
from lei.storage.worker_heartbeats import note_heartbeat

Keys = Callable[..., dict[str, str]]


def figures(client: FlaskClient) -> dict[tuple[str, ...], float]:
    """Value by name and label values."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def test_requests_are_counted_by_route_method_and_status(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    for key in ("audience_reach", "nothing"):
        sqlite_client.get(f"/api/v1/measures/{key}", headers=sqlite_keys("read"))
    sqlite_client.get("/wp-login.php")
    found = figures(sqlite_client)
    route = "/api/v1/measures/<key>"
    assert found["lei_http_requests_total", "GET", route, "200"] == 1
    assert found["lei_http_requests_total", "GET", route, "404"] == 1
    assert found["lei_http_requests_total", "GET", "unmatched", "404"] == 1
    assert found["lei_http_request_seconds_count", "GET", route] == 2


def test_observations_deliveries_database_and_version(client: FlaskClient, keys: Keys) -> None:
    row = {"measure": "audience_reach", "period": "2026-10", "value": 50, "sample_size": 40}
    sent = client.post("/api/v1/observations", json={"observations": [row]}, headers=keys("ingest"))
    assert sent.status_code == 200, sent.text
    found = figures(client)
    assert found["lei_observations_total", "created"] == 1
    assert found["lei_observations_total", "corrected"] == 0
    assert found["lei_deliveries", "sent"] == 0
    assert found["lei_database_up",] == 1
    assert found["lei_build_info", version("learning-effectiveness-index")] == 1


def test_no_worker_and_what_is_overdue_can_be_seen_without_one(
    client: FlaskClient, keys: Keys, database: Database, clock: FixedClock
) -> None:
    plan = {"name": "Board", "cron": "0 7 1 * *", "recipients": ["anna@example.com"]}
    assert client.post("/api/v1/schedules", json=plan, headers=keys("scorecards")).status_code == 201
    found = figures(client)
    assert (found["lei_worker_last_tick_seconds",], found["lei_runs_overdue",]) == (math.inf, 0)
    due = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
    with database.writing() as session:
        note_heartbeat(session, "worker-1", due - timedelta(seconds=30), due - timedelta(days=1))
    clock.instant = due + timedelta(minutes=5)
    found = figures(client)
    assert (found["lei_worker_last_tick_seconds",], found["lei_runs_overdue",]) == (330, 1)
    assert found["lei_deliveries_overdue",] == 0
