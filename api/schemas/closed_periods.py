"""The shape of closed periods in requests and answers."""

from __future__ import annotations

import marshmallow as ma

from api.schemas.fields import MonthField, Text
from api.schemas.observations import LONGEST_REASON


class ClosedPeriodsChange(ma.Schema):
    """Body of `PUT /closed-periods`."""

    closed_until = MonthField(
        required=True,
        allow_none=True,
        metadata={"description": "Periods that end in this month or before are closed; null: none is."},
    )
    reason = Text(LONGEST_REASON, blank=False, required=True, metadata={"description": "Why, in a few words."})


class Closure(ma.Schema):
    """Up to which month periods were closed from an instant on."""

    closed_until = MonthField(allow_none=True)
    reason = ma.fields.String(allow_none=True)
    changed_at = ma.fields.AwareDateTime(allow_none=True)
    changed_by = ma.fields.String(allow_none=True)


class ClosedPeriods(Closure):
    """What is closed now, and what was before, the newest first."""

    history = ma.fields.List(ma.fields.Nested(Closure))
