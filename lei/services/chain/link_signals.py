"""Says which measures may carry each link of a program's chain."""

from __future__ import annotations

from collections.abc import Mapping

from lei.catalog.program_types import fitting_measures
from lei.evidence.links import Link
from lei.storage.program_plans import Plan


def candidate_signals(plan: Plan) -> Mapping[Link, tuple[str, ...]]:
    """Keys of measures by link, in the order in which they are to be taken: the first that has data carries the link.

    What the plan names for a link comes alone, without it all that fit. The last link is carried by the KPIs, the
    primary one first.
    """
    return {link: plan.link_signals.get(link) or _default(link, plan) for link in Link}


def _default(link: Link, plan: Plan) -> tuple[str, ...]:
    if link is Link.BUSINESS_KPI:
        return tuple(kpi.kpi_key for kpi in sorted(plan.kpis, key=lambda kpi: kpi.role != "primary"))
    return fitting_measures()[link]
