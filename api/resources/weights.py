"""`/weights`: what-ifs."""

from __future__ import annotations

from typing import Any

from api.endpoint import Call, endpoint
from api.schemas.weight_profiles import PreviewAnswer, PreviewQuestion
from lei.clock import instant_text
from lei.services.preview_weights import preview_weights
from lei.services.score import default_periods
from lei.services.score_report import Score, ScoreQuery


@endpoint("POST", "/weights/preview", scope="weights", body=PreviewQuestion(), answers={200: PreviewAnswer()})
def preview(call: Call) -> dict[str, Any]:
    """Scores under other weights beside today's; nothing is stored.

    Without `from` and `to`: the newest twelve periods with data.
    """
    asked, context = call.body, call.context
    now = context.clock.now()
    with context.database.reading() as session:
        today = now.astimezone(context.settings.timezone).date()
        first, last = default_periods(session, asked["grain"], asked["first"], asked["last"], today)
        segments = {"by": tuple(dict.fromkeys(asked["by"])), "where": asked["where"], "profile": asked["base"]}
        query = ScoreQuery(grain=asked["grain"], first=first, last=last, **segments)
        result = preview_weights(session, query, asked["profile"], context.settings.min_group_size, now)
    return {
        "base": result.today.profile,
        "version": result.today.version,
        "data_as_of": instant_text(result.today.data_as_of),
        "weights": result.weights.as_dict(),
        "scores": [_pair(current, tried) for current, tried in result.pairs],
    }


def _pair(current: Score, tried: Score) -> dict[str, Any]:
    both = current.composite is not None and tried.composite is not None
    return {
        "period": str(current.period),
        "segment": dict(current.segment),
        "current": _plain(current),
        "preview": _plain(tried),
        "change": (tried.composite or 0.0) - (current.composite or 0.0) if both else None,
    }


def _plain(score: Score) -> dict[str, Any]:
    return {
        "composite": score.composite,
        "reason": score.reason,
        "status": score.status,
        "band": score.band,
        "coverage": score.coverage,
        "pillars": {pillar.key: pillar.score for pillar in score.pillars},
    }
