"""The evidence of all KPIs of a program at the end of a month, each with the chain that leads to it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from lei.evidence.chain import ChainReading
from lei.evidence.leading_to_lagging import Progress
from lei.periods import Period
from lei.services.assess_kpi import assess_kpi
from lei.services.kpi_assessment import KpiAssessment
from lei.services.read_chain import chain_with, progress_of, state_of, with_kpi
from lei.storage.programs import Program


@dataclass(frozen=True, slots=True, eq=False)
class KpiEvidence:
    """What may be said about one KPI; chain and progress with this KPI as the last link."""

    assessment: KpiAssessment
    chain: ChainReading
    progress: Progress | None
    state_sentence: str


def read_evidence(session: Session, program: Program, last: Period, min_group_size: int) -> tuple[KpiEvidence, ...]:
    """The evidence of each planned KPI, the primary one first. Raises InvalidError where `last` is no month."""
    planned = sorted(program.plan.kpis, key=lambda kpi: kpi.role != "primary")
    assessed = [assess_kpi(session, program, kpi, last, min_group_size) for kpi in planned]
    if not assessed:
        return ()
    links = chain_with(session, program, last, min_group_size, assessed[0]).reading
    return tuple(_evidence(program, assessment, with_kpi(links, assessment), last) for assessment in assessed)


def _evidence(program: Program, assessment: KpiAssessment, chain: ChainReading, last: Period) -> KpiEvidence:
    progress = progress_of(program.plan, chain, assessment, last)
    return KpiEvidence(assessment, chain, progress, state_of(program.plan, chain, progress, assessment))
