"""Turns what is known of a program into the figures of its report: plain numbers and finished sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from lei.catalog.program_types import program_types
from lei.evidence.estimate import Floats
from lei.evidence.grade import Grade
from lei.evidence.grade_words import legend
from lei.evidence.lag_correlation import LagSearch
from lei.evidence.links import Link
from lei.evidence.money_words import NOT_ADDED
from lei.evidence.words import with_request
from lei.language import _, spoken
from lei.letters import first_upper, name_in_sentence
from lei.periods import Grain, Period, period_label, short_period_label
from lei.reports import program_sentences as words
from lei.reports.chain_figures import LinkContext, Standing, chain_figures
from lei.reports.evidence_figures import Looked, Months, evidence_figures
from lei.reports.kpi_figures import KpiPromise, kpi_figures
from lei.reports.money_figures import MoneyTold, money_figures
from lei.reports.program_figures import (
    SCHEMA,
    ChainFigures,
    DecisionFigures,
    EvidenceFigures,
    KpiFigures,
    MoneyFigures,
    ProgramFigures,
)
from lei.services.chain.program_chain import LinkView
from lei.services.chain.program_reading import KpiReading, ProgramReading
from lei.services.evidence.kpi_assessment import Checks, EvidenceSeries
from lei.services.words.segment_words import segment_name
from lei.storage.program_cycles import Decision
from lei.storage.program_plans import KnownChange, Plan


@dataclass(frozen=True, slots=True)
class ReportOrigin:
    """When a report is made, and when the newest data behind it had come in (None: there is none)."""

    made_at: datetime
    data_as_of: datetime | None


def program_figures(reading: ProgramReading, origin: ReportOrigin) -> ProgramFigures:
    """The figures of the report on a program, from what was read alone: no database, no clock."""
    plan = reading.program.plan
    kpis = tuple(kpi_of(kpi, reading) for kpi in reading.kpis)
    first = kpis[0] if kpis else None
    return ProgramFigures(
        schema=SCHEMA,
        key=reading.program.key,
        title=plan.name,
        type_name=_(program_types()[plan.program_type].name),
        segment_name=segment_name(plan.where),
        period=str(reading.month),
        period_label=period_label(reading.month),
        launch_text=words.launch(_launch(plan), reading.status),
        made_at=origin.made_at,
        data_as_of=origin.data_as_of,
        problem=plan.business_problem,
        headline=headline_of(reading),
        kpi=first,
        other_kpis=kpis[1:],
        chain=chain_of(reading, first),
        evidence=evidence_of(reading.kpis[0], first) if first else None,
        money=money_of(reading),
        other_changes=tuple(_other_change(change) for change in plan.known_other_changes),
        decisions=decisions_of(reading),
        next_review_text=words.next_review(reading.next_review),
        notes=_notes(reading),
        grades_legend=legend(),
        language=spoken(),
    )


def headline_of(reading: ProgramReading) -> str:
    """The claim with what is asked for; below grade E2 where the program stands, which tells more than no claim."""
    if reading.kpis and reading.kpis[0].claim.grade >= Grade.E2:
        return reading.headline
    asked = reading.decisions_asked
    return with_request(reading.chain.state_sentence, name_in_sentence(asked[0].what) if asked else "")


def kpi_of(kpi: KpiReading, reading: ProgramReading) -> KpiFigures:
    """One KPI of a program with its claim."""
    signal = reading.chain.kpi_signal
    name = kpi.assessment.subject.kpi_name
    source = signal.source if signal is not None and signal.measure == kpi.claim.kpi_key else ""
    owner = kpi.assessment.planned.kpi_owner
    promise = KpiPromise(first_upper(name), owner, kpi.target, kpi.baseline, kpi.now, source)
    return kpi_figures(kpi.claim, promise)


def chain_of(reading: ProgramReading, kpi: KpiFigures | None) -> ChainFigures:
    """The chain of a program, its last link carried by the primary KPI."""
    chain = reading.chain
    around = {view.link: _context(view) for view in chain.links}
    return chain_figures(chain.reading, Standing(chain.progress, chain.state_sentence), kpi, around)


def money_of(reading: ProgramReading) -> MoneyFigures:
    """What a program costs, and what its primary KPI is worth."""
    money, spend = reading.money, reading.money.spend
    first = next(iter(money.kpis), None)
    several = (_(NOT_ADDED),) if sum(each.stated is not None for each in money.kpis) > 1 else ()
    told = MoneyTold(intangibles=money.intangibles)
    if first is not None:
        told = MoneyTold(first.stated, first.sentence, (*first.lines, *several), money.intangibles)
    return money_figures(told, None if spend is None else spend.cost, None if spend is None else spend.budget)


def evidence_of(reading: KpiReading, kpi: KpiFigures) -> EvidenceFigures:
    """What the claim of a KPI rests on."""
    assessment = reading.assessment
    chosen = "" if assessment.chosen is None else assessment.chosen.method
    others = [result for result in assessment.results if result.method != chosen]
    months = None if assessment.series is None else _months(assessment.series)
    return evidence_figures(kpi, months, assessment.chosen, others, _looked(assessment.checks))


def decisions_of(reading: ProgramReading) -> tuple[DecisionFigures, ...]:
    """The decisions that are asked for, the one that is due first on top."""
    return tuple(decision_figures(each) for each in sorted(reading.decisions_asked, key=lambda each: each.due_on))


def decision_figures(decision: Decision) -> DecisionFigures:
    """A decision that is asked for."""
    return words.decision(decision.what, decision.owner, decision.due_on, decision.cost, decision.currency)


def _launch(plan: Plan) -> Period | None:
    return None if plan.launch_month is None else Period(plan.launch_month, Grain.MONTH)


def _context(view: LinkView) -> LinkContext:
    owners = view.owners
    if owners is None:
        return LinkContext(view.after)
    return LinkContext(view.after, owners.business.name, owners.learning.name)


def _other_change(change: KnownChange) -> str:
    return words.other_change(change.what, Period(change.month, Grain.MONTH), change.hits)


def _notes(reading: ProgramReading) -> tuple[str, ...]:
    """What could not be computed, relations with the KPI, and what a careful reader would remark on the plan."""
    missing = [one.reason for kpi in reading.kpis for one in kpi.assessment.not_computed]
    relations = [
        each.sentence for kpi in reading.kpis[:1] for each in kpi.relations if isinstance(each.found, LagSearch)
    ]
    told = [line for view in reading.chain.links if view.link is not Link.BUSINESS_KPI for line in view.lines[1:]]
    return tuple(dict.fromkeys((*told, *missing, *relations, *reading.remarks)))


def _months(series: EvidenceSeries) -> Months:
    return Months(
        labels=tuple(short_period_label(month) for month in series.months),
        treated=_values(series.treated),
        comparison=_values(series.comparison),
        projected=_values(series.projected),
        low=_values(series.low),
        high=_values(series.high),
        start=series.start,
        counted_from=series.counted_from,
    )


def _values(values: Floats) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(value) else value for value in values.tolist())


def _looked(checks: Checks) -> Looked:
    return Looked(
        parallel_trends=checks.parallel_trends,
        placebo=checks.placebo,
        balance=checks.balance,
        mix=checks.mix,
        regression_to_mean=checks.regression_to_mean,
    )
