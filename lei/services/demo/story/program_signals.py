"""What Halden Group measures for single programs beyond the catalogue: what people do at work, and who is ready."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# A support site belongs to one region; all other figures of the company are by region alone.
SITE_DIMENSION = ("site", "Site")

CALL_PLANS, VIDEO_LESSONS = "call_plan_rate", "video_lesson_rate"
DIAGNOSIS_FIRST, ONE_TO_ONES = "diagnosis_first_rate", "one_to_one_rate"
OPEN_QUESTIONS = "open_questions_rate"
WEEK_FINISHED, HISTORY_CHECKED = "onboarding_week_rate", "history_checked_rate"
TICKET_LICENSE, ESSENTIALS = "ticket_license_rate", "essentials_certificate_rate"

_SHARE: Mapping[str, Any] = {
    "unit": "percent",
    "direction": "higher_is_better",
    "formula": "100 * numerator / denominator",
    "goalpost_basis": "rationale",
    "goalpost_source": "agreed by the two owners of the link",
    "min_n_reliable": 30,
}


def _share(key: str, name: str, link: str, goalposts: tuple[float, float], counted: tuple[str, str]) -> dict[str, Any]:
    numerator, denominator = counted
    return {
        **_SHARE,
        "key": key,
        "display_name": name,
        "pillar": "capability_readiness" if link == "workforce_readiness" else "business_impact",
        "chain_link": link,
        "goalpost_0": goalposts[0],
        "goalpost_100": goalposts[1],
        "definition": f"Share of {denominator}: {numerator}.",
        "numerator": numerator,
        "denominator": denominator,
    }


# They have no weight in any profile: programs are read from them, and nothing is scored with them.
OWN_MEASURES: tuple[Mapping[str, Any], ...] = (
    _share(
        CALL_PLANS,
        "Call plans filed",
        "behavior_change",
        (20, 95),
        ("first meetings with a call plan in the CRM", "first meetings with customers"),
    ),
    _share(
        VIDEO_LESSONS,
        "Monthly lessons finished",
        "learning_activity",
        (20, 95),
        ("sales staff who finished the lesson of the month", "sales staff"),
    ),
    _share(
        OPEN_QUESTIONS,
        "Open questions asked before closing",
        "behavior_change",
        (30, 90),
        ("contacts in which the agent asked what else is open", "contacts that were reviewed"),
    ),
    _share(
        DIAGNOSIS_FIRST,
        "Diagnosis before the first part",
        "behavior_change",
        (30, 90),
        ("repairs with a guided diagnosis before a part was ordered", "repairs with a part ordered"),
    ),
    _share(
        ONE_TO_ONES,
        "Monthly one-to-ones held",
        "behavior_change",
        (30, 95),
        ("team members with a one-to-one talk in the month", "team members of trained leads"),
    ),
    _share(
        WEEK_FINISHED,
        "Onboarding week finished in the first month",
        "learning_activity",
        (40, 100),
        ("new hires who finished the week in their first month", "new hires of the month"),
    ),
    _share(
        HISTORY_CHECKED,
        "Ticket history checked before the answer",
        "behavior_change",
        (30, 95),
        ("calls of new hires with the history open before the answer", "calls of new hires that were reviewed"),
    ),
    _share(
        TICKET_LICENSE,
        "Ticket license by day 60",
        "workforce_readiness",
        (30, 95),
        ("new hires who may answer alone by day 60", "new hires who reach day 60"),
    ),
    _share(
        ESSENTIALS,
        "Valid compliance certificates",
        "workforce_readiness",
        (70, 100),
        ("required certificates that are valid", "required certificates of the program"),
    ),
)
