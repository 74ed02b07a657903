"""Draws the scorecard of an owner: what the person answers for, its figures, and the PDF; nothing is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from lei.language import speaking
from lei.reports.owner_figures import OwnerFigures
from lei.reports.pdf import draw_owner_pdf
from lei.services.branding.manage_branding import present_branding
from lei.services.chain.program_report import ReportOrigin
from lei.services.owners.owner_scorecard import owner_figures
from lei.services.owners.read_owner import OwnerRequest, read_owner
from lei.storage.knowledge import knowledge_at


@dataclass(frozen=True, slots=True)
class DrawnOwner:
    """The scorecard of an owner; file_name: one that every file system takes."""

    figures: OwnerFigures
    pdf: bytes
    pages: int
    file_name: str


def read_owner_figures(session: Session, request: OwnerRequest, now: datetime, today: date) -> OwnerFigures:
    """The figures of the scorecard as known now; today: the day on which it is looked at.

    Raises NotFoundError where no plan names that address, InvalidError where the month is none, or the language.
    """
    origin = ReportOrigin(now, knowledge_at(session, None).data_as_of)
    with speaking(request.language):
        figures = owner_figures(read_owner(session, request, today), origin)
    return replace(figures, page_size=request.page_size, branding=present_branding(session))


def draw_owner_scorecard(figures: OwnerFigures) -> DrawnOwner:
    """The scorecard as PDF; takes less than a second. Raises RenderError when it could not be drawn completely."""
    drawn = draw_owner_pdf(figures)
    who = re.sub(r"[^A-Za-z0-9]+", "-", figures.email.partition("@")[0]).strip("-").lower()[:60]
    name = "-".join(part for part in ("lei-owner", who, figures.period) if part)
    return DrawnOwner(figures, drawn.content, drawn.pages, f"{name}.pdf")
