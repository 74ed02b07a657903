"""Small uploads that are committed together become the batches that they would have become one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from lei.clock import FixedClock
from lei.services.intake.ingest import IngestOptions, IngestResult, checking
from lei.services.intake.intake_catalogue import intake_catalogue
from lei.services.intake.store_together import Upload, store_together
from lei.storage.batches import Batch, read_batch
from lei.storage.database import Database
from lei.storage.ledger import read_ledger
from lei.storage.rollups import rebuild_rollups

OPTIONS = IngestOptions(source="workday", sent_by="test")
COUNTS = ("created", "corrected", "unchanged", "retracted", "rejected")


def row(**changes: Any) -> dict[str, Any]:
    good = {"measure": "pass_rate", "period": "2026-10-15", "value": 80.0, "sample_size": 40}
    return good | {"dimensions": {"unit": "A"}} | changes


@contextmanager
def uploads(database: Database, clock: FixedClock, requests: Sequence[Sequence[object]]) -> Iterator[list[Upload]]:
    with database.reading() as session:
        catalogue = intake_catalogue(session, clock.now())
    with ExitStack() as stack:
        checkers = [stack.enter_context(checking(catalogue, OPTIONS)) for _ in requests]
        for checker, rows in zip(checkers, requests, strict=True):
            checker.take_records(rows)
        yield [Upload(checker, OPTIONS, clock.now()) for checker in checkers]


def send(database: Database, clock: FixedClock, *requests: Sequence[object]) -> list[IngestResult]:
    with uploads(database, clock, requests) as found, database.writing() as session:
        return store_together(session, found)


def counted(results: Sequence[IngestResult]) -> list[tuple[int, ...]]:
    return [tuple(getattr(result, name) for name in COUNTS) for result in results]


def batch(database: Database, result: IngestResult) -> Batch:
    assert result.batch_id is not None
    with database.reading() as session:
        found = read_batch(session, result.batch_id)
    assert found is not None
    return found


def table(database: Database, query: str) -> list[tuple[Any, ...]]:
    with database.reading() as session:
        return [tuple(found) for found in session.execute(sa.text(query))]


def assert_rollups_equal_a_rebuild(database: Database) -> None:
    query = "SELECT * FROM rollups ORDER BY month, measure_id, segment_id, source_id, span"
    kept = table(database, query)
    with database.writing() as session:
        rebuild_rollups(session)
    assert kept == table(database, query)


def test_each_upload_is_a_batch_with_its_own_counts(database: Database, clock: FixedClock) -> None:
    send(database, clock, [row(), row(period="2026-09")])
    results = send(
        database,
        clock,
        [row(period="2026-10-16")],
        [row()],
        [row(value=81.0)],
        [row(period="2026-09", value=None)],
        [row(period="2026-Q3"), row(period="2026-10-17")],
        [row(measure="no_such_measure")],
        [row(period="2026-10-18", dimensions={"unit": "B"})],
    )
    assert counted(results) == [
        (1, 0, 0, 0, 0),
        (0, 0, 1, 0, 0),
        (0, 1, 0, 0, 0),
        (0, 0, 0, 1, 0),
        (2, 0, 0, 0, 0),
        (0, 0, 0, 0, 1),
        (1, 0, 0, 0, 0),
    ]
    assert [result.status for result in results] == ["stored"] * 5 + ["rejected", "stored"]
    for result in results:
        kept = batch(database, result)
        assert tuple(getattr(kept, name) for name in COUNTS) == counted([result])[0]
        assert (kept.status, kept.received, kept.periods) == (result.status, result.received, result.periods)
    assert_rollups_equal_a_rebuild(database)


def test_the_same_observation_in_one_group_is_new_once(database: Database, clock: FixedClock) -> None:
    results = send(database, clock, [row()], [row()], [row(value=90.0)])
    assert counted(results) == [(1, 0, 0, 0, 0), (0, 0, 1, 0, 0), (0, 1, 0, 0, 0)]
    assert table(database, "SELECT revision, value FROM observations ORDER BY id") == [(1, 80.0), (2, 90.0)]
    assert_rollups_equal_a_rebuild(database)


def test_instants_rise_with_the_ids_so_that_as_of_stays_a_filter_on_ids(database: Database, clock: FixedClock) -> None:
    send(database, clock, [row()])
    with database.reading() as session:
        before = read_ledger(session)
    results = send(database, clock, [row(value=1.0)], [row(period="2026-10-16")], [row(period="2026-10-17")])
    kept = sorted((batch(database, result) for result in results), key=lambda one: one.last_observation_id or 0)
    instants = [one.recorded_at for one in kept]
    assert all(instant is not None and instant > before.recorded_at for instant in instants)  # type: ignore[operator]
    assert instants == sorted(set(instants), key=lambda instant: instant or clock.now())
    assert len(set(instants)) == len(kept)
    with database.reading() as session:
        after = read_ledger(session)
    assert after.data_version > before.data_version
    assert after.recorded_at == instants[-1]
    for one in kept:
        assert one.first_observation_id == one.last_observation_id
        ids = table(database, f"SELECT id FROM observations WHERE batch_id = {one.id}")
        assert ids == [(one.first_observation_id,)]


def test_names_of_a_transaction_that_was_undone_are_not_remembered(database: Database, clock: FixedClock) -> None:
    """Another name gets the id that the undone one had on SQLite; remembering it would give that one's rows away."""
    with (
        uploads(
            database, clock, [[row(dimensions={"unit": "undone"}, period=day)] for day in ("2026-08", "2026-09")]
        ) as found,
        pytest.raises(RuntimeError),
        database.writing() as session,
    ):
        for upload in found:
            store_together(session, [upload])
        raise RuntimeError
    send(database, clock, [row(dimensions={"unit": "other"})])
    for _ in range(3):
        send(database, clock, [row(dimensions={"unit": "undone"}, period="2026-10-20")])
    assert table(
        database,
        "SELECT s.canonical, o.day FROM observations o JOIN segments s ON s.id = o.segment_id ORDER BY o.id",
    ) == [('{"unit":"other"}', 15), ('{"unit":"undone"}', 20)]
