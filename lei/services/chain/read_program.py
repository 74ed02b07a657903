"""Reads everything that is known of a program at the end of a month: chain, KPIs with claims, money, what is open."""

from __future__ import annotations

from datetime import date

import numpy as np
from sqlalchemy.orm import Session

from lei.evidence.claim_notes import notes
from lei.evidence.grade_words import badge
from lei.evidence.words import effect_with_interval, page_one_sentence, sentence
from lei.letters import within_sentence
from lei.periods import Grain, Period
from lei.services.chain.find_relations import find_relations
from lei.services.chain.program_chain import ProgramChain
from lei.services.chain.program_money import KpiMoney
from lei.services.chain.program_reading import KpiReading, ProgramReading
from lei.services.chain.read_chain import chain_with, progress_of, state_of, with_kpi
from lei.services.chain.value_program import money_of
from lei.services.evidence.assess_kpis import assess_kpis
from lei.services.evidence.kpi_assessment import KpiAssessment
from lei.services.programs.missing_sign_offs import missing_sign_offs, quarter_to_sign
from lei.services.programs.plan_remarks import remarks_on
from lei.storage.program_cycles import Decision
from lei.storage.programs import Program


def read_program(
    session: Session, program: Program, last: Period, min_group_size: int, today: date, *, documented: bool = False
) -> ProgramReading:
    """The program as known at the end of the month `last`, looked at on a day.

    documented: as for `value_program`. Raises InvalidError where `last` is no month.
    """
    assessed = assess_kpis(session, program, last, min_group_size)
    primary = next(iter(assessed), None)
    chain = chain_with(session, program, last, min_group_size, primary)
    money = money_of(program, assessed, documented=documented)
    kpis = tuple(
        _kpi_reading(session, program, chain, assessment, value, min_group_size)
        for assessment, value in zip(assessed, money.kpis, strict=True)
    )
    quarter = quarter_to_sign(program, last)
    asked = tuple(decision for decision in program.decisions if decision.taken is None)
    return ProgramReading(
        program=program,
        status=program.status_on(today),
        month=last,
        headline=_headline(kpis, asked) if kpis else chain.state_sentence,
        chain=chain,
        kpis=kpis,
        money=money,
        decisions_asked=asked,
        decisions_taken=tuple(decision for decision in program.decisions if decision.taken is not None),
        next_review=_next_review(program),
        missing_sign_offs=() if quarter is None else missing_sign_offs(program, quarter),
        experiments=program.experiments,
        remarks=tuple(remarks_on(program.plan)),
    )


def _headline(kpis: tuple[KpiReading, ...], asked: tuple[Decision, ...]) -> str:
    """The claim about the primary KPI, and the decision that has been asked for the longest."""
    return page_one_sentence(kpis[0].claim, within_sentence(asked[0].what) if asked else "")


def _kpi_reading(
    session: Session,
    program: Program,
    chain: ProgramChain,
    assessment: KpiAssessment,
    money: KpiMoney,
    min_group_size: int,
) -> KpiReading:
    reading = with_kpi(chain.reading, assessment)
    progress = progress_of(program.plan, reading, assessment, chain.month)
    claim = assessment.claim(reading, chain.people_reached)
    baseline, now = _levels(assessment)
    return KpiReading(
        assessment=assessment,
        chain=reading,
        progress=progress,
        state_sentence=state_of(program.plan, reading, progress, assessment),
        claim=claim,
        sentence=sentence(claim),
        badge=badge(claim.grade),
        effect=effect_with_interval(claim),
        notes=notes(claim),
        baseline=baseline if assessment.planned.baseline.value is None else assessment.planned.baseline.value,
        now=now,
        target=assessment.planned.target,
        money=money,
        relations=find_relations(session, program, chain, assessment, min_group_size),
    )


def _levels(assessment: KpiAssessment) -> tuple[float | None, float | None]:
    """The KPI of the treated groups over the baseline, and over the months that count; without weights by month."""
    planned, series = assessment.planned, assessment.series
    if series is None or assessment.small_groups:
        return None, None
    first, last = (Period(month, Grain.MONTH) for month in (planned.baseline.first_month, planned.baseline.last_month))
    return _mean(assessment, first, last), _mean(assessment, *assessment.window)


def _mean(assessment: KpiAssessment, first: Period, last: Period) -> float | None:
    series = assessment.series
    if series is None:
        return None
    values = [v for m, v in zip(series.months, series.treated.tolist(), strict=True) if first <= m <= last]
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else None


def _next_review(program: Program) -> date | None:
    done = {review.on for review in program.reviews if review.done}
    planned = {*program.plan.review_dates, *(review.on for review in program.reviews)}
    return min(planned - done, default=None)
