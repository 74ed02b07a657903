"""Owners get their scorecard by mail once a month: with several workers, after failures, never two months at once."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pikepdf
import pytest
import sqlalchemy as sa
from due_day import MakeWorker
from postbox import Postbox, pdf_of
from two_workers import at_once

from lei.clock import FixedClock
from lei.evidence.links import Link
from lei.periods import parse_period
from lei.reports.owner_figures import owner_from_json
from lei.services.access.manage_recipients import set_recipient_scope
from lei.services.access.manage_users import create_user
from lei.services.deliveries.prune_archive import prune_archive
from lei.services.owner_mail.send_owner_scorecards import send_owner_scorecards
from lei.services.owners.draw_owner_scorecard import draw_owner_scorecard
from lei.storage.database import Database
from lei.storage.owner_scorecards import OwnerScorecard, list_owner_scorecards, owner_scorecards
from lei.storage.program_plans import LinkOwners, Owner, Plan
from lei.storage.programs import add_program, keep_frozen, mark_closed, read_program
from lei.storage.users import users

MARIA, TOM = Owner("Maria Lopez", "Maria@example.com"), Owner("Tom Reed", "tom@example.com")
BOTH = ["maria@example.com", "tom@example.com"]
MADE = datetime(2026, 4, 10, 9, 0, tzinfo=UTC)
FIFTH = datetime(2026, 11, 5, 6, 0, tzinfo=UTC)
PLAN = Plan(
    name="Support onboarding",
    program_type="onboarding",
    business_problem="New agents make twice as many errors.",
    where={"program": "Support onboarding"},
    launch_month=parse_period("2026-05").first_month,
    stops_at_readiness=True,
    owners={link: LinkOwners(MARIA, TOM) for link in Link if link is not Link.BUSINESS_KPI},
)


def store(database: Database, key: str = "support", plan: Plan = PLAN, *, frozen: bool = True) -> int:
    """A program, frozen in April; its id."""
    with database.writing() as session:
        add_program(session, key, plan, "tom", MADE)
        program = read_program(session, key)
        assert program is not None
        if frozen:
            keep_frozen(session, program.id, plan, "tom", MADE)
    return program.id


def stored(database: Database) -> list[OwnerScorecard]:
    with database.reading() as session:
        return list_owner_scorecards(session)


def states(database: Database) -> dict[tuple[str, str], str]:
    """What became of each, by month and recipient."""
    return {(one.period, one.recipient): one.status for one in stored(database)}


def at(clock: FixedClock, day: str, hour: int = 6) -> None:
    year, month, number = (int(part) for part in day.split("-"))
    clock.instant = datetime(year, month, number, hour, 0, tzinfo=UTC)


class TestOnceAMonth:
    def test_from_the_fifth_day_on_both_owners_get_the_month_before(
        self, database: Database, clock: FixedClock, make_worker: MakeWorker, postbox: Postbox
    ) -> None:
        store(database)
        worker = make_worker(smtp_url=postbox.url)
        # Somebody may have been told of September already.
        at(clock, "2026-10-05")
        send_owner_scorecards(worker)
        postbox.mails.clear()
        at(clock, "2026-11-04", hour=23)
        send_owner_scorecards(worker)
        assert postbox.mails == []
        for day in ("2026-11-05", "2026-11-06", "2026-12-04"):
            at(clock, day)
            send_owner_scorecards(worker)
            send_owner_scorecards(worker)
        assert postbox.recipients == BOTH
        _, mail = postbox.mails[0]
        assert mail["Subject"] == "On the job: your scorecard for October 2026"
        assert mail["Auto-Submitted"] == "auto-generated"
        body = mail.get_body(("plain",))
        assert body is not None
        assert "Whether people in Support onboarding work differently on the job is not measured." in body.get_content()
        assert "names you as an owner" in body.get_content()
        at(clock, "2026-12-05")
        send_owner_scorecards(worker)
        assert postbox.recipients == sorted(BOTH * 2)

    def test_the_pdf_is_attached_and_carries_its_figures(
        self, database: Database, clock: FixedClock, make_worker: MakeWorker, postbox: Postbox
    ) -> None:
        store(database)
        clock.instant = FIFTH
        send_owner_scorecards(make_worker(smtp_url=postbox.url, draw_owner=draw_owner_scorecard))
        cards = []
        for (recipient,), mail in sorted(postbox.mails, key=lambda one: one[0]):
            document = pikepdf.open(io.BytesIO(pdf_of(mail)))
            figures = owner_from_json(document.attachments["figures.json"].get_file().read_bytes().decode())
            cards.append(figures)
            assert (figures.email.casefold(), figures.period) == (recipient, "2026-10")
        assert [card.name for card in cards] == ["Maria Lopez", "Tom Reed"]
        assert cards[0].applications == cards[1].applications

    def test_the_day_is_that_of_the_installation(
        self, database: Database, clock: FixedClock, make_worker: MakeWorker, postbox: Postbox
    ) -> None:
        store(database)
        clock.instant = datetime(2026, 11, 4, 20, 0, tzinfo=UTC)  # the fifth already in Auckland
        worker = make_worker(smtp_url=postbox.url)
        send_owner_scorecards(worker)
        assert {one.period for one in stored(database)} == {"2026-09"}
        zone = {"timezone": ZoneInfo("Pacific/Auckland")}
        send_owner_scorecards(make_worker(smtp_url=postbox.url, settings=zone))
        assert {one.period for one in stored(database)} == {"2026-09", "2026-10"}


def test_two_workers_at_once_send_one_mail_each(
    database: Database, clock: FixedClock, make_worker: MakeWorker, postbox: Postbox
) -> None:
    for number in range(3):
        owners = LinkOwners(Owner("A", f"a{number}@example.com"), Owner("B", f"b{number}@example.com"))
        store(database, f"program-{number}", _with(owners={Link.LEARNING_ACTIVITY: owners}))
    clock.instant = FIFTH
    at_once(make_worker, postbox, send_owner_scorecards)
    assert postbox.recipients == [f"{side}{number}@example.com" for side in "ab" for number in range(3)]


class TestAfterATrouble:
    def test_the_next_attempt_sends_the_bytes_that_were_kept(
        self, database: Database, clock: FixedClock, make_worker: MakeWorker, postbox: Postbox
    ) -> None:
        store(database)
        worker = make_worker(smtp_url=postbox.url)
        clock.instant = FIFTH
        postbox.refused = {"tom@example.com": "451 Later", "maria@example.com": "550 No such person"}
        send_owner_scorecards(worker)
        assert states(database) == {("2026-10", BOTH[0]): "failed", ("2026-10", BOTH[1]): "pending"}
        kept = {one.recipient: one.message for one in stored(database)}
        postbox.refused = {}
        worker = make_worker(smtp_url=postbox.url, draw_owner=_must_not_be_drawn)
        send_owner_scorecards(worker)
        assert postbox.recipients == [], "the next attempt is a minute later"
        clock.instant += timedelta(minutes=1)
        send_owner_scorecards(worker)
        assert postbox.recipients == ["tom@example.com"]
        assert postbox.raw == [kept["tom@example.com"]]
        (sent,) = (one for one in stored(database) if one.status == "sent")
        assert (sent.sha256, sent.size) == (hashlib.sha256(postbox.raw[0]).hexdigest(), len(postbox.raw[0]))

    def test_a_crash_between_yes_and_record_sends_the_same_mail_again(
        self, database: Database, clock: FixedClock, make_worker: MakeWorker, postbox: Postbox
    ) -> None:
        store(database)
        clock.instant = FIFTH
        worker = make_worker(smtp_url=postbox.url)
        send_owner_scorecards(worker)
        with database.writing() as session:
            session.execute(sa.update(owner_scorecards).values(status="pending", sent_at=None))
        clock.instant += timedelta(days=1)
        send_owner_scorecards(worker)
        assert len(postbox.raw) == 4
        assert len(set(postbox.raw)) == 2

    def test_a_dead_worker_leaves_its_scorecard_to_another(
        self, database: Database, clock: FixedClock, make_worker: MakeWorker, postbox: Postbox
    ) -> None:
        store(database)
        clock.instant = FIFTH
        # The first dies as it hands over: nothing is closed, and its lease is left.
        dying = make_worker("worker-1", transport=_Deadly())
        with pytest.raises(KeyboardInterrupt):
            send_owner_scorecards(dying)
        other = make_worker("worker-2", postbox.url)
        send_owner_scorecards(other)
        assert postbox.recipients == ["tom@example.com"], "the lease of the other one has not run out"
        clock.instant += timedelta(minutes=2)
        send_owner_scorecards(other)
        assert postbox.recipients == BOTH

    def test_after_a_downtime_only_the_newest_month_goes_out(
        self, database: Database, clock: FixedClock, make_worker: MakeWorker, postbox: Postbox
    ) -> None:
        store(database)
        at(clock, "2026-09-07")
        postbox.data_answer = "451 Later"
        worker = make_worker(smtp_url=postbox.url)
        send_owner_scorecards(worker)
        assert states(database) == {("2026-08", who): "pending" for who in BOTH}
        # No worker runs until late in December: September and October are never told, August is given up.
        postbox.data_answer = None
        at(clock, "2026-12-29")
        send_owner_scorecards(worker)
        assert postbox.recipients == BOTH
        assert states(database) == {
            **{("2026-08", who): "failed" for who in BOTH},
            **{("2026-11", who): "sent" for who in BOTH},
        }
        assert stored(database)[0].last_error == "Not sent in time: the scorecard of 2026-11 goes out instead."


class TestWhoGetsNone:
    def test_owners_of_drafts_of_programs_to_come_and_of_closed_ones(
        self, database: Database, clock: FixedClock, make_worker: MakeWorker, postbox: Postbox
    ) -> None:
        store(database, "draft", frozen=False)
        store(database, "to-come", _with(launch_month=parse_period("2026-11").first_month))
        closed = store(database, "closed")
        clock.instant = FIFTH
        with database.writing() as session:
            mark_closed(session, closed, "tom", clock.now())
        send_owner_scorecards(make_worker(smtp_url=postbox.url))
        assert stored(database) == []
        at(clock, "2026-12-05")
        send_owner_scorecards(make_worker(smtp_url=postbox.url))
        assert postbox.recipients == BOTH, "one of them was launched in November"

    def test_nobody_where_they_are_switched_off(
        self, database: Database, clock: FixedClock, make_worker: MakeWorker, postbox: Postbox
    ) -> None:
        store(database)
        clock.instant = FIFTH
        off = {"owner_scorecards": False}
        send_owner_scorecards(make_worker(smtp_url=postbox.url, settings=off))
        assert (postbox.mails, stored(database)) == ([], [])

    def test_nobody_outside_of_the_domains_and_nobody_who_may_not_sign_in(
        self, database: Database, clock: FixedClock, make_worker: MakeWorker, postbox: Postbox
    ) -> None:
        far = LinkOwners(Owner("Far", "far@elsewhere.example"), TOM)
        store(database, plan=_with(owners={Link.LEARNING_ACTIVITY: far}))
        with database.writing() as session:
            create_user(session, "tom@example.com", "viewer", "correct horse battery", MADE)
            session.execute(sa.update(users).values(disabled_at=MADE))
        clock.instant = FIFTH
        domains = {"mail_domains": frozenset({"example.com"})}
        send_owner_scorecards(make_worker(smtp_url=postbox.url, settings=domains))
        assert postbox.mails == []
        reasons = {one.recipient: (one.status, one.last_error or "") for one in stored(database)}
        assert reasons["far@elsewhere.example"][0] == reasons["tom@example.com"][0] == "failed"
        assert reasons["far@elsewhere.example"][1].startswith("Mails to elsewhere.example are not allowed here")
        assert reasons["tom@example.com"][1].startswith("tom@example.com may not sign in any more")

    def test_what_somebody_may_not_be_sent_is_left_out(
        self, database: Database, clock: FixedClock, make_worker: MakeWorker, postbox: Postbox
    ) -> None:
        store(database)
        store(database, "secret", _with(name="Secret", where={"program": "Secret"}))
        with database.writing() as session:
            set_recipient_scope(session, "tom@example.com", [{"program": "Secret"}], "anna", MADE)
            set_recipient_scope(session, "maria@example.com", [{"program": "Other"}], "anna", MADE)
        clock.instant = FIFTH
        send_owner_scorecards(make_worker(smtp_url=postbox.url))
        assert postbox.recipients == ["tom@example.com"]
        figures = owner_from_json(pdf_of(postbox.mails[0][1]).decode().removeprefix("%PDF-1.7 "))
        assert [application.program for application in figures.applications] == ["secret"]

    def test_a_scope_that_is_set_between_two_attempts_counts(
        self, database: Database, clock: FixedClock, make_worker: MakeWorker, postbox: Postbox
    ) -> None:
        store(database)
        worker = make_worker(smtp_url=postbox.url)
        clock.instant = FIFTH
        postbox.data_answer = "451 Later"
        send_owner_scorecards(worker)
        clock.instant += timedelta(minutes=1)
        with database.writing() as session:
            set_recipient_scope(session, "tom@example.com", [{"program": "Other"}], "anna", clock.now())
        postbox.data_answer = None
        send_owner_scorecards(worker)
        assert postbox.recipients == ["maria@example.com"]
        reasons = {one.recipient: one.last_error for one in stored(database) if one.status == "failed"}
        assert reasons == {"tom@example.com": "No program of tom@example.com that may be told of ran in 2026-10."}


def test_what_was_sent_leaves_the_archive_when_its_time_is_over(
    database: Database, clock: FixedClock, make_worker: MakeWorker, postbox: Postbox
) -> None:
    store(database)
    clock.instant = FIFTH
    send_owner_scorecards(make_worker(smtp_url=postbox.url))
    assert prune_archive(database, 3, datetime(2027, 2, 5, 5, 0, tzinfo=UTC)) == 0
    later = datetime(2027, 2, 5, 7, 0, tzinfo=UTC)
    assert prune_archive(database, 3, later, dry_run=True) == 2
    assert prune_archive(database, 3, later) == 2
    assert prune_archive(database, 3, later) == 0
    for one in stored(database):
        assert (one.message, one.removed_at, one.status) == (None, later, "sent")
        assert one.size is not None
        assert one.size > 2_000


def _with(**changes: Any) -> Plan:
    return replace(PLAN, **changes)


def _must_not_be_drawn(_: Any) -> Any:
    raise AssertionError("what was kept is sent, and nothing is drawn again")


class _Deadly:
    """Dies when the first mail is handed over."""

    def send(self, message: Any) -> None:
        raise KeyboardInterrupt
