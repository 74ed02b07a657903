"""An example of each request that needs more than its address, as the OpenAPI document shows it; a test sends them all.

They are told in the order of a story, in which each finds what those before it have made, on the demo organization.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30">'
    '<path fill="#8c145a" d="M0 0h20v10h20V0h20v30H40V20H20v10H0z"/></svg>'
)
_PROFILE = {"name": "default_v1"}
_DRAFT = {"name": "our_weights", "number": 1}
_PROGRAM = {"key": "support_onboarding"}
_RECIPIENT = {"recipient": "maria@example.com"}
_WEBHOOK = {"name": "intranet"}
_MARIA = {"name": "Maria Lopez", "email": "maria@example.com"}
_TOM = {"name": "Tom Reed", "email": "tom@example.com"}
_LINKS = ("learning_activity", "behavior_change", "capability_growth", "workforce_readiness", "business_kpi")
_WEIGHTS = {
    "access_engagement": 15,
    "performance_outcomes": 30,
    "capability_readiness": 25,
    "operational_efficiency": 10,
    "business_impact": 20,
}
_PLAN: dict[str, Any] = {
    "name": "Support onboarding",
    "program_type": "onboarding",
    "business_problem": "New agents make twice as many errors as others.",
    "launch_month": "2027-01",
    "kpis": [
        {
            "kpi_key": "kpi_early_error_rate",
            "kpi_owner": "Maria Lopez",
            "baseline": {"from": "2026-10", "to": "2026-12", "value": 8.4},
            "target": 7.0,
            "expected_lag_months": 3,
        }
    ],
    "behavior_statement": "Agents check the last three tickets before answering, in 9 of 10 calls",
    "competencies": [{"name": "Reading tickets", "behavior": "finds earlier promises"}],
    "activities": [{"name": "First week", "competency": "Reading tickets"}],
    "audience_rule": "Everybody hired into support from January on",
    "comparison_plan": {
        "design": "untrained_group",
        "treated": [{"where": {"unit": "Leeds"}, "start_month": "2027-01"}],
        "comparison": [{"where": {"unit": "Lille"}}],
    },
    "owners": {link: {"business": _MARIA, "learning": _TOM} for link in _LINKS},
}


@dataclass(frozen=True, slots=True)
class Example:
    """What a request holds: the parameters of its path and query by name, and its body, a text where it is no JSON."""

    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] | str | None = None
    media_type: str = "application/json"


def _on(path: Mapping[str, Any], body: Mapping[str, Any] | None = None) -> Example:
    return Example(path=path, body=body)


def _of(**body: Any) -> Example:
    return Example(body=body)


# By operationId.
EXAMPLES: Mapping[str, Example] = {
    "observations_send": _of(
        observations=[
            {
                "measure": "completion_rate",
                "period": "2026-10",
                "value": 71.5,
                "sample_size": 240,
                "dimensions": {"unit": "Leeds"},
                "source": "lms",
            }
        ]
    ),
    "batches_show": _on({"batch_id": 1}),
    "batches_rejected": _on({"batch_id": 1}),
    "batches_revert": _on({"batch_id": 1}),
    "closed_periods_change": _of(closed_until="2026-06", reason="The half-year is signed off."),
    "dimensions_register": _of(key="shift", display_name="Shift"),
    "feeds_put": _on(
        {"source": "lms", "measure": "completion_rate"}, {"rhythm": "monthly", "owner_email": "maria@example.com"}
    ),
    "measures_create": _of(
        key="mentoring_hours",
        pillar="access_engagement",
        display_name="Mentoring hours",
        unit="hours",
        direction="higher_is_better",
        goalpost_0=0,
        goalpost_100=4,
    ),
    "measures_show": _on({"key": "mentoring_hours"}),
    "measures_change": _on({"key": "mentoring_hours"}, {"goalpost_100": 6}),
    "kpi_drift_answer": _of(
        kpi="kpi_win_rate", answers={"process_changed": False}, note="Nothing was changed in the process."
    ),
    "scores_get_drivers": Example(query={"period": "2026-10"}),
    "score_differences_differences": Example(query={"before": "as_of:2026-11-01T00:00:00Z", "period": "2026-10"}),
    "score_targets_put": _of(targets=[{"score": "composite", "period": "2027", "value": 70}]),
    "scorecards_create": _of(period="2026-10", title="October"),
    "scorecards_show": _on({"scorecard_id": 1}),
    "scorecards_pdf": _on({"scorecard_id": 1}),
    "scorecards_data": _on({"scorecard_id": 1}),
    "schedules_create": _of(
        name="Board",
        rule={"every": "month", "at": "07:00", "business_day": 1},
        timezone="Europe/Berlin",
        recipients=["maria@example.com"],
        owner="maria@example.com",
        language="en",
        page_size="Letter",
    ),
    "schedules_show": _on({"schedule_id": 1}),
    "schedules_change": _on({"schedule_id": 1}, {"recipients": ["maria@example.com", "tom@example.com"]}),
    "schedules_skip_next": _on({"schedule_id": 1}),
    "schedules_run_now": _on({"schedule_id": 1}, {"period": "2026-10"}),
    "schedules_runs": _on({"schedule_id": 1}),
    "schedules_preview": _on({"schedule_id": 1}),
    "schedules_test": _on({"schedule_id": 1}, {"to": "maria@example.com"}),
    "runs_show": _on({"run_id": 1}),
    "runs_approve": _on({"run_id": 1}, {"comment": "As agreed on Monday."}),
    "runs_decline": _on({"run_id": 2}, {"reason": "October of Leeds is missing."}),
    "schedules_delete": _on({"schedule_id": 1}),
    "weight_profiles_create": _of(name="our_weights", pillars=_WEIGHTS),
    "weight_profiles_show": _on(_PROFILE),
    "weight_profiles_show_version": _on(_DRAFT),
    "weight_profiles_replace_version": _on(_DRAFT, {"pillars": _WEIGHTS | {"business_impact": 25}}),
    "weight_profiles_change_version": _on(_DRAFT, {"pillars": {"access_engagement": 10}}),
    "weight_profiles_approve_version": _on(_DRAFT, {"comment": "As agreed in October."}),
    "weight_profiles_publish_version": _on(_DRAFT, {"effective_from": "2026-10", "note": "As agreed in October."}),
    "weight_profiles_create_version": _on({"name": "our_weights"}, {"pillars": _WEIGHTS}),
    "weight_profiles_discard_version": _on(_DRAFT | {"number": 2}),
    "weight_comparisons_diff": Example(path=_PROFILE, query={"from": 1, "to": 1}),
    "weight_comparisons_effect": Example(path=_PROFILE, query={"from": 1, "to": 1, "period": "2026-10"}),
    "weight_policies_show": _on(_PROFILE),
    "weight_policies_change": _on(_PROFILE, {"bounds": {"business_impact": {"min": 0.1, "max": 0.4}}}),
    "weight_advice_advise": _of(profile="default_v1"),
    "weight_elicitation_elicit": _of(
        method="points", people=[{"name": "Maria", "points": {"access_engagement": 40, "business_impact": 60}}]
    ),
    "weight_questions_seek": _of(target=65, measure="completion_rate", period="2026-10"),
    "weight_questions_flips": _of(
        first={"unit": "Sales"}, second={"unit": "Customer Support"}, pillar="business_impact", period="2026-10"
    ),
    "weight_sensitivity_sensitivity": _of(by=["unit"], period="2026-10", draws=200),
    "weights_preview": Example(
        body={"profile": {"pillars": {"business_impact": 40}}, "grain": "month", "from": "2026-10", "to": "2026-10"}
    ),
    "analyses_analyse_rows": _of(
        method="randomized_comparison",
        kpi={"name": "errors per 100 tickets"},
        rows=[
            {"group": group, "value": value}
            for group, values in (("treated", (5, 7, 6, 4, 8)), ("comparison", (9, 8, 10, 7, 9)))
            for value in values
        ],
        design={"assignment": "random"},
    ),
    "programs_create": _of(**_PROGRAM, **_PLAN),
    "programs_show": _on(_PROGRAM),
    "programs_change": _on(_PROGRAM, {"audience_rule": "Everybody hired into support from February on"}),
    "program_costs_replace": _on(_PROGRAM, {"currency": "EUR", "design": 20_000, "platform": 5_000}),
    "program_costs_show": _on(_PROGRAM),
    "program_costs_add_estimate": _on(
        _PROGRAM,
        {
            "kpi_key": "kpi_early_error_rate",
            "estimator": "Maria Lopez",
            "isolation_factor": 0.5,
            "confidence_factor": 0.8,
            "stated_on": "2026-11-20",
        },
    ),
    "program_costs_estimates": _on(_PROGRAM),
    "programs_freeze": _on(_PROGRAM),
    "programs_amend": _on(_PROGRAM, {"reason": "The launch was moved.", "changes": {"audience_rule": "All new hires"}}),
    "programs_amendments": _on(_PROGRAM),
    "program_cycles_add_review": _on(_PROGRAM, {"on": "2027-02-01"}),
    "program_cycles_change_review": _on(_PROGRAM | {"number": 1}, {"done": True}),
    "program_cycles_reviews": _on(_PROGRAM),
    "program_cycles_ask_decision": _on(
        _PROGRAM,
        {
            "what": "Extend it to Lille",
            "owner": "Maria Lopez",
            "owner_email": "maria@example.com",
            "due_on": "2027-03-15",
        },
    ),
    "program_cycles_take_decision": _on(
        _PROGRAM | {"number": 1}, {"taken": {"what": "Extended", "by": "Maria Lopez", "on": "2026-11-20"}}
    ),
    "program_cycles_decisions": _on(_PROGRAM),
    "program_cycles_add_experiment": _on(
        _PROGRAM,
        {
            "hypothesis": "Fewer errors with a checklist",
            "change": "A checklist",
            "expected_effect": "One error in ten fewer",
            "started_on": "2026-11-20",
        },
    ),
    "program_cycles_see_effect": _on(_PROGRAM | {"number": 1}, {"observed_effect": "None that can be told"}),
    "program_cycles_experiments": _on(_PROGRAM),
    "program_sign_offs_sign": _on(
        _PROGRAM,
        {"link": "learning_activity", "side": "business", "period": "2026-Q3", "signed_by": "Maria Lopez"},
    ),
    "program_sign_offs_sign_offs": _on(_PROGRAM),
    "program_sign_offs_limit_grade": _on(
        _PROGRAM,
        {
            "kpi_key": "kpi_early_error_rate",
            "grade": "E2_pre_post",
            "by": "Tom Reed",
            "reason": "Lille was trained in part.",
        },
    ),
    "program_sign_offs_grade_limits": _on(_PROGRAM),
    "program_chain_show": _on(_PROGRAM),
    "program_chain_relations": _on(_PROGRAM),
    "program_chain_owned": _on({"email": "maria@example.com"}),
    "owner_scorecards_figures": _on({"email": "maria@example.com"}),
    "owner_scorecards_pdf": _on({"email": "maria@example.com"}),
    "program_evidence_show": _on(_PROGRAM),
    "program_money_show": _on(_PROGRAM),
    "measure_steps_ask": _on(_PROGRAM, {"measure": "completion_rate", "change": 5}),
    "program_reports_figures": _on(_PROGRAM),
    "program_reports_pdf": _on(_PROGRAM),
    "programs_close": _on(_PROGRAM),
    "programs_discard": _on({"key": "an_idea"}),
    "deliveries_show": _on({"delivery_id": 1}),
    "deliveries_message": _on({"delivery_id": 1}),
    "deliveries_send_again": _on({"delivery_id": 1}),
    "recipient_scopes_replace": _on(_RECIPIENT, {"segments": [{"unit": "Sales"}]}),
    "recipient_scopes_show": _on(_RECIPIENT),
    "recipient_scopes_forget": _on(_RECIPIENT),
    "webhooks_create": _of(name="intranet", url="https://intranet.example.com/lei", content="link"),
    "webhooks_show": _on(_WEBHOOK),
    "webhooks_renew": _on(_WEBHOOK),
    "webhooks_delete": _on(_WEBHOOK),
    "branding_replace": _of(name="Halden Logistics", accent="#8c145a"),
    "branding_replace_logo": Example(body=_LOGO, media_type="image/svg+xml"),
}
