"""`/programs/{key}/report`: everything that is known of a program, as figures and as a PDF for a meeting."""

from __future__ import annotations

from flask import Response

from api.endpoint import Call, endpoint
from api.program_month import month_asked
from api.schemas.program_reports import ProgramFiguresAnswer, ReportQuery
from lei.reports.program_figures import ProgramFigures, program_to_json
from lei.services.chain.draw_program_report import ProgramRequest, draw_program_report, read_program_figures

_PDF = "application/pdf"


@endpoint("GET", "/programs/<key>/report", scope="read", query=ReportQuery(), answers={200: ProgramFiguresAnswer()})
def figures(call: Call, key: str) -> Response:
    """Read the figures of the report on a program, as its PDF shows and carries them."""
    return Response(program_to_json(_figures(call, key)), content_type="application/json")


@endpoint("GET", "/programs/<key>/report.pdf", scope="read", query=ReportQuery(), answers={200: _PDF})
def pdf(call: Call, key: str) -> Response:
    """Draw the report on a program as PDF, with what is known now.

    One page to take into a meeting, then the evidence and the money behind it. It is not kept: the PDF carries its own
    figures, and what was published month by month is kept with the scorecards.
    """
    drawn = draw_program_report(_figures(call, key))
    response = Response(drawn.pdf, content_type=_PDF)
    response.headers["Content-Disposition"] = f'attachment; filename="{drawn.file_name}"'
    return response


def _figures(call: Call, key: str) -> ProgramFigures:
    settings = call.context.settings
    with call.context.database.reading() as session:
        month = month_asked(session, call, call.query["to"])
        request = ProgramRequest(
            key,
            month,
            settings.min_group_size,
            settings.documented_credit,
            call.query["language"] or settings.language,
            call.query["page_size"] or settings.page_size,
        )
        return read_program_figures(session, request, call.context.clock.now())
