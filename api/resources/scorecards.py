"""`/scorecards`: render one, list what was published, and fetch a PDF or its figures."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import Response, request
from sqlalchemy.orm import Session

from api.endpoint import PREFIX, Call, endpoint
from api.pagination import PageParameters, page, read_cursor
from api.schemas.scorecards import Figures, NewScorecard, ScorecardList
from api.schemas.scorecards import Scorecard as ScorecardSchema
from lei.clock import instant_text
from lei.errors import InvalidError, NotFoundError, Problem
from lei.periods import Grain
from lei.services.scorecards.scorecard import (
    ScorecardRequest,
    default_period,
    draw_scorecard,
    file_name,
    keep_scorecard,
    pdf_bytes,
)
from lei.storage.scorecards import ScorecardSummary, list_scorecards, read_scorecard, read_summary

_PDF = "application/pdf"
Found = TypeVar("Found")


@endpoint("POST", "/scorecards", scope="scorecards", body=NewScorecard(), answers={201: ScorecardSchema()})
def create(call: Call) -> tuple[dict[str, Any], int]:
    """Render a scorecard now and keep it: later data never changes it."""
    now, settings, database = call.context.clock.now(), call.context.settings, call.context.database
    with database.reading() as session:
        wanted = _wanted(call, session)
        drawn = draw_scorecard(session, wanted, settings.min_group_size, now)
    # Drawing takes a second: nobody else's writing waits for it.
    with database.writing() as session:
        kept = read_summary(session, keep_scorecard(session, drawn, call.caller.name, now))
    return plain_scorecard(_existing(kept, 0)), 201


@endpoint("GET", "/scorecards", scope="read", query=PageParameters(), answers={200: ScorecardList()})
def list_all(call: Call) -> dict[str, Any]:
    """List the scorecards that were kept, the newest first."""
    limit = call.query["limit"]
    with call.context.database.reading() as session:
        found = list_scorecards(session, limit + 1, read_cursor(call.query["cursor"]))
    return page(found, limit, lambda scorecard: scorecard.id, plain_scorecard)


@endpoint("GET", "/scorecards/<int:scorecard_id>", scope="read", answers={200: ScorecardSchema()})
def show(call: Call, scorecard_id: int) -> dict[str, Any]:
    """Show one scorecard: what it is about and what it came from."""
    with call.context.database.reading() as session:
        return plain_scorecard(_existing(read_summary(session, scorecard_id), scorecard_id))


@endpoint("GET", "/scorecards/<int:scorecard_id>/pdf", scope="read", answers={200: _PDF})
def pdf(call: Call, scorecard_id: int) -> Response:
    """Fetch the PDF, byte for byte as it was published; 410 once it was removed from the archive."""
    with call.context.database.reading() as session:
        stored = _existing(read_scorecard(session, scorecard_id), scorecard_id)
    response = Response(pdf_bytes(stored), content_type=_PDF)
    name = file_name(stored.summary.period, stored.summary.segment)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.set_etag(stored.summary.pdf_sha256)
    response.make_conditional(request)
    return response


@endpoint("GET", "/scorecards/<int:scorecard_id>/data", scope="read", answers={200: Figures()})
def data(call: Call, scorecard_id: int) -> Response:
    """Fetch the figures that the scorecard shows, as they are stored."""
    with call.context.database.reading() as session:
        stored = _existing(read_scorecard(session, scorecard_id), scorecard_id)
    return Response(stored.figures, content_type="application/json")


def _wanted(call: Call, session: Session) -> ScorecardRequest:
    body = call.body
    period, grain = body["period"], body["grain"]
    if period is None:
        today = call.context.clock.now().astimezone(call.context.settings.timezone).date()
        period = default_period(session, grain or Grain.MONTH, today)
    if grain is not None and period.grain is not grain:
        text = f"The period {period} is a {period.grain}, not a {grain}."
        raise InvalidError(text, [Problem("grain", "wrong_grain", text)])
    settings = call.context.settings
    return ScorecardRequest(
        period,
        body["where"],
        body["title"],
        body["profile"],
        settings.documented_credit,
        page_size=body["page_size"] or settings.page_size,
        language=body["language"] or settings.language,
    )


def _existing(found: Found | None, scorecard_id: int) -> Found:
    if found is None:
        raise NotFoundError(f"There is no scorecard {scorecard_id}.")
    return found


def plain_scorecard(scorecard: ScorecardSummary) -> dict[str, Any]:
    """A scorecard as answers have it."""
    address = f"{PREFIX}/scorecards/{scorecard.id}"
    return {
        "id": scorecard.id,
        "title": scorecard.title,
        "grain": scorecard.grain,
        "period": scorecard.period,
        "where": dict(scorecard.segment),
        "profile": scorecard.profile,
        "version": scorecard.profile_version,
        "data_as_of": instant_text(scorecard.data_as_of),
        "created_at": instant_text(scorecard.created_at),
        "created_by": scorecard.created_by,
        "purpose": scorecard.purpose,
        "sha256": scorecard.pdf_sha256,
        "pdf_removed_at": instant_text(scorecard.pdf_removed_at),
        "links": {"self": address, "pdf": f"{address}/pdf", "data": f"{address}/data"},
    }
