"""What becomes of a batch: what is created, corrected, unchanged, retracted and refused, and what is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from lei.clock import FixedClock
from lei.errors import InvalidError
from lei.services.intake.ingest import IngestOptions, IngestResult, ingest_records
from lei.storage.batches import read_batch
from lei.storage.database import Database

OPTIONS = IngestOptions(source="workday", sent_by="test")


def row(**changes: Any) -> dict[str, Any]:
    """One good observation, with changes."""
    good = {
        "measure": "completion_rate",
        "period": "2026-10",
        "value": 71.5,
        "sample_size": 40,
        "dimensions": {"unit": "Sales"},
    }
    return good | changes


def send(
    database: Database, clock: FixedClock, rows: Iterable[Mapping[str, Any]], options: IngestOptions = OPTIONS
) -> IngestResult:
    with database.writing() as session:
        result = ingest_records(session, rows, options, clock.now())
    assert result.received == (
        result.created + result.corrected + result.unchanged + result.retracted + result.rejected
    )
    return result


def counts(result: IngestResult) -> tuple[int, int, int, int, int]:
    return result.created, result.corrected, result.unchanged, result.retracted, result.rejected


def stored(database: Database, table: str) -> list[tuple[Any, ...]]:
    with database.reading() as session:
        return [tuple(found) for found in session.execute(sa.text(f"SELECT * FROM {table}"))]


def revisions(database: Database) -> list[tuple[int, float | None, int]]:
    with database.reading() as session:
        found = session.execute(sa.text("SELECT revision, value, sample_size FROM observations ORDER BY id"))
        return [(one.revision, one.value, one.sample_size) for one in found]


def test_an_observation_is_new_then_unchanged_then_corrected_and_what_it_replaced_stays(
    database: Database, clock: FixedClock
) -> None:
    assert counts(send(database, clock, [row()])) == (1, 0, 0, 0, 0)
    assert counts(send(database, clock, [row()])) == (0, 0, 1, 0, 0)
    assert counts(send(database, clock, [row(value=72.0)])) == (0, 1, 0, 0, 0)
    assert counts(send(database, clock, [row(value=72.0, sample_size=41)])) == (0, 1, 0, 0, 0)
    assert revisions(database) == [(1, 71.5, 40), (2, 72.0, 40), (3, 72.0, 41)]


def test_null_retracts_what_is_there_and_changes_nothing_where_nothing_is(
    database: Database, clock: FixedClock
) -> None:
    gone = row(value=None)
    del gone["sample_size"]
    assert counts(send(database, clock, [gone])) == (0, 0, 1, 0, 0)
    send(database, clock, [row()])
    assert counts(send(database, clock, [gone])) == (0, 0, 0, 1, 0)
    assert counts(send(database, clock, [gone])) == (0, 0, 1, 0, 0)
    assert counts(send(database, clock, [row()])) == (1, 0, 0, 0, 0)
    assert revisions(database) == [(1, 71.5, 40), (2, None, 0), (3, 71.5, 40)]


def test_rows_with_the_same_key_in_one_batch_count_one_after_the_other(database: Database, clock: FixedClock) -> None:
    batch = [row(), row(), row(value=72.0), row(value=None), row(value=None), row(value=73.0)]
    assert counts(send(database, clock, batch)) == (2, 1, 2, 1, 0)
    assert revisions(database) == [(1, 71.5, 40), (2, 72.0, 40), (3, None, 40), (4, 73.0, 40)]


@pytest.mark.parametrize(
    "other",
    [{"period": "2026-10-15"}, {"period": "2026-Q4"}, {"period": "2026"}, {"source": "lms"}, {"dimensions": {}}],
)
def test_source_measure_period_and_dimensions_make_an_observation_the_same(
    sqlite_database: Database, clock: FixedClock, other: dict[str, Any]
) -> None:
    assert counts(send(sqlite_database, clock, [row(), row(**other)])) == (2, 0, 0, 0, 0)


def test_the_order_of_dimensions_does_not_matter_and_the_default_source_is_the_named_one(
    sqlite_database: Database, clock: FixedClock
) -> None:
    one = row(dimensions={"unit": "Sales", "region": "EMEA"})
    other = row(dimensions={"region": "EMEA", "unit": "Sales"}, source="workday")
    assert counts(send(sqlite_database, clock, [one, other])) == (1, 0, 1, 0, 0)


def test_one_bad_row_refuses_the_batch_and_nothing_is_stored_but_the_batch_itself(
    database: Database, clock: FixedClock
) -> None:
    segments = stored(database, "segments")
    result = send(database, clock, [row(), row(measure="completion_rat"), row(dimensions={"unit": "New"})])
    assert (result.status, result.rejected, result.faulty, result.periods) == ("rejected", 3, 1, ())
    (problem,) = result.errors
    assert (problem.row, problem.field, problem.code) == (2, "measure", "unknown_measure")
    assert problem.hint == "did you mean `completion_rate`?"
    assert stored(database, "observations") == stored(database, "rollups") == stored(database, "sources") == []
    assert stored(database, "segments") == segments
    assert result.batch_id is not None
    with database.reading() as session:
        batch = read_batch(session, result.batch_id)
    assert batch is not None
    assert (batch.status, batch.received, batch.rejected, batch.recorded_at) == ("rejected", 3, 3, None)
    assert batch.errors[0]["code"] == "unknown_measure"


def test_skip_stores_the_good_rows_and_nothing_of_the_bad_ones(database: Database, clock: FixedClock) -> None:
    bad = row(measure="nonsense", dimensions={"unit": "Nowhere"}, source="nobody")
    result = send(database, clock, [bad, row(), row(period="2026-09")], replace(OPTIONS, on_error="skip"))
    assert (result.status, counts(result)) == ("partly_stored", (2, 0, 0, 0, 1))
    assert result.periods == ("2026-09", "2026-10")
    assert [name for _, name in stored(database, "sources")] == ["workday"]
    assert [text for _, text in stored(database, "segments")] == ["{}", '{"unit":"Sales"}']


def test_a_dry_run_says_what_would_happen_and_stores_nothing(database: Database, clock: FixedClock) -> None:
    send(database, clock, [row()])
    tables = ("observations", "rollups", "batches", "segments", "sources", "ledger")
    before = {table: stored(database, table) for table in tables}
    trial = replace(OPTIONS, dry_run=True)
    new = row(dimensions={"unit": "New"}, source="new")
    result = send(database, clock, [row(), row(value=1), row(value=None), new, new], trial)
    assert (result.batch_id, result.status, counts(result)) == (None, "stored", (1, 1, 2, 1, 0))
    assert send(database, clock, [row(value="x")], trial).status == "rejected"
    assert {table: stored(database, table) for table in tables} == before


def test_a_batch_keeps_its_counts_and_the_ends_of_its_observations(database: Database, clock: FixedClock) -> None:
    send(database, clock, [row()])
    result = send(database, clock, [row(value=1), row(period="2026-09"), row(period="2026-08")])
    assert result.batch_id is not None
    with database.reading() as session:
        batch = read_batch(session, result.batch_id)
        ids = list(
            session.scalars(sa.text("SELECT id FROM observations WHERE batch_id = :id"), {"id": result.batch_id})
        )
    assert batch is not None
    assert (batch.kind, batch.sent_by, batch.status) == ("ingest", "test", "stored")
    assert (batch.received, batch.created, batch.corrected) == (3, 2, 1)
    assert (batch.first_observation_id, batch.last_observation_id) == (min(ids), max(ids))
    assert len(ids) == 3
    assert batch.recorded_at is not None
    assert batch.recorded_at > clock.now(), "the second batch at the same instant counts as a little later"


def test_no_row_at_all_is_refused(sqlite_database: Database, clock: FixedClock) -> None:
    with pytest.raises(InvalidError, match="not a single observation"):
        send(sqlite_database, clock, [])


def test_a_hundred_faults_are_listed_and_all_are_counted(sqlite_database: Database, clock: FixedClock) -> None:
    bad = [row(value="x")] * 250 + [row()]
    result = send(sqlite_database, clock, bad, replace(OPTIONS, on_error="skip"))
    assert (len(result.errors), result.rejected, result.created) == (100, 250, 1)


def test_batches_larger_than_a_block_and_repeats_across_blocks_count_right(
    database: Database, clock: FixedClock
) -> None:
    # 30 units x 28 days x 30 months are more rows than fit into one block; the last ones repeat the first.
    rows = [
        row(period=f"{2024 + month // 12}-{month % 12 + 1:02d}-{day:02d}", dimensions={"unit": f"U{unit}"})
        for month in range(30)
        for unit in range(30)
        for day in range(1, 29)
    ]
    again = [*rows[:50], *(changed | {"value": 5.0} for changed in rows[50:60])]
    result = send(database, clock, [*rows, *again])
    assert counts(result) == (len(rows), 10, 50, 0, 0)
