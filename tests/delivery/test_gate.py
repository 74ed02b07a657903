"""A scheduled run waits until the data of its period are complete, and what happens when they are not in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from due_day import BOTH, DUE, MakeSchedule, MakeWorker, runs_of
from monthly_data import WEIGHTS, send_pillars
from postbox import Postbox

from lei.clock import FixedClock
from lei.reports.figures import from_json
from lei.services.deliveries.deliver import work_off
from lei.services.deliveries.run_schedule import run_schedule_now
from lei.services.owner_mail.remind_owners import remind_owners
from lei.services.schedules.manage_schedules import replace_plan
from lei.storage.database import Database
from lei.storage.schedules import Gate, Schedule
from lei.storage.scorecards import list_scorecards, read_scorecard

OWNER = "olga@example.com"
# 75 of 100 by weight.
MOST = ("access_engagement", "performance_outcomes", "capability_readiness")
LAST_MOMENT = datetime(2026, 12, 4, 6, 0, tzinfo=UTC)  # three days after the run, 07:00 in Berlin


def gated(make_schedule: MakeSchedule, **gate: Any) -> Schedule:
    """A schedule whose runs wait for 80 percent of the weight, for three days."""
    return make_schedule(owner=OWNER, gate=Gate(**{"deadline_days": 3, "min_coverage": 80.0, **gate}))


def tick(worker: Any) -> None:
    """One look of a worker at everything."""
    work_off(worker)
    remind_owners(worker)


def mails_to(postbox: Postbox, address: str) -> list[Any]:
    """The messages that one address got, the oldest first."""
    return [message for addresses, message in postbox.mails if addresses == [address]]


def test_it_waits_in_a_named_state_tells_the_owner_once_and_goes_out_when_the_data_are_there(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    schedule, worker = gated(make_schedule), make_worker(smtp_url=postbox.url)
    send_pillars(database, "2026-11", MOST, DUE - timedelta(hours=1))
    for seconds in (0, 30, 60, 3600, 86_400):
        clock.instant = DUE + timedelta(seconds=seconds)
        tick(worker)
        tick(worker)
        (run,) = runs_of(database, schedule)
        assert (run.state, run.attempts, run.lease_owner) == ("waiting", 0, None)
    assert run.reason is not None
    assert run.reason.startswith(
        "Waiting for data until 4 December 2026, 06:00 UTC. Coverage 75%, needs 80%: no data of November 2026 yet for "
    )
    assert "Delivery efficiency: cost per learning hour used" in run.reason, "the heaviest one that is missing"

    (mail,) = postbox.mails
    assert mail[0] == [OWNER], "executives are told nothing"
    assert mail[1]["Subject"] == "Board, November 2026: waits for data"
    assert "Coverage 75%, needs 80%" in mail[1].get_content()

    clock.instant = DUE + timedelta(days=2)
    send_pillars(database, "2026-11", ("operational_efficiency",), clock.now())
    tick(worker)
    (run,) = runs_of(database, schedule)
    assert (run.state, run.reason) == ("done", None)
    assert postbox.recipients == sorted([OWNER, *BOTH])
    assert [message["Subject"].startswith("Learning scorecard") for message in mails_to(postbox, BOTH[0])] == [True]


def test_at_the_deadline_it_is_held_and_the_owner_is_told(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    schedule, worker = gated(make_schedule), make_worker(smtp_url=postbox.url)
    for instant in (DUE, LAST_MOMENT - timedelta(seconds=1)):
        clock.instant = instant
        tick(worker)
        assert [run.state for run in runs_of(database, schedule)] == ["waiting"]
    clock.instant = LAST_MOMENT
    for _ in range(3):
        tick(worker)
        clock.instant += timedelta(minutes=1)
    (run,) = runs_of(database, schedule)
    assert (run.state, run.finished_at) == ("held", LAST_MOMENT)
    assert run.reason == (
        "The data were not complete by 4 December 2026, 06:00 UTC. There is no data of November 2026 yet."
    )
    assert postbox.recipients == [OWNER, OWNER]
    assert [message["Subject"] for message in mails_to(postbox, OWNER)] == [
        "Board, November 2026: waits for data",
        "Board, November 2026: was held back",
    ]
    send_pillars(database, "2026-11", WEIGHTS, clock.now())
    tick(worker)
    assert len(postbox.mails) == 2, "what was held is not sent by itself"


def test_at_the_deadline_it_is_sent_and_says_everywhere_that_it_is_incomplete(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    schedule, worker = gated(make_schedule, then="send_incomplete"), make_worker(smtp_url=postbox.url)
    send_pillars(database, "2026-11", MOST, DUE - timedelta(hours=1))
    for instant in (DUE, LAST_MOMENT):
        clock.instant = instant
        tick(worker)
    lack = "Coverage 75%, needs 80%: no data of November 2026 yet for "
    (run,) = runs_of(database, schedule)
    assert run.state == "done"
    assert (run.reason or "").startswith(lack)
    (message,) = mails_to(postbox, "anna@example.com")
    assert message["Subject"].startswith("INCOMPLETE: Learning scorecard")
    assert lack in message.get_body(("plain",)).get_content().replace("\n", " ")
    with database.reading() as session:
        (summary,) = list_scorecards(session, 10)
        stored = read_scorecard(session, summary.id)
    assert stored is not None
    assert from_json(stored.figures).incomplete.startswith(lack)
    remind_owners(worker)
    assert mails_to(postbox, OWNER)[-1]["Subject"] == "Board, November 2026: went out incomplete"


def test_a_deadline_may_be_a_time_of_the_same_day(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker
) -> None:
    schedule = gated(make_schedule, deadline_days=0, deadline_at="17:00")
    for minutes, state in ((0, "waiting"), (599, "waiting"), (600, "held")):
        clock.instant = DUE + timedelta(minutes=minutes)
        work_off(make_worker())
        assert [run.state for run in runs_of(database, schedule)] == [state], minutes


def test_old_data_keep_it_waiting_too(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker
) -> None:
    schedule = gated(make_schedule, min_coverage=None, max_age_days=2)
    send_pillars(database, "2026-11", MOST, DUE - timedelta(days=2, seconds=1))
    clock.instant = DUE
    work_off(make_worker())
    (run,) = runs_of(database, schedule)
    assert (run.reason or "").endswith("The newest data came in on 29 November 2026, 05:59 UTC, more than 2 days ago.")
    send_pillars(database, "2026-10", ("business_impact",), DUE)
    clock.instant = DUE + timedelta(seconds=30)
    work_off(make_worker())
    assert [run.state for run in runs_of(database, schedule)] == ["done"]


def test_a_run_that_somebody_asks_for_goes_at_once_and_is_marked(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    schedule = gated(make_schedule)
    clock.instant = DUE - timedelta(days=1)
    with database.writing() as session:
        run_schedule_now(session, schedule.id, "2026-10", clock.now(), "olga")
    work_off(make_worker(smtp_url=postbox.url))
    (run,) = runs_of(database, schedule)
    assert (run.state, run.requested_by, run.reason) == ("done", "olga", "There is no data of October 2026 yet.")
    assert postbox.recipients == BOTH
    assert {message["Subject"].split(":")[0] for _, message in postbox.mails} == {"INCOMPLETE"}


def test_taking_the_gate_away_lets_a_waiting_run_go(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    schedule = gated(make_schedule)
    clock.instant = DUE
    work_off(make_worker(smtp_url=postbox.url))
    with database.writing() as session:
        replace_plan(session, schedule.id, replace(schedule.plan, gate=None), clock.now())
    clock.instant = DUE + timedelta(seconds=30)
    work_off(make_worker(smtp_url=postbox.url))
    assert postbox.recipients == BOTH


def test_disabling_the_schedule_cancels_a_waiting_run(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker
) -> None:
    schedule = gated(make_schedule)
    clock.instant = DUE
    work_off(make_worker())
    with database.writing() as session:
        replace_plan(session, schedule.id, replace(schedule.plan, enabled=False), clock.now())
    assert [run.state for run in runs_of(database, schedule)] == ["cancelled"]


def test_looking_is_no_busy_loop(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker
) -> None:
    schedule, looks = gated(make_schedule), 0

    def stopped() -> bool:
        nonlocal looks
        looks += 1
        assert looks < 20, "it looks again and again within one tick"
        return False

    clock.instant = DUE
    work_off(make_worker(), stopped)
    (run,) = runs_of(database, schedule)
    assert run.next_attempt_at == DUE + timedelta(seconds=25)


def test_with_by_each_scorecard_must_be_covered(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker
) -> None:
    schedule = make_schedule(by="region", owner=OWNER, gate=Gate(3, min_coverage=80.0))
    send_pillars(database, "2026-11", WEIGHTS, DUE - timedelta(hours=1), region="North")
    send_pillars(database, "2026-11", MOST, DUE - timedelta(hours=1), region="South")
    clock.instant = DUE
    work_off(make_worker())
    (run,) = runs_of(database, schedule)
    assert run.state == "waiting"
    assert "South: Coverage 75%, needs 80%" in (run.reason or "")
    assert "North" not in (run.reason or "")
    send_pillars(database, "2026-11", ("business_impact",), DUE, region="South")
    clock.instant = DUE + timedelta(seconds=30)
    work_off(make_worker())
    assert [run.state for run in runs_of(database, schedule)] == ["done"]
