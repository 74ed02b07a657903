"""Links in mails: to a scorecard that is too large to go along, and out of a schedule's list."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from due_day import BOTH, DUE, MakeSchedule, MakeWorker, all_deliveries, statuses
from flask.testing import FlaskClient
from postbox import Postbox

from lei.clock import FixedClock
from lei.services.access.manage_recipients import set_recipient_scope
from lei.services.deliveries.deliver import work_off
from lei.services.deliveries.run_schedule import run_schedule_now
from lei.storage.database import Database
from lei.storage.scorecards import scorecards

BASE = {"base_url": "https://lei.example.com"}
TINY: Mapping[str, Any] = BASE | {"mail_max_bytes": 1000}
ANNA = ("anna@example.com",)


def path_in(box: Postbox, name: str, number: int = 0) -> str:
    """The path of the link of that name in a mail that came in."""
    body = box.mails[number][1].get_body(("plain",))
    assert body is not None
    found = re.search(rf"https://lei\.example\.com(/{name}/\S+)", body.get_content())
    assert found is not None
    return found[1]


class TestLargeScorecards:
    """A scorecard that would make too large a mail comes as a link that ends."""

    def test_the_link_opens_exactly_that_scorecard_until_it_ends(
        self,
        *,
        database: Database,
        clock: FixedClock,
        make_schedule: MakeSchedule,
        make_worker: MakeWorker,
        postbox: Postbox,
        pages: FlaskClient,
    ) -> None:
        make_schedule(recipients=ANNA)
        clock.instant = DUE
        work_off(make_worker(smtp_url=postbox.url, settings=TINY))
        assert list(postbox.mails[0][1].iter_attachments()) == []
        path = path_in(postbox, "shared")
        with database.reading() as session:
            stored = bytes(session.execute(sa.select(scorecards.c.pdf)).scalar_one())
        clock.instant = DUE + timedelta(days=14) - timedelta(seconds=1)
        answer = pages.get(path)
        assert (answer.status_code, answer.data, answer.content_type) == (200, stored, "application/pdf")
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "Set-Cookie" not in answer.headers

        clock.instant = DUE + timedelta(days=14)
        answer = pages.get(path)
        assert answer.status_code == 410
        assert "This link ended on 2026-12-15 06:00 UTC." in answer.text

    def test_whoever_may_not_see_it_any_more_cannot_open_it(
        self,
        *,
        database: Database,
        clock: FixedClock,
        make_schedule: MakeSchedule,
        make_worker: MakeWorker,
        postbox: Postbox,
        pages: FlaskClient,
    ) -> None:
        make_schedule(recipients=ANNA)
        clock.instant = DUE
        work_off(make_worker(smtp_url=postbox.url, settings=TINY))
        with database.writing() as session:
            set_recipient_scope(session, ANNA[0], [{"unit": "Sales"}], "an administrator", clock.now())
        answer = pages.get(path_in(postbox, "shared"))
        assert answer.status_code == 403
        assert "what its recipient may see has changed" in answer.text

    def test_a_link_that_was_changed_or_is_for_something_else_opens_nothing(
        self,
        clock: FixedClock,
        make_schedule: MakeSchedule,
        make_worker: MakeWorker,
        postbox: Postbox,
        pages: FlaskClient,
    ) -> None:
        make_schedule(recipients=ANNA)
        clock.instant = DUE
        work_off(make_worker(smtp_url=postbox.url, settings=TINY))
        shared, leave = path_in(postbox, "shared"), path_in(postbox, "unsubscribe")
        head, _, signature = shared.partition(".")
        other = "/shared/" + leave.rpartition("/")[2]
        for path in (f"{head}x.{signature}", shared[:-1], shared.replace(".", "%00."), other, "/shared/x"):
            assert pages.get(path).status_code == 404, path

    def test_without_an_address_of_ours_it_is_not_sent_and_says_why(
        self,
        database: Database,
        clock: FixedClock,
        make_schedule: MakeSchedule,
        make_worker: MakeWorker,
        postbox: Postbox,
    ) -> None:
        make_schedule(recipients=ANNA)
        clock.instant = DUE
        work_off(make_worker(smtp_url=postbox.url, settings={"mail_max_bytes": 1000}))
        (delivery,) = all_deliveries(database)
        assert (delivery.status, postbox.mails) == ("pending", [])
        assert "without LEI_BASE_URL nobody knows where links lead" in (delivery.last_error or "")

    def test_what_counts_is_the_size_of_the_mail_as_it_is_sent(
        self,
        database: Database,
        clock: FixedClock,
        make_schedule: MakeSchedule,
        make_worker: MakeWorker,
        postbox: Postbox,
    ) -> None:
        schedule = make_schedule(recipients=ANNA)
        clock.instant = DUE
        work_off(make_worker(smtp_url=postbox.url, settings=BASE))
        size = len(postbox.raw[0])
        for limit, attachments in ((size, 1), (size - 1, 0)):
            with database.writing() as session:
                run_schedule_now(session, schedule.id, "2026-11", clock.now())
            work_off(make_worker(smtp_url=postbox.url, settings=BASE | {"mail_max_bytes": limit}))
            assert len(list(postbox.mails[-1][1].iter_attachments())) == attachments
        assert [len(raw) for raw in postbox.raw[:2]] == [size, size]


class TestUnsubscribing:
    """Whoever wants no more of a schedule gets no more of it, by one click and without signing in."""

    def test_one_click_of_a_mail_program_is_enough_and_may_come_twice(
        self,
        *,
        database: Database,
        clock: FixedClock,
        make_schedule: MakeSchedule,
        make_worker: MakeWorker,
        postbox: Postbox,
        pages: FlaskClient,
        api: Callable[..., Any],
    ) -> None:
        schedule = make_schedule()
        clock.instant = DUE
        worker = make_worker(smtp_url=postbox.url, settings=BASE)
        work_off(worker)
        number = next(n for n, (to, _) in enumerate(postbox.mails) if to == ["anna@example.com"])
        message = postbox.mails[number][1]
        link = message["List-Unsubscribe"].strip("<>")
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        for _ in range(2):  # as RFC 8058 has it: POST, this body, no cookies
            answer = pages.post(link.removeprefix("https://lei.example.com"), data={"List-Unsubscribe": "One-Click"})
            assert answer.status_code == 200
        assert api("GET", f"/schedules/{schedule.id}").get_json()["unsubscribed"] == ["anna@example.com"]

        clock.instant = DUE + timedelta(days=31)
        work_off(worker)
        assert postbox.recipients == ["anna@example.com", "ben@example.com", "ben@example.com"]
        newest = {one.recipient: one for one in all_deliveries(database)[2:]}
        assert newest["anna@example.com"].status == "cancelled"
        assert newest["anna@example.com"].last_error == (
            "anna@example.com unsubscribed from this schedule on 2026-12-01 06:00 UTC."
        )

    def test_looking_at_the_page_changes_nothing_and_undo_brings_the_mails_back(
        self,
        *,
        database: Database,
        clock: FixedClock,
        make_schedule: MakeSchedule,
        make_worker: MakeWorker,
        postbox: Postbox,
        pages: FlaskClient,
    ) -> None:
        make_schedule(recipients=("Anna@Example.com",))
        clock.instant = DUE
        worker = make_worker(smtp_url=postbox.url, settings=BASE)
        work_off(worker)
        path = path_in(postbox, "unsubscribe")
        asked = pages.get(path)
        assert "Send me no more of them" in asked.text  # some scanners open every link in a mail
        assert "“Board”" in asked.text
        assert "gets no more mails" in pages.post(path).text
        assert "Undo" in pages.get(path).text
        assert "Send me no more of them" in pages.post(path, data={"again": "yes"}).text
        clock.instant = DUE + timedelta(days=31)
        work_off(worker)
        assert set(statuses(database).values()) == {"sent"}

    def test_it_ends_what_is_still_waiting_and_no_other_schedule(
        self,
        *,
        database: Database,
        clock: FixedClock,
        make_schedule: MakeSchedule,
        make_worker: MakeWorker,
        postbox: Postbox,
        pages: FlaskClient,
    ) -> None:
        make_schedule(recipients=ANNA)
        clock.instant = DUE
        worker = make_worker(smtp_url=postbox.url, settings=BASE)
        work_off(worker)
        pages.post(path_in(postbox, "unsubscribe"))
        make_schedule(name="Units", recipients=tuple(BOTH))
        clock.instant = DUE + timedelta(days=31)
        work_off(worker)
        states = {(one.schedule, one.recipient): one.status for one in all_deliveries(database)}
        assert states[("Board", "anna@example.com")] == "cancelled"
        assert states[("Units", "anna@example.com")] == "sent"

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_a_token_of_nobody_is_refused(self, pages: FlaskClient, method: str) -> None:
        assert pages.open("/unsubscribe/WzEsImEiXQ.abc", method=method).status_code == 404


def test_the_log_does_not_hold_what_opens_a_scorecard(pages: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="lei.access"):
        pages.get("/shared/WzEsMV0.topsecret")
        pages.post("/unsubscribe/WzEsMV0.topsecret")
    assert "topsecret" not in caplog.text
    assert "GET /shared/<token> 404" in caplog.text
    assert "POST /unsubscribe/<token> 404" in caplog.text
