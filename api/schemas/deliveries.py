"""The shape of deliveries in requests and answers."""

from __future__ import annotations

import marshmallow as ma

from api.pagination import PageParameters
from api.schemas.fields import PeriodField, Text

STATUSES = ("pending", "sent", "failed", "cancelled")
_LONGEST = 320


class DeliveriesQuery(PageParameters):
    """Which deliveries to list."""

    schedule = Text(_LONGEST, load_default=None, metadata={"description": "Name or id of a schedule."})
    period = PeriodField(load_default=None, metadata={"description": "Such as 2026-10."})
    status = ma.fields.String(load_default=None, validate=ma.validate.OneOf(STATUSES))
    recipient = Text(_LONGEST, load_default=None, metadata={"description": "The e-mail address."})


class Delivery(ma.Schema):
    """One delivery: what one recipient gets of one run, and what became of it."""

    id = ma.fields.Integer()
    schedule = ma.fields.String()
    schedule_id = ma.fields.Integer()
    run_id = ma.fields.Integer()
    kind = ma.fields.String(metadata={"description": "Of the run: `scheduled`, `manual` or `test`."})
    period = ma.fields.String()
    segment = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())
    recipient = ma.fields.String()
    status = ma.fields.String(validate=ma.validate.OneOf(STATUSES))
    attempts = ma.fields.Integer()
    last_error = ma.fields.String(allow_none=True)
    created_at = ma.fields.AwareDateTime()
    sent_at = ma.fields.AwareDateTime(allow_none=True)
    next_attempt_at = ma.fields.AwareDateTime(allow_none=True)
    scorecard_id = ma.fields.Integer()
    message_id = ma.fields.String()


class DeliveryList(ma.Schema):
    """One page of deliveries, the newest first."""

    items = ma.fields.List(ma.fields.Nested(Delivery))
    next_cursor = ma.fields.String(allow_none=True)


class OverdueRun(ma.Schema):
    """What should have been started more than five minutes ago; without a `run_id`, no worker has even seen it."""

    schedule_id = ma.fields.Integer()
    scheduled_for = ma.fields.AwareDateTime()
    run_id = ma.fields.Integer(allow_none=True)


class LivingWorker(ma.Schema):
    """A worker, and when it was last heard of."""

    name = ma.fields.String()
    last_tick_at = ma.fields.AwareDateTime()


class DeliveryHealth(ma.Schema):
    """Whether deliveries go on."""

    status = ma.fields.String(
        metadata={"description": "`ok`, `overdue`, or `no_worker`: none was heard of for five minutes."}
    )
    last_tick_at = ma.fields.AwareDateTime(allow_none=True)
    workers = ma.fields.List(ma.fields.Nested(LivingWorker))
    overdue_runs = ma.fields.List(ma.fields.Nested(OverdueRun))
    overdue_deliveries = ma.fields.Integer()
