"""`/scores/intervals`, `/scores/opportunities`, `/scores/signals`: how sure, where next, and what stands out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from api.asked import segments_of
from api.context import Context
from api.endpoint import Call, endpoint
from api.schemas.score_analyses import (
    IntervalsAnswer,
    IntervalsQuery,
    OpportunitiesAnswer,
    OpportunitiesQuery,
    SignalsAnswer,
    SignalsQuery,
)
from lei.clock import instant_text
from lei.services.score_analyses.find_opportunities import Opportunity, find_opportunities
from lei.services.score_analyses.read_signals import DEFAULT_SPAN, Series, read_signals
from lei.services.score_analyses.score_intervals import estimate_intervals
from lei.services.score_analyses.score_snapshot import chosen_period
from lei.services.scores.score import default_periods
from lei.services.scores.score_report import ScoreQuery


@endpoint("GET", "/scores/intervals", scope="read", query=IntervalsQuery(), answers={200: IntervalsAnswer()})
def get_intervals(call: Call) -> dict[str, Any]:
    """How sure the scores are, by how many people answered: measures, pillars and composite with their intervals.

    Values are drawn within what their sample sizes leave open and the whole tree is computed anew for each draw. What
    is no share of a known number of people is taken as exact, and the answer says so.
    """
    asked, least = call.query, call.context.settings.min_group_size
    rules = {name: asked[name] for name in ("draws", "seed", "confidence")}
    with call.context.database.reading() as session:
        query = _query_of_period(session, call.context, asked)
        found = estimate_intervals(session, query, **rules, min_group_size=least)
    return asdict(found) | rules | {"period": str(found.period), "data_as_of": instant_text(found.data_as_of)}


@endpoint(
    "GET", "/scores/opportunities", scope="read", query=OpportunitiesQuery(), answers={200: OpportunitiesAnswer()}
)
def get_opportunities(call: Call) -> dict[str, Any]:
    """Where the next points are: what the composite gains when one measure improves by a tenth of its goalpost range.

    A gain says what a step is worth, not how hard it is.
    """
    with call.context.database.reading() as session:
        query = _query_of_period(session, call.context, call.query)
        found = find_opportunities(session, query, call.context.settings.min_group_size)
    return asdict(found) | {
        "period": str(found.period),
        "data_as_of": instant_text(found.data_as_of),
        "opportunities": [_opportunity(each) for each in found.opportunities],
    }


@endpoint("GET", "/scores/signals", scope="read", query=SignalsQuery(), answers={200: SignalsAnswer()})
def get_signals(call: Call) -> dict[str, Any]:
    """Signal or noise: the series of composite and pillars with their limits, and a verdict on the newest change.

    Limits (XmR) need 12 points. The verdict is on the change of the measures usable in both of the newest periods.
    """
    asked = call.query
    with call.context.database.reading() as session:
        today = call.context.today()
        first, last = default_periods(session, asked["grain"], asked["first"], asked["last"], today, DEFAULT_SPAN)
        query = ScoreQuery(grain=asked["grain"], first=first, last=last, **segments_of(asked))
        found = read_signals(session, query, call.context.settings.min_group_size)
    return {
        "grain": str(found.grain),
        "periods": [str(period) for period in found.periods],
        "profile": found.profile,
        "version": found.version,
        "data_as_of": instant_text(found.data_as_of),
        "segments": [
            {
                "segment": dict(unit.segment),
                "composite": _series(unit.composite),
                "pillars": {key: _series(series) for key, series in unit.pillars.items()},
            }
            for unit in found.segments
        ],
    }


def _query_of_period(session: Session, context: Context, asked: Mapping[str, Any]) -> ScoreQuery:
    period = chosen_period(session, asked["grain"], asked["period"], context.today())
    return ScoreQuery(grain=period.grain, first=period, last=period, **segments_of(asked))


def _opportunity(found: Opportunity) -> dict[str, Any]:
    plain = asdict(found)
    return {"from": plain.pop("before"), "to": plain.pop("after"), **plain}


def _series(found: Series) -> dict[str, Any]:
    return asdict(found) | {"signals": [asdict(point) | {"period": str(point.period)} for point in found.signals]}
