"""Nobody is sent what they may not see: the recipient's scope counts, at the moment of sending, whoever sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from due_day import BOTH, DUE, MakeSchedule, MakeWorker, all_deliveries, statuses
from postbox import Postbox

from api.app import create_app
from api.context import Context
from lei.clock import FixedClock
from lei.config import load_settings
from lei.errors import InvalidError
from lei.services.access.check_recipients import RecipientRules
from lei.services.access.manage_keys import create_key
from lei.services.access.manage_recipients import forget_recipient_scope, set_recipient_scope
from lei.services.access.manage_users import create_user
from lei.services.deliveries.deliver import work_off, work_on_run
from lei.services.schedules.due_runs import find_due_runs
from lei.services.schedules.manage_schedules import create_schedule
from lei.storage.database import Database
from lei.storage.schedules import SchedulePlan
from lei.storage.users import users

SetScope = Callable[..., None]


@pytest.fixture
def set_scope(database: Database, clock: FixedClock) -> SetScope:
    """`set_scope("anna@example.com", {"region": "North"})`: she may be sent that; without segments, nothing."""

    def write(recipient: str, *segments: Mapping[str, str]) -> None:
        with database.writing() as session:
            set_recipient_scope(session, recipient, segments, "an administrator", clock.now())

    return write


def prepare(database: Database, make_worker: MakeWorker) -> None:
    """Bring what is due as far as it gets without sending: scorecards are drawn, deliveries wait."""
    with database.writing() as session:
        find_due_runs(session, DUE)
    assert work_on_run(make_worker())


def test_of_one_scorecard_for_each_region_everybody_gets_their_own(
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    postbox: Postbox,
    set_scope: SetScope,
) -> None:
    make_schedule(by="region")
    set_scope("anna@example.com", {"region": "North"})
    set_scope("Ben@Example.com", {"region": "South"}, {"unit": "Sales"})
    clock.instant = DUE
    work_off(make_worker(smtp_url=postbox.url))
    sent = {(one.recipient, one.segment): (one.status, one.last_error) for one in all_deliveries(database)}
    assert sent == {
        ("anna@example.com", '{"region":"North"}'): ("sent", None),
        ("ben@example.com", '{"region":"South"}'): ("sent", None),
        ("anna@example.com", '{"region":"South"}'): (
            "cancelled",
            "anna@example.com may be sent region North, and this scorecard is about region South.",
        ),
        ("ben@example.com", '{"region":"North"}'): (
            "cancelled",
            "ben@example.com may be sent region South or unit Sales, and this scorecard is about region North.",
        ),
    }
    assert postbox.recipients == BOTH


def test_a_scope_that_changes_between_drawing_and_sending_counts(
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    postbox: Postbox,
    set_scope: SetScope,
) -> None:
    make_schedule()
    set_scope("anna@example.com", {})
    clock.instant = DUE
    prepare(database, make_worker)
    set_scope("anna@example.com", {"unit": "Sales"})
    work_off(make_worker(smtp_url=postbox.url))
    assert statuses(database) == {"anna@example.com": "cancelled", "ben@example.com": "sent"}
    assert all_deliveries(database)[0].last_error == (
        "anna@example.com may be sent unit Sales, and this scorecard is about the whole organization."
    )
    assert postbox.recipients == ["ben@example.com"]


def test_a_scope_that_changes_between_two_attempts_counts(
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    postbox: Postbox,
    set_scope: SetScope,
) -> None:
    make_schedule()
    postbox.refused["anna@example.com"] = "451 Later"
    clock.instant = DUE
    work_off(make_worker(smtp_url=postbox.url))
    postbox.refused.clear()
    set_scope("anna@example.com")
    clock.instant = DUE + timedelta(minutes=1)
    work_off(make_worker(smtp_url=postbox.url))
    assert statuses(database) == {"anna@example.com": "cancelled", "ben@example.com": "sent"}
    assert "may be sent nothing" in (all_deliveries(database)[0].last_error or "")


@pytest.mark.parametrize(
    ("scope", "where", "covered"),
    [
        ([{}], {}, True),
        ([{}], {"unit": "Sales"}, True),
        ([{"unit": "Sales"}], {"unit": "Sales"}, True),
        ([{"unit": "Sales"}], {"unit": "Sales", "region": "North"}, True),
        ([{"unit": "Sales", "region": "North"}], {"unit": "Sales"}, False),
        ([{"unit": "Sales"}], {"unit": "sales"}, False),
        ([{"unit": "Sales"}], {"region": "North"}, False),
        ([{"unit": "Sales"}], {}, False),
        ([{"unit": "Sales"}, {"region": "North"}], {"region": "North"}, True),
        ([], {"unit": "Sales"}, False),
        ([], {}, False),
    ],
)
def test_a_scope_covers_its_segments_and_what_lies_within_them(
    *,
    sqlite_database: Database,
    clock: FixedClock,
    plan: SchedulePlan,
    scope: Sequence[Mapping[str, str]],
    where: Mapping[str, str],
    covered: bool,
) -> None:
    with sqlite_database.writing() as session:
        found = set_recipient_scope(session, "anna@example.com", scope, "an administrator", clock.now())
    assert found.covers(where) is covered


def test_without_a_scope_the_schedule_says_who_gets_what(
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    set_scope: SetScope,
) -> None:
    make_schedule()
    set_scope("anna@example.com", {"unit": "Sales"})
    with database.writing() as session:
        forget_recipient_scope(session, "anna@example.com")
    clock.instant = DUE
    work_off(make_worker())
    assert statuses(database) == dict.fromkeys(BOTH, "sent")


def test_who_may_not_sign_in_any_more_gets_no_scorecards_either(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker
) -> None:
    make_schedule()
    with database.writing() as session:
        create_user(session, "anna@example.com", "viewer", "a long password", clock.now())
    clock.instant = DUE
    prepare(database, make_worker)
    with database.writing() as session:
        session.execute(sa.update(users).values(disabled_at=DUE))
    work_off(make_worker())
    assert statuses(database) == {"anna@example.com": "cancelled", "ben@example.com": "sent"}
    assert "may not sign in any more (since 2026-12-01)" in (all_deliveries(database)[0].last_error or "")


def test_domains_that_are_not_allowed_are_refused_when_a_schedule_is_stored(
    sqlite_database: Database, clock: FixedClock, plan: SchedulePlan
) -> None:
    rules = RecipientRules(frozenset({"example.org", "halden.example"}))
    with sqlite_database.writing() as session, pytest.raises(InvalidError) as caught:
        create_schedule(session, plan, clock.now(), rules)
    assert [(problem.field, problem.code) for problem in caught.value.problems] == [
        ("recipients", "domain_not_allowed"),
        ("recipients", "domain_not_allowed"),
    ]
    assert caught.value.detail == (
        "Mails to example.com are not allowed here, so anna@example.com gets none; allowed are: "
        "example.org, halden.example."
    )


@pytest.mark.parametrize(
    ("recipient", "allowed"),
    [
        ("anna@example.org", True),
        ("anna@EXAMPLE.org", True),
        ("anna@sub.example.org", False),
        ("anna@example.org.evil.example", False),
        ('"x@example.org"@evil.example', False),
    ],
)
def test_a_domain_is_allowed_as_it_is_and_not_what_looks_like_it(
    sqlite_database: Database, clock: FixedClock, plan: SchedulePlan, recipient: str, allowed: bool
) -> None:
    rules = RecipientRules(frozenset({"example.org"}))
    with sqlite_database.writing() as session:
        if allowed:
            create_schedule(session, replace(plan, recipients=(recipient,)), clock.now(), rules)
            return
        with pytest.raises(InvalidError):
            create_schedule(session, replace(plan, recipients=(recipient,)), clock.now(), rules)


def test_a_domain_that_is_no_longer_allowed_gets_nothing_any_more(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    make_schedule(recipients=("anna@example.com", "ben@halden.example"))
    clock.instant = DUE
    allowed = {"mail_domains": frozenset({"halden.example"})}
    work_off(make_worker(smtp_url=postbox.url, settings=allowed))
    assert statuses(database) == {"anna@example.com": "cancelled", "ben@halden.example": "sent"}
    assert postbox.recipients == ["ben@halden.example"]


def test_scopes_are_set_and_lifted_over_the_api(api: Callable[..., Any]) -> None:
    path = "/recipient-scopes/Anna@example.com"
    assert api("GET", path).status_code == 404
    answer = api("PUT", path, json={"segments": [{"unit": "Sales"}]})
    assert (answer.status_code, answer.get_json()) == (
        200,
        {
            "recipient": "anna@example.com",
            "segments": [{"unit": "Sales"}],
            "changed_at": "2026-11-21T10:00:00Z",
            "changed_by": "anna",
        },
    )
    assert api("PUT", "/recipient-scopes/folder:/mnt/share", json={"segments": [{}]}).status_code == 200
    assert [one["recipient"] for one in api("GET", "/recipient-scopes").get_json()["items"]] == [
        "anna@example.com",
        "folder:/mnt/share",
    ]
    wrong = api("PUT", path, json={"segments": [{"planet": "Mars"}]})
    assert (wrong.status_code, wrong.get_json()["errors"][0]["code"]) == (422, "unknown_dimension")
    assert api("PUT", "/recipient-scopes/nobody", json={"segments": []}).status_code == 422
    assert api("DELETE", path).status_code == 204
    assert api("DELETE", path).status_code == 404


def test_the_api_holds_schedules_to_what_the_settings_allow(
    sqlite_database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    settings = load_settings({"LEI_DATA_DIR": str(tmp_path), "LEI_MAIL_DOMAINS": "example.com, halden.example"})
    client = create_app(Context(sqlite_database, settings, clock)).test_client()
    with sqlite_database.writing() as session:
        headers = {"Authorization": f"Bearer {create_key(session, 'key', ('scorecards',), clock.now())}"}
    body = {"name": "Board", "cron": "0 7 1 * *", "recipients": ["anna@example.com"]}
    made = client.post("/api/v1/schedules", json=body, headers=headers)
    assert made.status_code == 201
    path = f"/api/v1/schedules/{made.get_json()['id']}"
    for recipient, code in (("eve@evil.example", "domain_not_allowed"), ("folder:/etc", "folder_not_allowed")):
        for method, address in (("PATCH", path), ("POST", "/api/v1/schedules")):
            changed = (
                {"recipients": [recipient]} if method == "PATCH" else body | {"recipients": [recipient], "name": "B"}
            )
            answer = client.open(address, method=method, json=changed, headers=headers)
            assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (422, code)
