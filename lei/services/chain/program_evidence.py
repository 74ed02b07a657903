"""The evidence of all KPIs of a program at the end of a month, each with the chain that leads to it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from lei.evidence.chain import ChainReading
from lei.evidence.claims import Claim
from lei.evidence.leading_to_lagging import Progress
from lei.periods import Period
from lei.services.chain.program_chain import ProgramChain
from lei.services.chain.read_chain import chain_with, progress_of, state_of, with_kpi
from lei.services.evidence.assess_kpis import assess_kpis
from lei.services.evidence.kpi_assessment import KpiAssessment
from lei.storage.programs import Program


@dataclass(frozen=True, slots=True, eq=False)
class KpiEvidence:
    """What may be said about one KPI; chain and progress with this KPI as the last link."""

    assessment: KpiAssessment
    chain: ChainReading
    progress: Progress | None
    state_sentence: str
    people_reached: int

    @property
    def claim(self) -> Claim:
        """The claim that evidence and chain permit."""
        return self.assessment.claim(self.chain, self.people_reached)


def read_evidence(session: Session, program: Program, last: Period, min_group_size: int) -> tuple[KpiEvidence, ...]:
    """The evidence of each planned KPI, the primary one first. Raises InvalidError where `last` is no month."""
    assessed = assess_kpis(session, program, last, min_group_size)
    if not assessed:
        return ()
    links = chain_with(session, program, last, min_group_size, assessed[0])
    return tuple(_evidence(program, assessment, links) for assessment in assessed)


def _evidence(program: Program, assessment: KpiAssessment, links: ProgramChain) -> KpiEvidence:
    chain = with_kpi(links.reading, assessment)
    progress = progress_of(program.plan, chain, assessment, links.month)
    told = state_of(program.plan, chain, progress, assessment)
    return KpiEvidence(assessment, chain, progress, told, links.people_reached)
