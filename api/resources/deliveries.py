"""`/deliveries`: what was sent to whom, and what was not, and why."""

from __future__ import annotations

import json
from typing import Any

from flask import Response

from api.endpoint import PREFIX, Call, endpoint
from api.pagination import page, read_cursor
from api.schemas.deliveries import DeliveriesQuery, DeliveryList, DeliveryWithMessage
from api.schemas.deliveries import Delivery as DeliverySchema
from api.schemas.deliveries import DeliveryHealth as HealthSchema
from lei.clock import instant_text
from lei.services.deliveries.resend import existing_delivery, resend, sent_message
from lei.services.workers.watch_workers import delivery_health
from lei.storage.deliveries import Delivery, DeliveryFilter, list_deliveries
from lei.storage.sent_messages import SentMessage, read_message


@endpoint("GET", "/deliveries", scope="read", query=DeliveriesQuery(), answers={200: DeliveryList()})
def list_all(call: Call) -> dict[str, Any]:
    """List deliveries, the newest first: one for each schedule, period, segment and recipient."""
    asked, limit = call.query, call.query["limit"]
    period = None if asked["period"] is None else str(asked["period"])
    wanted = DeliveryFilter(asked["schedule"], period, asked["status"], asked["recipient"])
    with call.context.database.reading() as session:
        found = list_deliveries(session, wanted, read_cursor(call.query["cursor"]), limit + 1)
    return page(found, limit, lambda delivery: delivery.id, _plain)


@endpoint("GET", "/deliveries/health", scope="read", answers={200: HealthSchema()})
def health(call: Call) -> dict[str, Any]:
    """Say whether deliveries go on: which workers live, and what should have been started and was not."""
    with call.context.database.reading() as session:
        found = delivery_health(session, call.context.clock.now())
    return {
        "status": found.status,
        "last_tick_at": instant_text(found.last_tick_at),
        "workers": [{"name": name, "last_tick_at": instant_text(at)} for name, at in found.workers.items()],
        "overdue_runs": [
            {"schedule_id": run.schedule_id, "scheduled_for": instant_text(run.scheduled_for), "run_id": run.run_id}
            for run in found.overdue
        ],
        "overdue_deliveries": found.overdue_deliveries,
    }


@endpoint("GET", "/deliveries/<int:delivery_id>", scope="read", answers={200: DeliveryWithMessage()})
def show(call: Call, delivery_id: int) -> dict[str, Any]:
    """Show one delivery, and what exactly it handed over."""
    with call.context.database.reading() as session:
        delivery = existing_delivery(session, delivery_id)
        return _plain(delivery) | {"message": _plain_message(delivery, read_message(session, delivery_id))}


@endpoint(
    "GET",
    "/deliveries/<int:delivery_id>/message",
    scope="scorecards",
    answers={200: "application/octet-stream"},
)
def message(call: Call, delivery_id: int) -> Response:
    """Fetch what was sent, byte for byte: a mail as .eml, a PDF, or the JSON that a webhook got."""
    with call.context.database.reading() as session:
        existing_delivery(session, delivery_id)
        kept = sent_message(session, delivery_id)
    # No browser must take a mail for a page, whatever is in it.
    response = Response(kept.content, content_type="application/octet-stream")
    name = f"lei-delivery-{delivery_id}.{_ENDINGS[kept.content_type]}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.set_etag(kept.sha256)
    return response


@endpoint("POST", "/deliveries/<int:delivery_id>/resend", scope="scorecards", answers={202: DeliverySchema()})
def send_again(call: Call, delivery_id: int) -> tuple[dict[str, Any], int]:
    """Send the same bytes once more, as a delivery of its own; the next worker that wakes up does it."""
    with call.context.database.writing() as session:
        return _plain(resend(session, delivery_id, call.caller.name, call.context.clock.now())), 202


_ENDINGS = {"message/rfc822": "eml", "application/pdf": "pdf", "application/json": "json"}


def _plain_message(delivery: Delivery, kept: SentMessage | None) -> dict[str, Any] | None:
    if kept is None:
        return None
    return {
        "content_type": kept.content_type,
        "sha256": kept.sha256,
        "size": kept.size,
        "link_expires_at": instant_text(kept.link_expires_at),
        "removed_at": instant_text(kept.removed_at),
        "href": f"{PREFIX}/deliveries/{delivery.id}/message" if kept.removed_at is None else None,
    }


def _plain(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "schedule": delivery.schedule,
        "schedule_id": delivery.schedule_id,
        "run_id": delivery.run_id,
        "kind": delivery.kind,
        "period": delivery.period,
        "segment": json.loads(delivery.segment),
        "recipient": delivery.recipient,
        "status": delivery.status,
        "attempts": delivery.attempts,
        "last_error": delivery.last_error,
        "created_at": instant_text(delivery.created_at),
        "sent_at": instant_text(delivery.sent_at),
        "next_attempt_at": instant_text(delivery.next_attempt_at) if delivery.status == "pending" else None,
        "scorecard_id": delivery.scorecard_id,
        "message_id": delivery.message_id,
        "resend_of": delivery.resend_of,
    }
