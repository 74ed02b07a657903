"""Reverting a batch: what it replaced is current again, as one more batch, and nothing is forgotten."""

from __future__ import annotations

from contextlib import suppress

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lei.clock import FixedClock
from lei.errors import ConflictError, NotFoundError
from lei.services.intake.ingest import IngestOptions, ingest_records
from lei.services.intake.revert_batch import RevertOptions, revert_batch
from lei.storage.batches import Batch
from lei.storage.database import Database
from lei.storage.rollups import rebuild_rollups


def send(database: Database, clock: FixedClock, *values: tuple[str, float | None]) -> int:
    """Send (period, value) pairs as one batch; its id."""
    rows = [{"measure": "pass_rate", "period": period, "value": value, "sample_size": 30} for period, value in values]
    with database.writing() as session:
        batch_id = ingest_records(session, rows, IngestOptions("lms", "test"), clock.now()).batch_id
    assert batch_id is not None
    return batch_id


def revert(database: Database, clock: FixedClock, batch_id: int) -> Batch:
    with database.writing() as session:
        batch = revert_batch(session, batch_id, RevertOptions("test"), clock.now()).batch
    assert batch.received == batch.created + batch.corrected + batch.unchanged + batch.retracted + batch.rejected
    return batch


def current(database: Database) -> dict[int, float]:
    """Present values by day or month number."""
    query = """SELECT o.month % 12 + 1 AS month, o.value FROM observations o WHERE value IS NOT NULL AND revision =
        (SELECT MAX(revision) FROM observations n WHERE n.month = o.month AND n.measure_id = o.measure_id)"""
    with database.reading() as session:
        return {row.month: row.value for row in session.execute(sa.text(query))}


def test_what_the_batch_created_corrected_and_retracted_is_as_before(database: Database, clock: FixedClock) -> None:
    send(database, clock, ("2026-01", 10), ("2026-02", 20), ("2026-03", 30))
    batch = send(database, clock, ("2026-01", 11), ("2026-02", None), ("2026-03", 30), ("2026-04", 40))
    assert current(database) == {1: 11, 3: 30, 4: 40}
    done = revert(database, clock, batch)
    assert (done.kind, done.reverts_batch_id, done.status) == ("revert", batch, "stored")
    assert (done.received, done.created, done.corrected, done.retracted) == (3, 1, 1, 1)
    assert done.periods == ("2026-01", "2026-02", "2026-04")
    assert current(database) == {1: 10, 2: 20, 3: 30}


def test_several_revisions_in_one_batch_are_undone_together(database: Database, clock: FixedClock) -> None:
    send(database, clock, ("2026-01", 10), ("2026-02", 20))
    batch = send(database, clock, ("2026-01", 11), ("2026-01", 12), ("2026-02", 21), ("2026-02", 20))
    done = revert(database, clock, batch)
    assert (done.received, done.corrected, done.unchanged) == (2, 1, 1)
    assert current(database) == {1: 10, 2: 20}


def test_what_a_later_batch_changed_is_left_and_named(database: Database, clock: FixedClock) -> None:
    batch = send(database, clock, ("2026-01", 10), ("2026-02", 20))
    later = send(database, clock, ("2026-02", 22))
    done = revert(database, clock, batch)
    assert (done.status, done.received, done.retracted, done.rejected) == ("partly_stored", 2, 1, 1)
    (error,) = done.errors
    assert error["code"] == "touched_later"
    assert error["message"] == (
        f"'pass_rate' of 2026-02 for {{}} from 'lms' was changed later by batch {later} and is left as it is."
    )
    assert current(database) == {2: 22}


def test_a_later_batch_that_was_reverted_itself_does_not_stand_in_the_way(
    database: Database, clock: FixedClock
) -> None:
    send(database, clock, ("2026-01", 10))
    wrong = send(database, clock, ("2026-01", 11))
    wrong_too = send(database, clock, ("2026-01", 12))
    first = revert(database, clock, wrong)
    assert (first.status, first.rejected, current(database)) == ("partly_stored", 1, {1: 12})
    assert first.errors[0]["hint"] == f"Revert batch {wrong_too} as well, if what it sent is wrong too."
    second = revert(database, clock, wrong_too)
    assert (second.corrected, second.rejected, current(database)) == (1, 0, {1: 10}), "not 11, which was reverted too"
    again = revert(database, clock, second.id)
    assert (again.corrected, current(database)) == (1, {1: 12})
    assert (revert(database, clock, first.id).unchanged, current(database)) == (0, {1: 12})


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_facts_are_always_what_the_batches_that_stand_would_have_made(
    database: Database, clock: FixedClock, data: st.DataObject
) -> None:
    """Any order of uploads and reverts, reverts of reverts too; no two uploads send the same value."""
    with database.writing() as session:
        for name in ("observations", "batches", "rollups"):
            session.execute(sa.text(f"DELETE FROM {name}"))
    sent: dict[int, dict[str, float | None]] = {}
    present: dict[str, float] = {}
    reverts: dict[int, int] = {}

    def stands(batch: int) -> bool:
        by = [one for one, of in reverts.items() if of == batch]
        return not by or not stands(by[0])

    for step in range(data.draw(st.integers(2, 7))):
        open_ones = [batch for batch in (*sent, *reverts) if batch not in reverts.values()]
        if open_ones and data.draw(st.booleans()):
            batch = data.draw(st.sampled_from(open_ones))
            with suppress(ConflictError):  # a retraction of nothing has changed nothing
                reverts[revert(database, clock, batch).id] = batch
        else:
            months = data.draw(st.sets(st.sampled_from(["2026-01", "2026-02", "2026-03"]), min_size=1))
            rows = {month: data.draw(st.sampled_from([None, step + 0.5])) for month in sorted(months)}
            # What retracts nothing leaves no trace, as every row that changes nothing.
            traces = {month: value for month, value in rows.items() if value is not None or month in present}
            sent[send(database, clock, *rows.items())] = traces
        expected: dict[str, float | None] = {}
        for batch, rows in sent.items():
            expected |= rows if stands(batch) else {}
        present = {f"2026-{month:02d}": value for month, value in current(database).items()}
        assert present == {month: value for month, value in expected.items() if value is not None}
    kept = rollups(database)
    with database.writing() as session:
        rebuild_rollups(session)
    assert rollups(database) == kept


def rollups(database: Database) -> list[tuple[object, ...]]:
    with database.reading() as session:
        return [tuple(row) for row in session.execute(sa.text("SELECT * FROM rollups ORDER BY month"))]


def test_a_revert_can_be_reverted(database: Database, clock: FixedClock) -> None:
    batch = send(database, clock, ("2026-01", 10))
    done = revert(database, clock, batch)
    assert current(database) == {}
    assert revert(database, clock, done.id).created == 1
    assert current(database) == {1: 10}


def test_a_batch_is_reverted_once(sqlite_database: Database, clock: FixedClock) -> None:
    batch = send(sqlite_database, clock, ("2026-01", 10))
    done = revert(sqlite_database, clock, batch)
    with pytest.raises(ConflictError, match=f"reverted already, by batch {done.id}"):
        revert(sqlite_database, clock, batch)


def test_a_batch_that_changed_nothing_or_does_not_exist_cannot_be_reverted(
    sqlite_database: Database, clock: FixedClock
) -> None:
    send(sqlite_database, clock, ("2026-01", 10))
    same = send(sqlite_database, clock, ("2026-01", 10))
    with pytest.raises(ConflictError, match="changed nothing"):
        revert(sqlite_database, clock, same)
    with pytest.raises(NotFoundError, match="no batch 99"):
        revert(sqlite_database, clock, 99)
