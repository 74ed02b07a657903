"""`/owners/{email}/scorecard`: application on the job in all programs of a person, as figures and as a PDF."""

from __future__ import annotations

from flask import Response

from api.endpoint import Call, endpoint
from api.program_month import month_asked
from api.schemas.owner_scorecards import OwnerFiguresAnswer, OwnerScorecardQuery
from lei.reports.owner_figures import OwnerFigures, owner_to_json
from lei.services.owners.draw_owner_scorecard import draw_owner_scorecard, read_owner_figures
from lei.services.owners.read_owner import OwnerRequest

_PDF = "application/pdf"
_QUERY = OwnerScorecardQuery()


@endpoint("GET", "/owners/<email>/scorecard", scope="read", query=_QUERY, answers={200: OwnerFiguresAnswer()})
def figures(call: Call, email: str) -> Response:
    """Read the scorecard of an owner: application on the job first, in every program that the person has a link of.

    Both owners of a program, the one from the business and the one from learning, see the same application in the same
    words, whichever of its links they answer for. Then follow their other links, and what is due.
    """
    return Response(owner_to_json(_figures(call, email)), content_type="application/json")


@endpoint("GET", "/owners/<email>/scorecard.pdf", scope="read", query=_QUERY, answers={200: _PDF})
def pdf(call: Call, email: str) -> Response:
    """Draw the scorecard of an owner as PDF, with what is known now.

    It is not kept. What goes out by mail each month is kept as it was sent.
    """
    drawn = draw_owner_scorecard(_figures(call, email))
    response = Response(drawn.pdf, content_type=_PDF)
    response.headers["Content-Disposition"] = f'attachment; filename="{drawn.file_name}"'
    return response


def _figures(call: Call, email: str) -> OwnerFigures:
    settings = call.context.settings
    with call.context.database.reading() as session:
        month = month_asked(session, call, call.query["period"])
        request = OwnerRequest(
            email=email,
            month=month,
            min_group_size=settings.min_group_size,
            documented=settings.documented_credit,
            language=call.query["language"] or settings.language,
            page_size=call.query["page_size"] or settings.page_size,
        )
        return read_owner_figures(session, request, call.context.clock.now(), call.context.today())
