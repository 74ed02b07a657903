"""Makes a scorecard: its figures from the scores, the PDF from the figures, and keeps both as a record."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from lei.errors import GoneError
from lei.reports.figures import ScorecardFigures, to_json
from lei.reports.pdf import draw_pdf
from lei.services.scorecards.scorecard_figures import build_figures
from lei.services.scorecards.scorecard_request import ScorecardRequest, default_period
from lei.storage.scorecards import NewScorecard, Purpose, StoredScorecard, add_scorecard

__all__ = [
    "DrawnScorecard",
    "ScorecardRequest",
    "default_period",
    "draw_scorecard",
    "file_name",
    "keep_scorecard",
    "pdf_bytes",
]

_LONGEST_FILE_NAME = 100
_SHOWN_DIGEST = 12


@dataclass(frozen=True, slots=True)
class DrawnScorecard:
    """A scorecard that is drawn and not yet kept."""

    request: ScorecardRequest
    figures: ScorecardFigures
    pdf: bytes
    sha256: str
    pages: int


def draw_scorecard(
    session: Session,
    request: ScorecardRequest,
    min_group_size: int,
    now: datetime,
    mark: str = "",
    incomplete: str = "",
) -> DrawnScorecard:
    """Figures and PDF from what is stored now; reads only, and takes about a second.

    mark, incomplete: see `ScorecardFigures`. Raises InvalidError for a period that has not begun, an unknown dimension
    or profile, and RenderError when the document could not be drawn completely.
    """
    figures = replace(build_figures(session, request, min_group_size, now), mark=mark, incomplete=incomplete)
    drawn = draw_pdf(figures)
    return DrawnScorecard(request, figures, drawn.content, hashlib.sha256(drawn.content).hexdigest(), drawn.pages)


def keep_scorecard(
    session: Session,
    drawn: DrawnScorecard,
    created_by: str,
    now: datetime,
    purpose: Purpose = "published",
    run_id: int | None = None,
) -> int:
    """Store a drawn scorecard as a record that never changes; its id. run_id: of the run of a schedule, if any."""
    figures = drawn.figures
    return add_scorecard(
        session,
        NewScorecard(
            title=figures.title,
            grain=figures.grain,
            period=figures.period,
            segment=dict(figures.segment),
            profile=figures.origin.profile,
            profile_version=figures.origin.profile_version,
            data_as_of=figures.origin.data_as_of,
            created_at=now,
            created_by=created_by,
            figures=to_json(figures),
            pdf=drawn.pdf,
            pdf_sha256=drawn.sha256,
            purpose=purpose,
            run_id=run_id,
        ),
    )


def pdf_bytes(stored: StoredScorecard) -> bytes:
    """The PDF, byte for byte as it was published. Raises GoneError when it was removed from the archive."""
    summary = stored.summary
    if summary.pdf_removed_at is not None:
        raise GoneError(
            f"The PDF of scorecard {summary.id} was removed on {summary.pdf_removed_at:%Y-%m-%d}, as "
            f"LEI_ARCHIVE_MONTHS says. Its figures are still there; its SHA-256 was {summary.pdf_sha256}."
        )
    return stored.pdf


def file_name(period: str, segment: Mapping[str, str], schedule: str = "", digest: str = "") -> str:
    """A name that every file system and mail program takes, such as `lei-scorecard-2026-10-unit-field-service.pdf`.

    digest: of the content; a part of it ends the name, so that what differs is never under one name.
    """
    parts = ["lei-scorecard", period, *(f"{key}-{value}" for key, value in segment.items()), schedule]
    plain = unicodedata.normalize("NFKD", " ".join(parts)).encode("ascii", "ignore").decode("ascii")
    stem = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-").lower()[:_LONGEST_FILE_NAME].rstrip("-")
    return f"{stem}-{digest[:_SHOWN_DIGEST]}.pdf" if digest else f"{stem}.pdf"
