"""Links that open one thing without signing in, because this installation has signed them: a PDF, or unsubscribing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from lei.config import Settings, secret_key
from lei.errors import DeliveryError, GoneError, NotFoundError

PDF_LINK_LIFE = timedelta(days=14)
_PDF, _UNSUBSCRIBE = "shared", "unsubscribe"
_NO_SUCH_LINK = "This link is not one of ours, or not all of it was copied. Open it from the mail again."


@dataclass(frozen=True, slots=True)
class PdfLink:
    """A link to the PDF of one delivery, and when it ends."""

    url: str
    expires_at: datetime


def pdf_link(settings: Settings, delivery_id: int, made_at: datetime) -> PdfLink:
    """The link to the PDF of a delivery that was made at an instant; the same for every attempt to send it.

    Raises DeliveryError where LEI_BASE_URL is not set: the link would lead to the reader's own machine.
    """
    if settings.public_url is None:
        raise DeliveryError(
            "The scorecard needs a link instead of its PDF, and without LEI_BASE_URL nobody knows where links lead."
        )
    expires_at = (made_at + PDF_LINK_LIFE).replace(microsecond=0)
    token = _signer(settings, _PDF).dumps([delivery_id, int(expires_at.timestamp())])
    return PdfLink(f"{settings.public_url}/{_PDF}/{_text(token)}", expires_at)


def delivery_of_link(settings: Settings, token: str, now: datetime) -> int:
    """The delivery whose PDF a token opens. Raises NotFoundError for a token that is not ours, GoneError when over."""
    delivery_id, expires = _opened(settings, _PDF, token)
    expires_at = datetime.fromtimestamp(int(expires), UTC)
    if now >= expires_at:
        raise GoneError(
            f"This link ended on {expires_at:%Y-%m-%d %H:%M} UTC. Ask whoever runs your scorecards for a new one, "
            "or sign in to read it."
        )
    return int(delivery_id)


def unsubscribe_link(settings: Settings, schedule_id: int, recipient: str) -> str | None:
    """The link by which a recipient gets no more mails of a schedule; None where LEI_BASE_URL is not set."""
    if settings.public_url is None:
        return None
    token = _signer(settings, _UNSUBSCRIBE).dumps([schedule_id, recipient])
    return f"{settings.public_url}/{_UNSUBSCRIBE}/{_text(token)}"


def subscription_of_link(settings: Settings, token: str) -> tuple[int, str]:
    """The schedule and the recipient that a token means. Raises NotFoundError for a token that is not ours."""
    schedule_id, recipient = _opened(settings, _UNSUBSCRIBE, token)
    return int(schedule_id), str(recipient)


def _opened(settings: Settings, purpose: str, token: str) -> tuple[int, int | str]:
    try:
        first, second = _signer(settings, purpose).loads(token)
    except (BadSignature, ValueError, TypeError):
        raise NotFoundError(_NO_SUCH_LINK) from None
    return first, second


def _signer(settings: Settings, purpose: str) -> URLSafeSerializer:
    # A token of one purpose opens nothing of another.
    return URLSafeSerializer(
        secret_key(settings), salt=f"lei.{purpose}", signer_kwargs={"digest_method": hashlib.sha256}
    )


def _text(token: str | bytes) -> str:
    return token if isinstance(token, str) else token.decode("ascii")
