"""`/weights/advice`: what the data say about weights."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from api.endpoint import Call, endpoint
from api.schemas.weight_advice import AdviceAnswer, AdviceQuestion
from lei.clock import instant_text
from lei.services.scores.score import default_periods
from lei.services.scores.score_report import ScoreQuery
from lei.services.weights.advise_weights import advise_weights


@endpoint("POST", "/weights/advice", scope="weights", body=AdviceQuestion(), answers={200: AdviceAnswer()})
def advise(call: Call) -> dict[str, Any]:
    """Data-driven weights beside today's, as advice with its warnings; nothing is stored.

    One case is one segment in one period. Without `from` and `to`: the newest twelve periods with data.
    """
    asked, context = call.body, call.context
    with context.database.reading() as session:
        today = context.today()
        first, last = default_periods(session, asked["grain"], asked["first"], asked["last"], today)
        segments = {"by": tuple(dict.fromkeys(asked["by"])), "where": asked["where"], "profile": asked["profile"]}
        query = ScoreQuery(grain=asked["grain"], first=first, last=last, **segments)
        methods = tuple(dict.fromkeys(asked["methods"]))
        found = advise_weights(session, query, asked["pillar"], methods, context.settings.min_group_size)
    return {
        "profile": found.profile,
        "version": found.version,
        "data_as_of": instant_text(found.data_as_of),
        "pillar": asked["pillar"],
        "today": found.today,
        "cases": found.cases,
        "gaps": found.gaps,
        "left_out": found.left_out,
        "advice": [asdict(method) for method in found.methods],
        "warnings": list(found.warnings),
    }
