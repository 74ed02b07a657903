"""Roll-ups kept batch by batch are the same as roll-ups computed anew, whatever was sent, corrected or reverted."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lei.clock import FixedClock
from lei.errors import ConflictError
from lei.services.intake.ingest import IngestOptions, ingest_records
from lei.services.intake.revert_batch import RevertOptions, revert_batch
from lei.storage.database import Database
from lei.storage.rollups import rebuild_rollups

Cell = tuple[int, int, int, int, int]

ROWS = st.fixed_dictionaries(
    {
        "measure": st.sampled_from(["pass_rate", "skill_uplift"]),
        "period": st.sampled_from(["2026-09", "2026-Q3", "2026-09-01", "2026-09-02", "2026-09-30", "2026-08-02"]),
        "value": st.none() | st.floats(-100, 100, allow_nan=False) | st.sampled_from([0.0, 1.0, 1e12]),
        "sample_size": st.integers(1, 1000),
        "dimensions": st.sampled_from([{}, {"unit": "A"}]),
    }
)
# A step is a batch of rows, or the number of an earlier batch to revert.
STEPS = st.lists(st.lists(ROWS, min_size=1, max_size=12) | st.integers(0, 3), min_size=1, max_size=6)


def read_rollups(database: Database) -> dict[Cell, tuple[float, ...]]:
    with database.reading() as session:
        rows = session.execute(sa.text("SELECT * FROM rollups"))
        return {tuple(row[:5]): tuple(row[5:]) for row in rows}


def summed_by_hand(database: Database) -> dict[Cell, tuple[float, ...]]:
    """What roll-ups should hold, from the observations, in plain Python."""
    query = (
        "SELECT month, measure_id, segment_id, source_id, span, day, value, sample_size FROM observations ORDER BY id"
    )
    current: dict[tuple[int, ...], tuple[float | None, int]] = {}
    with database.reading() as session:
        for row in session.execute(sa.text(query)):
            current[tuple(row[:6])] = (row.value, row.sample_size)
    cells: dict[Any, list[tuple[int, float, int]]] = defaultdict(list)
    for key, (value, size) in current.items():
        if value is not None:
            cells[key[:5]].append((key[5], value, size))
    sums = {}
    for cell, found in cells.items():
        day, last, last_size = max(found)
        sums[cell] = (
            len(found),
            math.fsum(value * size for _, value, size in found),
            sum(size for _, _, size in found),
            math.fsum(value for _, value, _ in found),
            last,
            last_size,
            day,
        )
    return sums


def assert_equal(found: dict[Cell, tuple[float, ...]], wanted: dict[Cell, tuple[float, ...]]) -> None:
    assert found.keys() == wanted.keys()
    for cell, sums in found.items():
        # Beside 1e12 a sum of small numbers is exact to about 1e-4, so the largest possible term sets the scale.
        assert sums == pytest.approx(wanted[cell], rel=1e-9, abs=1e-9), cell


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # each example starts from emptied tables
)
@given(steps=STEPS)
def test_kept_rebuilt_and_hand_summed_rollups_are_the_same(
    database: Database, clock: FixedClock, steps: list[Any]
) -> None:
    with database.writing() as session:
        for table in ("observations", "rollups", "batches"):
            session.execute(sa.text(f"DELETE FROM {table}"))
    batches: list[int] = []
    for step in steps:
        with database.writing() as session:
            if isinstance(step, list):
                result = ingest_records(session, step, IngestOptions("lms", "test"), clock.now())
                assert result.batch_id is not None
                batches.append(result.batch_id)
            elif step < len(batches):
                try:
                    batches.append(revert_batch(session, batches[step], RevertOptions("test"), clock.now()).batch.id)
                except ConflictError:
                    continue
    kept = read_rollups(database)
    assert_equal(kept, summed_by_hand(database))
    with database.writing() as session:
        rebuild_rollups(session)
    assert_equal(read_rollups(database), kept)


def test_a_cell_without_observations_is_gone(database: Database, clock: FixedClock) -> None:
    rows = [{"measure": "pass_rate", "period": "2026-09-01", "value": 0.1, "sample_size": 7}]
    for change in ({}, {"value": None}):
        with database.writing() as session:
            ingest_records(session, [rows[0] | change], IngestOptions("lms", "test"), clock.now())
    assert read_rollups(database) == {}
