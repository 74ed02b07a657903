"""Absence is noticed from what is stored: no worker, occasions that nobody saw, work that nobody took."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from lei.clock import FixedClock
from lei.periods import Grain
from lei.services.schedules.due_runs import find_due_runs
from lei.services.schedules.manage_schedules import create_schedule
from lei.services.workers.watch_workers import DeliveryHealth, OverdueRun, delivery_health
from lei.storage.database import Database
from lei.storage.deliveries import NewDelivery, add_deliveries
from lei.storage.runs import add_manual_run, take_run
from lei.storage.schedules import SchedulePlan
from lei.storage.scorecards import NewScorecard, add_scorecard
from lei.storage.worker_heartbeats import note_heartbeat

DUE = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
FIVE = timedelta(minutes=5)
PLAN = SchedulePlan("Board", "0 7 1 * *", "UTC", Grain.MONTH, ("anna@example.com",), {})


def health(database: Database, now: datetime) -> DeliveryHealth:
    """What is known at an instant."""
    with database.reading() as session:
        return delivery_health(session, now)


def tick(database: Database, now: datetime, owner: str = "worker-1") -> None:
    """A sign of life."""
    with database.writing() as session:
        note_heartbeat(session, owner, now, now - timedelta(days=1))


def test_an_occasion_that_no_worker_saw_is_overdue_after_five_minutes(database: Database, clock: FixedClock) -> None:
    with database.writing() as session:
        schedule = create_schedule(session, PLAN, clock.now())
    assert health(database, DUE + FIVE - timedelta(seconds=1)).overdue == ()
    found = health(database, DUE + FIVE)
    assert (found.status, found.last_tick_at) == ("no_worker", None)
    assert found.overdue == (OverdueRun(schedule.id, DUE, None),)


def test_a_run_that_nobody_takes_is_overdue_and_one_in_hands_is_not(database: Database, clock: FixedClock) -> None:
    with database.writing() as session:
        schedule = create_schedule(session, PLAN, clock.now())
        find_due_runs(session, DUE)
    tick(database, DUE + FIVE)
    assert health(database, DUE + FIVE).status == "ok"
    late = DUE + FIVE + timedelta(seconds=1)
    (run,) = health(database, late).overdue
    assert (run.schedule_id, run.scheduled_for, health(database, late).status) == (schedule.id, DUE, "overdue")
    with database.writing() as session:
        assert take_run(session, "worker-1", late) is not None
    assert health(database, late).overdue == ()
    # The worker dies: its lease runs out after a minute and a half, and nobody takes the run over for five more.
    assert health(database, late + timedelta(seconds=90) + FIVE).overdue == ()
    assert health(database, late + timedelta(seconds=91) + FIVE).overdue != ()


def test_mails_that_nobody_sends_are_counted(database: Database, clock: FixedClock) -> None:
    now = clock.now()
    with database.writing() as session:
        schedule = create_schedule(session, replace(PLAN, enabled=False), now)
        card = NewScorecard("", "month", "2026-10", {}, "default_v1", 1, None, now, "test", "{}", b"%PDF", "0" * 64)
        number = add_scorecard(session, card)
        run_id = add_manual_run(session, schedule.id, "2026-10", now)
        take_run(session, "worker-1", now)
        add_deliveries(session, [NewDelivery(run_id, "{}", "a@example.com", number, "<1@example.com>")], now)
    tick(database, now + FIVE)
    assert health(database, now + FIVE).overdue_deliveries == 0
    late = health(database, now + FIVE + timedelta(seconds=1))
    assert (late.overdue_deliveries, late.status) == (1, "overdue")


def test_workers_are_remembered_for_a_day_and_count_as_absent_after_five_minutes(database: Database) -> None:
    tick(database, DUE, "worker-1")
    tick(database, DUE + timedelta(hours=2), "worker-2")
    tick(database, DUE + timedelta(hours=2, seconds=30), "worker-2")
    found = health(database, DUE + timedelta(hours=2, minutes=5))
    assert found.workers == {"worker-2": DUE + timedelta(hours=2, seconds=30), "worker-1": DUE}
    assert found.status == "ok"
    assert health(database, DUE + timedelta(hours=2, minutes=5, seconds=30)).status == "no_worker"
    tick(database, DUE + timedelta(hours=24, seconds=1), "worker-3")
    assert list(health(database, DUE).workers) == ["worker-3", "worker-2"]


def test_a_schedule_that_is_not_enabled_is_never_overdue(sqlite_database: Database, clock: FixedClock) -> None:
    with sqlite_database.writing() as session:
        create_schedule(session, replace(PLAN, enabled=False), clock.now())
    assert health(sqlite_database, DUE + timedelta(days=90)).overdue == ()
