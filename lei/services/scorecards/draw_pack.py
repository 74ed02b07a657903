"""Draws the scorecards of one run: one, or one for each value of a dimension that may be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from lei.errors import InvalidError
from lei.periods import Period
from lei.services.scorecards.scorecard import DrawnScorecard, ScorecardRequest, draw_scorecard
from lei.services.scores.score import score
from lei.services.scores.score_report import ScoreQuery
from lei.storage.schedules import SchedulePlan


def draw_pack(
    session: Session,
    plan: SchedulePlan,
    period: Period,
    min_group_size: int,
    now: datetime,
    *,
    documented: bool = False,
) -> list[DrawnScorecard]:
    """All scorecards of a schedule for a period, from one state of the data; documented: as in a ScorecardRequest.

    Raises as `pack_requests` and `draw_scorecard`.
    """
    requests = pack_requests(session, plan, period, min_group_size)
    permitted = [replace(request, documented=documented) for request in requests]
    return [draw_scorecard(session, request, min_group_size, now) for request in permitted]


def pack_requests(session: Session, plan: SchedulePlan, period: Period, min_group_size: int) -> list[ScorecardRequest]:
    """Which scorecards a schedule makes for a period. Raises InvalidError when there is none."""
    requests = list(_requests(session, plan, period, min_group_size))
    if not requests:
        raise InvalidError(
            f"For {period} no value of '{plan.by}' has data on enough people to be shown, so there is nothing to send."
        )
    return requests


def _requests(session: Session, plan: SchedulePlan, period: Period, min_group_size: int) -> Iterator[ScorecardRequest]:
    if plan.by is None:
        yield _request(plan, period, plan.where)
        return
    query = ScoreQuery(period.grain, period, period, by=(plan.by,), where=plan.where)
    for found in score(session, query, min_group_size).scores:
        if found.reason not in ("small_group", "no_data") and plan.by in found.segment:
            yield _request(plan, period, {**plan.where, plan.by: found.segment[plan.by]})


def _request(plan: SchedulePlan, period: Period, where: Mapping[str, str]) -> ScorecardRequest:
    return ScorecardRequest(period, where, page_size=plan.page_size, language=plan.language)
