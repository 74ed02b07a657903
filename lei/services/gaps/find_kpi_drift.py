"""Finds KPIs that left their usual variation in the bad direction: candidates for a gap, before any program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
from sqlalchemy.orm import Session

from lei.catalog.measure import Measure
from lei.periods import Period
from lei.services.gaps.gap_questions import QUESTIONS, Answers, NextStep, Question, next_step, open_questions
from lei.services.gaps.kpi_series import KpiSeries, read_kpi_series
from lei.services.scores.score_report import ScoreQuery
from lei.services.words.segment_words import name_of
from lei.services.words.value_words import value_text
from lei.storage.segments import canonical
from scoring.control_limits import control_limits

# A KPI whose newest value is older says nothing of today.
RECENT_MONTHS = 3

NotJudged = Literal["too_few_months", "values_overlap", "no_recent_value"]
# The key of a KPI and the canonical text of a unit (`lei.storage.segments.canonical`).
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class GapKnowledge:
    """What is known beside the figures: types of programs that move a KPI, by its key, and answers by KPI and unit."""

    program_types: Mapping[str, Sequence[str]] = field(default_factory=lambda: MappingProxyType({}))
    answers: Mapping[Place, Answers] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Fall:
    """The newest month of a series, beyond a limit on the bad side. beyond: distance to the limit, above 0."""

    month: Period
    value: float
    mean: float
    limit: float
    beyond: float
    side: Literal["above", "below"]


@dataclass(frozen=True, slots=True)
class DriftCandidate:
    """A KPI of a unit that fell. fell_together, judged: how many units of the query fell in this KPI, of how many."""

    kpi: Measure
    segment: Mapping[str, str]
    fall: Fall
    fell_together: int
    judged: int
    sentence: str
    questions: Mapping[Question, str]
    next_step: NextStep


@dataclass(frozen=True, slots=True)
class SeriesNotJudged:
    """A KPI of a unit of which nothing can be said, and why."""

    kpi: str
    segment: Mapping[str, str]
    reason: NotJudged


@dataclass(frozen=True, slots=True)
class DriftReport:
    """Candidates, those farthest beyond their limits first, and the series that could not be judged."""

    candidates: tuple[DriftCandidate, ...]
    not_judged: tuple[SeriesNotJudged, ...]


def find_kpi_drift(
    session: Session, query: ScoreQuery, min_group_size: int, knowledge: GapKnowledge | None = None
) -> DriftReport:
    """The KPIs of the units of the query whose newest month lies beyond its XmR limits in the bad direction.

    Raises InvalidError for a query that means nothing, or whose grain is no month.
    """
    return drift_in(read_kpi_series(session, query, min_group_size), knowledge or GapKnowledge())


def drift_in(series: Iterable[KpiSeries], knowledge: GapKnowledge) -> DriftReport:
    """As `find_kpi_drift`, on series at hand."""
    fallen: list[tuple[KpiSeries, Fall]] = []
    not_judged: list[SeriesNotJudged] = []
    judged, together = Counter[str](), Counter[str]()
    for each in series:
        reason = _why_not_judged(each)
        if reason is not None:
            not_judged.append(SeriesNotJudged(each.kpi.key, each.segment, reason))
            continue
        judged[each.kpi.key] += 1
        fall = fall_of(each)
        if fall is not None:
            together[each.kpi.key] += 1
            fallen.append((each, fall))
    fallen.sort(key=lambda found: -found[1].beyond / abs(found[1].limit - found[1].mean or 1.0))
    candidates = tuple(
        _candidate(each, fall, (together[each.kpi.key], judged[each.kpi.key]), knowledge) for each, fall in fallen
    )
    return DriftReport(candidates, tuple(not_judged))


def fall_of(series: KpiSeries) -> Fall | None:
    """Whether the newest value of a series is beyond its natural limits where that is bad; None where it is not.

    The limits are those of all its months, as the charts of signals show them.
    """
    newest = int(np.flatnonzero(~np.isnan(series.values))[-1])
    chart = control_limits(series.values)
    value, side = float(series.values[newest]), int(chart.outside[newest])
    if side == 0 or side not in _bad_sides(series.kpi, value):
        return None
    limit = float(chart.upper if side > 0 else chart.lower)
    return Fall(
        month=series.first.shift(newest),
        value=value,
        mean=float(chart.mean),
        limit=limit,
        beyond=abs(value - limit),
        side="above" if side > 0 else "below",
    )


def _why_not_judged(series: KpiSeries) -> NotJudged | None:
    known = np.flatnonzero(~np.isnan(series.values))
    if series.kpi.window_months != 1:  # they overlap in time, and their limits would be too narrow
        return "values_overlap"
    if not control_limits(series.values).enough:
        return "too_few_months"
    return "no_recent_value" if known[-1] < series.values.size - RECENT_MONTHS else None


def _bad_sides(kpi: Measure, value: float) -> tuple[int, ...]:
    """On which side of its limits a value is worse: +1 above, -1 below; none within a band that is the target."""
    if kpi.direction != "target_is_best":
        return (-1,) if kpi.direction == "higher_is_better" else (1,)
    low, high = kpi.goalpost_100, kpi.goalpost_100_upper
    within = low is not None and high is not None and low <= value <= high
    return () if within else (1, -1)


def _candidate(series: KpiSeries, fall: Fall, counts: tuple[int, int], knowledge: GapKnowledge) -> DriftCandidate:
    kpi = series.kpi
    answers = knowledge.answers.get((kpi.key, canonical(series.segment)), {})
    return DriftCandidate(
        kpi=kpi,
        segment=series.segment,
        fall=fall,
        fell_together=counts[0],
        judged=counts[1],
        sentence=_sentence(series, fall),
        questions={question: QUESTIONS[question] for question in open_questions(answers)},
        next_step=next_step(answers, knowledge.program_types.get(kpi.key, ())),
    )


def _sentence(series: KpiSeries, fall: Fall) -> str:
    kpi, limit = series.kpi, "upper" if fall.side == "above" else "lower"
    return (
        f"{kpi.display_name} of {name_of(series.segment)} stood at {value_text(fall.value, kpi)} in {fall.month}, "
        f"{fall.side} the {limit} limit of its usual variation ({value_text(fall.limit, kpi)}; "
        f"mean {value_text(fall.mean, kpi)}). That is a change, and no word yet of its cause."
    )
