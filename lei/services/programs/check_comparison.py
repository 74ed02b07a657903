"""Says what is wrong with the groups of a program: whom it reaches in the data, and with whom it is compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lei.errors import Problem
from lei.services.words.near_words import no_such_dimension
from lei.storage.program_plans import ComparisonPlan, Plan

_WITH_COMPARISON = ("earlier_cohort", "untrained_group", "random")


def comparison_problems(plan: Plan, dimensions: Sequence[str]) -> Iterator[Problem]:
    """Problems with the segments of a plan and with its comparison plan, by field."""
    yield from _where_problems("where", plan.where, dimensions)
    for place, kpi in enumerate(plan.kpis):
        yield from _where_problems(f"kpis.{place}.where", kpi.where, dimensions)
    comparison = plan.comparison_plan
    if comparison is None:
        return
    for place, treated in enumerate(comparison.treated):
        yield from _where_problems(f"comparison_plan.treated.{place}.where", treated.where, dimensions)
    for place, untreated in enumerate(comparison.comparison):
        yield from _where_problems(f"comparison_plan.comparison.{place}.where", untreated.where, dimensions)
    if comparison.cluster_dimension is not None:
        cluster = {comparison.cluster_dimension: "any"}
        yield from _where_problems("comparison_plan.cluster_dimension", cluster, dimensions)
    yield from _design_problems(comparison)
    yield from _start_problems(plan, comparison)


def _where_problems(path: str, where: Mapping[str, str], dimensions: Sequence[str]) -> Iterator[Problem]:
    for name in where:
        if name not in dimensions:
            yield no_such_dimension(path, name, dimensions)


def _design_problems(plan: ComparisonPlan) -> Iterator[Problem]:
    if plan.design == "none":
        if plan.comparison:
            text = "A plan without comparison has no comparison groups."
            yield Problem("comparison_plan.comparison", "not_allowed", text, hint="Say which design it is.")
        return
    if not plan.treated:
        yield Problem(
            "comparison_plan.treated", "required", "Say which groups get the program, and from which month on."
        )
    if plan.design in _WITH_COMPARISON and not plan.comparison:
        text = f"With '{plan.design}', say which groups do not get the program."
        yield Problem("comparison_plan.comparison", "required", text)
    if plan.design == "phased_rollout" and not plan.comparison and len({g.start_month for g in plan.treated}) == 1:
        text = "In a phased rollout the groups begin in different months, or some do not begin at all."
        yield Problem("comparison_plan.treated", "one_phase", text)
    if plan.design == "random" and plan.assigned_by is None:
        text = "Say whether persons or sites were assigned by chance."
        yield Problem("comparison_plan.assigned_by", "required", text, hint="Give 'person' or 'site'.")
    treated = [dict(group.where) for group in plan.treated]
    for place, group in enumerate(plan.comparison):
        if dict(group.where) in treated:
            text = "This group gets the program as well; it cannot be compared with itself."
            yield Problem(f"comparison_plan.comparison.{place}", "in_both", text)


def _start_problems(plan: Plan, comparison: ComparisonPlan) -> Iterator[Problem]:
    for place, group in enumerate(comparison.treated):
        if plan.launch_month is not None and group.start_month < plan.launch_month:
            text = "No group begins before the program is launched."
            yield Problem(f"comparison_plan.treated.{place}.start_month", "before_launch", text)
