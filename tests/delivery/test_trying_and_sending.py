"""A test obeys the rules of what is sent and leaves no trace in it; marks and comments are in the mail."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from due_day import BOTH, DUE, MakeSchedule, MakeWorker, all_deliveries, runs_of
from monthly_data import send_pillars
from postbox import Postbox

from lei.clock import FixedClock
from lei.errors import InvalidError
from lei.services.access.check_recipients import RecipientRules
from lei.services.access.manage_recipients import set_recipient_scope
from lei.services.deliveries.decide_run import decide
from lei.services.deliveries.deliver import work_off, work_on_run
from lei.services.deliveries.prune_archive import prune_archive
from lei.services.deliveries.try_schedule import send_test
from lei.services.owner_mail.remind_owners import remind_owners
from lei.services.schedules.manage_schedules import create_schedule, delete_schedule
from lei.storage.database import Database
from lei.storage.reminders import list_reminders
from lei.storage.runs import Decision
from lei.storage.schedules import Gate, Schedule, SchedulePlan
from lei.storage.scorecards import drafts_of_run
from lei.storage.unsubscriptions import unsubscribe

Api = Callable[..., Any]
OWNER = "olga@example.com"
REACHABLE = {"base_url": "https://lei.example.com"}
ELSEWHERE = {"mail_domains": frozenset({"halden.example"})}
COMMENT = "Logistics moved to <b>another</b> system.\nIts export has a gap."


def ask_for_test(
    database: Database, schedule: Schedule, clock: FixedClock, rules: RecipientRules | None = None
) -> None:
    """Somebody sends a test to the owner."""
    with database.writing() as session:
        send_test(session, schedule.id, (None, None), "carla", clock.now(), rules or RecipientRules())


def part(message: EmailMessage, kind: str) -> str:
    """The text of one way to show a mail, its line breaks aside."""
    body = message.get_body((kind,))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def test_a_test_to_a_domain_that_is_not_allowed_is_refused_when_it_is_asked_for(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule
) -> None:
    schedule = make_schedule(owner=OWNER)
    with pytest.raises(InvalidError) as caught:
        ask_for_test(database, schedule, clock, RecipientRules(frozenset({"halden.example"})))
    (problem,) = caught.value.problems
    assert (problem.field, problem.message) == (
        "to",
        "Mails to example.com are not allowed here, so olga@example.com gets none; allowed are: halden.example.",
    )
    assert runs_of(database, schedule) == []


def forbid_domain(database: Database, schedule: Schedule, clock: FixedClock) -> Mapping[str, Any]:
    """Only mails to other domains are allowed by now."""
    return ELSEWHERE


def narrow_scope(database: Database, schedule: Schedule, clock: FixedClock) -> Mapping[str, Any]:
    """The owner may be sent no more than one unit."""
    with database.writing() as session:
        set_recipient_scope(session, OWNER, [{"unit": "Sales"}], "an administrator", clock.now())
    return {}


def leave(database: Database, schedule: Schedule, clock: FixedClock) -> Mapping[str, Any]:
    """The owner wants no more mails of the schedule."""
    with database.writing() as session:
        unsubscribe(session, schedule.id, OWNER, clock.now())
    return {}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (forbid_domain, "Mails to example.com are not allowed here"),
        (narrow_scope, "olga@example.com may be sent unit Sales, and this scorecard is about the whole organization."),
        (leave, "olga@example.com unsubscribed from this schedule on 2026-11-21 10:00 UTC."),
    ],
)
def test_what_counts_when_a_scorecard_is_sent_counts_for_a_test_too(
    *,
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    postbox: Postbox,
    change: Callable[..., Mapping[str, Any]],
    reason: str,
) -> None:
    schedule = make_schedule(owner=OWNER)
    ask_for_test(database, schedule, clock)
    settings = change(database, schedule, clock)
    work_off(make_worker(smtp_url=postbox.url, settings=settings))
    (delivery,) = all_deliveries(database)
    assert (delivery.kind, delivery.status) == ("test", "cancelled")
    assert (delivery.last_error or "").startswith(reason)
    assert postbox.mails == []


def test_who_left_the_list_is_sent_no_test(database: Database, clock: FixedClock, make_schedule: MakeSchedule) -> None:
    schedule = make_schedule(owner=OWNER)
    leave(database, schedule, clock)
    with pytest.raises(InvalidError, match=r"olga@example\.com unsubscribed from this schedule"):
        ask_for_test(database, schedule, clock)


def test_a_test_is_kept_as_one_and_the_run_of_the_day_knows_nothing_of_it(
    *,
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    postbox: Postbox,
    api: Api,
) -> None:
    schedule = make_schedule(owner=OWNER, recipients=(OWNER, "ben@example.com"))
    worker = make_worker(smtp_url=postbox.url, settings=REACHABLE)
    ask_for_test(database, schedule, clock)
    work_off(worker)
    (tried,) = all_deliveries(database)
    clock.instant = DUE
    work_off(worker)
    work_off(worker)
    assert postbox.recipients == ["ben@example.com", OWNER, OWNER]
    test, real = (message for to, message in postbox.mails if to == [OWNER])
    assert (test["List-Unsubscribe"], real["List-Unsubscribe"] is None) == (None, False)
    assert str(test["Subject"]).startswith("TEST: Learning scorecard")
    for kind in ("plain", "html"):
        assert "This is a test that went to you alone." in part(test, kind)
        assert "unsubscribe" not in part(test, kind)
        assert "TEST" not in part(real, kind)
    shown = api("GET", f"/deliveries/{tried.id}").get_json()
    assert (shown["kind"], shown["status"], shown["message"]["size"]) == ("test", "sent", len(postbox.raw[0]))
    assert api("GET", f"/deliveries/{tried.id}/message").data == postbox.raw[0]
    refused = api("POST", f"/deliveries/{tried.id}/resend")
    assert (refused.status_code, refused.get_json()["detail"]) == (
        409,
        f"Delivery {tried.id} was a test. Send another test of the schedule instead.",
    )
    assert [run.kind for run in runs_of(database, schedule)] == ["test", "scheduled"]


def test_a_test_that_waits_goes_with_its_schedule(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    schedule = make_schedule(owner=OWNER)
    ask_for_test(database, schedule, clock)
    work_on_run(make_worker())
    with database.writing() as session:
        delete_schedule(session, schedule.id, clock.now())
    work_off(make_worker(smtp_url=postbox.url))
    assert [delivery.status for delivery in all_deliveries(database)] == ["cancelled"]
    assert postbox.mails == []


def test_what_an_incomplete_scorecard_lacks_is_the_first_of_the_lines_of_its_mail(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    gate = Gate(0, min_coverage=80.0, then="send_incomplete")
    make_schedule(owner=OWNER, recipients=("anna@example.com",), gate=gate)
    send_pillars(database, "2026-11", ("business_impact",), DUE - timedelta(hours=1))
    clock.instant = DUE
    work_off(make_worker(smtp_url=postbox.url))
    ((_, message),) = postbox.mails
    assert str(message["Subject"]).startswith("INCOMPLETE: Learning scorecard, ")
    told = "INCOMPLETE. Coverage 10%, needs 80%: no data of November 2026 yet for "
    plain, shown = part(message, "plain"), html.unescape(part(message, "html"))
    assert plain.startswith("INCOMPLETE: Learning scorecard, ")
    assert f"Missing or restated: {told}" in plain
    assert told in shown
    for text in (plain, shown):
        assert text.index(told) < text.index("Index")


def test_an_approved_scorecard_brings_its_comment_and_is_kept_and_sent_again_with_it(
    *,
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    postbox: Postbox,
    api: Api,
) -> None:
    schedule = make_schedule(owner=OWNER, approval=True)
    worker = make_worker(smtp_url=postbox.url, settings=REACHABLE)
    clock.instant = DUE
    work_off(worker)
    (run,) = runs_of(database, schedule)
    years = DUE + timedelta(days=800)
    assert prune_archive(database, 1, years) == 0, "a draft waits for whoever approves it"
    clock.instant = DUE + timedelta(hours=17)
    with database.writing() as session:
        decide(session, run.id, Decision(True, "carla", clock.now(), COMMENT))
    work_off(worker)
    assert postbox.recipients == BOTH
    message, raw = next((one, raw) for (to, one), raw in zip(postbox.mails, postbox.raw, strict=True) if to == BOTH[:1])
    # 23:00 in London is midnight in Berlin, where the schedule is.
    said = "Comment by carla, 2 December 2026: Logistics moved to"
    assert f"{said} <b>another</b> system. Its export has a gap." in part(message, "plain")
    assert f"{said} &lt;b&gt;another&lt;/b&gt; system. Its export has a gap." in part(message, "html")
    first = next(one for one in all_deliveries(database) if one.recipient == BOTH[0])
    assert api("GET", f"/deliveries/{first.id}/message").data == raw
    api("POST", f"/deliveries/{first.id}/resend")
    work_off(worker)
    assert postbox.raw[-1] == raw
    remind_owners(worker)
    assert OWNER not in postbox.recipients, "a scorecard that is sent again is no news to the owner"
    with database.reading() as session:
        (draft,) = drafts_of_run(session, run.id)
    assert draft.summary.pdf_sha256 != api("GET", f"/scorecards/{first.scorecard_id}").get_json()["sha256"]
    assert prune_archive(database, 1, years) == 2


def test_an_owner_in_a_domain_that_is_not_allowed_cannot_be_named(
    sqlite_database: Database, clock: FixedClock, plan: SchedulePlan
) -> None:
    rules = RecipientRules(frozenset({"example.com"}))
    with sqlite_database.writing() as session, pytest.raises(InvalidError) as caught:
        create_schedule(session, replace(plan, owner="olga@halden.example"), clock.now(), rules)
    assert [(problem.field, problem.code) for problem in caught.value.problems] == [("owner", "domain_not_allowed")]


def test_an_owner_whose_domain_is_no_longer_allowed_is_told_nothing(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    make_schedule(owner=OWNER, approval=True)
    worker = make_worker(smtp_url=postbox.url, settings=ELSEWHERE)
    clock.instant = DUE
    work_off(worker)
    remind_owners(worker)
    with database.reading() as session:
        (note,) = list_reminders(session)
    assert (note.status, note.attempts) == ("failed", 1)
    assert (note.last_error or "").startswith("Mails to example.com are not allowed here, so olga@example.com gets")
    assert postbox.mails == []
