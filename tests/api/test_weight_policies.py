"""Policies of weight profiles over HTTP: bounds of pillars, approval by a second person, and who changed them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from lei.catalog.measure import PILLARS
from lei.clock import FixedClock

Keys = Callable[..., dict[str, str]]
Ask = Callable[..., Any]

PROFILE = "/api/v1/weight-profiles/default_v1"
POLICY = f"{PROFILE}/policy"
PUBLICATION = {"effective_from": "2026-10", "note": "The board asked for it."}


@pytest.fixture
def ask(sqlite_client: FlaskClient, sqlite_keys: Keys) -> Ask:
    """Send a request with a key of these scopes: ask("PATCH", POLICY, body, "admin")."""
    return asking(sqlite_client, sqlite_keys)


def asking(client: FlaskClient, keys: Keys) -> Ask:
    def send(method: str, path: str, body: Any, *scopes: str, **headers: str) -> Any:
        return client.open(path, method=method, json=body, headers=keys(*scopes) | headers)

    return send


def halves(share: float) -> dict[str, Any]:
    """A draft with this share of business impact; the rest is access."""
    return {"pillars": {"access_engagement": 1 - share, "business_impact": share}}


def test_a_profile_begins_without_a_policy(ask: Ask) -> None:
    nothing = {"bounds": {}, "approvals_required": 0, "changed_at": None, "changed_by": None}
    assert ask("GET", POLICY, None, "read").get_json() == {"name": "default_v1", **nothing, "history": []}


def test_changes_of_a_policy_are_recorded(client: FlaskClient, keys: Keys, clock: FixedClock) -> None:
    ask = asking(client, keys)
    ask("PATCH", POLICY, {"bounds": {"business_impact": {"min": 0.05, "max": 0.3}}}, "admin")
    clock.instant += timedelta(days=1)
    plain = ask("PATCH", POLICY, {"approvals_required": 1}, "admin", "read").get_json()
    assert plain["bounds"] == {"business_impact": {"min": 0.05, "max": 0.3}}
    assert (plain["approvals_required"], plain["changed_by"]) == (1, "admin+read")
    assert plain["changed_at"] == "2026-11-22T10:00:00Z"
    recorded = [(one["approvals_required"], one["changed_by"], one["changed_at"]) for one in plain["history"]]
    assert recorded == [(0, "admin", "2026-11-21T10:00:00Z"), (0, None, None)]
    same = ask("PATCH", POLICY, {"approvals_required": 1}, "admin").get_json()
    assert same == plain == ask("GET", POLICY, None, "read").get_json()


@pytest.mark.parametrize(
    ("bounds", "field", "word"),
    [
        ({"busines_impact": {"max": 0.5}}, "bounds.busines_impact", "no pillar"),
        ({"business_impact": {"min": 0.6}, "access_engagement": {"min": 0.5}}, "bounds", "add up to 110 %"),
        ({"business_impact": {"min": 0.5, "max": 0.4}}, "bounds.business_impact", "larger than the largest"),
        ({"business_impact": {"max": 1.1}}, "bounds.business_impact.max", "from 0 to 1"),
        ({"business_impact": {"min": -0.1}}, "bounds.business_impact.min", "from 0 to 1"),
        ({"business_impact": {"least": 0.1}}, "bounds.business_impact.least", "no field"),
        ({"business_impact": 0.1}, "bounds.business_impact", "object"),
        ({key: {"max": 0.15} for key in PILLARS}, "bounds", "add up to 75 %"),
    ],
)
def test_bounds_that_no_profile_can_keep_to_are_refused(ask: Ask, bounds: Any, field: str, word: str) -> None:
    answer = ask("PATCH", POLICY, {"bounds": bounds}, "admin")
    assert answer.status_code == 422, answer.text
    assert answer.get_json()["errors"][0]["field"] == field
    assert word in answer.text
    assert ask("GET", POLICY, None, "read").get_json()["history"] == []


@pytest.mark.parametrize("number", [2, -1, 0.5, True, "1"])
def test_one_approval_can_be_asked_for_or_none(ask: Ask, number: Any) -> None:
    assert ask("PATCH", POLICY, {"approvals_required": number}, "admin").status_code == 422


def test_a_draft_outside_the_bounds_is_refused_with_pillar_share_and_bound(ask: Ask) -> None:
    ask("PATCH", POLICY, {"bounds": {"business_impact": {"min": 0.1, "max": 0.25}}}, "admin")
    made = ask("POST", f"{PROFILE}/versions", halves(0.1), "weights")
    assert made.status_code == 201, made.text
    seen = {"If-Match": made.headers["ETag"]}
    asked = "of the weight; the policy of 'default_v1' asks for"
    for share, has, bound in ((0.3, "30 %", "at most 25 %"), (0.05, "5 %", "at least 10 %")):
        sentence = f"Business Impact & Value Realization has {has} {asked} {bound}."
        for answer in (
            ask("POST", f"{PROFILE}/versions", halves(share), "weights"),
            ask("PUT", f"{PROFILE}/versions/2", halves(share), "weights", **seen),
            ask("PATCH", f"{PROFILE}/versions/2", halves(share), "weights", **seen),
        ):
            assert answer.status_code == 422
            assert (answer.get_json()["errors"][0]["field"], answer.get_json()["detail"]) == (
                "pillars.business_impact",
                sentence,
            )
    without = ask("POST", f"{PROFILE}/versions", {"pillars": {"access_engagement": 1}}, "weights")
    assert "has 0 % of the weight" in without.get_json()["detail"]


def test_a_share_on_the_bound_is_within(ask: Ask) -> None:
    ask("PATCH", POLICY, {"bounds": {"business_impact": {"min": 0.03, "max": 0.03}}}, "admin")
    # In binary fractions the share comes out a last digit above 0.03.
    body = {"pillars": {"access_engagement": 106.7, "business_impact": 3.3000000000000003}}
    assert ask("POST", f"{PROFILE}/versions", body, "weights").status_code == 201


def test_bounds_that_came_later_stop_approval_and_publication(ask: Ask) -> None:
    ask("POST", f"{PROFILE}/versions", halves(0.5), "weights")
    ask("PATCH", POLICY, {"bounds": {"business_impact": {"max": 0.25}}}, "admin")
    for path, body in (("approve", {}), ("publish", PUBLICATION)):
        answer = ask("POST", f"{PROFILE}/versions/2/{path}", body, "admin")
        assert (answer.status_code, "at most 25 %" in answer.text) == (422, True)
    ask("PATCH", POLICY, {"bounds": {}}, "admin")
    assert ask("POST", f"{PROFILE}/versions/2/publish", PUBLICATION, "weights").status_code == 200


def test_with_approval_on_a_second_person_is_needed(client: FlaskClient, keys: Keys) -> None:
    ask = asking(client, keys)
    ask("PATCH", POLICY, {"approvals_required": 1}, "admin")
    made = ask("POST", f"{PROFILE}/versions", halves(0.5), "weights")
    publish = ("POST", f"{PROFILE}/versions/2/publish", PUBLICATION)
    refused = ask(*publish, "weights")
    assert refused.status_code == 409
    assert "somebody other than 'weights'" in refused.get_json()["detail"]
    assert ask("POST", f"{PROFILE}/versions/2/approve", {}, "weights").status_code == 409
    assert ask("POST", f"{PROFILE}/versions/2/approve", {"comment": "Fine."}, "admin").status_code == 200
    # A change afterwards withdraws the approval.
    stale = ask("PATCH", f"{PROFILE}/versions/2", halves(0.4), "weights", **{"If-Match": made.headers["ETag"]})
    assert stale.status_code == 412
    assert "'admin' approved version 2" in stale.get_json()["detail"]
    ask("PATCH", f"{PROFILE}/versions/2", halves(0.4), "weights", **{"If-Match": "*"})
    assert ask(*publish, "weights").status_code == 409
    ask("POST", f"{PROFILE}/versions/2/approve", {}, "admin")
    published = ask(*publish, "weights").get_json()
    assert (published["status"], published["published_by"]) == ("published", "weights")


def test_a_policy_is_for_administrators_and_for_profiles_that_exist(ask: Ask) -> None:
    refused = ask("PATCH", POLICY, {"approvals_required": 1}, "weights")
    assert (refused.status_code, "scope 'admin'" in refused.text) == (403, True)
    for method in ("GET", "PATCH"):
        answer = ask(method, "/api/v1/weight-profiles/nothing/policy", None if method == "GET" else {}, "admin")
        assert (answer.status_code, "no weight profile 'nothing'" in answer.text) == (404, True)
