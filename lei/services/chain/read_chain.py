"""Reads the KPI chain of a program: five links with their signals, their owners, and where the program stands."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lei.catalog.program_types import usual_delays
from lei.evidence.chain import ChainReading, LinkReading, read_chain, read_kpi
from lei.evidence.chain_words import NO_PROGRESS, completeness_line, link_lines, rules_told, state_sentence
from lei.evidence.leading_to_lagging import Progress, read_progress
from lei.evidence.links import Link
from lei.evidence.words import sentence
from lei.language import _
from lei.periods import Grain, Period
from lei.services.chain.program_chain import LinkView, ProgramChain
from lei.services.chain.read_kpi_signal import read_kpi_signal
from lei.services.chain.read_link_signals import (
    months_after,
    months_before,
    read_from,
    read_link_signals,
    read_people_reached,
)
from lei.services.evidence.assess_kpi import assess_kpi
from lei.services.evidence.kpi_assessment import KpiAssessment
from lei.storage.program_plans import Plan
from lei.storage.programs import Program


def read_program_chain(session: Session, program: Program, last: Period, min_group_size: int) -> ProgramChain:
    """The chain of a program as known at the end of the month `last`, its last link carried by the primary KPI.

    Raises InvalidError where `last` is no month.
    """
    planned = program.plan.primary_kpi
    assessment = None if planned is None else assess_kpi(session, program, planned, last, min_group_size)
    return chain_with(session, program, last, min_group_size, assessment)


def chain_with(
    session: Session, program: Program, last: Period, min_group_size: int, assessment: KpiAssessment | None
) -> ProgramChain:
    """As `read_program_chain`, with what is known of the KPI that carries the last link."""
    plan = program.plan
    reading = read_chain(read_link_signals(session, plan, last, min_group_size), kpi_link(assessment))
    progress = progress_of(plan, reading, assessment, last)
    reached = read_people_reached(session, plan, last, min_group_size)
    told = () if assessment is None else (sentence(assessment.claim(reading, reached)),)
    return ProgramChain(
        month=last,
        kpi=None if assessment is None else assessment.planned,
        links=tuple(_view(plan, link, last, told) for link in reading.links),
        kpi_signal=None if assessment is None else read_kpi_signal(session, plan, assessment, min_group_size),
        reading=reading,
        progress=progress,
        people_reached=reached,
        completeness_line=completeness_line(reading),
        state_sentence=state_of(plan, reading, progress, assessment),
        rules=rules_told(reading),
    )


def kpi_link(assessment: KpiAssessment | None) -> LinkReading:
    """What is known of the last link."""
    if assessment is None or assessment.small_groups:
        return read_kpi(None, lower_is_better=False)
    return read_kpi(assessment.chosen, lower_is_better=assessment.subject.lower_is_better)


def with_kpi(chain: ChainReading, assessment: KpiAssessment) -> ChainReading:
    """The chain with another KPI as its last link."""
    return ChainReading((*chain.links[:-1], kpi_link(assessment)))


def progress_of(plan: Plan, chain: ChainReading, assessment: KpiAssessment | None, last: Period) -> Progress | None:
    """Where the program stands on its way to a KPI; None without launch month or KPI."""
    if plan.launch_month is None or assessment is None:
        return None
    launch = Period(plan.launch_month, Grain.MONTH)
    return read_progress(chain, launch, assessment.planned.expected_lag_months, last)


def state_of(plan: Plan, chain: ChainReading, progress: Progress | None, assessment: KpiAssessment | None) -> str:
    """Where the program stands, as a sentence; without a progress, why there is none."""
    if progress is not None and assessment is not None:
        return state_sentence(progress, chain, assessment.subject.kpi_name)
    not_yet = "no_launch" if plan.launch_month is None else "no_kpi"
    reason = "stops_at_readiness" if plan.stops_at_readiness else not_yet
    return _(NO_PROGRESS[reason])


def _view(plan: Plan, reading: LinkReading, last: Period, told: tuple[str, ...]) -> LinkView:
    """One link; told: what is said of the KPI, which the last link is told by."""
    link = reading.link
    return LinkView(
        reading=reading,
        lines=(told if link is Link.BUSINESS_KPI else ()) or link_lines(reading),
        owners=plan.owners.get(link),
        delay=usual_delays()[link],
        before=months_before(plan),
        after=months_after(plan, link, last),
        read_from=read_from(plan, link),
    )
