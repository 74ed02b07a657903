"""The example story as an HR system and a QA system would send it: customer support onboarding, May to October 2026.

Three sites get a new onboarding from May on, three comparable ones stay on the old one. The figures of the groups are
those of the story. Within a group its sites lie as far apart as gives the story's interval: with three equal sites in
each group whose changes lie -s, 0 and +s around their mean, the difference has the standard error s · sqrt(2/3) and
four degrees of freedom, so that 2.776 · s · sqrt(2/3) = 0.75 asks for s = 0.33. Within a site its teams lie apart, too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from lei.clock import FixedClock

Ask = Callable[..., Any]

KEY = "support-onboarding"
MONTHS = ("2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10")
NEW = (8.4, 8.4, 8.4, 8.3, 8.1, 7.6, 7.1, 6.7, 6.5)
OLD = (8.5, 8.5, 8.5, 8.5, 8.4, 8.4, 8.3, 8.2, 8.1)
# What every month did at both kinds of sites before the launch; the means of the baseline stay.
SEASON = (0.1, 0.0, -0.1)
SITES = {"Leeds": -1, "Porto": 0, "Graz": 1, "Lille": -1, "Turin": 0, "Malmö": 1}
LASTING, CHANGED = 0.6, 0.33
# A single month of a site strays a little; over the months, and over the sites, that comes to nothing.
STRAY = (0.05, -0.1, 0.05)
# Agents in their first 90 days by team: 30 at each site. The evening team of Leeds has 4.
TEAMS = {"Leeds": {"early": 13, "late": 13, "evening": 4}}
OTHER_TEAMS = {"early": 15, "late": 15}
TEAM_APART = {"early": 0.2, "late": -0.2, "evening": 0.0}
LEARNING: dict[str, tuple[float | None, ...]] = {
    "audience_reach": (71, 71, 71, 78, 86, 90, 92, 93, 93),
    "skill_uplift": (34, 34, 34, 36, 43, 47, 49, 50, 51),
    "behavior_change_rate": (46, 46, 46, 47, 52, 58, 63, 66, 67),
    "time_to_competency": (62, 62, 62, 61, 58, 55, 52, 50, 49),
    "ninety_day_readiness_rate": (58, 58, 58, None, None, None, 66, 71, 73),
}

KPI: dict[str, Any] = {
    "kpi_key": "kpi_early_error_rate",
    "kpi_owner": "Maria Lopez",
    "baseline": {"from": "2026-02", "to": "2026-04", "value": 8.4},
    "target": 7.0,
    "expected_lag_months": 3,
    "value_per_unit": {"amount": 22, "currency": "EUR", "owner": "Jon Berg", "stated_on": "2026-04-02"},
    "units_per_month": 180,  # 18,000 tickets of new hires a month, by the hundred
}
# 9,000 + 6,000 + 2,000 + 1,000 + 1,400 + 180 x 6 x 20 = 41,000
COSTS: dict[str, Any] = {
    "currency": "EUR",
    "design": 9000,
    "delivery": 6000,
    "platform": 2000,
    "administration": 1000,
    "evaluation": 1400,
    "participants": 180,
    "hours_per_participant": 6,
    "hourly_rate": 20,
    "budget": 42000,
}
# Confidence by those nearest to the work: 0.80 is the median.
CONFIDENCE = {"Maria Lopez": 0.8, "Ines Costa": 0.9, "Ahmed Khan": 0.7}
DECISION: dict[str, Any] = {
    "what": "Extend it to the other three sites by January.",
    "owner": "Maria Lopez",
    "owner_email": "maria@example.com",
    "due_on": "2026-11-30",
}
_PERSON = {"name": "Maria Lopez", "email": "maria@example.com"}
_LINKS = ("learning_activity", "behavior_change", "capability_growth", "workforce_readiness", "business_kpi")
PLAN: dict[str, Any] = {
    "key": KEY,
    "name": "Support onboarding",
    "program_type": "onboarding",
    "business_problem": "New agents make 8.4 errors in 100 tickets in their first 90 days; experienced ones make 4.",
    "launch_month": "2026-05",
    "kpis": [KPI],
    "behavior_statement": "Agents check the last three tickets before answering, in 9 of 10 calls",
    "competencies": [{"name": "Reading tickets", "behavior": "finds what was promised to the customer before"}],
    "activities": [{"name": "Onboarding week", "competency": "Reading tickets", "hours": 30}],
    "audience_rule": "Everybody hired into support at the three sites from May on",
    "comparison_plan": {
        "design": "untrained_group",
        "assigned_by": "site",
        "cluster_dimension": "cohort",
        "population": "the sites with the new onboarding",
        "treated": [{"where": {"unit": site}, "start_month": "2026-05"} for site in ("Leeds", "Porto", "Graz")],
        "comparison": [{"where": {"unit": site}} for site in ("Lille", "Turin", "Malmö")],
        "baselines": [
            {"what": "tenure", "treated": 2.1, "comparison": 2.2, "sd": 1.2},
            {"what": "role mix", "treated": 0.31, "comparison": 0.29, "sd": 0.46},
        ],
    },
    "known_other_changes": [
        {"what": "new reply tool", "month": "2026-08", "hits": "both"},
        {"what": "price change", "month": "2026-12", "hits": "treated"},
    ],
    "owners": {link: {"business": _PERSON, "learning": _PERSON} for link in _LINKS},
}


def error_rates() -> Iterator[dict[str, Any]]:
    """What the QA system reports: the error rate of each team, by month."""
    for place, month in enumerate(MONTHS):
        for site, side in SITES.items():
            for team, agents in TEAMS.get(site, OTHER_TEAMS).items():
                yield {
                    "measure": "kpi_early_error_rate",
                    "period": month,
                    "value": round(_of_site(place, site, side) + TEAM_APART[team], 6),
                    "sample_size": agents,
                    "dimensions": {"unit": site, "cohort": f"{team} team"},
                }


def learning_signals() -> Iterator[dict[str, Any]]:
    """What the learning system reports of the program."""
    for measure, values in LEARNING.items():
        for month, value in zip(MONTHS, values, strict=True):
            if value is not None:
                yield {
                    "measure": measure,
                    "period": month,
                    "value": value,
                    "sample_size": 90,
                    "dimensions": {"program": "Support onboarding"},
                }


def told_until_october(ask: Ask, clock: FixedClock) -> None:
    """In April the plan is made and frozen; then the systems report, month after month."""
    clock.instant = datetime(2026, 4, 10, 9, 0, tzinfo=UTC)
    ask(
        "PATCH",
        "/measures/kpi_early_error_rate",
        json={"display_name": "Early errors", "unit_words": "per 100 tickets"},
    )
    ask("POST", "/programs", json=PLAN)
    assert ask("POST", f"/programs/{KEY}/freeze", json={})["fixed_before_launch"]
    clock.instant = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    rows = [*error_rates(), *learning_signals()]
    body = "\n".join(json.dumps(row) for row in rows)
    sent = ask("POST", "/observations", data=body, content_type="application/x-ndjson")
    assert sent["created"] == len(rows)


def valued(ask: Ask) -> None:
    """What the program costs, and what three people estimate, each factor asked for separately."""
    ask("PUT", f"/programs/{KEY}/costs", json=COSTS)
    for person, confidence in CONFIDENCE.items():
        estimate = {
            "kpi_key": KPI["kpi_key"],
            "estimator": person,
            "stated_on": "2026-10-30",
            "isolation_factor": 0.6,
            "confidence_factor": confidence,
            "basis": "Error reviews of the last two cohorts",
        }
        ask("POST", f"/programs/{KEY}/estimates", json=estimate)


def _of_site(place: int, site: str, side: int) -> float:
    new = site in ("Leeds", "Porto", "Graz")
    before = place < len(SEASON)
    apart = SEASON[place] + STRAY[place] * side * (1 if new else -1) if before else CHANGED * side
    return (NEW if new else OLD)[place] + LASTING * side + apart
