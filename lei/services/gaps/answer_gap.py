"""Keeps what people answer to the questions about a KPI that fell: who, when, and what was answered before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lei.errors import InvalidError, Problem
from lei.periods import Period
from lei.services.gaps.find_gaps import DriftQuery, Gap, find_gaps
from lei.services.gaps.gap_questions import Question
from lei.services.weights.draft_state import Act
from lei.services.words.segment_words import name_of
from lei.storage.gap_answers import GapAnswer, add_gap_answers
from lei.storage.segments import canonical


@dataclass(frozen=True, slots=True)
class NewAnswers:
    """Answers about the fall of a KPI of a unit; None takes one back."""

    kpi_key: str
    where: Mapping[str, str]
    answers: Mapping[Question, bool | None]
    note: str = ""


def answer_gap(session: Session, new: NewAnswers, month: Period, min_group_size: int, act: Act) -> Gap:
    """Keep the answers with who gave them and when; the gap as it stands with them.

    Raises InvalidError when nothing was answered, or when this KPI of this unit has not fallen as of that month.
    """
    if not new.answers:
        text = "Answer one question or more."
        raise InvalidError(text, [Problem("answers", "required", text)])
    query = DriftQuery(month, where=new.where)
    fall = _gap_of(session, query, new.kpi_key, min_group_size).candidate.fall
    segment = canonical(new.where)
    add_gap_answers(
        session,
        [
            GapAnswer(new.kpi_key, segment, fall.month.first_month, question, answer, new.note, act.now, act.by)
            for question, answer in new.answers.items()
        ],
    )
    return _gap_of(session, query, new.kpi_key, min_group_size)


def _gap_of(session: Session, query: DriftQuery, kpi_key: str, min_group_size: int) -> Gap:
    for gap in find_gaps(session, query, min_group_size).gaps:
        if gap.candidate.kpi.key == kpi_key:
            return gap
    text = (
        f"'{kpi_key}' of {name_of(query.where or {})} has not fallen beyond its limits as of {query.month}, as far as "
        "it may be shown; there is nothing to answer."
    )
    raise InvalidError(text, [Problem("kpi", "no_gap", text, hint="GET /api/v1/kpi-drift lists what fell.")])
