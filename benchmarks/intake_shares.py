"""What an observation costs on its way in, by format: checking it and storing it, apart. Without HTTP.

The same rows in every format, each in a batch of its own with other days, so that all are new. Formats take turns in
the order of a round, since the first batch of a month makes roll-up cells and the later ones change them. Run:
`.venv/bin/python benchmarks/intake_shares.py`.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from intake import BATCH, postgres_schema, show
from intake_rows import as_csv, as_ndjson, as_parquet, rows

from lei.services.intake.ingest import IngestOptions, checking, store_checked
from lei.services.intake.intake_bodies import BodyFormat, take_body
from lei.services.intake.intake_catalogue import intake_catalogue
from lei.services.set_up import set_up_database
from lei.storage.database import Database

PIECE = 256 * 1024
FORMATS: dict[BodyFormat, Callable[..., bytes]] = {"ndjson": as_ndjson, "csv": as_csv, "parquet": as_parquet}
OPTIONS = IngestOptions(source="workday", sent_by="benchmark")


def pieces(body: bytes) -> Iterator[bytes]:
    """The body as a request reads it."""
    return (body[at : at + PIECE] for at in range(0, len(body), PIECE))


def seconds_of(database: Database, body: bytes, body_format: BodyFormat) -> tuple[float, float]:
    """Seconds to check and seconds to store, commit included."""
    now = datetime.now(UTC)
    with database.reading() as session:
        catalogue = intake_catalogue(session, now)
    started = time.perf_counter()
    with checking(catalogue, OPTIONS) as checker:
        take_body(checker, pieces(body), body_format)
        checked = time.perf_counter()
        with database.writing() as session:
            result = store_checked(session, checker, OPTIONS, now)
    assert result.created == BATCH, result
    return checked - started, time.perf_counter() - checked


def measure(url: str, rounds: int) -> None:
    """The costs of a row on one database."""
    database = Database(url.replace("postgresql://", "postgresql+psycopg://"))
    set_up_database(database, datetime.now(UTC))
    costs: dict[str, list[tuple[float, float]]] = {name: [] for name in FORMATS}
    stored = 0
    for turn in range(rounds):
        order = list(FORMATS)[turn % len(FORMATS) :] + list(FORMATS)[: turn % len(FORMATS)]
        for name in order:
            costs[name].append(seconds_of(database, FORMATS[name](list(rows(stored, BATCH))), name))
            stored += BATCH
    database.close()
    report(costs)


def report(costs: dict[str, list[tuple[float, float]]]) -> None:
    """Microseconds a row, and what the ratio to NDJSON is, and would be if checking took nothing."""
    micro = 1e6 / BATCH
    for name, found in costs.items():
        show(f"{name}: check, us a row", [check * micro for check, _ in found], ".2f")
        show(f"{name}: store, us a row", [store * micro for _, store in found], ".2f")
        show(f"{name}: share of checking (%)", [100 * check / (check + store) for check, store in found], ".1f")
    check, store = (statistics.median(one[at] for one in costs["ndjson"]) for at in (0, 1))
    for name in list(FORMATS)[1:]:
        own = statistics.median(one[0] for one in costs[name])
        print(f"  {name} rate / NDJSON rate, storing taken as equal: {(check + store) / (own + store):.2f}")
    print(f"  the same for a format whose check takes nothing: {(check + store) / store:.2f}")


def main() -> None:
    """Measure both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    asked = parser.parse_args()
    if asked.only != "postgresql":
        print("SQLite")
        with tempfile.TemporaryDirectory() as folder:
            measure(f"sqlite:///{Path(folder) / 'lei.sqlite3'}", asked.rounds)
    if asked.only != "sqlite":
        print("PostgreSQL")
        with postgres_schema() as url:
            measure(url, asked.rounds)


if __name__ == "__main__":
    main()
