"""Looks for delays at which the measures of a program tend to move before its KPI; what is found raises no grade."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lei.catalog.measure import Measure
from lei.evidence.chain_words import LINK_NAMES
from lei.evidence.lag_correlation import Sign, search_lags
from lei.evidence.leading_to_lagging import LEADING_LINKS
from lei.evidence.links import Link
from lei.evidence.relation_words import not_compared, relation_sentence
from lei.language import _
from lei.letters import name_in_sentence
from lei.periods import Period
from lei.services.chain.link_signals import candidate_signals
from lei.services.chain.program_chain import ProgramChain
from lei.services.chain.program_reading import Relation
from lei.services.chain.program_series import MonthSeries, read_series
from lei.services.chain.read_chain import chain_with
from lei.services.chain.read_kpi_signal import read_kpi_months
from lei.services.evidence.assess_kpis import assess_kpis
from lei.services.evidence.kpi_assessment import KpiAssessment
from lei.storage.programs import Program

# Longer ago, a program and its people were others.
MONTHS_LOOKED_BACK = 60


def relations_of_program(session: Session, program: Program, last: Period, min_group_size: int) -> tuple[Relation, ...]:
    """The relations of the measures of a program with each of its KPIs, the primary one first.

    Raises InvalidError where `last` is no month.
    """
    assessed = assess_kpis(session, program, last, min_group_size)
    chain = chain_with(session, program, last, min_group_size, next(iter(assessed), None))
    return tuple(
        relation
        for assessment in assessed
        for relation in find_relations(session, program, chain, assessment, min_group_size)
    )


def find_relations(
    session: Session, program: Program, chain: ProgramChain, assessment: KpiAssessment, min_group_size: int
) -> tuple[Relation, ...]:
    """One relation for each link before the KPI: of the measure that carries it, else of the first with any data."""
    plan, last = program.plan, chain.month
    months = last.shift(1 - MONTHS_LOOKED_BACK), last
    carried = {view.link: tuple(signal.measure for signal in view.signals) for view in chain.links}
    candidates = {link: carried[link] or candidate_signals(plan)[link] for link in LEADING_LINKS}
    keys = [key for link in LEADING_LINKS for key in candidates[link]]
    series = read_series(session, plan.where, keys, months, min_group_size)
    kpi = read_kpi_months(session, plan, assessment.planned, months, min_group_size)
    return tuple(
        _relation(link, next((series[key] for key in candidates[link] if key in series), None), kpi, assessment)
        for link in LEADING_LINKS
    )


def _relation(link: Link, series: MonthSeries | None, kpi: MonthSeries | None, assessment: KpiAssessment) -> Relation:
    key, name = assessment.planned.kpi_key, assessment.subject.kpi_name
    if series is None:
        return Relation(link, "", "", key, None, not_compared("no_signal", name, link=_(LINK_NAMES[link])))
    measure = name_in_sentence(_(series.measure.display_name))
    reason = "no_series" if kpi is None else None if is_flow(series.measure) and is_flow(kpi.measure) else "no_flow"
    if reason is not None or kpi is None:
        text = not_compared(reason or "no_series", name, measure=measure)
        return Relation(link, series.measure.key, measure, key, None, text)
    found = search_lags(series.values, kpi.values, planned_sign(series.measure, kpi.measure))
    return Relation(link, series.measure.key, measure, key, found, relation_sentence(found, measure, name))


def planned_sign(measure: Measure, kpi: Measure) -> Sign:
    """1 where the plan says that both rise together: where both are better in the same direction."""
    return 1 if measure.direction == kpi.direction else -1


def is_flow(measure: Measure) -> bool:
    """Whether each month's value is of that month alone."""
    return measure.window_months == 1 and measure.time_rollup != "last"
