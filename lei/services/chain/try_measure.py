"""What if a measure of a program moved: its index exactly, its KPI by the slope of its own months, or not at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from lei.catalog.measure import Measure
from lei.errors import InvalidError, NotFoundError, Problem
from lei.evidence.estimate import TooLittle
from lei.evidence.kpi_slope import KpiSlope, kpi_slope
from lei.evidence.lag_correlation import LONGEST_LAG
from lei.evidence.what_if import WhatIf, WhatIfAnswer, WhatIfRefused, what_if
from lei.evidence.what_if_words import (
    NO_VALUE,
    NotModelledReason,
    answer_sentence,
    not_modelled_sentence,
    refused_sentence,
)
from lei.language import _
from lei.letters import name_in_sentence
from lei.periods import Period
from lei.services.chain.find_relations import MONTHS_LOOKED_BACK, is_flow
from lei.services.chain.program_series import MonthSeries, read_series
from lei.services.chain.read_kpi_signal import read_kpi_months
from lei.services.chain.step_on_index import step_on_index
from lei.services.chain.what_if_reading import OnTheIndex, OnTheKpi, StepAsked, WhatIfReading
from lei.services.evidence.assess_kpi import assess_kpi
from lei.services.evidence.kpi_assessment import KpiAssessment
from lei.storage.measures import read_measures
from lei.storage.program_plans import PlannedKpi
from lei.storage.programs import Program

# Nothing is known of such a unit yet: the KPI may be told all the same.
_UNKNOWN_UNIT = frozenset(("unknown_dimension", "unknown_value", "no_data"))


def try_measure(
    session: Session, program: Program, asked: StepAsked, month: Period, min_group_size: int
) -> WhatIfReading:
    """What a step of one measure does to the index and to a KPI of the program, as known at the end of a month.

    Raises InvalidError for a measure that is not scored, NotFoundError for a KPI that the plan does not have.
    """
    planned = _planned(program, asked.kpi_key)
    stored = read_measures(session).get(asked.measure)
    if stored is None or not stored.measure.scorable:
        text = f"There is no scored measure '{asked.measure}'."
        raise InvalidError(text, [Problem("measure", "unknown_measure", text, hint="GET /measures lists all.")])
    index, sentence = _on_the_index(session, program, asked, month, min_group_size)
    kpi = None
    if planned is not None:
        assessment = assess_kpi(session, program, planned, month, min_group_size)
        kpi = _on_the_kpi(session, _Tried(program, stored.measure, asked, month), assessment, min_group_size)
    return WhatIfReading(
        measure=asked.measure,
        name=stored.measure.display_name,
        unit=stored.measure.unit,
        month=month,
        reading=asked.reading,
        index=index,
        index_sentence=sentence,
        kpi=kpi,
    )


@dataclass(frozen=True, slots=True)
class _Tried:
    """What is tried: a step of a measure of a program, as known at the end of a month."""

    program: Program
    measure: Measure
    asked: StepAsked
    month: Period

    @property
    def name(self) -> str:
        return name_in_sentence(_(self.measure.display_name))


def _planned(program: Program, key: str | None) -> PlannedKpi | None:
    if key is None:
        return program.plan.primary_kpi
    planned = program.plan.kpi(key)
    if planned is None:
        raise NotFoundError(f"The program '{program.key}' has no KPI '{key}'.")
    return planned


def _on_the_index(
    session: Session, program: Program, asked: StepAsked, month: Period, min_group_size: int
) -> tuple[OnTheIndex | None, str]:
    where = program.plan.where if asked.where is None else asked.where
    try:
        index = step_on_index(session, where, asked, month, min_group_size)
    except InvalidError as error:
        if asked.where is None and {problem.code for problem in error.problems} <= _UNKNOWN_UNIT:
            return None, error.detail
        raise
    step = next((step for step in index.steps if step.reading == asked.reading), None)
    return index, _(NO_VALUE) if step is None else step.sentence


def _on_the_kpi(session: Session, tried: _Tried, assessment: KpiAssessment, min_group_size: int) -> OnTheKpi:
    kpi = assessment.subject.kpi_name
    found = _modelled(session, tried, assessment, min_group_size)
    if isinstance(found, WhatIfAnswer):
        sentence = answer_sentence(found, kpi)
    elif isinstance(found, WhatIfRefused):
        sentence = refused_sentence(found, tried.name, kpi)
    else:
        sentence = not_modelled_sentence(found, tried.name, kpi)
    return OnTheKpi(assessment.planned.kpi_key, kpi, found, sentence)


def _modelled(
    session: Session, tried: _Tried, assessment: KpiAssessment, min_group_size: int
) -> WhatIfAnswer | WhatIfRefused | TooLittle | NotModelledReason:
    if assessment.small_groups:
        return "small_group"
    months = tried.month.shift(1 - MONTHS_LOOKED_BACK), tried.month
    plan, asked = tried.program.plan, tried.asked
    series = read_series(session, plan.where, [asked.measure], months, min_group_size).get(asked.measure)
    kpi = read_kpi_months(session, plan, assessment.planned, months, min_group_size)
    reason = _not_modelled(series, kpi)
    if reason is not None or series is None or kpi is None:
        return reason or "no_series"
    lag = assessment.planned.expected_lag_months
    if lag > LONGEST_LAG:
        return "lag_too_long"
    slope = kpi_slope(series.values, kpi.values, lag)
    if not isinstance(slope, KpiSlope):
        return slope
    step = WhatIf(
        now=float(series.values[-1]),
        change=asked.change,
        grade=assessment.decision.grade,
        reading=asked.reading,
        annual_value=asked.annual_value,
        lower_is_better=assessment.subject.lower_is_better,
    )
    return what_if(slope, step)


def _not_modelled(series: MonthSeries | None, kpi: MonthSeries | None) -> NotModelledReason | None:
    """Why percent of the one for percent of the other cannot be had; None where they can."""
    if series is None or kpi is None:
        return "no_series"
    if not (is_flow(series.measure) and is_flow(kpi.measure)):
        return "no_flow"
    positive = series.values[-1] > 0 and np.nanmean(series.values) > 0 and np.nanmean(kpi.values) > 0
    return None if positive else "no_value"
