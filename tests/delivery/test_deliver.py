"""Due schedules become mails: who gets what, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from due_day import BOTH, DUE, MakeSchedule, MakeWorker, all_deliveries, runs_of, statuses
from postbox import Postbox, pdf_of, worker_on

from lei.clock import FixedClock
from lei.services.deliveries.deliver import work_off
from lei.services.schedules.manage_schedules import create_schedule
from lei.storage.database import Database
from lei.storage.schedules import SchedulePlan
from lei.storage.scorecards import scorecards


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
