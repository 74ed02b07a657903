"""An index small enough to work out by hand: two pillars of one weight with one measure each, scored as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sending import observation

from lei.clock import FixedClock
from lei.periods import Grain, parse_period
from lei.services.intake.ingest import IngestOptions, ingest_records
from lei.services.scores.score_report import ScoreQuery
from lei.services.set_up import set_up_database
from lei.services.weights.draft_state import Act
from lei.services.weights.manage_weights import create_profile
from lei.services.weights.publish_weights import Publication, publish
from lei.storage.database import Database

FLOOR = 5
ACCESS, OUTCOMES, EFFICIENCY = "access_engagement", "performance_outcomes", "operational_efficiency"
# Both are shares of people; with these goalposts a score is the value itself.
REACH, PASSED = "completion_rate", "pass_rate"
AS_IT_IS = {"goalpost_0": 0.0, "goalpost_100": 100.0}
TINY: Mapping[str, Any] = {
    "pillars": {ACCESS: 1, OUTCOMES: 1},
    "measures": {ACCESS: {REACH: 1}, OUTCOMES: {PASSED: 1}},
    "goalposts": {REACH: AS_IT_IS, PASSED: AS_IT_IS},
}
NAME = "tiny"
OCTOBER = "2026-10"


@contextmanager
def tiny_database(folder: Path) -> Iterator[tuple[Database, FixedClock]]:
    """A database with the tiny index, on SQLite, for several tests that only read; and its clock."""
    clock = FixedClock(datetime(2026, 11, 21, 10, 0, tzinfo=UTC))
    database = Database(f"sqlite:///{folder / 'tiny.sqlite3'}")
    set_up_database(database, clock.now())
    publish_tiny(database, clock)
    yield database, clock
    database.close()


def publish_tiny(database: Database, clock: FixedClock, **sections: Any) -> None:
    """Make the profile `tiny`, with some of its sections replaced, count from 2020 on."""
    with database.writing() as session:
        create_profile(session, NAME, {**TINY, **sections}, "a test", clock.now())
        publication = Publication(parse_period("2020-01"), "For a test.")
        publish(session, NAME, 1, publication, Act("a test", clock.now(), None))


def send_units(
    database: Database,
    clock: FixedClock,
    units: Mapping[str, tuple[float | None, float | None]],
    sample_size: int = 385,
    period: str = OCTOBER,
) -> None:
    """Of each unit the two values (None: nothing is sent)."""
    rows = [
        observation(measure, period, value, sample_size, unit=unit)
        for unit, values in units.items()
        for measure, value in zip((REACH, PASSED), values, strict=True)
        if value is not None
    ]
    send_rows(database, clock, rows)


def send_rows(database: Database, clock: FixedClock, rows: Sequence[Mapping[str, Any]]) -> None:
    """Observations, all of which must be taken."""
    with database.writing() as session:
        result = ingest_records(session, rows, IngestOptions(source="hris", sent_by="a test"), clock.now())
    assert result.rejected == 0, result.errors


def query(period: str = OCTOBER, first: str | None = None, **asked: Any) -> ScoreQuery:
    """A question about the tiny index."""
    return ScoreQuery(
        **{
            "grain": Grain.MONTH,
            "first": parse_period(first or period),
            "last": parse_period(period),
            "profile": NAME,
            **asked,
        }
    )
