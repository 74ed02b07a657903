"""Scorecards that were published, as files."""

from __future__ import annotations

from flask import Blueprint, Response

from lei.errors import NotFoundError
from lei.services.scorecards.scorecard import pdf_bytes
from lei.storage.scorecards import read_scorecard
from web.session import signed_in
from web.site import present_site


def add_views(pages: Blueprint) -> None:
    """`/scorecards/{id}.pdf`."""
    pages.add_url_rule("/scorecards/<int:scorecard_id>.pdf", "scorecard_pdf", _pdf, methods=["GET"])


@signed_in
def _pdf(scorecard_id: int) -> Response:
    with present_site().database.reading() as session:
        stored = read_scorecard(session, scorecard_id)
    if stored is None:
        raise NotFoundError(f"There is no scorecard {scorecard_id}. The overview lists the latest.")
    name = f"lei-scorecard-{scorecard_id}-{stored.summary.period}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(pdf_bytes(stored), content_type="application/pdf", headers=headers)
