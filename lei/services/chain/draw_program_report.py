"""Draws the report on a program: what is known of it, its figures, and the PDF; nothing is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from lei.language import ENGLISH, speaking
from lei.periods import Period
from lei.reports.pdf import draw_program_pdf
from lei.reports.program_figures import ProgramFigures
from lei.services.branding.manage_branding import present_branding
from lei.services.chain.program_report import ReportOrigin, program_figures
from lei.services.chain.read_program import read_program
from lei.services.programs.manage_programs import find_program
from lei.storage.knowledge import knowledge_at


@dataclass(frozen=True, slots=True)
class ProgramRequest:
    """Which report is wanted: the program's key, and the month up to which data counts.

    documented: the organization permits documented estimates of the credited share above the usual ceiling.
    """

    key: str
    month: Period
    min_group_size: int
    documented: bool = False
    language: str = ENGLISH
    page_size: str = "A4"


@dataclass(frozen=True, slots=True)
class DrawnReport:
    """A report on a program; file_name: one that every file system takes."""

    figures: ProgramFigures
    pdf: bytes
    pages: int
    file_name: str


def read_program_figures(session: Session, request: ProgramRequest, now: datetime) -> ProgramFigures:
    """The figures of the report as known now.

    Raises NotFoundError for a key that does not exist, InvalidError where the month is none, or the language.
    """
    program = find_program(session, request.key)
    origin = ReportOrigin(now, knowledge_at(session, None).data_as_of)
    with speaking(request.language):
        reading = read_program(
            session, program, request.month, request.min_group_size, now.date(), documented=request.documented
        )
        figures = program_figures(reading, origin)
    return replace(figures, page_size=request.page_size, branding=present_branding(session))


def draw_program_report(figures: ProgramFigures) -> DrawnReport:
    """The report as PDF; takes about a second. Raises RenderError when it could not be drawn completely."""
    drawn = draw_program_pdf(figures)
    key = re.sub(r"[^A-Za-z0-9]+", "-", figures.key).strip("-").lower()
    return DrawnReport(figures, drawn.content, drawn.pages, f"lei-program-{key}-{figures.period}.pdf")
