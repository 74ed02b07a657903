"""`/deliveries`: what was sent to whom, and what was not, and why."""

from __future__ import annotations

import json
from typing import Any

from api.endpoint import Call, endpoint
from api.pagination import page, read_cursor
from api.schemas.deliveries import DeliveriesQuery, DeliveryList
from api.schemas.deliveries import DeliveryHealth as HealthSchema
from lei.clock import instant_text
from lei.services.watch_workers import delivery_health
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
    }
