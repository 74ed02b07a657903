"""The shape of batches in answers."""

from __future__ import annotations

import marshmallow as ma

from api.schemas.observations import BatchAnswer

KINDS = ("ingest", "import", "revert")
STATUSES = ("stored", "partly_stored", "rejected")


class Batch(BatchAnswer):
    """One batch: what came in, from whom, when, and what became of it.

    Of a revert, the counts are about what it took back; `rejected` counts what a later batch had changed.
    """

    id = ma.fields.Integer()
    kind = ma.fields.String(validate=ma.validate.OneOf(KINDS))
    status = ma.fields.String(validate=ma.validate.OneOf(STATUSES))
    sent_by = ma.fields.String()
    on_error = ma.fields.String()
    received_at = ma.fields.AwareDateTime()
    recorded_at = ma.fields.AwareDateTime(
        allow_none=True, metadata={"description": "When it began to count; null when nothing was stored."}
    )
    reverts_batch_id = ma.fields.Integer(allow_none=True)
    reason = ma.fields.String(allow_none=True, metadata={"description": "Why it was sent, if that was said."})

    class Meta:
        """The id of a batch is `id` here; what it touched was told when it came."""

        exclude = ("batch_id", "impact")


class RevertAnswer(Batch):
    """The batch that took another one back. `not_restored`: what later batches had changed, and was left."""

    not_restored = ma.fields.Integer()

    class Meta:
        """The id of a batch is `id` here."""

        exclude = ("batch_id",)


class BatchList(ma.Schema):
    """One page of batches, the newest first."""

    items = ma.fields.List(ma.fields.Nested(Batch))
    next_cursor = ma.fields.String(allow_none=True)
