"""What each grade of evidence asks for (kpi-chain rules, sections 5 and 6), and what a study lacks for it.

Every function answers with the requirements that are not met, as codes with the numbers that their words need
(`lei.evidence.grade_words`). Where a threshold has no published source it is our own policy.
"""

from __future__ import annotations

from collections.abc import Mapping

from lei.evidence.estimate import Estimate, Finding, Result, TooLittle
from lei.evidence.grade import Grade
from lei.evidence.methods import BASIS, Basis, is_correlation
from lei.evidence.minimums import MINIMUMS
from lei.evidence.study_design import Arm, Band, ComparisonPlan, PreTrend, StudyDesign

MONTHS_EACH_SIDE = MINIMUMS["before_after"].needed["months_before"]
MONTHS_FOR_A_TREND = MINIMUMS["interrupted_time_series"].needed["months_before"]
PEOPLE_BEFORE_AFTER = MINIMUMS["before_after"].needed["people"]
PEOPLE_PER_GROUP = MINIMUMS["difference_in_differences"].needed["people_treated"]
PEOPLE_PER_RANDOM_ARM = MINIMUMS["randomized_comparison"].needed["people_treated"]

Unmet = tuple[Finding, ...]


def unmet_requirements(result: Result | None, design: StudyDesign) -> Mapping[Grade, Unmet]:
    """For every grade from E1 to E5, what is missing for it; an empty tuple means that the grade is reached."""
    no_estimate = _no_estimate(result)
    if no_estimate or not isinstance(result, Estimate):
        kpi_grades = dict.fromkeys((Grade.E2, Grade.E3, Grade.E4, Grade.E5), no_estimate)
        return {Grade.E1: _for_activity(design), **kpi_grades}
    before_after = _for_before_after(design)
    return {
        Grade.E1: (),  # there is more than activity
        Grade.E2: before_after,
        Grade.E3: before_after + _for_trend(result, design),
        Grade.E4: _for_comparison(result, design),
        Grade.E5: _for_random(result, design),
    }


def _no_estimate(result: Result | None) -> Unmet:
    if result is None:
        return (Finding("no_kpi_series"),)
    if isinstance(result, TooLittle):
        return (Finding("too_little_data"),)
    return (Finding("correlation_only"),) if is_correlation(result.method) else ()


def _for_activity(design: StudyDesign) -> Unmet:
    return () if design.treated.people else (Finding("no_activity"),)


def _for_before_after(design: StudyDesign) -> Unmet:
    """E2. That the KPI keeps its definition is asked for by lowering (`lei.evidence.downgrades`), at every grade."""
    return _months(design) + _people("few_people", PEOPLE_BEFORE_AFTER, design.treated)


def _for_trend(estimate: Estimate, design: StudyDesign) -> Unmet:
    """E3, beyond E2. A plain difference of before and after still has the old trend in it."""
    unmet = []
    if BASIS.get(estimate.method) is Basis.BEFORE:
        unmet.append(Finding("trend_not_taken_out"))
    if design.months_before < MONTHS_FOR_A_TREND:
        unmet.append(Finding("few_months_before", {"needed": MONTHS_FOR_A_TREND, "found": design.months_before}))
    if design.band is not Band.OUTSIDE:
        unmet.append(Finding("inside_trend_band" if design.band is Band.INSIDE else "trend_band_unknown"))
    return tuple(unmet)


def _for_comparison(estimate: Estimate, design: StudyDesign) -> Unmet:
    """E4."""
    group = _comparison_group(estimate, design)
    if group:
        return group
    people = _people("few_people_per_group", PEOPLE_PER_GROUP, *design.arms)
    return _comparable(design) + _parallel(design) + _months(design) + people


def _for_random(estimate: Estimate, design: StudyDesign) -> Unmet:
    """E5; a random order of the rollout counts as random assignment.

    Drop-out, and baselines that nobody compared, lower the grade (`lei.evidence.downgrades`): asked for here as well,
    they would count twice, and a trial has no months on which it could fall back.
    """
    if design.comparison_plan is not ComparisonPlan.RANDOM:
        return (Finding("not_random"),)
    people = _people("few_people_per_group", PEOPLE_PER_RANDOM_ARM, *design.arms)
    differ = (Finding("baselines_differ"),) if design.baselines_comparable is False else ()
    return _comparison_group(estimate, design) + differ + people


def _comparison_group(estimate: Estimate, design: StudyDesign) -> Unmet:
    if not design.comparison_plan.has_group_at_the_same_time or design.comparison is None:
        earlier = design.comparison_plan is ComparisonPlan.EARLIER_COHORT
        return (Finding("earlier_cohort_only" if earlier else "no_comparison_group"),)
    return () if BASIS.get(estimate.method) is Basis.COMPARISON else (Finding("comparison_not_used"),)


def _comparable(design: StudyDesign) -> Unmet:
    if design.baselines_comparable is None:
        return (Finding("baselines_unknown"),)
    return () if design.baselines_comparable else (Finding("baselines_differ"),)


def _parallel(design: StudyDesign) -> Unmet:
    if design.pre_trend is PreTrend.PARALLEL:
        return ()
    return (Finding("not_parallel" if design.pre_trend is PreTrend.NOT_PARALLEL else "cannot_tell_parallel"),)


def _months(design: StudyDesign) -> Unmet:
    before, after = design.months_before, design.months_after
    if before >= MONTHS_EACH_SIDE and after >= MONTHS_EACH_SIDE:
        return ()
    return (Finding("few_months", {"needed": MONTHS_EACH_SIDE, "before": before, "after": after}),)


def _people(code: str, needed: float, *arms: Arm) -> Unmet:
    smallest = min(arm.people for arm in arms)
    return () if smallest >= needed else (Finding(code, {"needed": needed, "found": smallest}),)
