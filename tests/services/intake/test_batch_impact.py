"""What a change touches that was published: periods, scores and scorecards, those that were sent among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lei.clock import FixedClock
from lei.periods import Grain
from lei.services.intake.batch_impact import Impact, TouchedScorecard
from lei.services.intake.check_observations import RowChecker
from lei.services.intake.ingest import IngestOptions, IngestResult, checking, ingest_records
from lei.services.intake.intake_catalogue import intake_catalogue
from lei.services.intake.revert_batch import RevertOptions, revert_batch
from lei.services.intake.store_together import Upload, store_together
from lei.services.schedules.manage_schedules import create_schedule
from lei.storage.database import Database
from lei.storage.deliveries import NewDelivery, add_deliveries, deliveries
from lei.storage.runs import add_manual_run
from lei.storage.schedules import SchedulePlan
from lei.storage.scorecards import NewScorecard, add_scorecard

Record = Mapping[str, Any]
ORGANISATION: Mapping[str, str] = {}


def row(period: str, value: float | None = 80, **dimensions: str) -> Record:
    return {"measure": "pass_rate", "period": period, "value": value, "sample_size": 30, "dimensions": dimensions}


def send(database: Database, clock: FixedClock, *rows: Record, dry_run: bool = False) -> IngestResult:
    with database.writing() as session:
        return ingest_records(session, rows, IngestOptions("lms", "test", dry_run=dry_run), clock.now())


def publish(database: Database, clock: FixedClock, period: str, segment: Mapping[str, str]) -> int:
    """Keep a scorecard; its id."""
    grain = "quarter" if "Q" in period else "month" if "-" in period else "year"
    card = NewScorecard("", grain, period, segment, "default_v1", 1, None, clock.now(), "test", "{}", b"%PDF", "0" * 64)
    with database.writing() as session:
        return add_scorecard(session, card)


def test_a_correction_names_the_periods_scores_and_scorecards_that_it_touches(
    database: Database, clock: FixedClock
) -> None:
    september = send(database, clock, row("2026-09", unit="A"), row("2026-09", unit="B"), row("2026-11", unit="A"))
    assert september.impact is None, "nothing was published yet"
    whole = publish(database, clock, "2026-09", ORGANISATION)
    quarter = publish(database, clock, "2026-Q3", ORGANISATION)
    unit_a = publish(database, clock, "2026-09", {"unit": "A"})
    publish(database, clock, "2026-09", {"unit": "B"})
    publish(database, clock, "2026-08", {"unit": "A"})
    publish(database, clock, "2026-10", {"unit": "A"})
    expected = Impact(
        periods=("2026-09", "2026-Q3"),
        scores=2,
        scorecards=(
            TouchedScorecard(unit_a, "2026-09", {"unit": "A"}, None),
            TouchedScorecard(quarter, "2026-Q3", {}, None),
            TouchedScorecard(whole, "2026-09", {}, None),
        ),
        scorecard_count=3,
    )
    assert (
        send(database, clock, row("2026-09", 81, unit="A"), row("2026-09", unit="B"), dry_run=True).impact == expected
    )
    assert send(database, clock, row("2026-09", 81, unit="A"), row("2026-09", unit="B")).impact == expected
    assert send(database, clock, row("2026-09", 81, unit="A")).impact is None, "nothing changed"
    assert send(database, clock, row("2026-11", 81, unit="A")).impact is None, "November is not published"


def test_late_rows_retractions_and_reverts_count_like_corrections(database: Database, clock: FixedClock) -> None:
    publish(database, clock, "2026", ORGANISATION)
    late = send(database, clock, row("2026-03-05", region="EMEA", unit="A"), row("2026-Q1", unit="B"))
    assert late.impact is not None
    assert (late.impact.periods, late.impact.scores, late.impact.scorecard_count) == (("2026",), 2, 1)
    retraction = send(database, clock, row("2026-Q1", None, unit="B"))
    assert retraction.impact is not None
    assert retraction.impact.scores == 1
    assert retraction.batch_id is not None
    with database.writing() as session:
        undone = revert_batch(session, retraction.batch_id, RevertOptions("test"), clock.now())
    assert undone.impact == retraction.impact


def test_scorecards_that_were_sent_come_first_and_say_when(database: Database, clock: FixedClock) -> None:
    sent, unsent = (publish(database, clock, "2026-10", ORGANISATION) for _ in range(2))
    with database.writing() as session:
        _deliver(session, sent, clock.now())
    impact = send(database, clock, row("2026-10")).impact
    assert impact is not None
    assert [(one.id, one.sent_at) for one in impact.scorecards] == [(sent, clock.now()), (unsent, None)]


def _deliver(session: Any, scorecard_id: int, now: datetime) -> None:
    """A delivery to two people, of which one has got it."""
    people = ("a@example.org", "b@example.org")
    schedule = create_schedule(session, SchedulePlan("Board", "0 6 1 * *", "UTC", Grain.MONTH, people, {}), now)
    run = add_manual_run(session, schedule.id, "2026-10", now)
    add_deliveries(
        session,
        [NewDelivery(run, "{}", name, scorecard_id, f"<{name}>") for name in people],
        now,
    )
    got = sa.update(deliveries).where(deliveries.c.recipient == "b@example.org")
    session.execute(got.values(status="sent", sent_at=now))


def test_of_many_scorecards_a_hundred_are_listed_and_all_are_counted(
    sqlite_database: Database, clock: FixedClock
) -> None:
    for number in range(130):
        publish(sqlite_database, clock, "2026-10", {"unit": f"U{number % 65}"})
    impact = send(sqlite_database, clock, *(row("2026-10", unit=f"U{number}") for number in range(60))).impact
    assert impact is not None
    assert (impact.scores, len(impact.scorecards), impact.scorecard_count) == (60, 100, 120)


def test_small_uploads_that_are_stored_together_each_hear_of_their_own(database: Database, clock: FixedClock) -> None:
    publish(database, clock, "2026-10", {"unit": "A"})
    wanted = [row("2026-10", unit="A"), row("2026-10", unit="B"), row("2026-11", unit="A"), row("2026-10", 1, unit="A")]
    results = _together(database, clock, wanted)
    found = [result.impact and (result.impact.periods, result.impact.scorecard_count) for result in results]
    assert found == [(("2026-10",), 1), (("2026-10",), 0), None, (("2026-10",), 1)]


def _together(database: Database, clock: FixedClock, rows: Sequence[Record]) -> list[IngestResult]:
    options = IngestOptions("lms", "test")
    with ExitStack() as stack:
        with database.reading() as session:
            catalogue = intake_catalogue(session, clock.now())
        uploads = []
        for one in rows:
            checker: RowChecker = stack.enter_context(checking(catalogue, options))
            checker.take_records([one])
            uploads.append(Upload(checker, options, clock.now()))
        with database.writing() as session:
            return store_together(session, uploads)
