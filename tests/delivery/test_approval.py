"""What a run has drawn waits until somebody approves it with a comment, and goes out as it was approved."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from due_day import BOTH, DUE, MakeSchedule, MakeWorker, all_deliveries, runs_of
from monthly_data import send_pillars
from postbox import Postbox, pdf_of

from lei.clock import FixedClock
from lei.errors import ConflictError, ForbiddenError, NotFoundError
from lei.reports.figures import from_json
from lei.services.deliveries.decide_run import decide
from lei.services.deliveries.deliver import work_off
from lei.services.deliveries.run_schedule import run_schedule_now
from lei.services.owner_mail.remind_owners import remind_owners
from lei.services.schedules.manage_schedules import delete_schedule
from lei.storage.database import Database
from lei.storage.runs import Decision, Run
from lei.storage.schedules import Gate, Schedule
from lei.storage.scorecards import drafts_of_run, last_sent, list_scorecards, read_scorecard, summaries_of_run

OWNER = "olga@example.com"
COMMENT = "Logistics moved to <b>another</b> system & its export has a gap."
YES = Decision(True, "carla", DUE + timedelta(hours=3), COMMENT)


def decided(database: Database, run: Run, decision: Decision) -> Run:
    """The run after a decision in a transaction of its own."""
    with database.writing() as session:
        return decide(session, run.id, decision)


@pytest.fixture
def waiting(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> Schedule:
    """A schedule whose run of December has drawn its scorecard and waits."""
    schedule = make_schedule(owner=OWNER, approval=True)
    clock.instant = DUE
    worker = make_worker(smtp_url=postbox.url)
    for _ in range(2):
        work_off(worker)
        remind_owners(worker)
        clock.instant += timedelta(minutes=10)
    return schedule


def test_nobody_gets_it_before_and_the_owner_is_asked_once(
    database: Database, waiting: Schedule, postbox: Postbox
) -> None:
    (run,) = runs_of(database, waiting)
    assert (run.state, run.reason, run.lease_owner) == ("awaiting_approval", None, None)
    assert all_deliveries(database) == []
    ((addresses, message),) = postbox.mails
    assert addresses == [OWNER]
    assert message["Subject"] == "Board, November 2026: awaits approval"
    assert f"POST /api/v1/runs/{run.id}/approve" in message.get_content()


def test_a_draft_is_marked_and_is_not_among_what_was_published(database: Database, waiting: Schedule) -> None:
    (run,) = runs_of(database, waiting)
    with database.reading() as session:
        (draft,) = drafts_of_run(session, run.id)
        assert list_scorecards(session, 10) == []
        assert last_sent(session, "month", {}, "default_v1", "2026-11") is None
    assert from_json(draft.figures).mark == "DRAFT"
    assert draft.summary.purpose == "draft"


def test_approved_it_goes_out_with_the_comment_and_with_the_figures_that_were_approved(
    database: Database, clock: FixedClock, waiting: Schedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    (run,) = runs_of(database, waiting)
    # What comes in between changes nothing of what was approved.
    send_pillars(database, "2026-11", ("access_engagement",), clock.now())
    approved = decided(database, run, YES)
    assert (approved.state, approved.decided_by, approved.comment) == ("pending", "carla", COMMENT)
    clock.instant = YES.at
    work_off(make_worker(smtp_url=postbox.url))
    work_off(make_worker(smtp_url=postbox.url))
    assert [run.state for run in runs_of(database, waiting)] == ["done"]
    assert postbox.recipients == sorted([*BOTH, OWNER])
    with database.reading() as session:
        (published,) = list_scorecards(session, 10)
        (draft,) = drafts_of_run(session, run.id)
        stored = read_scorecard(session, published.id)
        assert [summary.purpose for summary in summaries_of_run(session, run.id)] == ["draft", "published"]
    assert stored is not None
    figures = from_json(stored.figures)
    assert figures.comment is not None
    assert (figures.comment.text, figures.comment.by, figures.comment.at) == (COMMENT, "carla", YES.at)
    assert replace(figures, comment=None, mark="DRAFT") == from_json(draft.figures)
    message = next(message for addresses, message in postbox.mails if addresses == BOTH[:1])
    assert pdf_of(message) == stored.pdf
    assert message["Subject"].startswith("Learning scorecard"), "nothing marks it as a draft any more"


def test_declined_it_ends_as_cancelled_and_nobody_gets_it(
    database: Database, clock: FixedClock, waiting: Schedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    (run,) = runs_of(database, waiting)
    ended = decided(database, run, replace(YES, approved=False, comment="The export has a gap."))
    assert (ended.state, ended.reason, ended.finished_at) == (
        "cancelled",
        "Declined by carla: The export has a gap.",
        YES.at,
    )
    clock.instant = YES.at
    work_off(make_worker(smtp_url=postbox.url))
    assert postbox.recipients == [OWNER]


def test_only_what_awaits_approval_can_be_decided_and_once(database: Database, waiting: Schedule) -> None:
    (run,) = runs_of(database, waiting)
    decided(database, run, YES)
    for again in (YES, replace(YES, approved=False)):
        with pytest.raises(ConflictError, match="awaits no approval: it is pending"):
            decided(database, run, again)
    with pytest.raises(NotFoundError):
        decided(database, replace(run, id=run.id + 1), YES)


def test_of_two_who_approve_at_once_one_is_told_that_it_is_done(database: Database, waiting: Schedule) -> None:
    (run,) = runs_of(database, waiting)
    together, outcomes = threading.Barrier(2), []

    def approve(name: str) -> None:
        together.wait(60)
        try:
            outcomes.append(decided(database, run, replace(YES, by=name)).decided_by)
        except ConflictError:
            outcomes.append("conflict")

    threads = [threading.Thread(target=approve, args=(name,)) for name in ("carla", "dora")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (stored,) = runs_of(database, waiting)
    assert sorted(str(outcome) for outcome in outcomes) == sorted([str(stored.decided_by), "conflict"])


def test_a_deleted_schedule_leaves_nothing_to_approve(database: Database, waiting: Schedule) -> None:
    with database.writing() as session:
        delete_schedule(session, waiting.id, YES.at)
    (run,) = runs_of(database, waiting)
    assert run.state == "cancelled"
    with pytest.raises(ConflictError):
        decided(database, run, YES)


def test_who_asked_for_a_run_cannot_approve_it(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker
) -> None:
    schedule = make_schedule(owner=OWNER, approval=True)
    with database.writing() as session:
        run_schedule_now(session, schedule.id, "2026-10", clock.now(), "carla")
    work_off(make_worker())
    (run,) = runs_of(database, schedule)
    assert run.state == "awaiting_approval"
    with pytest.raises(ForbiddenError, match="somebody else must approve it"):
        decided(database, run, YES)
    assert decided(database, run, replace(YES, by="dora")).state == "pending"


def test_incomplete_and_approved_both_stand_in_the_scorecard(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    gate = Gate(0, min_coverage=80.0, then="send_incomplete")
    schedule = make_schedule(owner=OWNER, approval=True, gate=gate)
    clock.instant = DUE
    worker = make_worker(smtp_url=postbox.url)
    work_off(worker)
    (run,) = runs_of(database, schedule)
    assert (run.state, run.reason) == ("awaiting_approval", "There is no data of November 2026 yet.")
    decided(database, run, YES)
    clock.instant = YES.at
    work_off(worker)
    (run,) = runs_of(database, schedule)
    assert (run.state, run.reason) == ("done", "There is no data of November 2026 yet.")
    assert {message["Subject"].split(":")[0] for _, message in postbox.mails} == {"INCOMPLETE"}
