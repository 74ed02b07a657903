"""What a dead worker held is in other hands within two minutes, whenever in between the others look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from due_day import BOTH, DUE, MakeSchedule, MakeWorker, runs_of
from postbox import Postbox

from lei.clock import FixedClock
from lei.scheduler.runner import WAKE_SECONDS
from lei.services.deliveries.deliver import work_off
from lei.services.owner_mail.remind_owners import remind_owners
from lei.services.schedules.due_runs import find_due_runs
from lei.services.scorecards.scorecard import DrawnScorecard
from lei.storage.database import Database
from lei.storage.schedules import Gate

TWO_MINUTES = 120


class Killed(BaseException):
    """Stands for the end of the process: nothing of what follows in it is done."""


def die(*_: Any) -> Sequence[DrawnScorecard]:
    """The end, the moment scorecards should be drawn."""
    raise Killed


class DeadlyTransport:
    """The end, the moment a mail should be sent."""

    def send(self, message: Any) -> None:
        """Die."""
        raise Killed


@pytest.mark.parametrize("death", [("draw", 0), ("draw", 29), ("send", 0), ("send", 29)])
def test_a_run_of_a_dead_worker_is_sent_within_two_minutes(
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    postbox: Postbox,
    death: tuple[str, int],
) -> None:
    make_schedule()
    where, phase = death
    changes: dict[str, Any] = {"draw_pack": die} if where == "draw" else {"transport": DeadlyTransport()}
    clock.instant = DUE
    with pytest.raises(Killed):
        work_off(make_worker("dead", postbox.url, **changes))
    survivor = make_worker("survivor", postbox.url)
    for second in range(phase, TWO_MINUTES + 1, WAKE_SECONDS):
        clock.instant = DUE + timedelta(seconds=second)
        work_off(survivor)
    assert postbox.recipients == BOTH


@pytest.mark.parametrize("phase", [0, 29])
def test_a_waiting_run_whose_worker_died_while_looking_is_looked_at_again(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, phase: int
) -> None:
    schedule = make_schedule(owner="olga@example.com", gate=Gate(3, min_coverage=80.0, then="send_incomplete"))
    clock.instant = DUE
    work_off(make_worker())
    deadline = DUE + timedelta(days=3)
    clock.instant = deadline
    with pytest.raises(Killed):
        work_off(make_worker("dead", draw_pack=die))
    assert [run.state for run in runs_of(database, schedule)] == ["running"]
    for second in range(phase, TWO_MINUTES + 1, WAKE_SECONDS):
        clock.instant = deadline + timedelta(seconds=second)
        work_off(make_worker("survivor"))
    assert [run.state for run in runs_of(database, schedule)] == ["done"]


def test_the_next_worker_tells_the_owner_what_was_late(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    make_schedule(owner="olga@example.com")
    worker = make_worker(smtp_url=postbox.url)
    clock.instant = DUE + timedelta(days=40)  # the runs of 1 December and 1 January
    for _ in range(2):
        work_off(worker)
        remind_owners(worker)
        clock.instant += timedelta(minutes=1)
    notes = [message for addresses, message in postbox.mails if addresses == ["olga@example.com"]]
    (note,) = notes
    assert note["Subject"] == "Board: 2 runs found late"
    text = note.get_content()
    assert "1 December 2026, 06:00 UTC, for 2026-11: not sent. No worker was running at that time" in text
    assert "1 January 2027, 06:00 UTC, for 2026-12: sent late." in text
    assert postbox.recipients == sorted([*BOTH, "olga@example.com"])


def test_what_is_found_in_time_is_no_news(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    make_schedule(owner="olga@example.com")
    clock.instant = DUE + timedelta(minutes=5)
    with database.writing() as session:
        find_due_runs(session, clock.now())
    remind_owners(make_worker(smtp_url=postbox.url))
    assert postbox.mails == []
