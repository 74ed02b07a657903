"""`/deliveries`: what was sent to whom, and what was not, and why."""

from __future__ import annotations

import json
from typing import Any

from api.endpoint import Call, endpoint
from api.pagination import page, read_cursor
from api.schemas.deliveries import DeliveriesQuery, DeliveryList
from lei.clock import instant_text
from lei.storage.deliveries import Delivery, DeliveryFilter, list_deliveries


@endpoint("GET", "/deliveries", scope="read", query=DeliveriesQuery(), answers={200: DeliveryList()})
def list_all(call: Call) -> dict[str, Any]:
    """List deliveries, the newest first: one for each schedule, period, segment and recipient."""
    asked, limit = call.query, call.query["limit"]
    period = None if asked["period"] is None else str(asked["period"])
    wanted = DeliveryFilter(asked["schedule"], period, asked["status"], asked["recipient"])
    with call.context.database.reading() as session:
        found = list_deliveries(session, wanted, read_cursor(call.query["cursor"]), limit + 1)
    return page(found, limit, lambda delivery: delivery.id, _plain)


def _plain(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "schedule": delivery.schedule,
        "schedule_id": delivery.schedule_id,
        "run_id": delivery.run_id,
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
    }
