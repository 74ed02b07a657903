"""Finds KPIs that fell, with the types of programs that move them and what people answered to the questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import cast

from sqlalchemy.orm import Session

from lei.catalog.program_types import program_types
from lei.periods import Period
from lei.services.gaps.find_kpi_drift import DriftCandidate, DriftReport, GapKnowledge, Place, find_kpi_drift
from lei.services.gaps.gap_questions import Question
from lei.services.scores.score_report import ScoreQuery
from lei.storage.gap_answers import GapAnswer, answers_since
from lei.storage.segments import canonical

# How many months drift looks at: as many as signals show.
SPAN = 24
# Our own policy: half a year after a fall the work has changed, and its questions are asked again.
ANSWERS_HOLD_MONTHS = 6

# The newest answer to each question that has one.
Given = Mapping[Question, GapAnswer]


@dataclass(frozen=True, slots=True)
class DriftQuery:
    """Which units, up to which month."""

    month: Period
    by: tuple[str, ...] = ()
    where: Mapping[str, str] | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A candidate with the answers that were given to its questions."""

    candidate: DriftCandidate
    given: Given


@dataclass(frozen=True, slots=True)
class KpiDrift:
    """What fell, with what was answered, and what could not be judged."""

    month: Period
    gaps: tuple[Gap, ...]
    report: DriftReport


def find_gaps(session: Session, query: DriftQuery, min_group_size: int) -> KpiDrift:
    """The KPIs beyond their limits on the bad side in the 24 months up to the one asked for, and what people answered.

    Raises InvalidError for a query that means nothing, or whose grain is no month.
    """
    given = _given(session, query.month, query.as_of)
    answers = {place: {question: bool(one.answer) for question, one in known.items()} for place, known in given.items()}
    first = query.month.shift(1 - SPAN)
    score_query = ScoreQuery(query.month.grain, first, query.month, query.by, query.where, as_of=query.as_of)
    report = find_kpi_drift(session, score_query, min_group_size, GapKnowledge(types_that_move_kpis(), answers))
    gaps = tuple(Gap(found, given.get(_place_of(found), {})) for found in report.candidates)
    return KpiDrift(query.month, gaps, report)


def types_that_move_kpis() -> Mapping[str, tuple[str, ...]]:
    """The names of the types of programs that a KPI is recommended for, by its key."""
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for kind in program_types().values():
        for key in kind.recommended:
            found[key] += (kind.name,)
    return MappingProxyType(found)


def _given(session: Session, month: Period, as_of: datetime | None) -> dict[Place, dict[Question, GapAnswer]]:
    """The newest answers about falls of the last six months up to this one; those taken back are left out."""
    newest: dict[Place, dict[Question, GapAnswer]] = defaultdict(dict)
    for one in answers_since(session, month.first_month - ANSWERS_HOLD_MONTHS + 1, as_of):
        if one.month <= month.first_month:
            newest[one.kpi_key, one.segment][cast("Question", one.question)] = one
    return {
        place: {question: one for question, one in known.items() if one.answer is not None}
        for place, known in newest.items()
    }


def _place_of(candidate: DriftCandidate) -> Place:
    return candidate.kpi.key, canonical(candidate.segment)
