"""Rows for the intake benchmarks, and the raw limits that they are compared with."""

from __future__ import annotations

import io
import json
import random
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from arro3.core import Array, DataType, Table
from arro3.io import write_parquet

from lei.catalog.loader import default_measures

SEGMENTS, MEASURES, DAYS = 500, 40, 28
# measure, period, value, sample size, unit, region, program
Row = tuple[str, str, float, int, str, str, str]


def rows(start: int, count: int) -> Iterator[Row]:
    """`count` daily observations from the number `start` on: 500 segments x 40 measures a day, day after day."""
    chance = random.Random(start)  # noqa: S311 - repeatable, nothing secret
    keys = [measure.key for measure in default_measures()][:MEASURES]
    for number in range(start, start + count):
        segment, measure, day = number % SEGMENTS, number // SEGMENTS % MEASURES, number // (SEGMENTS * MEASURES)
        month, day = day // DAYS, day % DAYS + 1
        period = f"{2010 + month // 12}-{month % 12 + 1:02d}-{day:02d}"
        value = round(chance.uniform(0, 100), 3)
        place = (f"Unit {segment}", f"Region {segment % 5}", f"Program {segment % 20}")
        yield (keys[measure], period, value, chance.randint(5, 500), *place)


def as_ndjson(found: Iterator[Row] | list[Row]) -> bytes:
    """The rows as NDJSON."""
    return b"".join(
        json.dumps(
            {
                "measure": measure,
                "period": period,
                "value": value,
                "sample_size": size,
                "dimensions": {"unit": unit, "region": region, "program": program},
                "source": "workday",
            }
        ).encode()
        + b"\n"
        for measure, period, value, size, unit, region, program in found
    )


def as_csv(found: Iterator[Row] | list[Row]) -> bytes:
    """The same rows as CSV."""
    header = "measure,period,value,sample_size,unit,region,program,source\n"
    return (header + "".join(",".join(map(str, row)) + ",workday\n" for row in found)).encode()


def as_parquet(found: Iterator[Row] | list[Row]) -> bytes:
    """The same rows as Parquet."""
    names = ("measure", "period", "value", "sample_size", "unit", "region", "program")
    text = DataType.string()
    kinds = (text, text, DataType.float64(), DataType.int64(), text, text, text)
    columns = zip(names, kinds, zip(*found, strict=True), strict=True)
    file = io.BytesIO()
    write_parquet(Table.from_pydict({name: Array(list(cells), kind) for name, kind, cells in columns}), file)
    return file.getvalue()


def raw_sqlite(found: list[Row], folder: Path) -> float:
    """Seconds of sqlite3's executemany into a bare table."""
    file = folder / "raw.sqlite3"
    file.unlink(missing_ok=True)
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE raw (measure, period, value, size, unit, region, program)")
    started = time.perf_counter()
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO raw VALUES (?, ?, ?, ?, ?, ?, ?)", found)
    connection.execute("COMMIT")
    seconds = time.perf_counter() - started
    connection.close()
    return seconds


def raw_postgres(found: list[Row], url: str) -> float:
    """Seconds of COPY of a prepared buffer into a bare table."""
    lines = "".join("\t".join(map(str, row)) + "\n" for row in found).encode()
    with psycopg.connect(url) as connection:
        connection.execute("DROP TABLE IF EXISTS raw")
        connection.execute(
            "CREATE TABLE raw (measure text, period text, value float8, size int, unit text, region text, program text)"
        )
        connection.commit()
        started = time.perf_counter()
        with connection.cursor().copy("COPY raw FROM STDIN") as copy:
            copy.write(lines)
        connection.commit()
        return time.perf_counter() - started
