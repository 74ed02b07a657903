"""Lists what the plan of a program lacks before it can be frozen."""

from __future__ import annotations

from collections.abc import Iterator

from lei.errors import Problem
from lei.evidence.links import Link
from lei.storage.program_plans import Plan

_NEEDED = (
    ("launch_month", "the month in which the program begins"),
    ("behavior_statement", "what people will do differently, so that one can see it"),
    ("competencies", "what people must be able to do for that"),
    ("audience_rule", "whom the program is meant for"),
    ("comparison_plan", "with whom it is compared (or that it is not)"),
)


def missing_parts(plan: Plan) -> list[Problem]:
    """One problem for each part that is missing; empty when the plan can be frozen.

    Learning content may come later. Known other changes may be none, so their absence is no gap.
    """
    return [*_missing_fields(plan), *_missing_owners(plan)]


def owned_links(plan: Plan) -> tuple[Link, ...]:
    """The links that need two owners: all, or all but the KPI where the program stops at readiness."""
    return tuple(link for link in Link if not (plan.stops_at_readiness and link is Link.BUSINESS_KPI))


def _missing_fields(plan: Plan) -> Iterator[Problem]:
    if not plan.kpis and not plan.stops_at_readiness:
        yield Problem("kpis", "missing", "Missing: the KPI that shows whether the business problem gets smaller.")
    for name, what in _NEEDED:
        if not getattr(plan, name):
            yield Problem(name, "missing", f"Missing: {what}.")


def _missing_owners(plan: Plan) -> Iterator[Problem]:
    for link in owned_links(plan):
        if link not in plan.owners:
            text = f"Missing: who answers for '{link}', one person from the business and one from learning."
            yield Problem(f"owners.{link}", "missing", text)
