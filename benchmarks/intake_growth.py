"""What intake costs while the store grows from 10^5 to 10^7 observations, and what reading scores does.

    .venv/bin/python benchmarks/intake_growth.py [--rows 100000 1000000] [--only sqlite]

All rows come in over HTTP, in batches of 10^5 (as CSV, quickest to write), day after day. At each size: batches
of 10^5 new rows next to the raw limit of the same minute, single rows from eight clients, `GET /scores`, and the size
of the database. Up to 10^7 rows take some ten minutes on each database, and 2 GB below TMPDIR (SQLite) or 5 GB where
PostgreSQL has its data (with its log).
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from intake import BATCH, NDJSON, Server, postgres_schema, serving, show
from intake_rows import Row, as_csv, as_ndjson, raw_postgres, raw_sqlite, rows
from single_rows import CLIENTS, Sender, answer_times

SIZES = (100_000, 1_000_000, 10_000_000)
ROUNDS, SECONDS, QUESTIONS = 3, 6.0, 40
SCORES = {
    "24 months": "from=2010-01&to=2011-12",
    "500 units, one month": "from=2010-01&to=2010-01&by=unit&detail=pillars",
}


@dataclass(frozen=True)
class Store:
    """A server on a database, the raw limit of that database in seconds, and how many bytes it takes."""

    server: Server
    raw: Callable[[list[Row]], float]
    size: Callable[[], int]


def fill(server: Server, until: int) -> None:
    """Send rows until so many are stored."""
    started, before = time.perf_counter(), server.stored
    while server.stored < until:
        count = min(BATCH, until - server.stored)
        server.send(as_csv(rows(server.stored, count)), "text/csv")
        server.stored += count
    print(f"  filled with {server.stored - before:,} rows in {time.perf_counter() - started:,.0f} s", flush=True)


def bulk(store: Store) -> float:
    """Batches of 10^5 new rows; the median share of the raw limit."""
    rates, shares = [], []
    for _ in range(ROUNDS):
        found = list(rows(store.server.stored, BATCH))
        body = as_ndjson(found)
        seconds, limit = store.server.send(body, NDJSON), store.raw(found)
        store.server.stored += BATCH
        rates.append(BATCH / seconds / 1000)
        shares.append(100 * limit / seconds)
    show("NDJSON, k rows/s", rates, ".1f")
    show("NDJSON / raw (%)", shares, ".1f")
    return statistics.median(shares)


def single(server: Server, senders: list[Sender]) -> None:
    """Requests of one row each, from eight clients."""
    times = answer_times(server, senders, SECONDS)
    cuts = statistics.quantiles(times, n=100)
    print(f"  single rows: {len(times) / SECONDS:,.0f}/s, p50 {cuts[49] * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms")


def scores(server: Server) -> None:
    """`GET /scores`: the first call after new data, and the p95 of the others."""
    connection = server.connect()
    for name, query in SCORES.items():
        first, *others = (server.get(connection, f"/api/v1/scores?{query}") * 1000 for _ in range(QUESTIONS))
        p95 = statistics.quantiles(others, n=20)[18]
        print(f"  scores, {name}: first {first:,.0f} ms, then p95 {p95:,.0f} ms")
    connection.close()


def measure(store: Store, sizes: list[int]) -> None:
    """All figures at each size."""
    senders = [Sender(f"Unit {number}") for number in range(CLIENTS)]
    shares: list[float] = []
    for size in sorted(sizes):
        fill(store.server, size)
        print(f" {store.server.stored:,} rows stored, {store.size() / 1e6:,.0f} MB:")
        shares.append(bulk(store))
        print(f"  share of raw / share of raw at the first size: {shares[-1] / shares[0]:.2f}")
        single(store.server, senders)
        scores(store.server)
        print(f"  server: {store.server.memory('VmHWM'):.0f} MB at most", flush=True)


def on_sqlite(sizes: list[int]) -> None:
    """Measure with a file below TMPDIR."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serving(f"sqlite:///{folder / 'lei.sqlite3'}", folder) as server:
            size = lambda: sum(file.stat().st_size for file in folder.glob("lei.sqlite3*"))  # noqa: E731 - one use
            measure(Store(server, lambda found: raw_sqlite(found, folder), size), sizes)


def on_postgresql(sizes: list[int]) -> None:
    """Measure in a schema that is dropped afterwards."""
    with postgres_schema() as url, serving(url, Path(tempfile.gettempdir())) as server:
        measure(Store(server, lambda found: raw_postgres(found, url), lambda: size_of_schema(url)), sizes)


def size_of_schema(url: str) -> int:
    """Bytes of all tables in it with their indexes."""
    query = """SELECT sum(pg_total_relation_size(oid)) FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"""
    with psycopg.connect(url) as connection:
        return int(connection.execute(query).fetchone()[0])  # type: ignore[index]  # a sum is one row


def main() -> None:
    """Measure both databases."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    asked = parser.parse_args()
    for name, run in (("sqlite", on_sqlite), ("postgresql", on_postgresql)):
        if asked.only in (None, name):
            print(name)
            run(asked.rows)


if __name__ == "__main__":
    main()
