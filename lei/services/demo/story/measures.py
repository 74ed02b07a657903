"""How every measure behaves at Halden Group apart from events: where it starts, drifts to, and how far units differ."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from lei.services.demo.story.company import (
    FIELD,
    FINANCE,
    HRIS,
    LMS,
    MANUFACTURING,
    SALES,
    SERVICE,
    SKILLS,
    SUPPORT,
    SURVEYS,
)


class Grid(StrEnum):
    """The finest cells that a measure is counted in; what is sent are sums over them, so that all views agree."""

    PEOPLE = "unit, region, job family"
    LEARNERS = "program, unit, region, job family"
    ITEMS = "program, unit, region"
    SHELF = "program, unit"
    SITES = "unit, region"
    PROGRAMS = "program"


@dataclass(frozen=True, slots=True)
class Behavior:
    """One measure's behavior.

    start: the company's value 24 months ago; gain: what it drifts to over the story, added evenly. swing: how much
    better a strong unit or program is, in units of the value (negative where lower is better). cases: the name of the
    counts that it is measured on. kind: `share` (percent of cases, drawn), `mean` (average over cases with the spread
    `sd`, drawn), `level` (a stock: no sampling). units: the only ones that have it; empty: all.
    """

    key: str
    sender: str
    grid: Grid
    cases: str
    start: float
    gain: float
    swing: float
    kind: Literal["share", "mean", "level"] = "share"
    sd: float = 0.0
    bounds: tuple[float, float] = (0.0, 100.0)
    units: tuple[str, ...] = ()
    quarterly: bool = False


_ANY = (-1e9, 1e9)
_POSITIVE = (0.0, 1e9)
_PEOPLE, _LEARNERS, _ITEMS, _SHELF, _SITES = Grid.PEOPLE, Grid.LEARNERS, Grid.ITEMS, Grid.SHELF, Grid.SITES
_CUSTOMER_UNITS = (SUPPORT, FIELD, SALES)
_WORKSHOP_UNITS = (SUPPORT, FIELD, MANUFACTURING)

BEHAVIORS = (
    # Access and engagement
    Behavior("audience_reach", LMS, _LEARNERS, "audience", 65, 11, 5, "level"),
    Behavior("participation_rate", LMS, _PEOPLE, "heads", 34, 7, 4),
    Behavior("mandatory_on_time_completion_rate", LMS, _LEARNERS, "due", 90.5, 2, 1.5, bounds=(0, 99.5)),
    Behavior("completion_rate", LMS, _LEARNERS, "ending", 54, 4, 5),
    Behavior("voluntary_learning_share", LMS, _PEOPLE, "hours", 28, 9, 3),
    Behavior("learner_satisfaction", SURVEYS, _LEARNERS, "answers", 3.86, 0.18, 0.14, "mean", 0.75, (1, 5)),
    Behavior("enrollment_rate", LMS, _LEARNERS, "invited", 58, 4, 4),
    # Performance and outcomes
    Behavior("skill_uplift", LMS, _LEARNERS, "pairs", 30, 7, 4, "mean", 17, (-40, 95)),
    Behavior("mastery_progress", LMS, _LEARNERS, "audience", 51, 9, 5, "level"),
    Behavior("assessment_score", LMS, _LEARNERS, "assessed", 71, 5, 3, "mean", 10),
    Behavior("pass_rate", LMS, _LEARNERS, "attempts", 72, 6, 4),
    Behavior("simulation_score", LMS, _LEARNERS, "simulations", 66, 7, 4, "mean", 10),
    Behavior("knowledge_retention", LMS, _LEARNERS, "retested", 69, 5, 3, "mean", 11),
    Behavior("training_nps", SURVEYS, _LEARNERS, "answers", 17, 12, 8, "mean", 78, (-100, 100)),
    Behavior("kirkpatrick_l1_reaction", SURVEYS, _LEARNERS, "answers", 67, 5, 4),
    Behavior("learner_confidence", SURVEYS, _LEARNERS, "answers", 60, 5, 4),
    # Capability and readiness
    Behavior("role_readiness_rate", SKILLS, _PEOPLE, "profiles", 53, 7, 5, "level"),
    Behavior("skill_gap_closure_rate", SKILLS, _PEOPLE, "profiles", 23, 5, 4, "level"),
    Behavior("time_to_competency", SKILLS, _PEOPLE, "validated", 120, -8, -9, "mean", 19, _POSITIVE),
    Behavior("skill_proficiency_index", SKILLS, _PEOPLE, "profiles", 71, 3, 3, "level"),
    Behavior("certification_coverage", SKILLS, _PEOPLE, "certificates", 90.5, 2.5, 1.5, "level", bounds=(0, 99)),
    Behavior("bench_depth", HRIS, _SITES, "critical_roles", 0.8, 0.15, 0.15, "level", bounds=(0, 3), quarterly=True),
    Behavior("ninety_day_readiness_rate", HRIS, _PEOPLE, "hires", 57, 6, 4),
    Behavior("certification_progression", SKILLS, _PEOPLE, "candidates", 61, 6, 4, "level"),
    Behavior("succession_coverage", HRIS, _SITES, "critical_roles", 43, 4, 5, "level", quarterly=True),
    Behavior("internal_mobility_rate", HRIS, _PEOPLE, "heads", 11, 2, 1.5, "level"),
    Behavior("skills_data_coverage", SKILLS, _PEOPLE, "profiles", 46, 4, 5, "level"),
    # Operational efficiency
    Behavior("development_hours_ratio", LMS, _SHELF, "hours_made", 96, -6, -6, "mean", 9, _POSITIVE),
    Behavior("content_cycle_time", LMS, _SHELF, "items_released", 66, -6, -5, "mean", 8, _POSITIVE),
    Behavior("content_reuse_rate", LMS, _SHELF, "items", 20, 4, 3, "level", quarterly=True),
    Behavior("cost_per_learning_hour", FINANCE, _LEARNERS, "hours", 128, -8, -8, "mean", 30, _POSITIVE),
    Behavior("catalog_utilization_rate", LMS, _ITEMS, "items", 67, 7, 4, "level"),
    Behavior("on_time_delivery_rate", LMS, _ITEMS, "deliverables", 80, 6, 3),
    Behavior("admin_hours_per_100_enrollments", LMS, _LEARNERS, "handled", 18, -3, -1.5, "level", bounds=_POSITIVE),
    # Business impact
    Behavior("behavior_change_rate", SURVEYS, _LEARNERS, "observed", 37, 3, 4),
    Behavior("training_application_rate", SURVEYS, _LEARNERS, "respondents", 38, 3, 4),
    Behavior("transfer_readiness", SURVEYS, _LEARNERS, "asked", 44, 2, 4),
    Behavior("productivity_per_fte", FINANCE, _LEARNERS, "fte", 0.6, 1.4, 0.7, "mean", 5, _ANY),
    Behavior("error_reduction", SERVICE, _LEARNERS, "checked", 1.0, 4, 2, "mean", 20, _ANY),
    Behavior("quality_rate", SERVICE, _PEOPLE, "inspected", 88, 1, 1, units=_WORKSHOP_UNITS),
    Behavior("customer_satisfaction", SERVICE, _PEOPLE, "customer_answers", 70, 2, 3, units=_CUSTOMER_UNITS),
    Behavior("retention_rate", HRIS, _PEOPLE, "heads", 82.5, 0.5, 1.5, "level"),
    Behavior("performance_rating", HRIS, _PEOPLE, "rated", 68, 0, 3, "level"),
    # Business numbers that no program is for; those of programs are in `program_figures.py`
    Behavior("kpi_repeat_service_calls", SERVICE, _SITES, "heads", 11.8, -1.1, -0.6, "mean", 5, _POSITIVE, (FIELD,)),
    Behavior("kpi_quality_first_pass", SERVICE, _SITES, "inspected", 90, 1, 1, units=(MANUFACTURING,)),
)

# Follow from other figures: see `derived.py`.
DERIVED = (
    ("enrollment_count", LMS),
    ("learning_hours_per_employee", LMS),
    ("evaluation_depth", LMS),
    ("learning_cost_total", FINANCE),
    ("learning_spend_per_employee", FINANCE),
    ("cost_per_competent_learner", FINANCE),
    ("cost_effectiveness", FINANCE),
    ("learning_roi", FINANCE),
    ("kpi_linkage_coverage", FINANCE),
)
QUARTERLY = frozenset({b.key for b in BEHAVIORS if b.quarterly} | {"evaluation_depth", "kpi_linkage_coverage"})
SENDER_OF = {b.key: b.sender for b in BEHAVIORS} | dict(DERIVED)
