"""`/readiness`: how ready each role is at each site, and how ready it will be in three months."""

from __future__ import annotations

from typing import Any

from api.endpoint import Call, endpoint
from api.schemas.readiness import ReadinessAnswer
from api.schemas.readiness import ReadinessQuery as Parameters
from lei.periods import Grain
from lei.services.readiness.forecast_readiness import ReadinessQuery, forecast_readiness_of_places
from lei.services.readiness.readiness_plain import readiness_as_dict
from lei.services.score_analyses.score_snapshot import chosen_period
from lei.services.scores.scope_filters import scope_of


@endpoint("GET", "/readiness", scope="read", query=Parameters(), answers={200: ReadinessAnswer()})
def get_readiness(call: Call) -> dict[str, Any]:
    """Readiness by role and site: now, and three months ahead with an interval and the errors of the method before.

    With too little history there is no forecast, and the answer says so. What is under the line, expected to fall under
    it, or about to lose certificates is at risk.
    """
    asked, context = call.query, call.context
    with context.database.reading() as session:
        month = asked["period"] or chosen_period(session, Grain.MONTH, None, context.today())
        by, where = tuple(dict.fromkeys(asked["by"])), scope_of(asked["where"])
        query = ReadinessQuery(month, by, where, asked["as_of"])
        report = forecast_readiness_of_places(session, query, context.settings.min_group_size)
    return readiness_as_dict(report)
