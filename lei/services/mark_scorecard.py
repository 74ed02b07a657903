"""Writes on a scorecard what its reader must know: that it is a preview, a test or a draft, incomplete, commented."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from lei.delivery.message import Letter
from lei.reports.figures import ScorecardFigures
from lei.services.scorecard import DrawnScorecard
from lei.services.worker import Redraw

PREVIEW, TEST, DRAFT = "PREVIEW", "TEST", "DRAFT"


def marked(drawn: DrawnScorecard, redraw: Redraw, **changes: Any) -> DrawnScorecard:
    """The scorecard drawn anew with other marks: `mark`, `incomplete`, `comment` of its figures.

    One whose marks stay as they are is left as it is. Raises RenderError.
    """
    figures = replace(drawn.figures, **changes)
    if figures == drawn.figures:
        return drawn
    pdf = redraw(figures)
    return DrawnScorecard(drawn.request, figures, pdf.content, hashlib.sha256(pdf.content).hexdigest(), pdf.pages)


def marked_letter(letter: Letter, figures: ScorecardFigures) -> Letter:
    """The letter that brings a scorecard, with its marks in the subject and what its data lack as the first fact."""
    if not figures.marks:
        return letter
    lack = (("Incomplete", figures.incomplete),) if figures.incomplete else ()
    return replace(letter, subject=f"{' '.join(figures.marks)}: {letter.subject}", facts=(*lack, *letter.facts))
