"""Hands a delivery over, by mail, into a folder or to a webhook, and says what exactly it handed over."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lei.clock import instant_text
from lei.delivery.folder import write_file
from lei.delivery.message import message_again, write_message
from lei.delivery.registry import Way, way_to
from lei.delivery.webhook import WebhookCall, WebhookGoneError, post_webhook
from lei.errors import DeliveryError, GoneError, NotFoundError
from lei.reports.figures import from_json
from lei.services.deliveries.compose_letter import compose_letter
from lei.services.deliveries.signed_links import PdfLink, pdf_link, unsubscribe_link
from lei.services.scorecards.scorecard import file_name, pdf_bytes
from lei.services.workers.worker import Worker
from lei.storage.deliveries import Delivery
from lei.storage.scorecards import StoredScorecard, read_scorecard
from lei.storage.sent_messages import SentMessage, read_message
from lei.storage.webhooks import Webhook, change_webhook, read_webhook

MAIL, PDF, JSON = "message/rfc822", "application/pdf", "application/json"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What the other side has taken. link_expires_at: of the link to the PDF, where there is one."""

    content: bytes
    content_type: str
    link_expires_at: datetime | None = None


def hand_over(worker: Worker, delivery: Delivery) -> HandedOver:
    """Write what the recipient gets and hand it over; returns when the other side has taken it.

    Raises DeliveryError, and what says that there is nothing to send any more.
    """
    way, _ = way_to(delivery.recipient)
    with worker.database.reading() as session:
        kept = None if delivery.resend_of is None else read_message(session, delivery.resend_of)
        scorecard = read_scorecard(session, delivery.scorecard_id)
    if scorecard is None:
        raise NotFoundError(f"The scorecard {delivery.scorecard_id} of this delivery is no longer stored.")
    parcel = _written(worker, delivery, scorecard, way) if delivery.resend_of is None else _again(kept)
    _SENDERS[way](worker, delivery, scorecard, parcel)
    return parcel


def _written(worker: Worker, delivery: Delivery, scorecard: StoredScorecard, way: Way) -> HandedOver:
    if way == "folder":
        return HandedOver(pdf_bytes(scorecard), PDF)
    return _mail(worker, delivery, scorecard) if way == "mail" else _notice(worker, delivery, scorecard)


def _again(kept: SentMessage | None) -> HandedOver:
    if kept is None or kept.content is None:
        raise GoneError("What was sent is no longer in the archive, so it cannot be sent again.")
    return HandedOver(kept.content, kept.content_type, kept.link_expires_at)


def _mail(worker: Worker, delivery: Delivery, scorecard: StoredScorecard) -> HandedOver:
    """The mail with the PDF; where it is too large as it is sent, with a link instead."""
    settings, whole = worker.settings, pdf_bytes(scorecard)
    # Whoever tries a schedule out must not take its real recipient off the list by a click, and no mail filter either.
    is_test = delivery.kind == "test"
    leave = None if is_test else unsubscribe_link(settings, delivery.schedule_id, delivery.recipient)
    letter = compose_letter(delivery, scorecard, settings.mail_from, pdf=whole, unsubscribe=leave)
    content = write_message(letter).as_bytes()
    if len(content) <= settings.mail_max_bytes:
        return HandedOver(content, MAIL)
    link = pdf_link(settings, delivery.id, delivery.created_at)
    letter = compose_letter(delivery, scorecard, settings.mail_from, pdf=link, unsubscribe=leave)
    return HandedOver(write_message(letter).as_bytes(), MAIL, link.expires_at)


def _notice(worker: Worker, delivery: Delivery, scorecard: StoredScorecard) -> HandedOver:
    """The body for a webhook: what the scorecard is about, and the PDF or a link to it."""
    link: PdfLink | None = None
    summary, figures = scorecard.summary, from_json(scorecard.figures)
    data: dict[str, object] = {
        "schedule": delivery.schedule,
        "period": summary.period,
        "grain": summary.grain,
        "segment": dict(summary.segment),
        "title": summary.title,
        "scorecard_id": summary.id,
        "data_as_of": instant_text(summary.data_as_of),
        "incomplete": figures.incomplete or None,
        "comment": None if figures.comment is None else figures.comment.text,
        "pdf_name": file_name(summary.period, summary.segment),
        "pdf_sha256": summary.pdf_sha256,
    }
    if _webhook(worker, way_to(delivery.recipient)[1]).content == "pdf":
        data["pdf_base64"] = base64.b64encode(pdf_bytes(scorecard)).decode("ascii")
    else:
        link = pdf_link(worker.settings, delivery.id, delivery.created_at)
        data |= {"pdf_url": link.url, "pdf_url_expires_at": instant_text(link.expires_at)}
    event = {"type": "scorecard.published", "timestamp": instant_text(delivery.created_at), "data": data}
    return HandedOver(json.dumps(event).encode("ascii"), JSON, None if link is None else link.expires_at)


def _send_mail(worker: Worker, delivery: Delivery, scorecard: StoredScorecard, parcel: HandedOver) -> None:
    worker.transport.send(message_again(parcel.content))


def _put_into_folder(worker: Worker, delivery: Delivery, scorecard: StoredScorecard, parcel: HandedOver) -> None:
    summary = scorecard.summary
    name = file_name(summary.period, summary.segment, delivery.schedule, summary.pdf_sha256)
    write_file(Path(way_to(delivery.recipient)[1]), name, parcel.content, worker.settings.folders)


def _post_to_webhook(worker: Worker, delivery: Delivery, scorecard: StoredScorecard, parcel: HandedOver) -> None:
    hook = _webhook(worker, way_to(delivery.recipient)[1])
    message_id = delivery.message_id.strip("<>").partition("@")[0]
    call = WebhookCall(hook.url, hook.secret, message_id, parcel.content, worker.settings.webhook_private_hosts)
    now = worker.clock.now()
    try:
        post_webhook(call, now)
    except WebhookGoneError as error:
        with worker.database.writing() as session:
            change_webhook(session, hook.name, disabled_at=now, disabled_because=error.detail)
        raise DeliveryError(f"{error.detail} It is disabled now.", permanent=True) from error


_SENDERS: Mapping[Way, Callable[[Worker, Delivery, StoredScorecard, HandedOver], None]] = {
    "mail": _send_mail,
    "folder": _put_into_folder,
    "webhook": _post_to_webhook,
}


def _webhook(worker: Worker, name: str) -> Webhook:
    with worker.database.reading() as session:
        hook = read_webhook(session, name)
    if hook is None:
        raise DeliveryError(f"There is no webhook '{name}' any more.", permanent=True)
    if hook.disabled_at is not None:
        raise DeliveryError(f"The webhook '{name}' is disabled: {hook.disabled_because}", permanent=True)
    return hook
