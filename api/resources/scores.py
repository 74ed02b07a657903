"""`/scores` and `/scores/drivers`: what the score is, and why it moved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from api.answers import Result
from api.asked import segments_of
from api.endpoint import Call, endpoint
from api.schemas.scores import DriversAnswer, DriversQuery, ScoresAnswer, ScoresQuery
from lei.clock import instant_text
from lei.errors import InvalidError, Problem
from lei.services.scores.drivers import explain_change
from lei.services.scores.explain_difference import published_query
from lei.services.scores.score import default_periods, score
from lei.services.scores.score_plain import drivers_as_dict, report_as_csv, report_as_csv_of_measures, report_as_dict
from lei.services.scores.score_report import ScoreQuery

_CSV = "text/csv"


@endpoint("GET", "/scores", scope="read", query=ScoresQuery(), answers={200: ScoresAnswer()}, also=(_CSV,))
def get_scores(call: Call) -> Result:
    """Scores by period and segment: composite, pillars and measures.

    Without `from` and `to`: the newest twelve periods with data. With `as_of`: as they were known then; with
    `scorecard`: as it published them. JSON, or CSV by `Accept: text/csv`: one line for each score, or with
    `detail=measures` for each measure of it.
    """
    asked = call.query
    with call.context.database.reading() as session:
        query = _published(session, asked) if asked["scorecard"] else _asked(session, call)
        report = score(session, query, call.context.settings.min_group_size)
    if request.accept_mimetypes.best_match(["application/json", _CSV]) == _CSV:
        # JSON has the measures inside each score; a table has one line for each, so only who asks for them gets them.
        text = report_as_csv_of_measures(report) if request.args.get("detail") == "measures" else report_as_csv(report)
        return Response(text, content_type=f"{_CSV}; charset=utf-8")
    return report_as_dict(report)


def _asked(session: Session, call: Call) -> ScoreQuery:
    asked = call.query
    first, last = default_periods(session, asked["grain"], asked["first"], asked["last"], call.context.today())
    return ScoreQuery(grain=asked["grain"], first=first, last=last, detail=asked["detail"], **segments_of(asked))


def _published(session: Session, asked: Any) -> ScoreQuery:
    others = [name for name in request.args if name not in ("scorecard", "detail")]
    if others:
        text = f"A scorecard says by itself which score it shows; leave out `{others[0]}`."
        raise InvalidError(text, [Problem(name, "does_not_fit", text) for name in others])
    return replace(published_query(session, asked["scorecard"]), detail=asked["detail"])


@endpoint("GET", "/scores/drivers", scope="read", query=DriversQuery(), answers={200: DriversAnswer()})
def get_drivers(call: Call) -> Result:
    """What moved the composite from one period to another: the contributions add up to the change exactly."""
    asked = call.query
    period = asked["period"]
    against = asked["against"] or period.shift(-1)
    query = ScoreQuery(grain=period.grain, first=period, last=period, **segments_of(asked))
    with call.context.database.reading() as session:
        smallest = call.context.settings.min_group_size
        reports = explain_change(session, query, against, smallest, chained=asked["chained"])
    return {
        "period": str(period),
        "against": str(against),
        "chained": asked["chained"],
        "drivers": [drivers_as_dict(report) for report in reports],
        "profile": query.profile,
        "version": reports[0].version if reports else None,
        "data_as_of": instant_text(reports[0].data_as_of) if reports else None,
    }
