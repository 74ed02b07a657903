"""Reads what carries the last link of a chain: the level of the KPI before and after, the effect, and its sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from sqlalchemy.orm import Session

from lei.evidence.chain import ChainReading, LinkReading
from lei.evidence.grade import Grade
from lei.evidence.links import Link, LinkStatus
from lei.numbers import joined
from lei.services.chain.program_chain import KpiSignal, Months
from lei.services.chain.program_series import MonthSeries, read_series
from lei.services.evidence.kpi_assessment import KpiAssessment
from lei.storage.program_plans import Plan, PlannedKpi

_NOTHING_KNOWN = ChainReading(tuple(LinkReading(link, LinkStatus.MISSING) for link in Link))


def read_kpi_signal(session: Session, plan: Plan, assessment: KpiAssessment, min_group_size: int) -> KpiSignal:
    """The KPI of an assessment as a signal of the chain; its numbers are those of the claim."""
    claim, subject = assessment.claim(_NOTHING_KNOWN), assessment.subject
    shown = claim.grade >= Grade.E2 and claim.effect is not None
    interval = None if claim.ci_low is None or claim.ci_high is None else (claim.ci_low, claim.ci_high)
    return KpiSignal(
        measure=subject.kpi_key,
        name=subject.kpi_name,
        unit=subject.unit,
        before=claim.before,
        after=claim.after,
        effect=claim.effect if shown else None,
        interval=interval if shown else None,
        n=claim.n_treated,
        window=assessment.window,
        source=_sources(session, plan, assessment, min_group_size) if shown else "",
    )


def treated_segments(plan: Plan, planned: PlannedKpi) -> Iterator[Mapping[str, str]]:
    """Where the series of a KPI is read: `group.where | kpi.where` of each treated group, else `kpi.where` alone."""
    groups = () if plan.comparison_plan is None else plan.comparison_plan.treated
    yield from ({**group.where, **planned.where} for group in groups)
    if not groups:
        yield planned.where


def read_kpi_months(
    session: Session, plan: Plan, planned: PlannedKpi, months: Months, min_group_size: int
) -> MonthSeries | None:
    """The KPI of all treated groups together, weighted by cases; None where there is nothing to show."""
    found = [
        series
        for where in treated_segments(plan, planned)
        for series in read_series(session, where, [planned.kpi_key], months, min_group_size).values()
    ]
    if not found:
        return None
    cases = np.sum([series.cases for series in found], axis=0)
    total = np.nansum([series.values * series.cases for series in found], axis=0)
    values = np.divide(total, cases, out=np.full(cases.shape, np.nan), where=cases > 0)
    sources = tuple(joined(sorted(set(names) - {""})) for names in zip(*(s.sources for s in found), strict=True))
    return MonthSeries(found[0].measure, months[0], values, cases, sources)


def _sources(session: Session, plan: Plan, assessment: KpiAssessment, min_group_size: int) -> str:
    found = read_kpi_months(session, plan, assessment.planned, assessment.window, min_group_size)
    return "" if found is None else joined(sorted(set(found.sources) - {""}))
