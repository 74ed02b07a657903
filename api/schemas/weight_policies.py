"""The shape of policies of weight profiles."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from api.schemas.fields import Number, Table, WholeNumber

_SHARE = ma.validate.Range(0, 1, error="A share is a number from 0 to 1.")
_MOST_BOUNDS = 100


class Bound(ma.Schema):
    """The smallest and the largest share of a pillar; one that is left out does not bind."""

    min = Number(load_default=0.0, validate=_SHARE)
    max = Number(load_default=1.0, validate=_SHARE)


class PolicyChange(ma.Schema):
    """What to change of a policy; what is left out stays as it is."""

    bounds = Table(
        keys=ma.fields.String(),
        values=ma.fields.Nested(Bound),
        validate=ma.validate.Length(max=_MOST_BOUNDS),
        metadata={"description": "Shares (0 to 1) by pillar. All bounds: a pillar that is left out is free again."},
    )
    approvals_required = WholeNumber(
        validate=ma.validate.OneOf((0, 1)),
        metadata={"description": "1: somebody else must approve a draft before it is published."},
    )

    @ma.post_load
    def _pairs(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        if "bounds" in data:
            data["bounds"] = {pillar: (bound["min"], bound["max"]) for pillar, bound in data["bounds"].items()}
        return data


class PolicyState(ma.Schema):
    """A policy; `changed_at` and `changed_by` are null for the one that every profile begins with."""

    bounds = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Nested(Bound))
    approvals_required = ma.fields.Integer()
    changed_at = ma.fields.String(allow_none=True, metadata={"format": "date-time"})
    changed_by = ma.fields.String(allow_none=True)


class PolicyAnswer(PolicyState):
    """The policy of a profile, and those that it had before, the newest first."""

    name = ma.fields.String()
    history = ma.fields.List(ma.fields.Nested(PolicyState))
