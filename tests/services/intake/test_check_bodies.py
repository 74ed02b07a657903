"""Whole bodies: in every format the same rows are taken and refused, with the same codes, alone and side by side.

Blocks of plain rows are checked column by column, others row by row; neither may show in what comes out.
"""

from __future__ import annotations

import csv
import io
import json
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from arro3.core import Array, DataType, RecordBatch, RecordBatchReader, Table
from arro3.io import write_parquet
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_check_observations import (
    CATALOGUE,
    CELLS,
    GOOD,
    PERIODS,
    ROWS,
    RULES,
    UNITS,
    as_object,
    faults_of_batch,
    known,
)

from lei.errors import InvalidError, MalformedError
from lei.services.intake import parquet_body, parquet_decoder
from lei.services.intake.check_observations import RowChecker
from lei.services.intake.intake_bodies import take_body
from lei.services.intake.observation_rows import ObservationRow, check_row
from lei.services.intake.table_header import TypedHeader
from lei.storage.segments import canonical
from lei.storage.staged_observations import BlockSpool

COLUMNS = ("measure", "period", "value", "sample_size", "source", "unit", "region")
EPOCH = date(1970, 1, 1)
# By observation, the facts that were sent for it, in order; and (row, field, code) of every fault.
Outcome = tuple[dict[tuple[Any, ...], list[tuple[float | None, int]]], list[tuple[int | None, str, str]]]


def of_record(raws: Sequence[object]) -> Outcome:
    """What the schema of record makes of the rows, one by one."""
    facts: dict[tuple[Any, ...], list[tuple[float | None, int]]] = {}
    faults, met = [], known()
    for number, raw in enumerate(raws, start=1):
        found = check_row(raw, CATALOGUE, number)
        more = faults_of_batch(raw, number, met)
        if isinstance(found, ObservationRow) and not more:
            when = (found.occasion.month, found.occasion.span, found.occasion.day)
            key = (found.measure_id, *when, canonical(found.dimensions), found.source or "lms")
            facts.setdefault(key, []).append((found.value, found.sample_size))
        else:
            own = [] if isinstance(found, ObservationRow) else found
            faults += [(problem.row, problem.field, problem.code) for problem in (*own, *more)]
    return facts, faults[:100]


def outcome(take: Callable[[RowChecker], None], rows: int) -> Outcome:
    """What a checker makes of `rows` rows that it is given by `take`."""
    facts: dict[tuple[Any, ...], list[tuple[float | None, int]]] = {}
    with closing(BlockSpool()) as spool:
        checker = RowChecker(CATALOGUE, "lms", spool, RULES)
        take(checker)
        checker.finish()
        for block in spool.blocks():
            for (month, measure, segment, source, span, day), first in block.firsts.items():
                key = (measure, month, span, day, checker.segments[segment], checker.sources[source])
                own = (month, measure, segment, source, span, day)
                facts.setdefault(key, []).extend([first, *block.followers.get(own, [])])
    assert checker.received == rows
    assert checker.rejected + sum(map(len, facts.values())) == rows
    return facts, [(problem.row, problem.field, problem.code) for problem in checker.problems]


@settings(max_examples=100)
@given(raws=st.lists(ROWS, min_size=1, max_size=12))
@example(raws=[GOOD, GOOD, GOOD | {"value": 2}, GOOD | {"value": None}, GOOD | {"period": "2025-12"}])
def test_json_and_ndjson_bodies_are_what_the_schema_of_record_says(raws: list[Any]) -> None:
    lines = [json.dumps(raw) for raw in raws]
    document = f'{{"observations": [{", ".join(lines)}]}}'.encode()
    expected = of_record([json.loads(line) for line in lines])
    assert outcome(lambda checker: take_body(checker, ["\n".join(lines).encode()], "ndjson"), len(raws)) == expected
    assert outcome(lambda checker: take_body(checker, [document], "json"), len(raws)) == expected


PLAIN = ("pass_rate", "2026-10", "71.5", "40", "", "A", "EMEA")
CSV_ROWS = st.lists(
    st.just(PLAIN)
    | st.tuples(
        st.sampled_from(["pass_rate", "learning_cost", "pass_rat", ""]),
        PERIODS | st.just(""),
        CELLS,
        CELLS,
        st.sampled_from(["", "lms", "hr", " lms"]),
        st.sampled_from(["", *UNITS, "x" * 201, "B,C", 'say "x"', "line\nbreak"]),
        st.sampled_from(["", "EMEA"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=150)
@given(rows=CSV_ROWS, end=st.sampled_from(["\n", "\r\n", "\r"]), cut=st.integers(1, 60))
def test_csv_bodies_are_the_objects_that_their_rows_stand_for(rows: list[tuple[str, ...]], end: str, cut: int) -> None:
    text = io.StringIO(newline="")
    # Python's writer forgets to quote a line break that is not the one that it ends lines with.
    quoting = csv.QUOTE_ALL if any("\n" in cell for row in rows for cell in row) else csv.QUOTE_MINIMAL
    csv.writer(text, lineterminator=end, quoting=quoting).writerows([COLUMNS, *rows])
    body = text.getvalue().encode()
    pieces = [body[at : at + cut] for at in range(0, len(body), cut)]
    found = outcome(lambda checker: take_body(checker, pieces, "csv"), len(rows))
    assert found == of_record([as_object(row) for row in rows])


def test_a_row_with_one_cell_too_many_does_not_shift_the_next() -> None:
    """One cell more in one row and one less in the next: together they have as many as they should."""
    good = "pass_rate,2026-10,71.5,40,A"
    body = f"measure,period,value,sample_size,unit\n{good}\n{good},B\npass_rate,2026-10,71.5,40\n\n{good}\n"
    facts, faults = outcome(lambda checker: take_body(checker, [body.encode()], "csv"), 4)
    assert faults == [(2, "", "wrong_column_count"), (3, "", "wrong_column_count")]
    assert list(facts.values()) == [[(71.5, 40), (71.5, 40)]]


def test_a_cell_longer_than_any_may_be_is_said_to_be_so_with_and_without_quotes() -> None:
    for mark in ("", '"'):
        body = f"measure,period,value,sample_size,unit\npass_rate,2026-10,71.5,40,{mark}{'x' * 200_000}{mark}\n"
        with pytest.raises(MalformedError, match=r"not valid CSV, .*field larger than field limit"):
            outcome(lambda checker, sent=body: take_body(checker, [sent.encode()], "csv"), 0)


def test_many_blocks_with_faults_here_and_there_come_out_in_order() -> None:
    """7,000 rows: two blocks without a fault, one with three; every second key comes again with another value."""
    rows = [
        {"measure": "pass_rate", "period": f"2026-{1 + n % 10:02d}-{1 + n % 27:02d}", "value": n, "sample_size": 9}
        for n in range(7000)
    ]
    for number, change in ((4500, {"value": "x"}), (4501, {"period": "2025-12"}), (4999, {"sample_size": 0})):
        rows[number] |= change
    lines = [f"{one['measure']},{one['period']},{one['value']},{one['sample_size']}" for one in rows]
    body = "\n".join(["measure,period,value,sample_size", *lines]).encode()
    expected = of_record(rows)
    assert [row for row, _, _ in expected[1]] == [4501, 4502, 5000]
    assert outcome(lambda checker: take_body(checker, [body], "csv"), 7000) == expected


TYPED_CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.integers(-5, 50),
    st.sampled_from(["", "A", "71.5", b"A", [], 1e15, 10**13]),
)
TYPED_ROWS = st.lists(
    st.just(("pass_rate", "2026-10", 71.5, 40, None, "A", "EMEA"))
    | st.tuples(
        st.sampled_from(["pass_rate", "learning_cost", "nothing", None, 5]),
        PERIODS | TYPED_CELLS,
        st.floats(-100, 100) | TYPED_CELLS,
        st.integers(1, 50) | TYPED_CELLS,
        st.sampled_from([None, "lms", "", " lms", 0]),
        st.sampled_from([None, *UNITS, "", 0, False, 1.5, "x" * 201]),
        st.sampled_from([None, "EMEA"]),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=200)
@given(rows=TYPED_ROWS)
def test_columns_of_typed_cells_are_the_objects_that_their_rows_stand_for(rows: list[tuple[Any, ...]]) -> None:
    def take(checker: RowChecker) -> None:
        table = checker.open_table(COLUMNS, TypedHeader)
        checker.take_columns(table, [list(column) for column in zip(*rows, strict=True)])

    raws = []
    for row in rows:
        full = {name: cell for name, cell in zip(COLUMNS, row, strict=True) if cell is not None and cell != ""}
        dimensions = {name: full.pop(name) for name in ("unit", "region") if name in full}
        raws.append(full | {"dimensions": dimensions})
    assert outcome(take, len(rows)) == of_record(raws)


def test_a_parquet_body_is_taken_as_its_rows_say() -> None:
    """5,000 rows in three blocks; a date stands for its day, an instant for nothing, null for an empty cell."""
    count = 5000
    days = [date(2026, 1 + n % 10, 1 + n % 28) for n in range(count)]
    values: list[float | None] = [n / 8 for n in range(count)]
    values[4321] = None
    columns = {
        "measure": Array(["pass_rate"] * count, DataType.string()),
        "period": Array([(day - EPOCH).days for day in days], DataType.int32()).cast(DataType.date32()),
        "value": Array(values, DataType.float64()),
        "sample_size": Array([9] * count, DataType.int32()),
        "unit": Array(["A" if n % 2 else None for n in range(count)], DataType.large_string()),
    }
    expected = of_record(
        [
            {"measure": "pass_rate", "period": day.isoformat(), "sample_size": 9}
            | ({} if value is None else {"value": value})
            | {"dimensions": {"unit": "A"} if n % 2 else {}}
            for n, (day, value) in enumerate(zip(days, values, strict=True))
        ]
    )
    assert expected[1] == [(4322, "value", "missing_field")]
    assert outcome(lambda checker: take_body(checker, [parquet(columns)], "parquet"), count) == expected
    columns["period"] = Array([0] * count, DataType.int64()).cast(DataType.timestamp("us", tz="UTC"))
    _, faults = outcome(lambda checker: take_body(checker, [parquet(columns)], "parquet"), count)
    assert faults == [(row, "period", "bad_period") for row in range(1, 101)]


def test_a_parquet_file_with_a_column_that_is_unknown_is_refused_by_its_name() -> None:
    columns = {name: Array(["a"], DataType.string()) for name in ("measure", "period", "value", "untit")}
    with pytest.raises(InvalidError) as refused:
        outcome(lambda checker: take_body(checker, [parquet(columns)], "parquet"), 0)
    assert [(one.field, one.code, one.hint) for one in refused.value.problems] == [
        ("untit", "unknown_field", "did you mean `unit`?")
    ]


def parquet(columns: dict[str, Array]) -> bytes:
    """A Parquet file with these columns."""
    file = io.BytesIO()
    write_parquet(Table.from_pydict(columns), file)
    return file.getvalue()


def test_a_broken_parquet_file_harms_nothing_but_itself() -> None:
    """Bytes turned at random: such files have ended the decoder's process, and with it all that ran there."""
    chance = random.Random(20261126)  # noqa: S311 - repeatable, nothing secret
    whole = parquet({name: Array([name], DataType.string()) for name in ("measure", "period", "value")})
    for _ in range(12):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 30)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        with closing(BlockSpool()) as spool, suppress(MalformedError, InvalidError):
            take_body(RowChecker(CATALOGUE, "hr", spool), [bytes(broken)], "parquet")


def test_a_parquet_file_that_unpacks_to_more_than_there_is_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """One text of 128 KiB for each of 2,000 rows, which is 256 MiB, in a file of a few kilobytes."""
    monkeypatch.setattr(parquet_body, "MOST_MEMORY", 200 * 1024**2)
    some = RecordBatch.from_pydict(
        {
            "measure": Array(["pass_rate"] * 100, DataType.string()),
            "period": Array(["2026-10"] * 100, DataType.string()),
            "value": Array([1.0] * 100, DataType.float64()),
            "unit": Array(["x" * 128 * 1024] * 100, DataType.large_string()),
        }
    )
    file = io.BytesIO()
    write_parquet(RecordBatchReader.from_batches(some.schema, [some] * 20), file)
    assert len(file.getvalue()) < 200_000
    with pytest.raises(MalformedError, match="not valid Parquet, or unpacks to more"):
        outcome(lambda checker: take_body(checker, [file.getvalue()], "parquet"), 0)


def test_a_decoder_that_takes_too_long_by_the_clock_ends_by_itself(tmp_path: Path) -> None:
    """Also one that only waits: no request shall wait with it for ever. Here ten microseconds are too long."""
    file = tmp_path / "rows.parquet"
    file.write_bytes(parquet({"measure": Array(["pass_rate"], DataType.string())}))
    command = [sys.executable, "-I", parquet_decoder.__file__, str(parquet_body.MOST_MEMORY), "0.00001"]
    with file.open("rb") as rows:
        done = subprocess.run(command, stdin=rows, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (-signal.SIGALRM, b"")


@pytest.mark.parametrize("body", [b"", b"PAR1", b"measure,period,value\n", b"PAR1" + b"\0" * 400 + b"PAR1"])
def test_what_is_no_parquet_is_said_in_a_sentence(body: bytes) -> None:
    with pytest.raises(MalformedError, match="not valid Parquet"):
        outcome(lambda checker: take_body(checker, [body], "parquet"), 0)
