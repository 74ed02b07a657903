"""Writes on a scorecard what its reader must know: that it is a preview, a test or a draft, incomplete, commented."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from lei.language import N_
from lei.services.scorecards.scorecard import DrawnScorecard
from lei.services.workers.worker import Redraw

# For translators: across the top of a scorecard that is not the final one.
PREVIEW, TEST, DRAFT = N_("PREVIEW"), N_("TEST"), N_("DRAFT")


def marked(drawn: DrawnScorecard, redraw: Redraw, **changes: Any) -> DrawnScorecard:
    """The scorecard drawn anew with other marks: `mark`, `incomplete`, `comment` of its figures.

    One whose marks stay as they are is left as it is. Raises RenderError.
    """
    figures = replace(drawn.figures, **changes)
    if figures == drawn.figures:
        return drawn
    pdf = redraw(figures)
    return DrawnScorecard(drawn.request, figures, pdf.content, hashlib.sha256(pdf.content).hexdigest(), pdf.pages)
