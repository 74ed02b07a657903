"""Studies, chains and claims to test with: good in every respect, so that a test changes the one thing it is about."""

from __future__ import annotations

from typing import Any

from lei.evidence.chain import ChainReading, LinkReading
from lei.evidence.claims import Claim, Subject, Units, make_claim
from lei.evidence.estimate import Estimate, Finding, Result
from lei.evidence.grade import Grade
from lei.evidence.grades import GradeDecision, assign_grade
from lei.evidence.links import Link, LinkStatus
from lei.evidence.study_design import Arm, Band, ComparisonPlan, PreTrend, StudyDesign
from lei.periods import parse_period

OCTOBER = parse_period("2026-10")
METHODS = {
    Grade.E2: "before_after",
    Grade.E3: "interrupted_time_series",
    Grade.E4: "difference_in_differences",
    Grade.E5: "randomized_comparison",
}


def estimate(method: str, effect: float = -1.33, low: float = -2.1, high: float = -0.6, **other: Any) -> Estimate:
    """The worked example: early errors, difference-in-differences of −1.33 per 100 tickets, interval −2.1 to −0.6."""
    numbers = {"standard_error": 0.38, "p_value": 0.0005, "n_treated": 270.0, "n_comparison": 260.0}
    return Estimate(method=method, effect=effect, ci_low=low, ci_high=high, **{**numbers, **other})


def design(**facts: Any) -> StudyDesign:
    """A study that reaches E5 with a randomized comparison, and every lower grade with its own method."""
    arm = Arm(people=90, sites=3, dropout=0.05)
    good = {
        "treated": arm,
        "comparison": arm,
        "comparison_plan": ComparisonPlan.RANDOM,
        "months_before": 6,
        "months_after": 6,
        "baselines_compared": True,
        "baselines_comparable": True,
        "pre_trend": PreTrend.PARALLEL,
        "band": Band.OUTSIDE,
    }
    return StudyDesign(**{**good, **facts})


def design_of(grade: Grade, **facts: Any) -> StudyDesign:
    """A study that reaches this grade and no higher one, with the method of the grade."""
    alone = {"comparison": None, "comparison_plan": ComparisonPlan.NONE}
    lacking: dict[Grade, dict[str, Any]] = {
        Grade.E0: {**alone, "treated": Arm(people=0)},
        Grade.E1: alone,
        Grade.E2: {**alone, "band": Band.INSIDE},
        Grade.E3: alone,
        Grade.E4: {"comparison_plan": ComparisonPlan.UNTRAINED_GROUP},
        Grade.E5: {},
    }
    return design(**{**lacking[grade], **facts})


def result_of(
    grade: Grade, effect: float = -1.33, low: float = -2.1, high: float = -0.6, **other: Any
) -> Result | None:
    """A result by the method that the grade is named after; None at E0 and E1."""
    return estimate(METHODS[grade], effect, low, high, **other) if grade in METHODS else None


def chain(**statuses: LinkStatus) -> ChainReading:
    """A chain with all links evidenced, but for those named."""
    return ChainReading(tuple(LinkReading(link, statuses.get(link.value, LinkStatus.EVIDENCED)) for link in Link))


def subject(**other: Any) -> Subject:
    """The KPI and the sites of the worked example."""
    facts = {
        "kpi_key": "kpi_early_error_rate",
        "kpi_name": "early errors",
        "unit": "per 100 tickets",
        "lower_is_better": True,
        "population": "the sites with the new onboarding",
        "units": Units.SITES,
        "window": (parse_period("2026-08"), OCTOBER),
    }
    return Subject(**{**facts, **other})


def claim(
    grade: Grade,
    result: Result | None = None,
    reading: ChainReading | None = None,
    facts: dict[str, Any] | None = None,
    about: Subject | None = None,
) -> Claim:
    """A claim of that grade; `result` in place of the worked example's, `facts` changed in the study."""
    study = design_of(grade, **(facts or {}))
    result = result or result_of(grade)
    decision: GradeDecision = assign_grade(result, study)
    return make_claim(about or subject(), result, decision, study, reading or chain(), "")


def codes(findings: tuple[Finding, ...]) -> list[str]:
    """What the findings are called."""
    return [finding.code for finding in findings]
