"""How long people wait for scores: `GET /scores`, `POST /weights/preview` and the overview while the history grows.

    .venv/bin/python benchmarks/score_reading.py [--rows 100000 1000000 10000000] [--units 50] [--postgres]

The database has units x 40 measures x 60 months of cells; more rows are more days and sources in the same cells.
They go in by the database's own fast way and are rolled up by `rebuild_rollups`: intake has a benchmark of its own.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import psycopg
import sqlalchemy as sa
from flask.testing import FlaskClient

from api.app import create_app
from api.context import Context
from lei.cli.web_server import settle_heap
from lei.clock import FixedClock
from lei.config import load_settings
from lei.services.access.manage_keys import create_key
from lei.services.access.manage_users import create_user
from lei.services.set_up import set_up_database
from lei.storage.batches import batches
from lei.storage.database import Database
from lei.storage.ledger import raise_ledger
from lei.storage.measures import read_measures
from lei.storage.rollups import rebuild_rollups
from lei.storage.segments import add_segments, canonical
from lei.storage.sources import add_sources
from web.app import add_pages
from web.site import Site

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
MEASURES, MONTHS, DAYS = 40, 60, 28
FIRST_MONTH = 2021 * 12 + 11
RUNS = 40
EMAIL, PASSWORD = "benchmark@example.com", "a password for a benchmark"
SLOW = 500  # ms; ten runs of such a question say enough
POSTGRES = "postgresql://postgres@127.0.0.1:5432/test"
SCHEMA = "lei_benchmark_scores"
COLUMNS = "month, measure_id, segment_id, source_id, span, day, revision, value, sample_size, batch_id"


def fill(database: Database, rows: int, units: int) -> None:
    """Put `rows` observations of so many units in and roll them up."""
    rng, cells = np.random.default_rng(7), units * MEASURES * MONTHS
    with database.writing() as session:
        ids = [stored.id for stored in read_measures(session).values() if stored.measure.scorable][:MEASURES]
        segments = list(add_segments(session, [canonical({"unit": f"Unit {i:02d}"}) for i in range(units)]).values())
        sources = list(add_sources(session, [f"source {i}" for i in range(-(-rows // (cells * DAYS)))]).values())
        state = raise_ledger(session, NOW)
        session.execute(
            sa.insert(batches).values(
                id=1, kind="ingest", sent_by="benchmark", received_at=NOW, recorded_at=state.recorded_at,
                status="stored", on_error="reject", errors=[], periods=[], last_observation_id=rows,
            )
        )  # fmt: skip
        for start in range(0, rows, cells):
            number = np.arange(start, min(start + cells, rows))
            within, layer = number % cells, start // cells
            columns = (
                FIRST_MONTH + within // (units * MEASURES),
                np.array(ids)[within % MEASURES],
                np.array(segments)[within // MEASURES % units],
                np.full(number.size, sources[layer // DAYS]),
                np.zeros(number.size, dtype=int),
                np.full(number.size, layer % DAYS + 1),
                np.ones(number.size, dtype=int),
                rng.uniform(30, 80, number.size),
                rng.integers(10, 100, number.size),
                np.ones(number.size, dtype=int),
            )
            put(database, session.connection(), zip(*(column.tolist() for column in columns), strict=True))
        rebuild_rollups(session)


def put(database: Database, connection: sa.Connection, rows: Iterator[tuple[float, ...]]) -> None:
    """Insert rows by the database's own fast way."""
    if database.is_sqlite:
        marks = ", ".join("?" * len(COLUMNS.split(",")))
        connection.exec_driver_sql(f"INSERT INTO observations ({COLUMNS}) VALUES ({marks})", list(rows))
        return
    with connection.connection.cursor().copy(f"COPY observations ({COLUMNS}) FROM STDIN") as copy:  # type: ignore[attr-defined]
        for row in rows:
            copy.write_row(row)


def milliseconds(ask: Callable[[], object], runs: int) -> list[float]:
    """How long each of several calls took."""
    found = []
    for _ in range(runs):
        start = time.perf_counter()
        ask()
        found.append((time.perf_counter() - start) * 1000)
    return found


def measure(database: Database, rows: int, units: int) -> None:
    """Print the waiting times for one size of history and of the organization."""
    fill(database, rows, units)
    with tempfile.TemporaryDirectory() as data:
        settings, clock = load_settings({"LEI_DATA_DIR": data}), FixedClock(NOW)
        app = create_app(Context(database, settings, clock))
        add_pages(app, Site(database, settings, clock))
        with database.writing() as session:
            create_user(session, EMAIL, "viewer", PASSWORD, NOW)
            headers = {"Authorization": f"Bearer {create_key(session, 'benchmark', ['read', 'weights'], NOW)}"}
        client = app.test_client()
        ask = questions(client, headers, units) | {"overview page, 60 months": overview(app.test_client())}
        settle_heap()  # as `lei serve` does
        cold = {name: milliseconds(question, 1)[0] for name, question in ask.items()}
        warm = {name: milliseconds(question, 10 if cold[name] > SLOW else RUNS) for name, question in ask.items()}
    for name, times in warm.items():
        median, p95 = np.percentile(times, [50, 95])
        print(
            f"{database.engine.dialect.name:<11} {rows:>10,} rows  {name:<38} "
            f"median {median:7.1f} ms  p95 {p95:7.1f} ms  first {cold[name]:8.1f} ms"
        )


def questions(client: FlaskClient, headers: dict[str, str], units: int) -> dict[str, Callable[[], object]]:
    """What people ask for, by name."""
    months = "from=2021-12&to=2026-11"
    weights = {"profile": {"pillars": {"business_impact": 30}}, "from": "2021-12", "to": "2026-11"}

    def get(query: str) -> Callable[[], object]:
        return lambda: answered(client.get(f"/api/v1/scores?{query}", headers=headers).status_code)

    def preview(**more: object) -> Callable[[], object]:
        return lambda: answered(
            client.post("/api/v1/weights/preview", json=weights | more, headers=headers).status_code
        )

    return {
        "scores, one scope, 60 months": get(months),
        "the same without measures": get(f"{months}&detail=pillars"),
        f"scores, {units} units, one month": get("from=2026-11&to=2026-11&by=unit&detail=pillars"),
        "preview, one scope, 60 months": preview(),
        f"preview, {units} units, 60 months": preview(by=["unit"]),
    }


def overview(browser: FlaskClient) -> Callable[[], object]:
    """The page that people see first, signed in."""
    (token,) = re.findall(r'name="form_token" value="([^"]+)"', browser.get("/sign-in").text)[:1]
    browser.post("/sign-in", data={"form_token": token, "email": EMAIL, "password": PASSWORD})
    return lambda: answered(browser.get("/").status_code)


def answered(status: int) -> None:
    """A benchmark of refusals would be worthless."""
    assert status == 200, status


@contextmanager
def databases(postgres: bool) -> Iterator[Database]:
    """An empty database, removed afterwards."""
    if not postgres:
        with tempfile.TemporaryDirectory() as folder:
            yield prepared(f"sqlite:///{Path(folder) / 'lei.sqlite3'}")
        return
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")
        try:
            url = POSTGRES.replace("postgresql", "postgresql+psycopg", 1)
            yield prepared(f"{url}?options=-csearch_path%3D{SCHEMA}")
        finally:
            connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


def prepared(url: str) -> Database:
    """A database with tables and catalogue."""
    database = Database(url)
    set_up_database(database, NOW)
    return database


def main() -> None:
    """Measure each size on SQLite, and on PostgreSQL when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--units", type=int, default=50)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    for postgres in (False, True) if asked.postgres else (False,):
        for rows in asked.rows:
            with databases(postgres) as database:
                measure(database, rows, asked.units)
                database.close()


if __name__ == "__main__":
    main()
