"""Deleting or disabling a schedule cancels what it has not sent; what is out is on record as sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from due_day import DUE, MakeSchedule, MakeWorker, all_deliveries, runs_of, statuses
from postbox import Postbox, draw_sample

from lei.clock import FixedClock
from lei.services.deliveries.deliver import work_off
from lei.services.schedules.manage_schedules import delete_schedule, replace_plan
from lei.services.scorecards.scorecard import DrawnScorecard
from lei.storage.database import Database


def test_a_schedule_that_is_deleted_while_its_scorecard_is_drawn_sends_nothing(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    schedule = make_schedule()

    def draw(*args: Any) -> Sequence[DrawnScorecard]:
        with database.writing() as session:
            delete_schedule(session, schedule.id, clock.now())
        return draw_sample(*args)

    clock.instant = DUE
    work_off(make_worker(smtp_url=postbox.url, draw_pack=draw))
    assert postbox.mails == []
    assert [(run.state, run.reason) for run in runs_of(database, schedule)] == [
        ("cancelled", "The schedule was deleted.")
    ]


def test_disabling_a_schedule_cancels_what_it_has_not_sent_yet(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    schedule = make_schedule()
    postbox.refused["ben@example.com"] = "451 Later"
    clock.instant = DUE
    work_off(make_worker(smtp_url=postbox.url))
    with database.writing() as session:
        replace_plan(session, schedule.id, replace(schedule.plan, enabled=False), clock.now())
    assert statuses(database) == {"anna@example.com": "sent", "ben@example.com": "cancelled"}
    postbox.refused.clear()
    clock.instant = DUE + timedelta(days=40)
    work_off(make_worker(smtp_url=postbox.url))
    assert postbox.recipients == ["anna@example.com"]


def test_who_is_taken_off_the_list_gets_nothing_that_still_waits(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    schedule = make_schedule()
    postbox.refused = {"anna@example.com": "451 Later", "ben@example.com": "451 Later"}
    clock.instant = DUE
    work_off(make_worker(smtp_url=postbox.url))
    with database.writing() as session:
        replace_plan(session, schedule.id, replace(schedule.plan, recipients=("ben@example.com",)), clock.now())
    postbox.refused.clear()
    clock.instant = DUE + timedelta(minutes=1)
    work_off(make_worker(smtp_url=postbox.url))
    assert statuses(database) == {"anna@example.com": "cancelled", "ben@example.com": "sent"}
    assert all_deliveries(database)[0].last_error == "The recipient was taken off the schedule."


def test_a_delivery_cancelled_while_it_is_being_sent_is_on_record_as_sent(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    schedule = make_schedule(recipients=("anna@example.com",))

    def cancel() -> None:
        with database.writing() as session:
            delete_schedule(session, schedule.id, clock.now())

    postbox.at_data = cancel
    clock.instant = DUE
    work_off(make_worker(smtp_url=postbox.url))
    assert statuses(database) == {"anna@example.com": "sent"}
