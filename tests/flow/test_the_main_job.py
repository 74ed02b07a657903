"""The whole path once: an HR system pushes, an analyst reads, an executive finds a PDF in her mailbox."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from api.app import create_app
from api.context import Context
from lei.catalog.loader import default_measures
from lei.clock import FixedClock
from lei.config import Settings, load_settings
from lei.services.access.manage_keys import create_key
from lei.services.deliveries.deliver import work_off
from lei.services.schedules.due_runs import find_due_runs
from lei.services.workers.worker import worker_of_this_process
from lei.storage.database import Database
from tests.delivery.postbox import Postbox, mail_server, pdf_of


def rows(period: str, points: float) -> list[dict[str, Any]]:
    """Every scored measure, in two units, at a value worth `points`."""
    return [
        {
            "measure": m.key,
            "period": period,
            "value": m.goalpost_0 + points / 100 * (m.goalpost_100 - m.goalpost_0),
            "sample_size": 120,
            "dimensions": {"unit": unit},
        }
        for m in default_measures()
        if m.goalpost_0 is not None and m.goalpost_100 is not None
        for unit in ("Service", "Sales")
    ]


# The first working day of the month at 07:00 in Berlin; 1 November 2026 is a Sunday.
SCHEDULE = {
    "name": "Board",
    "cron": "0 7 1 * *",
    "timezone": "Europe/Berlin",
    "on_working_day": True,
    "grain": "month",
    "recipients": ["ceo@example.com", "chro@example.com"],
}


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    """A real mail server on a free port."""
    with mail_server() as box:
        yield box


def figures_inside(pdf: bytes) -> Any:
    """The figures that a scorecard carries with it."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return json.loads(document.attachments["figures.json"].get_file().read_bytes())


def work_at(instant: datetime, clock: FixedClock, database: Database, settings: Settings) -> None:
    """What a worker does at an instant."""
    clock.instant = instant
    with database.writing() as session:
        find_due_runs(session, clock.now())
    work_off(worker_of_this_process(database, settings, clock))


def test_metrics_in_scores_out_a_scorecard_in_a_mailbox_on_its_day(
    database: Database, tmp_path: Path, postbox: Postbox
) -> None:
    clock = FixedClock(datetime(2026, 10, 28, 9, 0, tzinfo=UTC))
    settings = load_settings({"LEI_DATA_DIR": str(tmp_path), "LEI_SMTP_URL": postbox.url})
    client = create_app(Context(database, settings, clock)).test_client()
    with database.writing() as session:
        hris = create_key(session, "hris", ["ingest"], clock.now())
        team = create_key(session, "l-and-d", ["read", "scorecards"], clock.now())

    def call(key: str, method: str, path: str, **more: Any) -> Any:
        return client.open(f"/api/v1{path}", method=method, headers={"Authorization": f"Bearer {key}"}, **more)

    made = call(team, "POST", "/schedules", json=SCHEDULE)
    assert made.status_code == 201, made.text
    assert made.json["next_runs"][0] == "2026-11-02T06:00:00Z"

    clock.instant = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)
    body = "\n".join(json.dumps(row) for row in rows("2026-09", 50) + rows("2026-10", 56))
    sent = call(hris, "POST", "/observations", data=body, content_type="application/x-ndjson")
    assert (sent.status_code, sent.json["created"]) == (200, 4 * 49)

    score = call(team, "GET", "/scores?from=2026-10&to=2026-10").json["scores"][0]
    assert (score["composite"], score["status"], score["band"]) == (pytest.approx(56), "final", "developing")
    drivers = call(team, "GET", "/scores/drivers?period=2026-10").json["drivers"][0]
    assert drivers["change"] == pytest.approx(6)

    tick = partial(work_at, clock=clock, database=database, settings=settings)
    tick(datetime(2026, 11, 2, 5, 59, tzinfo=UTC))
    assert postbox.mails == []
    tick(datetime(2026, 11, 2, 6, 0, tzinfo=UTC))
    tick(datetime(2026, 11, 2, 6, 1, tzinfo=UTC))
    assert postbox.recipients == ["ceo@example.com", "chro@example.com"]

    deliveries = call(team, "GET", "/deliveries").json["items"]
    assert {d["status"] for d in deliveries} == {"sent"}
    (card,) = {d["scorecard_id"] for d in deliveries}
    pdf = pdf_of(postbox.mails[0][1])
    assert pdf == call(team, "GET", f"/scorecards/{card}/pdf").data
    before = call(team, "GET", f"/scorecards/{card}/data").json
    assert figures_inside(pdf) == before

    # Later data moves the score, and never what was published.
    call(hris, "POST", "/observations", json={"observations": rows("2026-10", 40)})
    assert call(team, "GET", "/scores?from=2026-10&to=2026-10").json["scores"][0]["composite"] == pytest.approx(40)
    assert call(team, "GET", f"/scorecards/{card}/data").json == before
    kept = call(team, "GET", f"/scorecards/{card}/pdf").data
    assert hashlib.sha256(kept).hexdigest() == call(team, "GET", f"/scorecards/{card}").json["sha256"]
