"""`/kpi-drift`: business KPIs that left their usual variation, and the answers to what must be asked about them."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from api.context import Context
from api.endpoint import Call, endpoint
from api.pagination import PageParameters, page, read_cursor
from api.recorded import act_of
from api.schemas.kpi_drift import CandidateAnswer, DriftAnswer, GapAnswerList, NewGapAnswers
from api.schemas.kpi_drift import DriftQuery as Parameters
from lei.periods import Grain, Period
from lei.services.gaps.answer_gap import NewAnswers, answer_gap
from lei.services.gaps.drift_plain import drift_as_dict, gap_as_dict, given_as_dict
from lei.services.gaps.find_gaps import DriftQuery, find_gaps
from lei.services.score_analyses.score_snapshot import chosen_period
from lei.services.scores.scope_filters import scope_of
from lei.storage.gap_answers import list_gap_answers


@endpoint("GET", "/kpi-drift", scope="read", query=Parameters(), answers={200: DriftAnswer()})
def get_drift(call: Call) -> dict[str, Any]:
    """KPIs beyond their limits on the bad side, as candidates for a gap: what to ask before any program is planned.

    Limits (XmR) need 12 months. A type of program is suggested only once every question is answered and no answer
    points elsewhere.
    """
    asked, context = call.query, call.context
    with context.database.reading() as session:
        month = _month(session, context, asked["period"])
        query = DriftQuery(month, tuple(dict.fromkeys(asked["by"])), scope_of(asked["where"]), asked["as_of"])
        return drift_as_dict(find_gaps(session, query, context.settings.min_group_size))


@endpoint("POST", "/kpi-drift/answers", scope="scorecards", body=NewGapAnswers(), answers={201: CandidateAnswer()})
def answer(call: Call) -> tuple[dict[str, Any], int]:
    """Answer questions about the fall of a KPI. Who answered and when is kept, and so is what was answered before.

    The answers count for falls of the same KPI and unit for half a year; then the questions are asked again.
    """
    body, context = call.body, call.context
    new = NewAnswers(body["kpi"], body["where"], body["answers"], body["note"])
    with context.database.writing() as session:
        month = _month(session, context, body["period"])
        gap = answer_gap(session, new, month, context.settings.min_group_size, act_of(call))
    return gap_as_dict(gap), 201


@endpoint("GET", "/kpi-drift/answers", scope="read", query=PageParameters(), answers={200: GapAnswerList()})
def answers(call: Call) -> dict[str, Any]:
    """List all answers as they were given, the oldest first."""
    after, limit = read_cursor(call.query["cursor"]), call.query["limit"]
    with call.context.database.reading() as session:
        found = list_gap_answers(session, after, limit + 1)
    return page(found, limit, lambda item: item[0], lambda item: given_as_dict(item[1]))


def _month(session: Session, context: Context, asked: Period | None) -> Period:
    return asked or chosen_period(session, Grain.MONTH, None, context.today())
