"""Drift of KPIs as plain data: what the API answers and the command line writes."""

from __future__ import annotations

import json
from typing import Any

from lei.catalog.program_types import program_types
from lei.clock import instant_text
from lei.periods import Grain, Period
from lei.services.gaps.drift_words import NOT_JUDGED, drift_sentence
from lei.services.gaps.find_gaps import Gap, KpiDrift
from lei.services.gaps.find_kpi_drift import SeriesNotJudged
from lei.services.gaps.gap_questions import QUESTIONS, NextStep, Question
from lei.storage.gap_answers import GapAnswer


def drift_as_dict(drift: KpiDrift) -> dict[str, Any]:
    """The whole answer: candidates, those farthest beyond their limits first, and what could not be judged."""
    return {
        "period": str(drift.month),
        "sentence": drift_sentence(drift),
        "candidates": [gap_as_dict(gap) for gap in drift.gaps],
        "not_judged": [_not_judged(series) for series in drift.report.not_judged],
    }


def gap_as_dict(gap: Gap) -> dict[str, Any]:
    """One candidate with its questions, the answers to them, and what follows."""
    found, fall = gap.candidate, gap.candidate.fall
    return {
        "kpi": found.kpi.key,
        "name": found.kpi.display_name,
        "segment": dict(found.segment),
        "month": str(fall.month),
        "value": fall.value,
        "mean": fall.mean,
        "limit": fall.limit,
        "beyond": fall.beyond,
        "side": fall.side,
        "fell_together": found.fell_together,
        "judged": found.judged,
        "sentence": found.sentence,
        "questions": [_question(question, gap.given.get(question)) for question in QUESTIONS],
        "next_step": _next_step(found.next_step),
    }


def given_as_dict(answer: GapAnswer) -> dict[str, Any]:
    """One answer as it was given."""
    return {
        "kpi": answer.kpi_key,
        "segment": json.loads(answer.segment),
        "month": str(Period(answer.month, Grain.MONTH)),
        "question": answer.question,
        **_answer(answer),
    }


def _question(question: Question, given: GapAnswer | None) -> dict[str, Any]:
    return {"question": question, "text": QUESTIONS[question], **_answer(given)}


def _answer(given: GapAnswer | None) -> dict[str, Any]:
    if given is None:
        return dict.fromkeys(("answer", "note", "answered_at", "answered_by"))
    return {
        "answer": given.answer,
        "note": given.note,
        "answered_at": instant_text(given.answered_at),
        "answered_by": given.answered_by,
    }


def _next_step(step: NextStep) -> dict[str, Any]:
    keys = {kind.name: kind.key for kind in program_types().values()}
    types = [{"key": keys[name], "name": name} for name in step.program_types]
    return {"step": step.step, "sentence": step.sentence, "program_types": types}


def _not_judged(series: SeriesNotJudged) -> dict[str, Any]:
    return {
        "kpi": series.kpi,
        "segment": dict(series.segment),
        "reason": series.reason,
        "words": NOT_JUDGED[series.reason],
    }
