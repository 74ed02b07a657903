"""Reminders go out once for each (what, date, recipient): with several workers, and after failures."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from due_day import MakeWorker
from postbox import Postbox
from two_workers import at_once

from lei.clock import FixedClock
from lei.evidence.links import Link
from lei.services.owner_mail.remind_owners import remind_owners
from lei.services.programs.manage_program_records import complete, record
from lei.services.programs.manage_programs import create_program
from lei.services.weights.draft_state import Act
from lei.storage.database import Database
from lei.storage.reminders import list_reminders, reminders

OWNERS = {
    link.value: {
        "business": {"name": "Maria", "email": "maria@example.com"},
        "learning": {"name": "Tom", "email": "tom@example.com"},
    }
    for link in Link
}
ACT = Act("tom", datetime(2026, 11, 21, tzinfo=UTC))
DECISION = {"what": "Extend it", "owner": "Maria", "owner_email": "maria@example.com", "due_on": date(2026, 12, 10)}
BOTH = ["maria@example.com", "tom@example.com"]


@pytest.fixture
def program(database: Database, clock: FixedClock) -> str:
    """A program whose review is due on 1 December; its key."""
    sections = {
        "name": "Support onboarding",
        "program_type": "onboarding",
        "business_problem": "New agents make twice as many errors.",
        "owners": OWNERS,
        "review_dates": [date(2026, 12, 1)],
    }
    with database.writing() as session:
        create_program(session, "support", sections, "tom", clock.now())
    return "support"


def test_a_reminder_is_a_plain_mail_that_is_sent_once(
    database: Database, clock: FixedClock, make_worker: MakeWorker, postbox: Postbox, program: str
) -> None:
    worker = make_worker(smtp_url=postbox.url)
    remind_owners(worker)
    assert postbox.mails == []
    for day in (24, 25, 26):
        clock.instant = datetime(2026, 11, day, 7, 0, tzinfo=UTC)
        remind_owners(worker)
        remind_owners(worker)
    assert postbox.recipients == BOTH
    _, mail = postbox.mails[0]
    assert mail["Subject"] == "Review of Support onboarding on 2026-12-01"
    assert mail.get_content_type() == "text/plain"
    assert "is to be reviewed on 2026-12-01." in mail.get_content()
    assert mail["Auto-Submitted"] == "auto-generated"


def test_two_workers_at_once_send_one_mail_each(
    database: Database, clock: FixedClock, make_worker: MakeWorker, postbox: Postbox, program: str
) -> None:
    with database.writing() as session:
        for number in range(5):
            record(session, program, "decision", DECISION | {"owner_email": f"a{number}@example.com"}, ACT)
    clock.instant = datetime(2026, 12, 3, 7, 0, tzinfo=UTC)
    at_once(make_worker, postbox, remind_owners)
    assert postbox.recipients == sorted([*(f"a{number}@example.com" for number in range(5)), *BOTH])


def test_a_decision_is_reminded_of_once_more_only_on_another_date(
    database: Database, clock: FixedClock, make_worker: MakeWorker, postbox: Postbox, program: str
) -> None:
    worker = make_worker(smtp_url=postbox.url)
    with database.writing() as session:
        record(session, program, "decision", DECISION, ACT)
    clock.instant = datetime(2026, 12, 3, 7, 0, tzinfo=UTC)
    remind_owners(worker)
    with database.writing() as session:
        complete(session, program, "decision", 1, {"due_on": date(2026, 12, 20)}, ACT)
    remind_owners(worker)
    clock.instant = datetime(2026, 12, 13, 7, 0, tzinfo=UTC)
    remind_owners(worker)
    subjects = [mail["Subject"] for _, mail in postbox.mails if mail["Subject"].startswith("Decision")]
    assert subjects == ["Decision due on 2026-12-10: Extend it", "Decision due on 2026-12-20: Extend it"]


def test_a_mail_that_does_not_get_out_is_tried_again(
    database: Database, clock: FixedClock, make_worker: MakeWorker, postbox: Postbox, program: str
) -> None:
    worker = make_worker(smtp_url=postbox.url)
    clock.instant = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
    postbox.refused = {"tom@example.com": "451 Later", "maria@example.com": "550 No such person"}
    remind_owners(worker)
    with database.reading() as session:
        states = {one.recipient: (one.status, one.attempts) for one in list_reminders(session)}
    assert states == {"tom@example.com": ("pending", 1), "maria@example.com": ("failed", 1)}
    postbox.refused = {}
    remind_owners(worker)
    assert postbox.recipients == [], "the next attempt is a minute later"
    clock.instant += timedelta(minutes=1)
    remind_owners(worker)
    assert postbox.recipients == ["tom@example.com"]
    with database.reading() as session:
        assert {one.recipient: one.status for one in list_reminders(session)}["tom@example.com"] == "sent"


def test_after_a_crash_between_yes_and_record_the_same_mail_comes_again(
    database: Database, clock: FixedClock, make_worker: MakeWorker, postbox: Postbox, program: str
) -> None:
    worker = make_worker(smtp_url=postbox.url)
    clock.instant = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
    remind_owners(worker)
    with database.writing() as session:
        session.execute(sa.update(reminders).values(status="pending", sent_at=None))
    remind_owners(worker)
    by_recipient: dict[str, set[bytes]] = {}
    for (recipient,), mail in postbox.mails:
        by_recipient.setdefault(recipient, set()).add(mail.as_bytes())
    assert len(postbox.mails) == 4
    assert [len(mails) for mails in by_recipient.values()] == [1, 1]
