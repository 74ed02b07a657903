"""Owners are told of what failed, once for each run; nobody else is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from due_day import DUE, MakeSchedule, MakeWorker
from postbox import Postbox

from lei.clock import FixedClock
from lei.errors import RenderError
from lei.services.deliveries.deliver import work_off
from lei.services.deliveries.try_schedule import send_test
from lei.services.owner_mail.remind_owners import remind_owners
from lei.services.scorecards.scorecard import DrawnScorecard
from lei.storage.database import Database

OWNER = "olga@example.com"
# When the five attempts are made.
ATTEMPTS = [DUE + timedelta(minutes=minutes) for minutes in (0, 1, 6, 21, 81)]


def work_through(clock: FixedClock, worker: Any) -> None:
    """All attempts, and what owners are told after each."""
    for instant in ATTEMPTS:
        clock.instant = instant
        work_off(worker)
        remind_owners(worker)
        remind_owners(worker)


def notes(postbox: Postbox) -> list[Any]:
    """What the owner got."""
    return [message for addresses, message in postbox.mails if addresses == [OWNER]]


def test_of_deliveries_that_failed_once_all_of_the_run_have_ended(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    make_schedule(owner=OWNER, recipients=("anna@example.com", "ben@example.com", "carl@example.com"))
    postbox.refused = {"ben@example.com": "550 5.1.1 No such user", "carl@example.com": "451 4.7.1 Later"}
    work_through(clock, make_worker(smtp_url=postbox.url))
    assert postbox.recipients == ["anna@example.com", OWNER]
    (note,) = notes(postbox)
    assert note["Subject"] == "Board, November 2026: 2 deliveries failed"
    text = note.get_content()
    assert "550 5.1.1 No such user" in text
    assert "451 4.7.1 Later" in text


def failing_draw(*_: Any) -> Sequence[DrawnScorecard]:
    """A page that cannot be drawn."""
    raise RenderError("The chart of the trend could not be drawn.")


def test_of_a_run_that_failed(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    make_schedule(owner=OWNER)
    work_through(clock, make_worker(smtp_url=postbox.url, draw_pack=failing_draw))
    assert postbox.recipients == [OWNER]
    (note,) = notes(postbox)
    assert note["Subject"] == "Board, November 2026: failed"
    assert "The chart of the trend could not be drawn." in note.get_content()


def test_without_an_owner_nobody_is_told(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    make_schedule()
    work_through(clock, make_worker(smtp_url=postbox.url, draw_pack=failing_draw))
    assert postbox.mails == []


def test_what_went_well_and_tests_that_fail_are_no_news(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    schedule = make_schedule(owner=OWNER, recipients=("anna@example.com",))
    postbox.refused = {OWNER: "550 No such user"}
    with database.writing() as session:
        send_test(session, schedule.id, (None, None), "carla", clock.now())
    work_through(clock, make_worker(smtp_url=postbox.url))
    postbox.refused = {}
    remind_owners(make_worker(smtp_url=postbox.url))
    assert postbox.recipients == ["anna@example.com"]


def test_old_failures_are_no_news_to_a_new_owner(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    make_schedule(owner=OWNER)
    worker = make_worker(smtp_url=postbox.url, draw_pack=failing_draw)
    for instant in ATTEMPTS:
        clock.instant = instant
        work_off(worker)
    clock.instant = ATTEMPTS[-1] + timedelta(days=7, seconds=1)
    remind_owners(worker)
    assert postbox.mails == []
