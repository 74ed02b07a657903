"""Programs are planned backward: content first is refused, avoided KPIs need a note, and nonsense is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from program_plans import KPI, LINKS, MARIA, PLAN, TOM, Keys, add, change, faults

from api.app import create_app
from api.context import Context
from lei.clock import FixedClock
from lei.config import load_settings
from lei.services.set_up import set_up_database
from lei.storage.database import Database
from tests.api.conftest import key_maker

# Plans that differ from a good one; what their refusal names.
Refused = Callable[..., list[tuple[str, str]]]


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Refused]:
    """`refused(kpis=[...])`: what the refusal of the plan with these changes names. One database for all: they store
    nothing."""
    folder = tmp_path_factory.mktemp("refused")
    database = Database(f"sqlite:///{folder / 'lei.sqlite3'}")
    clock = FixedClock(datetime(2026, 11, 21, 10, 0, tzinfo=UTC))
    set_up_database(database, clock.now())
    client = create_app(Context(database, load_settings({"LEI_DATA_DIR": str(folder)}), clock)).test_client()
    keys = key_maker(database, clock)

    def faults_of(**changes: Any) -> list[tuple[str, str]]:
        named = faults(add(client, keys, **changes))
        assert client.get("/api/v1/programs", headers=keys("read")).get_json()["items"] == []
        return named

    yield faults_of
    database.close()


def test_a_whole_plan_comes_back_as_it_was_sent(client: FlaskClient, keys: Keys) -> None:
    answer = add(client, keys)
    assert answer.status_code == 201, answer.text
    made = answer.get_json()
    for name in PLAN.keys() - {"kpis", "comparison_plan", "activities"}:
        assert made[name] == PLAN[name], name
    (kpi,) = made["kpis"]
    assert {name: kpi[name] for name in KPI} == KPI
    assert (kpi["role"], kpi["direction"], kpi["avoided_because"]) == ("primary", "lower_is_better", "")
    assert made["comparison_plan"]["treated"] == [{"where": {"unit": "Leeds"}, "start_month": "2027-01"}]
    assert (made["status"], made["promised"], made["fixed_before_launch"]) == ("draft", None, False)
    assert made["where"] == {"program": "Onboarding"}
    shown = client.get("/api/v1/programs/onboarding", headers=keys("read"))
    assert shown.get_json() == made
    assert shown.headers["ETag"] == f'"{made["etag"]}"'


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        (("kpis",), "kpi_first"),
        (("behavior_statement",), "behavior_first"),
        (("competencies",), "competencies_first"),
        (("kpis", "behavior_statement", "competencies"), "kpi_first"),
        (("behavior_statement", "competencies"), "behavior_first"),
    ],
)
def test_what_comes_later_is_refused_without_what_comes_first(
    refused: Refused, missing: tuple[str, ...], code: str
) -> None:
    assert refused(**dict.fromkeys(missing)) == [(missing[0], code)]


def test_the_refusal_says_what_is_asked_first(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    answer = add(sqlite_client, sqlite_keys, kpis=None)
    first = "Name first the KPI that shows whether the business problem gets smaller."
    assert answer.get_json()["detail"] == f"A program is planned backward. {first}"


def test_the_business_problem_is_required(refused: Refused) -> None:
    assert refused(business_problem=None) == [("business_problem", "invalid")]
    assert refused(business_problem=" ") == [("business_problem", "invalid")]


def test_what_comes_first_cannot_be_taken_away_again(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    add(sqlite_client, sqlite_keys)
    assert faults(change(sqlite_client, sqlite_keys, {"kpis": []})) == [("kpis", "kpi_first")]


def test_an_avoided_kpi_needs_a_note_and_keeps_its_reason(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    avoided = KPI | {"kpi_key": "kpi_annual_engagement_score", "target": 9}
    refused = add(sqlite_client, sqlite_keys, kpis=[avoided])
    assert faults(refused) == [("kpis.0.kpi_key", "avoided_kpi")]
    reason = "The period does not match: the score is asked once a year"
    assert reason in refused.get_json()["errors"][0]["hint"]
    taken = add(sqlite_client, sqlite_keys, kpis=[avoided | {"note": "The board insists."}])
    assert taken.status_code == 201, taken.text
    (kpi,) = taken.get_json()["kpis"]
    assert kpi["note"] == "The board insists."
    assert kpi["avoided_because"].startswith(reason)


def test_satisfaction_of_patients_is_avoided_only_where_it_stands_alone(
    sqlite_client: FlaskClient, sqlite_keys: Keys
) -> None:
    alone = KPI | {"kpi_key": "kpi_customer_satisfaction", "target": 90}
    refused = add(sqlite_client, sqlite_keys, program_type="healthcare_regulated", kpis=[alone])
    assert faults(refused) == [("kpis.0.kpi_key", "avoided_kpi")]
    beside = [alone | {"role": "secondary"}, KPI | {"kpi_key": "kpi_patient_safety"}]
    answer = add(sqlite_client, sqlite_keys, program_type="healthcare_regulated", kpis=beside)
    assert answer.status_code == 201, answer.text


WINDOW = KPI["baseline"]


@pytest.mark.parametrize(
    ("kpis", "fault"),
    [
        ([KPI | {"baseline": WINDOW | {"from": "2026-11"}}], ("kpis.0.baseline", "baseline_too_short")),
        ([KPI | {"baseline": WINDOW | {"to": "2026-09"}}], ("kpis.0.baseline", "baseline_too_short")),
        ([KPI | {"baseline": WINDOW | {"to": "2027-01"}}], ("kpis.0.baseline", "baseline_after_launch")),
        ([KPI | {"target": 8.4}], ("kpis.0.target", "target_not_better")),
        ([KPI | {"kpi_key": "kpi_win_rate", "target": 8.3}], ("kpis.0.target", "target_not_better")),
        ([KPI | {"kpi_key": "kpi_eary_error_rate"}], ("kpis.0.kpi_key", "unknown_kpi")),
        ([KPI | {"kpi_key": "completion_rate", "target": 99}], ("kpis.0.kpi_key", "no_kpi")),
        ([KPI | {"role": "secondary"}], ("kpis", "not_one_primary")),
        ([KPI, KPI | {"role": "secondary"}], ("kpis.1.kpi_key", "twice")),
        ([KPI | {"where": {"planet": "Mars"}}], ("kpis.0.where", "unknown_dimension")),
        ([KPI | {"post_hoc": False}], ("kpis.0.post_hoc", "unknown_field")),
        ([KPI | {"direction": "higher_is_better"}], ("kpis.0.direction", "unknown_field")),
        ([KPI | {"baseline": WINDOW | {"from": "2026-Q4"}}], ("kpis.0.baseline.from", "invalid")),
        ([KPI | {"target": "7"}], ("kpis.0.target", "invalid")),
        ([KPI | {"expected_lag_months": -1}], ("kpis.0.expected_lag_months", "invalid")),
    ],
)
def test_a_kpi_that_makes_no_sense_is_named(
    refused: Refused, kpis: list[dict[str, Any]], fault: tuple[str, str]
) -> None:
    assert refused(kpis=kpis) == [fault]


GROUPS = PLAN["comparison_plan"]
TREATED = GROUPS["treated"]


@pytest.mark.parametrize(
    ("plan", "fault"),
    [
        ({"design": "none", "comparison": GROUPS["comparison"]}, ("comparison", "not_allowed")),
        ({"design": "random", "treated": TREATED, "comparison": GROUPS["comparison"]}, ("assigned_by", "required")),
        ({"design": "untrained_group", "treated": TREATED}, ("comparison", "required")),
        ({"design": "untrained_group", "comparison": GROUPS["comparison"]}, ("treated", "required")),
        ({"design": "phased_rollout", "treated": TREATED}, ("treated", "one_phase")),
        (GROUPS | {"comparison": [{"where": {"unit": "Leeds"}}]}, ("comparison.0", "in_both")),
        (GROUPS | {"cluster_dimension": "site"}, ("cluster_dimension", "unknown_dimension")),
        (GROUPS | {"comparison": [{"where": {"site": "Lille"}}]}, ("comparison.0.where", "unknown_dimension")),
        (GROUPS | {"treated": [TREATED[0] | {"start_month": "2026-12"}]}, ("treated.0.start_month", "before_launch")),
        (GROUPS | {"design": "magic"}, ("design", "invalid")),
        (GROUPS | {"volunteers": 1}, ("volunteers", "invalid")),
    ],
)
def test_groups_that_make_no_sense_are_named(refused: Refused, plan: dict[str, Any], fault: tuple[str, str]) -> None:
    assert refused(comparison_plan=plan) == [(f"comparison_plan.{fault[0]}", fault[1])]


@pytest.mark.parametrize(
    "plan",
    [
        {"design": "none"},
        {"design": "phased_rollout", "treated": [*TREATED, {"where": {"unit": "Graz"}, "start_month": "2027-03"}]},
        GROUPS | {"design": "random", "assigned_by": "site", "cluster_dimension": "unit"},
        GROUPS | {"design": "earlier_cohort", "comparison": [{"where": {"cohort": "2026"}}]},
    ],
)
def test_every_design_can_be_planned(sqlite_client: FlaskClient, sqlite_keys: Keys, plan: dict[str, Any]) -> None:
    answer = add(sqlite_client, sqlite_keys, comparison_plan=plan)
    assert answer.status_code == 201, answer.text
    assert answer.get_json()["comparison_plan"]["design"] == plan["design"]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"key": "Two Words"}, ("key", "invalid")),
        ({"program_type": "onbording"}, ("program_type", "unknown_type")),
        ({"where": {"programme": "x"}}, ("where", "unknown_dimension")),
        ({"behavior_statement": "Agents know the tool"}, ("behavior_statement", "not_observable")),
        ({"behavior_statement": "Agents check tickets often"}, ("behavior_statement", "no_standard")),
        (
            {"competencies": [{"name": "Reading tickets", "behavior": "understands tickets"}]},
            ("competencies.0.behavior", "not_observable"),
        ),
        ({"activities": [{"name": "Film", "competency": "Joy"}]}, ("activities.0.competency", "unknown_competency")),
        (
            {"link_signals": {"capability_growth": ["skill_upift"]}},
            ("link_signals.capability_growth", "unknown_measure"),
        ),
        ({"link_signals": {"joy": ["skill_uplift"]}}, ("link_signals.joy", "invalid")),
        (
            {"owners": {"business_kpi": {"business": MARIA | {"email": "maria"}, "learning": TOM}}},
            ("owners.business_kpi.business.email", "invalid_address"),
        ),
        ({"owners": {"business_kpi": {"business": MARIA}}}, ("owners.business_kpi.learning", "invalid")),
        ({"drop_out": {"treated_started": 3, "treated_left": 4}}, ("drop_out", "more_left_than_began")),
        ({"stops_at_readiness": True}, ("stops_at_readiness", "has_kpi")),
        (
            {"stops_at_readiness": True, "kpis": None, "program_type": "customer_facing"},
            ("stops_at_readiness", "own_outcome"),
        ),
        ({"review_dates": ["soon"]}, ("review_dates.0", "invalid")),
        ({"colour": "blue"}, ("colour", "unknown_field")),
    ],
)
def test_a_plan_that_makes_no_sense_is_named(refused: Refused, changes: dict[str, Any], fault: tuple[str, str]) -> None:
    assert refused(**changes) == [fault]


def test_slips_of_the_pen_get_a_hint(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    answer = add(sqlite_client, sqlite_keys, kpis=[KPI | {"kpi_key": "kpi_eary_error_rate"}])
    assert answer.get_json()["errors"][0]["hint"] == "Did you mean 'kpi_early_error_rate'?"
    add(sqlite_client, sqlite_keys)
    unknown = sqlite_client.get("/api/v1/programs/onbording", headers=sqlite_keys("read"))
    assert unknown.status_code == 404
    assert "Did you mean 'onboarding'?" in unknown.get_json()["detail"]


def test_an_outcome_measure_of_the_index_may_be_a_kpi(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    measures = sqlite_client.get("/api/v1/measures?limit=100", headers=sqlite_keys("read")).get_json()["items"]
    outcome = next(m for m in measures if m["pillar"] == "business_impact" and m["direction"] == "higher_is_better")
    answer = add(sqlite_client, sqlite_keys, kpis=[KPI | {"kpi_key": outcome["key"], "target": 9}])
    assert answer.status_code == 201, answer.text


def test_a_program_may_stop_at_readiness_where_its_type_allows_it(
    sqlite_client: FlaskClient, sqlite_keys: Keys
) -> None:
    owners = {link: PLAN["owners"][link] for link in LINKS if link != "business_kpi"}
    made = add(sqlite_client, sqlite_keys, kpis=None, stops_at_readiness=True, owners=owners)
    assert made.status_code == 201, made.text
    frozen = sqlite_client.post("/api/v1/programs/onboarding/freeze", headers=sqlite_keys("weights"))
    assert (frozen.status_code, frozen.get_json()["kpis"]) == (200, [])


def test_a_key_is_taken_once(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    add(sqlite_client, sqlite_keys)
    answer = add(sqlite_client, sqlite_keys)
    assert (answer.status_code, "already a program 'onboarding'" in answer.get_json()["detail"]) == (409, True)


def test_programs_are_listed_in_pages(client: FlaskClient, keys: Keys) -> None:
    for number in range(3):
        add(client, keys, key=f"program-{number}")
    first = client.get("/api/v1/programs?limit=2", headers=keys("read")).get_json()
    rest = client.get(f"/api/v1/programs?limit=2&cursor={first['next_cursor']}", headers=keys("read")).get_json()
    assert [item["key"] for item in first["items"]] == ["program-0", "program-1"]
    assert ([item["key"] for item in rest["items"]], rest["next_cursor"]) == (["program-2"], None)


def test_the_types_say_what_to_take_and_what_to_avoid(sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
    headers = sqlite_keys("read")
    answer = sqlite_client.get("/api/v1/program-types?limit=5", headers=headers).get_json()
    rest = sqlite_client.get(f"/api/v1/program-types?cursor={answer['next_cursor']}", headers=headers).get_json()
    assert (len(answer["items"]), len(rest["items"])) == (5, 2)
    onboarding = answer["items"][0]
    assert onboarding["recommended"][0] == "kpi_time_to_productivity"
    assert onboarding["first_reading_months"] == [3, 4]
    assert [avoided["key"] for avoided in onboarding["avoid"]] == ["kpi_annual_engagement_score", "kpi_company_revenue"]
    assert len(answer["avoid_always"]) == 4
