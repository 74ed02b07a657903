"""What questions about scores under other weights have in common."""

from __future__ import annotations

from collections.abc import Mapping

import marshmallow as ma

from api.schemas.fields import PeriodField, scope_table
from api.schemas.weight_profiles import ProfileSections
from lei.periods import Grain
from lei.services.scores.score_report import DEFAULT_PROFILE, MOST_DIMENSIONS


def not_too_many_dimensions(table: Mapping[str, object]) -> None:
    """Refuses a scope of more dimensions than scores can be filtered by."""
    if len(table) > MOST_DIMENSIONS:
        raise ma.ValidationError(f"Filter by {MOST_DIMENSIONS} dimensions at most.")


class WeightsQuestion(ma.Schema):
    """Under which weights, and when."""

    base = ma.fields.String(load_default=DEFAULT_PROFILE, metadata={"description": "The profile that counts."})
    profile = ma.fields.Nested(
        ProfileSections,
        load_default=dict,
        metadata={
            "description": "Laid over the base profile, key by key, as it is now; its weights are shares. Left out or "
            "empty: the version of the base profile that counts in the period."
        },
    )
    grain = ma.fields.Enum(
        Grain, by_value=True, load_default=None, metadata={"description": "Of the newest period; default: month."}
    )
    period = PeriodField(load_default=None, metadata={"description": "Left out: the newest one with data."})


class WhatIfQuestion(WeightsQuestion):
    """Of whom as well."""

    where = scope_table(load_default=dict, validate=not_too_many_dimensions)
