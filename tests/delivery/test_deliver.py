"""Due schedules become mails: one for each recipient and run, whatever happens on the way."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from postbox import Postbox, draw_sample, free_port, pdf_of, worker_on

from lei.clock import FixedClock
from lei.errors import DeliveryError, RenderError
from lei.services.deliver import send_one, work_off, work_on_run
from lei.services.due_runs import find_due_runs
from lei.services.manage_schedules import create_schedule, delete_schedule, replace_plan
from lei.services.scorecard import DrawnScorecard
from lei.services.worker import Worker
from lei.storage.database import Database
from lei.storage.deliveries import Delivery, DeliveryFilter, deliveries, list_deliveries
from lei.storage.runs import Run, list_runs
from lei.storage.schedules import Schedule, SchedulePlan
from lei.storage.scorecards import scorecards

DUE = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)  # 07:00 in Berlin on Tuesday, 1 December
BOTH = ["anna@example.com", "ben@example.com"]

MakeSchedule = Callable[..., Schedule]
MakeWorker = Callable[..., Worker]


def all_deliveries(database: Database) -> list[Delivery]:
    """All deliveries, the oldest first."""
    with database.reading() as session:
        return list_deliveries(session, DeliveryFilter())[::-1]


def runs_of(database: Database, schedule: Schedule) -> list[Run]:
    """The runs of a schedule, the oldest first."""
    with database.reading() as session:
        return list_runs(session, schedule.id)[::-1]


def statuses(database: Database) -> dict[str, str]:
    """What became of the deliveries, by recipient."""
    return {delivery.recipient: delivery.status for delivery in all_deliveries(database)}


def test_a_monthly_schedule_sends_each_recipient_one_mail_on_its_day(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    schedule = make_schedule()
    worker = make_worker(smtp_url=postbox.url)

    clock.instant = DUE - timedelta(seconds=1)
    work_off(worker)
    assert postbox.mails == []

    clock.instant = DUE
    work_off(worker)
    assert postbox.recipients == BOTH
    for addresses, message in postbox.mails:
        assert len(addresses) == 1, "recipients never see each other"
        assert message["To"].addresses[0].addr_spec == addresses[0]
        assert pdf_of(message).startswith(b"%PDF-")

    (run,) = runs_of(database, schedule)
    assert (run.state, run.period, run.scheduled_for) == ("done", "2026-11", DUE)
    for delivery in all_deliveries(database):
        assert (delivery.status, delivery.attempts, delivery.sent_at) == ("sent", 1, DUE)

    for minutes in (0, 1, 60):
        clock.instant = DUE + timedelta(minutes=minutes)
        work_off(worker)
    assert len(postbox.mails) == 2, "later ticks send nothing"


def test_what_is_sent_is_what_is_stored(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    make_schedule(recipients=("anna@example.com",))
    clock.instant = DUE
    work_off(make_worker(smtp_url=postbox.url))
    with database.reading() as session:
        stored = session.execute(sa.select(scorecards)).one()
    assert pdf_of(postbox.mails[0][1]) == bytes(stored.pdf)
    assert stored.created_by == "schedule Board"


def test_by_a_dimension_everyone_gets_one_mail_for_each_value(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    make_schedule(by="region")
    clock.instant = DUE
    work_off(make_worker(smtp_url=postbox.url))
    assert postbox.recipients == sorted(BOTH * 2)
    found = {(delivery.segment, delivery.recipient) for delivery in all_deliveries(database)}
    assert found == {(f'{{"region":"{value}"}}', recipient) for value in ("North", "South") for recipient in BOTH}
    assert len({message["Message-ID"] for _, message in postbox.mails}) == 4


def test_two_workers_at_once_send_one_mail_each(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    for number in range(5):
        make_schedule(name=f"Board {number}", recipients=(f"a{number}@example.com", f"b{number}@example.com"))
    clock.instant = DUE
    together = threading.Barrier(2)
    failed: list[BaseException] = []

    def work(owner: str) -> None:
        try:
            worker = make_worker(owner, postbox.url)
            together.wait()
            work_off(worker)
        except BaseException as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=work, args=(owner,)) for owner in ("worker-1", "worker-2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    work_off(make_worker("worker-3", postbox.url))
    assert postbox.recipients == sorted(f"{letter}{number}@example.com" for letter in "ab" for number in range(5))


def process(database: Database, postbox: Postbox, now: datetime, owner: str, fate: str = "") -> subprocess.Popen[bytes]:
    """A worker in a process of its own."""
    url = database.engine.url.render_as_string(hide_password=False)
    script = str(Path(__file__).with_name("worker_process.py"))
    return subprocess.Popen([sys.executable, script, url, postbox.url, now.isoformat(), owner, fate])


def test_two_real_processes_send_one_mail_each(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, postbox: Postbox
) -> None:
    for number in range(4):
        make_schedule(name=f"Board {number}", recipients=(f"a{number}@example.com",))
    workers = [process(database, postbox, DUE, f"process-{number}") for number in (1, 2)]
    assert [worker.wait(timeout=60) for worker in workers] == [0, 0]
    assert postbox.recipients == [f"a{number}@example.com" for number in range(4)]


@pytest.mark.parametrize("fate", ["die-at-draw", "die-at-send"])
def test_after_a_kill_another_worker_takes_over_and_sends_exactly_one(
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    postbox: Postbox,
    fate: str,
) -> None:
    schedule = make_schedule()
    assert process(database, postbox, DUE, "killed", fate).wait(timeout=60) == -9
    assert postbox.mails == []

    clock.instant = DUE + timedelta(seconds=119)
    work_off(make_worker("survivor", postbox.url))
    early = [] if fate == "die-at-draw" else ["ben@example.com"]
    assert postbox.recipients == early, "what the dead worker held waits for its lease to run out"

    clock.instant = DUE + timedelta(minutes=2)
    work_off(make_worker("survivor", postbox.url))
    work_off(make_worker("survivor", postbox.url))
    assert postbox.recipients == BOTH
    assert [run.state for run in runs_of(database, schedule)] == ["done"]
    with database.reading() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(scorecards)).scalar_one() == 1


def test_a_mail_that_is_sent_again_has_the_same_message_id(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    make_schedule(recipients=("anna@example.com",))
    clock.instant = DUE
    worker = make_worker(smtp_url=postbox.url)
    work_off(worker)
    with database.writing() as session:
        # As if the worker had died after the server's yes, before that was written down.
        session.execute(sa.update(deliveries).values(status="pending", sent_at=None))
    work_off(worker)
    first, again = (message for _, message in postbox.mails)
    assert first["Message-ID"] == again["Message-ID"]
    assert first.as_bytes() == again.as_bytes()


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


class SlowTransport:
    """Takes its time: three minutes pass on the clock before it hands over."""

    def __init__(self, inner: Any, clock: FixedClock, meanwhile: Callable[[], None]) -> None:
        self.inner, self.clock, self.meanwhile = inner, clock, meanwhile

    def send(self, message: EmailMessage) -> None:
        """Hand over late."""
        self.clock.instant += timedelta(minutes=3)
        self.meanwhile()
        self.inner.send(message)


def test_a_slow_mail_server_does_not_cost_the_lease(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    make_schedule(recipients=("anna@example.com",))
    clock.instant = DUE
    renewed = threading.Event()
    taken_over: list[bool] = []

    def meanwhile() -> None:
        while not renewed.is_set():
            lease_until = all_deliveries(database)[0].lease_until
            if lease_until is not None and lease_until > clock.now():
                renewed.set()
        taken_over.append(send_one(make_worker("worker-2", postbox.url)))

    worker = make_worker("worker-1", postbox.url, beat_seconds=0.01)
    work_off(replace(worker, transport=SlowTransport(worker.transport, clock, meanwhile)))
    assert taken_over == [False]
    assert postbox.recipients == ["anna@example.com"]


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


def test_without_a_mail_server_the_mails_are_in_the_outbox(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, tmp_path: Path
) -> None:
    make_schedule()
    clock.instant = DUE
    work_off(make_worker())
    names = sorted(file.name for file in (tmp_path / "data" / "outbox").iterdir())
    assert [name.rpartition("_")[0] for name in names] == [f"2026-12-01T0600_{address}" for address in BOTH]
    assert all(name.endswith(".eml") for name in names)


def test_a_pack_for_two_hundred_recipients_reaches_all_of_them(
    sqlite_database: Database, clock: FixedClock, plan: SchedulePlan, tmp_path: Path
) -> None:
    recipients = tuple(f"person{number:03d}@example.com" for number in range(200))
    with sqlite_database.writing() as session:
        create_schedule(session, replace(plan, recipients=recipients), clock.now())
    clock.instant = DUE
    work_off(worker_on(sqlite_database, clock, tmp_path))
    assert statuses(sqlite_database) == dict.fromkeys(recipients, "sent")
    assert len(list((tmp_path / "outbox").iterdir())) == 200
