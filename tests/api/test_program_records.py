"""What a program gathers while it runs: costs, estimates, reviews, decisions, experiments, sign-offs, grade limits."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from program_plans import Keys, add, faults, post
from werkzeug.datastructures import MultiDict

from api.pagination import cursor_after
from lei.evidence.links import Link
from lei.services.chain.link_signals import candidate_signals
from lei.services.programs.manage_programs import find_program
from lei.storage.database import Database

COSTS = {
    "currency": "EUR",
    "design": 12000,
    "delivery": 9000,
    "platform": 3400,
    "evaluation": 2000,
    "participants": 120,
    "hours_per_participant": 4,
    "hourly_rate": 45,
    "budget": 50000,
}
ESTIMATE = {
    "kpi_key": "kpi_early_error_rate",
    "estimator": "Ines Costa",
    "stated_on": "2026-11-20",
    "isolation_factor": 0.6,
    "confidence_factor": 0.8,
}
DECISION = {
    "what": "Extend it to the other three sites",
    "owner": "Maria Lopez",
    "owner_email": "maria@example.com",
    "due_on": "2026-12-15",
    "cost": 41000,
    "currency": "EUR",
}
EXPERIMENT = {
    "hypothesis": "Agents forget the check under load",
    "change": "A reminder in the reply tool",
    "expected_effect": "Behavior seen in 9 of 10 calls",
    "started_on": "2026-11-01",
}
SIGN_OFF = {"link": "behavior_change", "side": "business", "period": "2026-Q4", "signed_by": "Maria Lopez"}
LIMIT = {
    "kpi_key": "kpi_early_error_rate",
    "grade": "E2_pre_post",
    "by": "Ines Costa",
    "reason": "The groups differ more than the plan says.",
}
NEW: dict[str, dict[str, Any]] = {
    "estimates": ESTIMATE,
    "reviews": {"on": "2026-12-01"},
    "decisions": DECISION,
    "experiments": EXPERIMENT,
    "sign-offs": SIGN_OFF,
    "grade-limits": LIMIT,
}


def test_costs_are_fully_loaded_with_the_time_of_participants(client: FlaskClient, keys: Keys) -> None:
    add(client, keys)
    place = "/api/v1/programs/onboarding/costs"
    missing = client.get(place, headers=keys("read"))
    assert (missing.status_code, "Nobody has said yet" in missing.get_json()["detail"]) == (404, True)
    told = client.put(place, json=COSTS, headers=keys("weights")).get_json()
    # 12,000 + 9,000 + 3,400 + 2,000, and 120 people for 4 hours at 45: the worked example of the rules
    assert (told["participants_time"], told["fully_loaded"], told["budget"]) == (21600, 48000, 50000)
    assert client.get(place, headers=keys("read")).get_json() == told
    again = client.put(place, json={"currency": "EUR", "design": 1}, headers=keys("weights")).get_json()
    assert (again["fully_loaded"], again["budget"]) == (1, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"currency": "euro"}, "currency"), ({"design": -1}, "design"), ({"design": "1"}, "design"), ({"x": 1}, "x")],
)
def test_costs_that_make_no_sense_are_refused(
    sqlite_client: FlaskClient, sqlite_keys: Keys, changes: dict[str, Any], field: str
) -> None:
    add(sqlite_client, sqlite_keys)
    headers = sqlite_keys("weights")
    answer = sqlite_client.put("/api/v1/programs/onboarding/costs", json=COSTS | changes, headers=headers)
    assert [name for name, _ in faults(answer)] == [field]


def test_every_kind_of_record_is_numbered_and_read_back(client: FlaskClient, keys: Keys) -> None:
    add(client, keys)
    for place, body in NEW.items():
        answer = post(client, keys, place, body)
        assert answer.status_code == 201, answer.text
        made = answer.get_json()
        assert {name: made[name] for name in body} == body
        assert (made["number"], made["recorded_by"], made["changed_at"]) == (1, "weights+scorecards", None)
        assert made["recorded_at"] == "2026-11-21T10:00:00Z"
        listed = client.get(f"/api/v1/programs/onboarding/{place}", headers=keys("read")).get_json()
        assert listed == {"items": [made], "next_cursor": None}


def test_records_come_in_pages(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    add(sqlite_client, sqlite_keys)
    for month in (1, 2, 3):
        post(sqlite_client, sqlite_keys, "reviews", {"on": f"2027-0{month}-01"})
    place, headers = "/api/v1/programs/onboarding/reviews?limit=2", sqlite_keys("read")
    first = sqlite_client.get(place, headers=headers).get_json()
    rest = sqlite_client.get(f"{place}&cursor={first['next_cursor']}", headers=headers).get_json()
    assert [item["on"] for item in first["items"]] == ["2027-01-01", "2027-02-01"]
    assert ([item["number"] for item in rest["items"]], rest["next_cursor"]) == ([3], None)


@pytest.mark.parametrize(
    ("place", "later"),
    [
        ("reviews", {"done": True, "notes": "Reach is fine."}),
        ("decisions", {"taken": {"what": "Two sites at first", "by": "Maria Lopez", "on": "2026-12-10"}}),
        ("experiments", {"observed_effect": "Seen in 8 of 10 calls"}),
    ],
)
def test_what_became_of_it_is_added_later(client: FlaskClient, keys: Keys, place: str, later: dict[str, Any]) -> None:
    add(client, keys)
    made = post(client, keys, place, NEW[place]).get_json()
    where = f"/api/v1/programs/onboarding/{place}"
    changed = client.patch(f"{where}/1", json=later, headers=keys("scorecards"))
    assert changed.status_code == 200, changed.text
    stamps = {"changed_at": "2026-11-21T10:00:00Z", "changed_by": "scorecards"}
    assert changed.get_json() == made | later | stamps
    for number in (2, 2**31, 2**63 - 1):
        assert client.patch(f"{where}/{number}", json=later, headers=keys("scorecards")).status_code == 404
    for cursor in (2**31 - 1, 2**63 - 1):
        text = cursor_after(cursor, where, MultiDict())
        assert client.get(f"{where}?cursor={text}", headers=keys("read")).get_json()["items"] == []


@pytest.mark.parametrize(
    ("place", "changes", "fault"),
    [
        ("estimates", {"kpi_key": "kpi_win_rate"}, ("kpi_key", "not_planned")),
        ("estimates", {"isolation_factor": 1.2}, ("isolation_factor", "invalid")),
        ("grade-limits", {"kpi_key": "kpi_win_rate"}, ("kpi_key", "not_planned")),
        ("grade-limits", {"grade": "E6"}, ("grade", "invalid")),
        ("decisions", {"owner_email": "maria"}, ("owner_email", "invalid_address")),
        ("decisions", {"currency": ""}, ("currency", "required")),
        ("sign-offs", {"signed_by": "Tom Reed"}, ("signed_by", "not_the_owner")),
        ("sign-offs", {"period": "autumn"}, ("period", "invalid")),
        ("sign-offs", {"link": "joy"}, ("link", "invalid")),
        ("reviews", {"on": "2026-02-30"}, ("on", "invalid")),
        ("reviews", {"on": "0001-01-01"}, ("on", "invalid")),
        ("decisions", {"due_on": "9999-12-31"}, ("due_on", "invalid")),
    ],
)
def test_a_record_that_makes_no_sense_is_named(
    sqlite_client: FlaskClient, sqlite_keys: Keys, place: str, changes: dict[str, Any], fault: tuple[str, str]
) -> None:
    add(sqlite_client, sqlite_keys)
    assert faults(post(sqlite_client, sqlite_keys, place, NEW[place] | changes)) == [fault]


def test_nobody_signs_for_a_link_without_owners_or_twice(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    add(sqlite_client, sqlite_keys, owners=None)
    assert faults(post(sqlite_client, sqlite_keys, "sign-offs", SIGN_OFF)) == [("link", "no_owner")]
    add(sqlite_client, sqlite_keys, key="other")
    headers = sqlite_keys("scorecards")
    place = "/api/v1/programs/other/sign-offs"
    assert sqlite_client.post(place, json=SIGN_OFF, headers=headers).status_code == 201
    assert sqlite_client.post(place, json=SIGN_OFF, headers=headers).status_code == 409


def test_services_read_a_program_with_all_that_was_recorded(
    client: FlaskClient, keys: Keys, database: Database
) -> None:
    add(client, keys, link_signals={"capability_growth": ["pass_rate"]})
    client.put("/api/v1/programs/onboarding/costs", json=COSTS, headers=keys("weights"))
    for place, body in NEW.items():
        post(client, keys, place, body)
    with database.reading() as session:
        program = find_program(session, "onboarding")
    assert program.costs is not None
    assert program.costs.fully_loaded == 48000
    assert [estimate.confidence_factor for estimate in program.estimates] == [0.8]
    assert [review.on.isoformat() for review in program.reviews] == ["2026-12-01"]
    assert [decision.cost for decision in program.decisions] == [41000]
    assert [experiment.observed_effect for experiment in program.experiments] == [""]
    assert [(sign_off.link, sign_off.side) for sign_off in program.sign_offs] == [("behavior_change", "business")]
    assert [limit.grade for limit in program.grade_limits] == ["E2_pre_post"]
    signals = candidate_signals(program.plan)
    assert signals[Link.CAPABILITY_GROWTH] == ("pass_rate",)
    assert signals[Link.BUSINESS_KPI] == ("kpi_early_error_rate",)
    assert signals[Link.BEHAVIOR_CHANGE] == ("behavior_change_rate", "training_application_rate", "transfer_readiness")
