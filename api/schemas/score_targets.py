"""The shape of targets of scores."""

from __future__ import annotations

import marshmallow as ma

from api.schemas.fields import Number, PeriodField, Text, WhereField, scope_table

MOST_TARGETS = 500
_LONGEST_KEY = 60


class TargetsQuery(ma.Schema):
    """Whose targets to list; without `where`, those of all segments."""

    where = ma.fields.List(WhereField(), load_default=list)


class NewTarget(ma.Schema):
    """What a score shall reach in a period."""

    score = Text(
        _LONGEST_KEY,
        required=True,
        blank=False,
        metadata={"description": "`composite`, or the key of a pillar.", "example": "composite"},
    )
    period = PeriodField(
        required=True,
        metadata={
            "description": "A month, quarter or year; where a month has no target, that of its quarter or year counts.",
            "example": "2026",
        },
    )
    where = scope_table(load_default=dict)
    value = Number(required=True, allow_none=True, metadata={"description": "0 to 100; null takes the target back."})


class NewTargets(ma.Schema):
    """Targets to set, all of them or none."""

    targets = ma.fields.List(ma.fields.Nested(NewTarget), required=True, validate=ma.validate.Length(1, MOST_TARGETS))


class Target(ma.Schema):
    """A target that counts now."""

    score = ma.fields.String()
    period = ma.fields.String()
    segment = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())
    value = ma.fields.Float()
    set_at = ma.fields.AwareDateTime()
    set_by = ma.fields.String()


class TargetList(ma.Schema):
    """Targets in the order of segment, score and period."""

    targets = ma.fields.List(ma.fields.Nested(Target))
