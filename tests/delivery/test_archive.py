"""What was sent is kept byte for byte, can be sent again, and goes when its time is over; the record of it stays."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
import sqlalchemy as sa
from due_day import BOTH, DUE, MakeSchedule, MakeWorker, all_deliveries, runs_of, statuses
from flask.testing import FlaskClient
from postbox import Postbox

from lei.clock import FixedClock
from lei.scheduler.runner import _prune
from lei.services.access.manage_recipients import set_recipient_scope
from lei.services.deliveries.deliver import work_off
from lei.services.deliveries.prune_archive import prune_archive
from lei.services.schedules.manage_schedules import delete_schedule
from lei.storage.database import Database
from lei.storage.scorecards import scorecards
from lei.storage.sent_messages import sent_messages

Api = Callable[..., Any]
BASE = {"base_url": "https://lei.example.com"}


def test_what_came_in_is_what_is_kept(
    *,
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    postbox: Postbox,
    api: Api,
) -> None:
    make_schedule(name="Süd „Board“")
    clock.instant = DUE
    work_off(make_worker(smtp_url=postbox.url, settings=BASE))
    came_in = {to[0]: raw for (to, _), raw in zip(postbox.mails, postbox.raw, strict=True)}
    for delivery in all_deliveries(database):
        raw = came_in[delivery.recipient]
        shown = api("GET", f"/deliveries/{delivery.id}").get_json()
        assert shown["message"] == {
            "content_type": "message/rfc822",
            "sha256": hashlib.sha256(raw).hexdigest(),
            "size": len(raw),
            "link_expires_at": None,
            "removed_at": None,
            "href": f"/api/v1/deliveries/{delivery.id}/message",
        }
        answer = api("GET", f"/deliveries/{delivery.id}/message")
        assert answer.data == raw
        assert answer.headers["Content-Disposition"] == f'attachment; filename="lei-delivery-{delivery.id}.eml"'
        assert answer.content_type == "application/octet-stream", "no browser takes it for a page"
    with database.reading() as session:
        (pdf,) = session.execute(sa.select(scorecards.c.pdf)).scalars()
        for envelope in session.execute(sa.select(sent_messages.c.envelope)).scalars():
            assert len(envelope) < len(pdf) / 4, "the PDF is stored once, not once for each recipient"


def test_a_delivery_that_has_sent_nothing_has_no_message(
    *,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    postbox: Postbox,
    api: Api,
    database: Database,
) -> None:
    make_schedule(recipients=("anna@example.com",))
    postbox.refused["anna@example.com"] = "550 No"
    clock.instant = DUE
    work_off(make_worker(smtp_url=postbox.url))
    (delivery,) = all_deliveries(database)
    assert api("GET", f"/deliveries/{delivery.id}").get_json()["message"] is None
    for method, path in (("GET", "message"), ("POST", "resend")):
        answer = api(method, f"/deliveries/{delivery.id}/{path}")
        assert (answer.status_code, "has sent nothing" in answer.get_json()["detail"]) == (409, True)
    for method, path in (("GET", ""), ("GET", "/message"), ("POST", "/resend")):
        assert api(method, f"/deliveries/99{path}").status_code == 404


def test_sent_again_are_the_same_bytes_to_that_one_person_on_a_record_of_their_own(
    *,
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    postbox: Postbox,
    api: Api,
) -> None:
    schedule = make_schedule()
    clock.instant = DUE
    worker = make_worker(smtp_url=postbox.url, settings=BASE)
    work_off(worker)
    first = next(one for one in all_deliveries(database) if one.recipient == "anna@example.com")
    clock.instant = DUE + timedelta(days=3)
    answer = api("POST", f"/deliveries/{first.id}/resend")
    assert answer.status_code == 202
    assert (answer.get_json()["resend_of"], answer.get_json()["status"]) == (first.id, "pending")
    # Even when mails are written otherwise by now, what goes out is what went out.
    work_off(make_worker(smtp_url=postbox.url, settings={"mail_from": "Somebody else <else@example.com>"}))
    assert postbox.recipients == ["anna@example.com", *BOTH]
    by_anna = [raw for (to, _), raw in zip(postbox.mails, postbox.raw, strict=True) if to == ["anna@example.com"]]
    assert by_anna[0] == by_anna[1]
    again = all_deliveries(database)[-1]
    assert (again.status, again.resend_of, again.sent_at) == ("sent", first.id, DUE + timedelta(days=3))
    assert (again.message_id, again.scorecard_id) == (first.message_id, first.scorecard_id)
    run = runs_of(database, schedule)[-1]
    assert (run.kind, run.state) == ("resend", "done")
    assert run.reason == f"Delivery {first.id} is sent again on request of anna."
    twice = api("POST", f"/deliveries/{again.id}/resend").get_json()
    work_off(worker)
    assert postbox.raw[-1] == by_anna[0]
    assert twice["resend_of"] == again.id


def test_who_may_not_see_it_any_more_gets_nothing_again(
    *,
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    postbox: Postbox,
    api: Api,
) -> None:
    make_schedule(recipients=("anna@example.com",))
    clock.instant = DUE
    worker = make_worker(smtp_url=postbox.url)
    work_off(worker)
    with database.writing() as session:
        set_recipient_scope(session, "anna@example.com", [{"unit": "Sales"}], "an administrator", clock.now())
    api("POST", f"/deliveries/{all_deliveries(database)[0].id}/resend")
    work_off(worker)
    assert all_deliveries(database)[-1].status == "cancelled"
    assert postbox.recipients == ["anna@example.com"]


def test_of_a_deleted_schedule_nothing_is_sent_again(
    *,
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    postbox: Postbox,
    api: Api,
) -> None:
    schedule = make_schedule(recipients=("anna@example.com",))
    clock.instant = DUE
    work_off(make_worker(smtp_url=postbox.url))
    number = all_deliveries(database)[0].id
    assert api("POST", f"/deliveries/{number}/resend").status_code == 202
    with database.writing() as session:
        delete_schedule(session, schedule.id, clock.now())
    assert all_deliveries(database)[-1].status == "cancelled"
    assert api("POST", f"/deliveries/{number}/resend").status_code == 404


def test_a_mail_whose_link_has_ended_is_not_sent_again(
    *,
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    postbox: Postbox,
    api: Api,
) -> None:
    make_schedule(recipients=("anna@example.com",))
    clock.instant = DUE
    work_off(make_worker(smtp_url=postbox.url, settings=BASE | {"mail_max_bytes": 1000}))
    number = all_deliveries(database)[0].id
    assert api("GET", f"/deliveries/{number}").get_json()["message"]["link_expires_at"] == "2026-12-15T06:00:00Z"
    clock.instant = DUE + timedelta(days=14)
    answer = api("POST", f"/deliveries/{number}/resend")
    assert answer.status_code == 409
    assert "has a link that ended on 2026-12-15. Run the schedule" in answer.get_json()["detail"]


def test_after_its_time_the_bytes_go_and_the_record_stays(
    *,
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    postbox: Postbox,
    api: Api,
    pages: FlaskClient,
) -> None:
    make_schedule(recipients=("anna@example.com",))
    clock.instant = DUE
    worker = make_worker(smtp_url=postbox.url, settings={"archive_months": 13})
    work_off(worker)
    number = all_deliveries(database)[0].id
    kept = api("GET", f"/deliveries/{number}").get_json()["message"]
    pdf = api("GET", "/scorecards/1/pdf").data
    clock.instant = datetime(2028, 1, 1, 6, 0, tzinfo=UTC)
    _prune(worker, lambda: False)
    assert api("GET", "/scorecards/1/pdf").status_code == 200, "exactly thirteen months are kept"

    clock.instant += timedelta(seconds=1)
    assert prune_archive(database, 13, clock.now(), dry_run=True) == 1
    assert api("GET", "/scorecards/1/pdf").status_code == 200, "a dry run changes nothing"
    _prune(worker, lambda: False)
    gone = api("GET", "/scorecards/1/pdf")
    assert gone.status_code == 410
    assert hashlib.sha256(pdf).hexdigest() in gone.get_json()["detail"]
    assert "as LEI_ARCHIVE_MONTHS says" in gone.get_json()["detail"]
    shown = api("GET", "/scorecards/1").get_json()
    assert (shown["sha256"], shown["pdf_removed_at"]) == (hashlib.sha256(pdf).hexdigest(), "2028-01-01T06:00:01Z")
    assert api("GET", "/scorecards/1/data").status_code == 200
    message = api("GET", f"/deliveries/{number}").get_json()["message"]
    assert message == kept | {"removed_at": "2028-01-01T06:00:01Z", "href": None}
    for method, path in (("GET", "message"), ("POST", "resend")):
        answer = api(method, f"/deliveries/{number}/{path}")
        assert (answer.status_code, kept["sha256"] in answer.get_json()["detail"]) == (410, True)
    with database.reading() as session:
        assert session.execute(sa.select(scorecards.c.pdf)).scalar_one() == b""
        assert session.execute(sa.select(sent_messages.c.envelope)).scalar_one() is None
    assert prune_archive(database, 13, clock.now()) == 0


def test_what_still_waits_to_be_sent_is_not_removed(
    *, database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    make_schedule()
    postbox.refused["anna@example.com"] = "451 Later"
    clock.instant = DUE
    work_off(make_worker(smtp_url=postbox.url))
    assert prune_archive(database, 1, DUE + timedelta(days=400)) == 0
    postbox.refused.clear()
    clock.instant = DUE + timedelta(days=400)
    work_off(make_worker(smtp_url=postbox.url))
    assert statuses(database)["anna@example.com"] == "sent"
    assert prune_archive(database, 1, DUE + timedelta(days=400)) == 1


@pytest.mark.parametrize(
    ("now", "months", "kept_from"),
    [
        ("2026-03-31", 1, "2026-02-28"),
        ("2024-03-31", 1, "2024-02-29"),
        ("2026-01-15", 1, "2025-12-15"),
        ("2026-12-31", 24, "2024-12-31"),
    ],
)
def test_months_are_counted_on_the_calendar(
    *, sqlite_database: Database, now: str, months: int, kept_from: str
) -> None:
    day = datetime.fromisoformat(kept_from).replace(tzinfo=UTC)
    with sqlite_database.writing() as session:
        for number, made in enumerate((day - timedelta(microseconds=1), day)):
            session.execute(
                sa.insert(scorecards).values(
                    title=str(number),
                    grain="month",
                    period="2024-01",
                    segment="{}",
                    profile="default_v1",
                    profile_version=1,
                    created_at=made,
                    created_by="a test",
                    figures="{}",
                    pdf=b"%PDF",
                    pdf_sha256="",
                )
            )
    assert prune_archive(sqlite_database, months, datetime.fromisoformat(now).replace(tzinfo=UTC)) == 1


def test_a_message_that_was_tampered_with_in_the_database_is_not_given_out(
    *,
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    postbox: Postbox,
    api: Api,
) -> None:
    make_schedule(recipients=("anna@example.com",))
    clock.instant = DUE
    work_off(make_worker(smtp_url=postbox.url))
    with database.writing() as session:
        session.execute(sa.update(scorecards).values(pdf=b"%PDF- something else"))
    number = all_deliveries(database)[0].id
    assert api("GET", f"/deliveries/{number}/message").status_code == 500
    assert message_from_bytes(postbox.raw[0], policy=default)["To"] == "anna@example.com"
