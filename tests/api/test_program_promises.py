"""A plan is promised by freezing it: what may change since, what only an amendment changes, and what is post hoc."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from program_plans import KPI, LINKS, PLAN, Keys, add, change, faults, post

from lei.clock import FixedClock

AFTER_LAUNCH = datetime(2027, 1, 1, 0, 0, tzinfo=UTC)
NEW_TARGET = [KPI | {"target": 6.5}]


def test_freezing_a_complete_plan_before_launch_makes_it_a_promise(
    client: FlaskClient, keys: Keys, clock: FixedClock
) -> None:
    add(client, keys)
    frozen = post(client, keys, "freeze").get_json()
    assert (frozen["status"], frozen["fixed_before_launch"]) == ("frozen", True)
    assert (frozen["frozen_at"], frozen["frozen_by"]) == ("2026-11-21T10:00:00Z", "weights+scorecards")
    assert frozen["promised"]["kpis"] == frozen["kpis"]
    assert post(client, keys, "freeze").status_code == 409
    clock.instant = AFTER_LAUNCH
    shown = client.get("/api/v1/programs/onboarding", headers=keys("read")).get_json()
    assert (shown["status"], shown["fixed_before_launch"], shown["kpis"][0]["post_hoc"]) == ("launched", True, False)


def test_a_plan_with_gaps_is_not_frozen_and_all_gaps_are_listed(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    names = ("business_problem", "name", "program_type", "key")
    body = {name: PLAN[name] for name in names}
    sqlite_client.post("/api/v1/programs", json=body, headers=sqlite_keys("weights"))
    assert faults(post(sqlite_client, sqlite_keys, "freeze")) == [
        (field, "missing")
        for field in (
            "kpis",
            "launch_month",
            "behavior_statement",
            "competencies",
            "audience_rule",
            "comparison_plan",
            *(f"owners.{link}" for link in LINKS),
        )
    ]


def test_learning_content_and_other_changes_may_come_after_the_freeze(
    sqlite_client: FlaskClient, sqlite_keys: Keys
) -> None:
    add(sqlite_client, sqlite_keys, activities=None)
    assert post(sqlite_client, sqlite_keys, "freeze").status_code == 200
    later = {
        "activities": PLAN["activities"],
        "known_other_changes": [{"what": "New tool", "month": "2027-02", "hits": "treated"}],
        "drop_out": {"treated_started": 40, "treated_left": 4},
        "review_dates": ["2027-04-15"],
        "intangibles": ["Less stress in the first weeks"],
    }
    changed = change(sqlite_client, sqlite_keys, later)
    assert changed.status_code == 200, changed.text
    assert changed.get_json()["drop_out"]["treated_left"] == 4
    assert changed.get_json()["known_other_changes"] == later["known_other_changes"]
    assert changed.get_json()["promised"]["known_other_changes"] == []


@pytest.mark.parametrize(
    "promise",
    [
        {"kpis": NEW_TARGET},
        {"behavior_statement": "Agents greet every customer by name"},
        {"launch_month": "2027-02"},
        {"comparison_plan": {"design": "none"}},
        {"business_problem": "Another one."},
        {"link_signals": {"capability_growth": ["pass_rate"]}},
    ],
)
def test_a_promise_is_not_changed_in_passing(
    sqlite_client: FlaskClient, sqlite_keys: Keys, promise: dict[str, Any]
) -> None:
    add(sqlite_client, sqlite_keys)
    post(sqlite_client, sqlite_keys, "freeze")
    answer = change(sqlite_client, sqlite_keys, promise | {"review_dates": ["2027-04-15"]})
    assert answer.status_code == 409
    assert f"{next(iter(promise))} can be changed only by an amendment" in answer.get_json()["detail"]


def test_a_plan_that_is_frozen_after_its_launch_is_no_promise(
    sqlite_client: FlaskClient, sqlite_keys: Keys, clock: FixedClock
) -> None:
    add(sqlite_client, sqlite_keys)
    clock.instant = AFTER_LAUNCH
    late = post(sqlite_client, sqlite_keys, "freeze").get_json()
    assert (late["status"], late["fixed_before_launch"], late["kpis"][0]["post_hoc"]) == ("launched", False, True)


def test_the_last_instant_before_the_launch_month_is_in_time(
    sqlite_client: FlaskClient, sqlite_keys: Keys, clock: FixedClock
) -> None:
    add(sqlite_client, sqlite_keys)
    clock.instant = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    frozen = post(sqlite_client, sqlite_keys, "freeze").get_json()
    assert (frozen["fixed_before_launch"], frozen["kpis"][0]["post_hoc"]) == (True, False)


def amended(client: FlaskClient, keys: Keys, changes: dict[str, Any]) -> dict[str, Any]:
    """The program after an amendment."""
    answer = post(client, keys, "amendments", {"reason": "The board asked.", "changes": changes})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.get_json()
    return body


def test_an_amendment_is_kept_beside_what_was_promised(client: FlaskClient, keys: Keys) -> None:
    add(client, keys)
    post(client, keys, "freeze")
    changed = amended(client, keys, {"kpis": NEW_TARGET, "audience_rule": "All"})
    assert (changed["kpis"][0]["target"], changed["kpis"][0]["post_hoc"]) == (6.5, True)
    assert (changed["promised"]["kpis"][0]["target"], changed["promised"]["kpis"][0]["post_hoc"]) == (7.0, False)
    amended(client, keys, {"audience_rule": "Nearly all"})
    listed = client.get("/api/v1/programs/onboarding/amendments?limit=1", headers=keys("read")).get_json()
    (first,) = listed["items"]
    assert (first["number"], first["sections"], first["post_hoc"]) == (1, ["kpis", "audience_rule"], True)
    assert (first["reason"], first["made_by"]) == ("The board asked.", "weights+scorecards")
    assert first["plan"]["kpis"][0]["target"] == 6.5
    cursor = listed["next_cursor"]
    rest = client.get(f"/api/v1/programs/onboarding/amendments?cursor={cursor}", headers=keys("read")).get_json()
    assert [(item["number"], item["post_hoc"]) for item in rest["items"]] == [(2, False)]
    assert rest["next_cursor"] is None


MONEY = {"amount": 22, "currency": "EUR", "owner": "Jon Berg", "stated_on": "2026-12-02"}
SECOND = KPI | {"kpi_key": "kpi_employee_satisfaction", "role": "secondary", "target": 9}


@pytest.mark.parametrize(
    ("kpis", "marks"),
    [
        ([KPI | {"value_per_unit": MONEY, "units_per_month": 180}], [False]),
        ([KPI | {"kpi_owner": "Ines Costa"}], [False]),
        ([KPI | {"expected_lag_months": 4}], [True]),
        ([KPI | {"baseline": KPI["baseline"] | {"from": "2026-07"}}], [True]),
        ([KPI | {"where": {"role": "agent"}}], [True]),
        ([KPI, SECOND], [False, True]),
    ],
)
def test_what_is_post_hoc_after_an_amendment(
    sqlite_client: FlaskClient, sqlite_keys: Keys, kpis: list[dict[str, Any]], marks: list[bool]
) -> None:
    add(sqlite_client, sqlite_keys)
    post(sqlite_client, sqlite_keys, "freeze")
    assert [kpi["post_hoc"] for kpi in amended(sqlite_client, sqlite_keys, {"kpis": kpis})["kpis"]] == marks
    # A mark is not taken off by what comes after it.
    after = amended(sqlite_client, sqlite_keys, {"audience_rule": "All"})
    assert [kpi["post_hoc"] for kpi in after["kpis"]] == marks


def test_moving_the_launch_is_planning_before_it_and_post_hoc_after_it(
    sqlite_client: FlaskClient, sqlite_keys: Keys, clock: FixedClock
) -> None:
    add(sqlite_client, sqlite_keys)
    post(sqlite_client, sqlite_keys, "freeze")
    groups = PLAN["comparison_plan"] | {"treated": [{"where": {"unit": "Leeds"}, "start_month": "2027-02"}]}
    moved = {"launch_month": "2027-02", "comparison_plan": groups}
    before = amended(sqlite_client, sqlite_keys, moved)
    assert (before["kpis"][0]["post_hoc"], before["fixed_before_launch"]) == (False, True)
    clock.instant = AFTER_LAUNCH
    after = amended(sqlite_client, sqlite_keys, {"comparison_plan": {"design": "none"}})
    assert after["kpis"][0]["post_hoc"]


def test_an_amendment_needs_a_frozen_plan_a_reason_and_a_change(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    add(sqlite_client, sqlite_keys)
    change_all = {"reason": "Why.", "changes": {"audience_rule": "All"}}
    assert post(sqlite_client, sqlite_keys, "amendments", change_all).status_code == 409
    post(sqlite_client, sqlite_keys, "freeze")
    without = post(sqlite_client, sqlite_keys, "amendments", {"changes": {"audience_rule": "All"}})
    assert faults(without) == [("reason", "invalid")]
    same = {"reason": "Why.", "changes": {"audience_rule": PLAN["audience_rule"], "kpis": [KPI]}}
    assert faults(post(sqlite_client, sqlite_keys, "amendments", same)) == [("changes", "no_change")]


def test_a_change_needs_to_know_what_it_changes(client: FlaskClient, keys: Keys) -> None:
    first = add(client, keys).headers["ETag"]
    body = {"audience_rule": "All"}
    unseen = client.patch("/api/v1/programs/onboarding", json=body, headers=keys("weights"))
    assert unseen.status_code == 428
    second = change(client, keys, body, first).headers["ETag"]
    assert second != first
    stale = change(client, keys, {"audience_rule": "Some"}, first)
    assert (stale.status_code, "'weights' changed the program" in stale.get_json()["detail"]) == (412, True)
    assert change(client, keys, body, second).headers["ETag"] == second
    again = client.get("/api/v1/programs/onboarding", headers=keys("read") | {"If-None-Match": second})
    assert again.status_code == 304
    headers = keys("weights") | {"If-Match": first}
    assert client.post("/api/v1/programs/onboarding/freeze", headers=headers).status_code == 412
    assert client.delete("/api/v1/programs/onboarding", headers=headers).status_code == 412


def test_a_draft_is_discarded_and_a_promise_stays_on_record(client: FlaskClient, keys: Keys) -> None:
    add(client, keys)
    post(client, keys, "reviews", {"on": "2027-02-01"})
    headers = keys("weights") | {"If-Match": "*"}
    assert client.delete("/api/v1/programs/onboarding", headers=headers).status_code == 204
    assert client.get("/api/v1/programs/onboarding", headers=keys("read")).status_code == 404
    add(client, keys)
    post(client, keys, "freeze")
    kept = client.delete("/api/v1/programs/onboarding", headers=headers)
    assert (kept.status_code, "stays on record" in kept.get_json()["detail"]) == (409, True)


def test_a_program_is_closed_after_its_launch_and_changes_no_more(
    sqlite_client: FlaskClient, sqlite_keys: Keys, clock: FixedClock
) -> None:
    add(sqlite_client, sqlite_keys)
    post(sqlite_client, sqlite_keys, "freeze")
    assert post(sqlite_client, sqlite_keys, "close").status_code == 409
    clock.instant = AFTER_LAUNCH
    assert post(sqlite_client, sqlite_keys, "close").get_json()["status"] == "closed"
    assert change(sqlite_client, sqlite_keys, {"review_dates": []}).status_code == 409
    assert post(sqlite_client, sqlite_keys, "close").status_code == 409
    late = {"reason": "Why.", "changes": {"audience_rule": "All"}}
    assert post(sqlite_client, sqlite_keys, "amendments", late).status_code == 409
