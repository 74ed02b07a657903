"""How fast observations come in: HTTP to committed, roll-ups included. Run: `.venv/bin/python benchmarks/intake.py`.

A real `lei serve` in a process of its own for each database; beside it, in the same round, the same rows put into a
bare table by the database's fastest way. `--growth N` first stores N more rows and measures again (10^7 takes a while).
Requests of one row each: `benchmarks/single_rows.py`.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from intake_rows import Row, as_csv, as_ndjson, as_parquet, raw_postgres, raw_sqlite, rows

from lei.services.access.manage_keys import create_key
from lei.services.intake.check_observations import RowChecker
from lei.services.intake.observation_rows import IntakeCatalogue, ObservationSchema
from lei.services.set_up import set_up_database
from lei.storage.database import Database
from lei.storage.staged_observations import BlockSpool

POSTGRES = os.environ.get("LEI_TEST_POSTGRES_URL") or "postgresql://postgres@127.0.0.1:5432/test"
BATCH, MANY = 100_000, 1_000_000
NDJSON, PARQUET = "application/x-ndjson", "application/vnd.apache.parquet"
# Rows a request, and how many such requests are timed.
SIZES = ((1, 200), (100, 50), (10_000, 5), (BATCH, 2))


class Server:
    """A server process, and requests to it."""

    def __init__(self, command: list[str], environment: dict[str, str], secret: str) -> None:
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.headers = {"Authorization": f"Bearer {secret}"}
        self.path, self.stored = "/api/v1/observations", 0
        for line in self.process.stdout or ():
            if ready := re.search(r"http://([\d.]+):(\d+)", line):
                self.host, self.port = ready[1], int(ready[2])
                return
        raise SystemExit(f"{command} ended before it was ready.")

    def connect(self) -> http.client.HTTPConnection:
        """A new connection."""
        return http.client.HTTPConnection(self.host, self.port, timeout=900)

    def post(self, connection: http.client.HTTPConnection, body: bytes, kind: str) -> float:
        """Seconds from the first byte sent to the answer read."""
        headers = self.headers | {"Content-Type": kind}
        started = time.perf_counter()
        connection.request("POST", self.path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status == 200, text[:500]
        return time.perf_counter() - started

    def get(self, connection: http.client.HTTPConnection, path: str) -> float:
        """Seconds until the answer is read."""
        started = time.perf_counter()
        connection.request("GET", path, headers=self.headers)
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status == 200, text[:500]
        return time.perf_counter() - started

    def send(self, body: bytes, kind: str) -> float:
        """As `post`, on a connection of its own."""
        connection = self.connect()
        try:
            return self.post(connection, body, kind)
        finally:
            connection.close()

    def store(self, count: int) -> None:
        """Send the next rows, in batches of 10^5 at most."""
        until = self.stored + count
        while self.stored < until:
            few = min(BATCH, until - self.stored)
            self.send(as_ndjson(rows(self.stored, few)), NDJSON)
            self.stored += few

    def memory(self, name: str) -> float:
        """VmRSS or VmHWM (the peak) of the process in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.search(rf"{name}:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]  # the kernel writes it

    def forget_peak(self) -> None:
        """Start measuring the peak anew."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5", encoding="ascii")


@contextmanager
def serving(url: str, folder: Path) -> Iterator[Server]:
    """`lei serve` on a new database."""
    database = Database(url.replace("postgresql://", "postgresql+psycopg://"))
    set_up_database(database, datetime.now(UTC))
    with database.writing() as session:
        secret = create_key(session, "benchmark", ["ingest", "read"], datetime.now(UTC))
    database.close()
    own = {name: value for name, value in os.environ.items() if not name.startswith("LEI_")}
    command = [str(Path(sys.executable).parent / "lei"), "serve", "--port", "0", "--no-scheduler"]
    server = Server(command, own | {"LEI_DATABASE_URL": url, "LEI_DATA_DIR": str(folder)}, secret)
    try:
        yield server
    finally:
        server.process.terminate()
        server.process.wait()


@contextmanager
def postgres_schema() -> Iterator[str]:
    """The address of a new schema, dropped afterwards."""
    name = f"lei_bench_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    try:
        yield f"{POSTGRES}{'&' if '?' in POSTGRES else '?'}options=-csearch_path%3D{name}"
    finally:
        with psycopg.connect(POSTGRES, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA {name} CASCADE")


def show(what: str, values: list[float], form: str) -> None:
    """Median, least and most."""
    texts = [format(value, form) for value in (statistics.median(values), min(values), max(values))]
    print(f"  {what:<58} {texts[0]} [{texts[1]} - {texts[2]}]", flush=True)


def corrected(number: int, count: int) -> list[Row]:
    """`count` new rows from `number` on, except that the last 5 % correct rows that were stored just before them."""
    few = count // 20
    again = [(*row[:2], row[2] + 0.5, *row[3:]) for row in rows(number - few, few)]
    return [*rows(number, count - few), *again]


def new_rows(number: int, count: int) -> list[Row]:
    """`count` new rows from `number` on."""
    return list(rows(number, count))


KINDS: dict[str, tuple[Callable[[int, int], list[Row]], Callable[[list[Row]], bytes], str]] = {
    "NDJSON": (new_rows, as_ndjson, NDJSON),
    "CSV": (new_rows, as_csv, "text/csv"),
    "Parquet": (new_rows, as_parquet, PARQUET),
    "NDJSON, 5 % corrections": (corrected, as_ndjson, NDJSON),
}


def measure_bulk(server: Server, raw: Callable[[list[Row]], float], rounds: int) -> None:
    """Batches of 10^5 rows: rates, and ratios to the raw limit of the same round.

    Kinds take turns at coming first: the first batch of a month makes its roll-up cells, the others change them.
    """
    figures: dict[str, list[float]] = {}
    server.store(BATCH)
    for turn in range(rounds):
        found = new_rows(server.stored, BATCH)
        limits, seconds = [raw(found)], {}
        names = list(KINDS)
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            make, write, kind = KINDS[name]
            seconds[name] = server.send(write(make(server.stored, BATCH)), kind)
            server.stored += BATCH
        limits.append(raw(found))
        note_round(figures, statistics.mean(limits), seconds)
    for name, values in figures.items():
        show(name + (" (%)" if name.endswith("raw") else ""), values, ".2f" if "rate" in name else ".1f")


def note_round(figures: dict[str, list[float]], limit: float, seconds: dict[str, float]) -> None:
    """Add what one round came to."""
    figures.setdefault("raw, k rows/s", []).append(BATCH / limit / 1000)
    for name, spent in seconds.items():
        figures.setdefault(f"{name}, k rows/s", []).append(BATCH / spent / 1000)
        figures.setdefault(f"{name} / raw", []).append(100 * limit / spent)
        if name != "NDJSON":
            figures.setdefault(f"{name} rate / NDJSON rate", []).append(seconds["NDJSON"] / spent)


def measure_sizes(server: Server) -> None:
    """Requests of 1 to 10^5 rows on one connection: the median of a request, and the peak above the idle process."""
    idle = server.memory("VmRSS")
    connection = server.connect()
    for count, times in SIZES:
        seconds = []
        server.forget_peak()
        for _ in range(times):
            body = as_ndjson(rows(server.stored, count))
            seconds.append(server.post(connection, body, NDJSON))
            server.stored += count
        middle, peak = statistics.median(seconds), server.memory("VmHWM") - idle
        print(
            f"  {count:>9,} rows a request: {middle * 1000:,.1f} ms, {count / middle:,.0f} rows/s, peak +{peak:.0f} MB"
        )
    connection.close()


def measure_memory(server: Server) -> None:
    """10^6 rows in one request of each format: how far the peak lies above the idle process."""
    idle = server.memory("VmRSS")
    for name, write, kind in (
        ("NDJSON", as_ndjson, NDJSON),
        ("CSV", as_csv, "text/csv"),
        ("Parquet", as_parquet, PARQUET),
    ):
        body = write(rows(server.stored, MANY))
        server.forget_peak()
        seconds = server.send(body, kind)
        server.stored += MANY
        peak, rate = server.memory("VmHWM") - idle, MANY / seconds / 1000
        size = len(body) / 1e6
        print(f"  {MANY:>9,} rows of {name} in one request, {size:,.0f} MB: {rate:.1f} k rows/s, peak +{peak:.0f} MB")


def measure_parse() -> None:
    """Parsing and checking alone, against marshmallow's `many` on rows that are parsed already."""
    from lei.catalog.loader import default_measures

    known = {measure.key: (number, True) for number, measure in enumerate(default_measures())}
    catalogue = IntakeCatalogue(known, frozenset({"unit", "region", "program"}), 3000 * 12)
    lines = as_ndjson(rows(0, BATCH)).splitlines()
    some = lines[: BATCH // 20]
    ours, theirs = [], []
    for _ in range(5):
        spool = BlockSpool()
        started = time.process_time()
        checker = RowChecker(catalogue, "workday", spool)
        checker.take_lines(lines)
        checker.finish()
        ours.append(BATCH / (time.process_time() - started) / 1000)
        spool.close()
        started = time.process_time()
        ObservationSchema(many=True).load([json.loads(line) for line in some])
        theirs.append(len(some) / (time.process_time() - started) / 1000)
    print("Parse and check (processor time)")
    show("fast path, bytes to checked rows, k rows/s", ours, ".0f")
    show("json and marshmallow many, bytes to rows, k rows/s", theirs, ".1f")
    show("fast path / marshmallow", [one / other for one, other in zip(ours, theirs, strict=True)], ".1f")


def measure(name: str, url: str, raw: Callable[[list[Row]], float], asked: argparse.Namespace) -> None:
    """All figures of one database."""
    print(name)
    with tempfile.TemporaryDirectory() as folder, serving(url, Path(folder)) as server:
        measure_bulk(server, raw, asked.rounds)
        measure_sizes(server)
        measure_memory(server)
        if not asked.growth:
            return
        server.store(max(0, asked.growth - server.stored))
        print(f"  with {server.stored:,} rows stored:")
        measure_bulk(server, raw, asked.rounds)


def main() -> None:
    """Measure everything, on both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--growth", type=int, default=0)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    asked = parser.parse_args()
    measure_parse()
    if asked.only != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "lei.sqlite3"
            measure("SQLite", f"sqlite:///{file}", lambda found: raw_sqlite(found, Path(folder)), asked)
    if asked.only != "sqlite":
        with postgres_schema() as url:
            measure("PostgreSQL", url, lambda found: raw_postgres(found, url), asked)


if __name__ == "__main__":
    main()
