"""The shape of questions about the drift of KPIs, of answers to the questions it asks, and of what is answered."""

from __future__ import annotations

from typing import get_args

import marshmallow as ma

from api.schemas.fields import InstantField, PeriodField, Table, Text, TrueOrFalse, WhereField, scope_table
from lei.services.gaps.find_kpi_drift import NotJudged
from lei.services.gaps.gap_questions import QUESTIONS, Step

_KEY, _LONG = 100, 4000


def _segment() -> ma.fields.Dict:
    return ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())


class DriftQuery(ma.Schema):
    """Parameters of `GET /kpi-drift`."""

    period = PeriodField(
        load_default=None, metadata={"description": "A month, up to which to look; left out: the newest with data."}
    )
    by = ma.fields.List(ma.fields.String(validate=ma.validate.Length(min=1)), load_default=list)
    where = ma.fields.List(WhereField(), load_default=list)
    as_of = InstantField(
        load_default=None, metadata={"format": "date-time", "description": "The answer as it was then."}
    )


class NewGapAnswers(ma.Schema):
    """Answers to questions about the fall of a KPI."""

    kpi = Text(_KEY, blank=False, required=True, metadata={"description": "Key of the KPI that fell."})
    where = scope_table(load_default=dict)
    period = PeriodField(
        load_default=None, metadata={"description": "The month up to which drift was read; left out: the newest."}
    )
    answers = Table(
        keys=ma.fields.String(validate=ma.validate.OneOf(list(QUESTIONS))),
        values=TrueOrFalse(allow_none=True),
        required=True,
        metadata={"description": "True is yes, false is no, null takes an answer back; by key of the question."},
    )
    note = Text(_LONG, load_default="", metadata={"description": "Where the answers come from."})


class GivenAnswer(ma.Schema):
    """Whether a question was answered, by whom and when; null: it is open."""

    answer = ma.fields.Boolean(allow_none=True)
    note = ma.fields.String(allow_none=True)
    answered_at = ma.fields.String(allow_none=True, metadata={"format": "date-time"})
    answered_by = ma.fields.String(allow_none=True)


class QuestionAnswer(GivenAnswer):
    """One question, in the order to ask them."""

    question = ma.fields.String(validate=ma.validate.OneOf(list(QUESTIONS)))
    text = ma.fields.String()


class SuggestedType(ma.Schema):
    """A type of program."""

    key = ma.fields.String()
    name = ma.fields.String()


class NextStepAnswer(ma.Schema):
    """What is recommended; types of programs only once all questions are answered and no answer points elsewhere."""

    step = ma.fields.String(validate=ma.validate.OneOf(get_args(Step)))
    sentence = ma.fields.String()
    program_types = ma.fields.List(ma.fields.Nested(SuggestedType))


class CandidateAnswer(ma.Schema):
    """A KPI of a unit beyond the limits of its usual variation, on the bad side."""

    kpi = ma.fields.String()
    name = ma.fields.String()
    segment = _segment()
    month = ma.fields.String()
    value = ma.fields.Float()
    mean = ma.fields.Float()
    limit = ma.fields.Float()
    beyond = ma.fields.Float(metadata={"description": "Distance from the limit."})
    side = ma.fields.String(validate=ma.validate.OneOf(("above", "below")))
    fell_together = ma.fields.Integer(metadata={"description": "How many of the units judged fell in this KPI."})
    judged = ma.fields.Integer()
    sentence = ma.fields.String()
    questions = ma.fields.List(ma.fields.Nested(QuestionAnswer))
    next_step = ma.fields.Nested(NextStepAnswer)


class NotJudgedAnswer(ma.Schema):
    """A KPI of a unit of which nothing can be said."""

    kpi = ma.fields.String()
    segment = _segment()
    reason = ma.fields.String(validate=ma.validate.OneOf(get_args(NotJudged)))
    words = ma.fields.String()


class DriftAnswer(ma.Schema):
    """Answer of `GET /kpi-drift`."""

    period = ma.fields.String()
    sentence = ma.fields.String()
    candidates = ma.fields.List(ma.fields.Nested(CandidateAnswer))
    not_judged = ma.fields.List(ma.fields.Nested(NotJudgedAnswer))


class GapAnswerItem(GivenAnswer):
    """One answer as it was given; of several to one question the newest counts."""

    kpi = ma.fields.String()
    segment = _segment()
    month = ma.fields.String(metadata={"description": "The month that fell."})
    question = ma.fields.String(validate=ma.validate.OneOf(list(QUESTIONS)))


class GapAnswerList(ma.Schema):
    """One page of answers."""

    items = ma.fields.List(ma.fields.Nested(GapAnswerItem))
    next_cursor = ma.fields.String(allow_none=True)
