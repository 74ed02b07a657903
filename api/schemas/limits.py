"""The shape of the limits that requests are held to."""

from __future__ import annotations

import marshmallow as ma


def _whole(text: str) -> ma.fields.Integer:
    return ma.fields.Integer(required=True, metadata={"description": text})


class BodyLimits(ma.Schema):
    """How large bodies may be, in bytes."""

    observations_sent = _whole("`POST /observations` as NDJSON, CSV or Parquet, as it is sent, packed or not.")
    observations_unpacked = _whole("The same, once it is unpacked (of Parquet: its columns as they are decoded).")
    observations_json = _whole("`POST /observations` as one JSON document, unpacked.")
    observations_line = _whole("One line of NDJSON or CSV.")
    analyses = _whole("`POST /evidence/analyses`.")
    other = _whole("The body of every other route.")


class ParquetLimits(ma.Schema):
    """What the decoder of Parquet may need, besides the limits for all bodies."""

    block_rows = _whole("So many rows are decoded at once.")
    block_bytes = _whole("Memory that this may need.")
    seconds = _whole("Processor time that the whole file may need.")


class ObservationLimits(ma.Schema):
    """What a row may hold."""

    name_characters = _whole("Measure, source and dimension values.")
    largest_value = ma.fields.Float(required=True, metadata={"description": "Values lie between minus this and this."})
    largest_sample_size = _whole("`sample_size`.")
    months_ahead = _whole("How far after the present month a period may end.")
    dimension_values = _whole("Different values of one dimension (LEI_MOST_DIMENSION_VALUES).")
    personal_values = ma.fields.Boolean(
        required=True, metadata={"description": "Whether dimension values may look like e-mail addresses."}
    )
    errors_listed = _whole("Faults that an answer lists; its counts count all.")


class PageLimits(ma.Schema):
    """How many items a page has."""

    default = _whole("Where `limit` is left out.")
    largest = _whole("The largest `limit` of a list.")
    largest_observations = _whole("The largest `limit` of `GET /observations`.")


class RateLimits(ma.Schema):
    """How many requests a key may send; counted by each process for itself."""

    requests = _whole("In one window; 0: as many as it likes (LEI_RATE_LIMIT).")
    window_seconds = _whole("The length of a window.")


class RetentionLimits(ma.Schema):
    """How long things are kept."""

    idempotency_key_days = _whole("The first answer to a request with an `Idempotency-Key`.")
    rejected_rows_days = _whole("Refused rows, at `GET /batches/{id}/rejected`.")
    rejected_rows = _whole("So many refused rows of one batch are kept.")
    rejected_bytes = _whole("And about so many bytes of them.")


class Limits(ma.Schema):
    """All limits that requests are held to."""

    bodies = ma.fields.Nested(BodyLimits, required=True)
    parquet = ma.fields.Nested(ParquetLimits, required=True)
    observations = ma.fields.Nested(ObservationLimits, required=True)
    pages = ma.fields.Nested(PageLimits, required=True)
    rate = ma.fields.Nested(RateLimits, required=True)
    retention = ma.fields.Nested(RetentionLimits, required=True)
