"""The shape of questions about two versions of a weight profile, and of their answers."""

from __future__ import annotations

import marshmallow as ma

from api.schemas.fields import PeriodField, WhereField
from api.schemas.scores import CapChangeSchema, ContributionSchema


def _version(key: str, text: str) -> ma.fields.Integer:
    return ma.fields.Integer(
        required=True, data_key=key, validate=ma.validate.Range(min=1), metadata={"description": text}
    )


class DiffQuery(ma.Schema):
    """Parameters of `GET /weight-profiles/{name}/diff`."""

    first = _version("from", "The version to compare with.")
    second = _version("to", "The version that is compared.")


class EffectQuery(DiffQuery):
    """Parameters of `GET /weight-profiles/{name}/effect`."""

    period = PeriodField(required=True)
    where = ma.fields.List(WhereField(), load_default=list)


class ChangeAnswer(ma.Schema):
    """One entry that differs; weights are shares, of the composite for a pillar, of its pillar for a measure."""

    section = ma.fields.String()
    field = ma.fields.String()
    label = ma.fields.String()
    before = ma.fields.Raw(allow_none=True)
    after = ma.fields.Raw(allow_none=True)
    sentence = ma.fields.String()


class DiffAnswer(ma.Schema):
    """What differs, and nothing else: pillars, measures, means, thresholds, goalposts."""

    name = ma.fields.String()
    first = ma.fields.Integer(data_key="from")
    second = ma.fields.Integer(data_key="to")
    summary = ma.fields.String()
    changes = ma.fields.List(ma.fields.Nested(ChangeAnswer))


class EffectAnswer(ma.Schema):
    """One segment under two versions; `aggregation`, the contributions and the caps add up to `change`."""

    name = ma.fields.String()
    first = ma.fields.Integer(data_key="from")
    second = ma.fields.Integer(data_key="to")
    period = ma.fields.String()
    segment = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())
    before = ma.fields.Float(allow_none=True)
    after = ma.fields.Float(allow_none=True)
    change = ma.fields.Float(allow_none=True)
    aggregation = ma.fields.Float(metadata={"description": "Points that come from other means."})
    contributions = ma.fields.List(ma.fields.Nested(ContributionSchema))
    caps = ma.fields.List(ma.fields.Nested(CapChangeSchema))
    sentence = ma.fields.String()
    data_as_of = ma.fields.String(allow_none=True, metadata={"format": "date-time"})
