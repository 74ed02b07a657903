"""Drafts of weights over HTTP: changed only by who has seen them, approved, published, and all of it recorded."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lei.clock import FixedClock
from lei.services.access.manage_keys import create_key
from lei.storage.database import Database
from lei.storage.weight_profiles import weight_profile_versions

Keys = Callable[..., dict[str, str]]
Ask = Callable[..., Any]

DRAFT = "/api/v1/weight-profiles/default_v1/versions/2"
EVEN = {"pillars": {"access_engagement": 1, "business_impact": 1}}
THREE_TO_ONE = {"pillars": {"access_engagement": 3, "business_impact": 1}}
PUBLICATION = {"effective_from": "2026-10", "note": "The board asked for it."}


@pytest.fixture
def person(sqlite_database: Database, clock: FixedClock) -> Callable[[str], dict[str, str]]:
    """`person("anna")` gives the headers of a key of that name, which may read and tune weights."""
    return people(sqlite_database, clock)


@pytest.fixture
def ask(sqlite_client: FlaskClient, person: Callable[[str], dict[str, str]]) -> Ask:
    """Send a request as somebody: ask("anna", "PUT", DRAFT, body, "tag")."""

    def send(name: str, method: str, path: str, body: Any = None, tag: str | None = None) -> Any:
        seen = {} if tag is None else {"If-Match": tag}
        return sqlite_client.open(path, method=method, json=body, headers=person(name) | seen)

    return send


def people(database: Database, clock: FixedClock) -> Callable[[str], dict[str, str]]:
    made: dict[str, str] = {}

    def headers(name: str) -> dict[str, str]:
        if name not in made:
            with database.writing() as session:
                made[name] = create_key(session, name, ["read", "weights"], clock.now())
        return {"Authorization": f"Bearer {made[name]}"}

    return headers


def draft_of(ask: Ask, name: str = "anna", body: Any = EVEN) -> str:
    """Somebody makes version 2 of the default profile; its tag."""
    made = ask(name, "POST", "/api/v1/weight-profiles/default_v1/versions", body)
    assert made.status_code == 201, made.text
    return str(made.headers["ETag"])


class TestChanging:
    def test_a_draft_is_replaced_as_a_whole(self, ask: Ask, clock: FixedClock) -> None:
        tag = draft_of(ask)
        clock.instant += timedelta(minutes=5)
        answer = ask("ben", "PUT", DRAFT, THREE_TO_ONE | {"missing": {"min_coverage": 40}}, tag)
        assert answer.status_code == 200, answer.text
        plain = answer.get_json()
        assert plain["pillars"] == {"access_engagement": 0.75, "business_impact": 0.25}
        assert plain["missing"]["min_coverage"] == 40
        assert (plain["created_by"], plain["changed_by"]) == ("anna", "ben")
        assert (plain["created_at"], plain["changed_at"]) == ("2026-11-21T10:00:00Z", "2026-11-21T10:05:00Z")
        assert answer.headers["ETag"] != tag
        assert answer.headers["Content-Location"] == DRAFT
        shown = ask("ben", "GET", DRAFT)
        assert (shown.get_json(), shown.headers["ETag"]) == (plain, answer.headers["ETag"])
        assert f'"{plain["etag"]}"' == answer.headers["ETag"]

    def test_a_part_is_laid_over_key_by_key_as_shares(self, ask: Ask) -> None:
        tag = draft_of(ask)
        changes = {"pillars": {"business_impact": 1.5}, "aggregation": {"pillars": "geometric"}}
        plain = ask("anna", "PATCH", DRAFT, changes, tag).get_json()
        # Shares of 0.5 and 0.5; the second becomes 1.5 of 2.
        assert plain["pillars"] == {"access_engagement": 0.25, "business_impact": 0.75}
        assert plain["aggregation"] == {"pillars": "geometric", "measures": "arithmetic", "floor": 1.0}

    @pytest.mark.parametrize(
        ("method", "body"),
        [
            ("PUT", EVEN),
            ("PUT", {"pillars": {"access_engagement": 50, "business_impact": 50}}),
            ("PUT", {"pillars": {"access_engagement": 0.1, "business_impact": 0.1, "operational_efficiency": 0}}),
            ("PATCH", {}),
            ("PATCH", {"pillars": {"business_impact": 0.5}}),
        ],
    )
    def test_the_same_content_again_changes_nothing(
        self, ask: Ask, clock: FixedClock, method: str, body: dict[str, Any]
    ) -> None:
        tag = draft_of(ask)
        clock.instant += timedelta(minutes=5)
        answer = ask("ben", method, DRAFT, body, tag)
        assert (answer.status_code, answer.headers["ETag"]) == (200, tag)
        assert (answer.get_json()["changed_at"], answer.get_json()["changed_by"]) == (None, None)

    @pytest.mark.parametrize(("method", "body"), [("PUT", EVEN), ("PATCH", {}), ("DELETE", None)])
    def test_who_has_not_seen_it_cannot_change_it(self, ask: Ask, method: str, body: Any) -> None:
        tag = draft_of(ask)
        blind = ask("ben", method, DRAFT, body)
        assert blind.status_code == 428
        assert "`If-Match`" in blind.get_json()["detail"]
        assert ask("ben", "GET", DRAFT).headers["ETag"] == tag

    @pytest.mark.parametrize("seen", ['"another"', "", "W/{tag}", "garbage, more", '"'])
    def test_another_state_than_the_stored_one_is_refused(self, ask: Ask, seen: str) -> None:
        tag = draft_of(ask)
        answer = ask("ben", "PUT", DRAFT, THREE_TO_ONE, seen.format(tag=tag))
        assert answer.status_code == 412, answer.text
        assert "'anna' made version 2 of 'default_v1' at 2026-11-21T10:00:00Z" in answer.get_json()["detail"]

    @pytest.mark.parametrize("seen", ["*", "{tag}", '"other", {tag}'])
    def test_one_of_the_states_seen_is_enough(self, ask: Ask, seen: str) -> None:
        tag = draft_of(ask)
        assert ask("ben", "PUT", DRAFT, THREE_TO_ONE, seen.format(tag=tag)).status_code == 200

    def test_the_refusal_says_who_came_first_and_when(self, ask: Ask, clock: FixedClock) -> None:
        tag = draft_of(ask)
        clock.instant += timedelta(hours=1)
        assert ask("ben", "PATCH", DRAFT, {"pillars": {"business_impact": 0.1}}, tag).status_code == 200
        for method, body in (("PUT", EVEN), ("PATCH", {"pillars": {"business_impact": 0.9}}), ("DELETE", None)):
            late = ask("anna", method, DRAFT, body, tag)
            assert late.status_code == 412
            assert "'ben' changed version 2 of 'default_v1' at 2026-11-21T11:00:00Z" in late.get_json()["detail"]
        assert ask("anna", "GET", DRAFT).get_json()["changed_by"] == "ben"

    def test_faulty_weights_change_nothing(self, ask: Ask) -> None:
        tag = draft_of(ask)
        for method in ("PUT", "PATCH"):
            answer = ask("anna", method, DRAFT, {"pillars": {"access_engagement": 0, "business_impact": 0}}, tag)
            assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "pillars")
        assert ask("anna", "GET", DRAFT).headers["ETag"] == tag

    def test_a_published_version_never_changes(self, ask: Ask) -> None:
        published = "/api/v1/weight-profiles/default_v1/versions/1"
        tag = ask("anna", "GET", published).headers["ETag"]
        for method, path, body in (
            ("PUT", published, EVEN),
            ("PATCH", published, {}),
            ("DELETE", published, None),
            ("POST", f"{published}/approve", None),
            ("POST", f"{published}/publish", PUBLICATION),
        ):
            answer = ask("anna", method, path, body, tag)
            assert answer.status_code == 409, (method, path)
            assert "never changes" in answer.get_json()["detail"]
        assert ask("anna", "GET", published).headers["ETag"] == tag


class TestReading:
    def test_who_has_it_already_gets_no_body(self, ask: Ask, sqlite_client: FlaskClient, person: Any) -> None:
        tag = draft_of(ask)
        for had, status in ((tag, 304), (f"W/{tag}", 304), ('"old"', 200)):
            answer = sqlite_client.get(DRAFT, headers=person("anna") | {"If-None-Match": had})
            assert (answer.status_code, answer.headers["ETag"], answer.text == "") == (status, tag, status == 304)

    def test_the_profile_names_the_tags_of_its_versions(self, ask: Ask) -> None:
        tag = draft_of(ask)
        versions = ask("anna", "GET", "/api/v1/weight-profiles/default_v1").get_json()["versions"]
        assert [f'"{version["etag"]}"' == tag for version in versions] == [False, True]


class TestDiscarding:
    def test_a_discarded_draft_is_gone_and_its_number_with_it(self, ask: Ask) -> None:
        tag = draft_of(ask)
        answer = ask("anna", "DELETE", DRAFT, tag=tag)
        assert (answer.status_code, answer.text) == (204, "")
        assert ask("anna", "GET", DRAFT).status_code == 404
        assert ask("anna", "DELETE", DRAFT, tag=tag).status_code == 404
        assert ask("anna", "GET", "/api/v1/scores?version=2").status_code == 404
        made = ask("anna", "POST", "/api/v1/weight-profiles/default_v1/versions", EVEN)
        assert made.get_json()["version"] == 3

    def test_a_profile_of_which_nothing_is_left_is_gone_and_may_be_made_again(self, ask: Ask) -> None:
        made = ask("anna", "POST", "/api/v1/weight-profiles", {"name": "mine"} | EVEN)
        path = made.headers["Content-Location"]
        assert ask("anna", "DELETE", path, tag=made.headers["ETag"]).status_code == 204
        assert ask("anna", "GET", "/api/v1/weight-profiles/mine").status_code == 404
        names = [item["name"] for item in ask("anna", "GET", "/api/v1/weight-profiles").get_json()["items"]]
        assert "mine" not in names
        again = ask("ben", "POST", "/api/v1/weight-profiles", {"name": "mine"} | EVEN)
        assert (again.status_code, again.get_json()["version"]) == (201, 2)


class TestApprovingAndPublishing:
    def test_who_approved_and_who_published_is_recorded(self, ask: Ask, clock: FixedClock) -> None:
        draft_of(ask)
        clock.instant += timedelta(hours=1)
        approved = ask("ben", "POST", f"{DRAFT}/approve", {"comment": " As agreed in May. "})
        assert approved.status_code == 200, approved.text
        consent = {
            "approved_by": "ben",
            "approved_at": "2026-11-21T11:00:00Z",
            "comment": "As agreed in May.",
            "withdrawn_at": None,
        }
        assert approved.get_json()["approvals"] == [consent]
        clock.instant += timedelta(hours=1)
        plain = ask("anna", "POST", f"{DRAFT}/publish", PUBLICATION).get_json()
        assert (plain["created_by"], plain["published_by"], plain["published_at"]) == (
            "anna",
            "anna",
            "2026-11-21T12:00:00Z",
        )
        assert (plain["approvals"], plain["note"]) == ([consent], "The board asked for it.")

    def test_a_change_withdraws_the_approval(self, ask: Ask, clock: FixedClock) -> None:
        draft_of(ask)
        tag = ask("ben", "POST", f"{DRAFT}/approve").headers["ETag"]
        clock.instant += timedelta(hours=1)
        (approval,) = ask("anna", "PUT", DRAFT, THREE_TO_ONE, tag).get_json()["approvals"]
        assert (approval["approved_by"], approval["withdrawn_at"]) == ("ben", "2026-11-21T11:00:00Z")
        again = ask("ben", "POST", f"{DRAFT}/approve").get_json()["approvals"]
        assert [one["withdrawn_at"] for one in again] == ["2026-11-21T11:00:00Z", None]

    def test_whoever_had_a_hand_in_it_cannot_approve_it(self, ask: Ask) -> None:
        tag = draft_of(ask)
        ask("ben", "PUT", DRAFT, THREE_TO_ONE, tag)
        for name in ("anna", "ben"):
            refused = ask(name, "POST", f"{DRAFT}/approve")
            assert refused.status_code == 409
            assert "somebody else must approve it" in refused.get_json()["detail"]
        assert ask("cleo", "POST", f"{DRAFT}/approve").status_code == 200

    def test_approving_twice_is_approving_once(self, ask: Ask) -> None:
        draft_of(ask)
        first, second = (ask("ben", "POST", f"{DRAFT}/approve") for _ in range(2))
        assert (second.get_json(), second.headers["ETag"]) == (first.get_json(), first.headers["ETag"])

    @pytest.mark.parametrize(("action", "body"), [("approve", {}), ("publish", PUBLICATION)])
    def test_what_was_changed_meanwhile_is_neither_approved_nor_published(
        self, ask: Ask, action: str, body: dict[str, Any]
    ) -> None:
        tag = draft_of(ask)
        newer = ask("ben", "PUT", DRAFT, THREE_TO_ONE, tag).headers["ETag"]
        refused = ask("cleo", "POST", f"{DRAFT}/{action}", body, tag)
        assert refused.status_code == 412
        assert "'ben' changed version 2" in refused.get_json()["detail"]
        assert ask("cleo", "POST", f"{DRAFT}/{action}", body, newer).status_code == 200


def test_a_draft_is_unknown_as_of_an_instant_before_its_last_change(ask: Ask, clock: FixedClock) -> None:
    tag = draft_of(ask)
    clock.instant += timedelta(hours=2)
    ask("anna", "PUT", DRAFT, THREE_TO_ONE, tag)
    scores = "/api/v1/scores?version=2"
    assert ask("anna", "GET", f"{scores}&as_of=2026-11-21T11:00:00Z").status_code == 404
    assert ask("anna", "GET", f"{scores}&as_of=2026-11-21T12:00:00Z").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_of_two_who_tune_at_once_exactly_one_wins(
    app: Flask, database: Database, clock: FixedClock, method: str
) -> None:
    headers = people(database, clock)
    made = app.test_client().post("/api/v1/weight-profiles/default_v1/versions", json=EVEN, headers=headers("anna"))
    tag, statuses = made.headers["ETag"], {}
    sent = {name: headers(name) | {"If-Match": tag} for name in ("anna", "ben")}

    def tune(name: str, share: float) -> None:
        body = {"pillars": {"access_engagement": share, "business_impact": 1 - share}}
        client = app.test_client()
        answer = client.open(DRAFT, method=method, json=None if method == "DELETE" else body, headers=sent[name])
        statuses[name] = answer.status_code

    threads = [threading.Thread(target=tune, args=one) for one in (("anna", 0.2), ("ben", 0.7))]
    with database.writing() as session:
        # Held until both are under way: on PostgreSQL whoever would not queue has read the old state by then.
        session.execute(sa.update(weight_profile_versions).values(note=weight_profile_versions.c.note))
        for thread in threads:
            thread.start()
        wait_until_blocked(database, session, len(threads))
    for thread in threads:
        thread.join(timeout=60)
    if method == "DELETE":
        assert sorted(statuses.values()) == [204, 404]
        return
    assert sorted(statuses.values()) == [200, 412]
    (winner,) = [name for name, status in statuses.items() if status == 200]
    stored = app.test_client().get(DRAFT, headers=sent[winner]).get_json()
    assert stored["changed_by"] == winner
    assert stored["pillars"]["access_engagement"] == pytest.approx({"anna": 0.2, "ben": 0.7}[winner])


def wait_until_blocked(database: Database, holder: Session, number: int) -> None:
    """Wait until so many transactions wait for the holder's, or for one that does; SQLite lets nobody else begin."""
    if database.is_sqlite:
        return
    blocked = {holder.scalar(sa.text("SELECT pg_backend_pid()"))}
    deadline = time.monotonic() + 30
    while len(blocked) <= number:
        assert time.monotonic() < deadline, "the threads never got as far as to wait"
        with database.reading() as session:
            waiting = sa.text("SELECT pid, pg_blocking_pids(pid) FROM pg_locks WHERE NOT granted")
            for pid, blockers in session.execute(waiting):
                if blocked.intersection(blockers):
                    blocked.add(pid)
