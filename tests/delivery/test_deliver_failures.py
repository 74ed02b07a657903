"""What cannot be drawn or sent is tried again or given up, in a named state with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from due_day import BOTH, DUE, MakeSchedule, MakeWorker, all_deliveries, runs_of
from postbox import Postbox, free_port

from lei.clock import FixedClock
from lei.errors import DeliveryError, RenderError
from lei.services.deliveries.deliver import work_off, work_on_run
from lei.services.schedules.due_runs import find_due_runs
from lei.services.scorecards.scorecard import DrawnScorecard
from lei.storage.database import Database


def test_a_temporary_refusal_is_tried_again_and_then_given_up_with_the_reason(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    make_schedule()
    postbox.refused["anna@example.com"] = "451 4.7.1 Greylisted, come back later"
    worker = make_worker(smtp_url=postbox.url)
    attempt_at = DUE
    for minutes in (1, 5, 15, 60):
        clock.instant = attempt_at
        work_off(worker)
        anna = all_deliveries(database)[0]
        attempt_at += timedelta(minutes=minutes)
        assert (anna.status, anna.next_attempt_at) == ("pending", attempt_at)
        clock.instant = attempt_at - timedelta(seconds=1)
        work_off(worker)
        assert all_deliveries(database)[0].attempts == anna.attempts, "not before its time"
    clock.instant = attempt_at
    work_off(worker)

    anna, ben = all_deliveries(database)
    assert (anna.status, anna.attempts) == ("failed", 5)
    assert anna.last_error is not None
    assert "refused the recipient anna@example.com: 451 4.7.1 Greylisted, come back later." in anna.last_error
    assert (ben.status, ben.attempts) == ("sent", 1)
    assert postbox.recipients == ["ben@example.com"]


def test_a_temporary_refusal_that_ends_is_no_loss(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    make_schedule()
    postbox.data_answer = "452 4.3.1 Insufficient system storage"
    clock.instant = DUE
    work_off(make_worker(smtp_url=postbox.url))
    assert postbox.mails == []
    postbox.data_answer = None
    clock.instant = DUE + timedelta(minutes=1)
    work_off(make_worker(smtp_url=postbox.url))
    assert postbox.recipients == BOTH
    assert {(delivery.status, delivery.last_error) for delivery in all_deliveries(database)} == {("sent", None)}


def test_a_permanent_refusal_fails_at_once_and_the_others_get_their_mail(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    recipients = tuple(f"person{number}@example.com" for number in range(10))
    make_schedule(recipients=recipients)
    postbox.refused["person3@example.com"] = "550 5.1.1 No such user here"
    clock.instant = DUE
    work_off(make_worker(smtp_url=postbox.url))
    failed = next(delivery for delivery in all_deliveries(database) if delivery.status == "failed")
    assert (failed.recipient, failed.attempts) == ("person3@example.com", 1)
    assert failed.last_error is not None
    assert failed.last_error.endswith("refused the recipient person3@example.com: 550 5.1.1 No such user here.")
    assert postbox.recipients == sorted(set(recipients) - {"person3@example.com"})


def test_a_mail_server_that_does_not_answer_is_tried_again(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker
) -> None:
    make_schedule(recipients=("anna@example.com",))
    port = free_port()
    clock.instant = DUE
    work_off(make_worker(smtp_url=f"smtp://127.0.0.1:{port}"))
    (delivery,) = all_deliveries(database)
    assert (delivery.status, delivery.next_attempt_at) == ("pending", DUE + timedelta(minutes=1))
    assert delivery.last_error == f"The mail server 127.0.0.1:{port} cannot be reached: Connection refused."


def failing_draw(*_: Any) -> Sequence[DrawnScorecard]:
    """A page that cannot be drawn."""
    raise RenderError("The chart of the trend could not be drawn.")


def broken_draw(*_: Any) -> Sequence[DrawnScorecard]:
    """A fault that nobody foresaw."""
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("draw", "reason"),
    [
        (failing_draw, "The chart of the trend could not be drawn."),
        (broken_draw, "The scorecard could not be drawn (ZeroDivisionError); the log says where."),
    ],
)
def test_a_scorecard_that_cannot_be_drawn_is_tried_five_times_and_then_named_failed(
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    draw: Any,
    reason: str,
) -> None:
    schedule = make_schedule()
    worker = make_worker(draw_pack=draw)
    clock.instant = DUE
    for minutes in (1, 5, 15, 60):
        work_off(worker)
        (run,) = runs_of(database, schedule)
        clock.instant += timedelta(minutes=minutes)
        assert (run.state, run.reason, run.next_attempt_at) == ("pending", reason, clock.instant)
    work_off(worker)
    (run,) = runs_of(database, schedule)
    assert (run.state, run.reason, run.attempts, run.finished_at) == ("failed", reason, 5, clock.instant)
    assert all_deliveries(database) == []


def test_a_scorecard_that_can_be_drawn_later_is_sent_later(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    make_schedule()
    clock.instant = DUE
    work_off(make_worker(smtp_url=postbox.url, draw_pack=failing_draw))
    clock.instant = DUE + timedelta(minutes=1)
    work_off(make_worker(smtp_url=postbox.url))
    assert postbox.recipients == BOTH


def test_a_run_that_kills_every_worker_is_given_up(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker
) -> None:
    class Killed(BaseException):
        """Stands for the end of the process."""

    def kill(*_: Any) -> Sequence[DrawnScorecard]:
        raise Killed

    schedule = make_schedule()
    clock.instant = DUE
    with database.writing() as session:
        find_due_runs(session, DUE)
    for _ in range(5):
        with pytest.raises(Killed):
            work_on_run(make_worker(draw_pack=kill))
        clock.instant += timedelta(minutes=2)
    work_off(make_worker(draw_pack=kill))
    (run,) = runs_of(database, schedule)
    assert (run.state, run.reason) == ("failed", "Given up: 5 workers died while they drew it.")


class UnwillingTransport:
    """Refuses everything for good, in a sentence of its own."""

    def send(self, message: EmailMessage) -> None:
        """Refuse."""
        raise DeliveryError("The message is too large for this server.", permanent=True)


def test_any_transport_can_say_that_trying_again_is_of_no_use(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker
) -> None:
    make_schedule(recipients=("anna@example.com",))
    clock.instant = DUE
    work_off(make_worker(transport=UnwillingTransport()))
    (delivery,) = all_deliveries(database)
    assert (delivery.status, delivery.last_error) == ("failed", "The message is too large for this server.")
