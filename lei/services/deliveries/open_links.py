"""Opens a signed link to the PDF of one delivery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lei.config import Settings
from lei.errors import ForbiddenError, NotFoundError
from lei.services.access.check_recipients import may_see
from lei.services.deliveries.signed_links import delivery_of_link
from lei.services.scorecards.scorecard import file_name, pdf_bytes
from lei.storage.deliveries import read_delivery
from lei.storage.scorecards import read_scorecard


@dataclass(frozen=True, slots=True)
class PublishedPdf:
    """A PDF and the name to keep it under."""

    name: str
    content: bytes


def opened_pdf(session: Session, settings: Settings, token: str, now: datetime) -> PublishedPdf:
    """The PDF that a link leads to: exactly that of its delivery.

    Raises NotFoundError for a link that is not ours, GoneError for one that has ended or whose PDF was removed, and
    ForbiddenError where the recipient may not see it any more.
    """
    delivery = read_delivery(session, delivery_of_link(settings, token, now))
    stored = None if delivery is None else read_scorecard(session, delivery.scorecard_id)
    if delivery is None or stored is None:
        raise NotFoundError("What this link was for is no longer stored.")
    if not may_see(session, delivery):
        raise ForbiddenError("This link does not open any more: what its recipient may see has changed.")
    return PublishedPdf(file_name(stored.summary.period, stored.summary.segment), pdf_bytes(stored))
