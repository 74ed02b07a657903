"""The shape of questions why a score is not what it was, and of their answers."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from api.schemas.fields import InstantField, PeriodField, WhereField
from api.schemas.scores import CapChangeSchema, ContributionSchema
from lei.services.scores.explain_difference import View

_LARGEST_ID = 2**63 - 1
_WORDS = "A view is `now`, `as_of:` with an instant such as 2026-10-31T23:59:59Z, or `scorecard:` with its id."


class ViewField(ma.fields.String):
    """`now`, `as_of:INSTANT` or `scorecard:ID`; loads as a View."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        kind, _, rest = super()._deserialize(value, attr, data, **kwargs).partition(":")
        if kind == "now" and not rest:
            return View()
        if kind == "as_of":
            instant: Any = InstantField().deserialize(rest)
            return View(as_of=instant)
        if kind == "scorecard" and rest.isascii() and rest.isdigit() and 0 < int(rest) <= _LARGEST_ID:
            return View(scorecard=int(rest))
        raise ma.ValidationError(_WORDS)


class DifferencesQuery(ma.Schema):
    """Parameters of `GET /scores/differences`."""

    before = ViewField(required=True, metadata={"description": _WORDS, "example": "scorecard:12"})
    after = ViewField(load_default=View(), metadata={"description": "As `before`; default: now."})
    before_version = ma.fields.Integer(load_default=None, validate=ma.validate.Range(min=1))
    after_version = ma.fields.Integer(load_default=None, validate=ma.validate.Range(min=1))
    period = PeriodField(load_default=None, metadata={"description": "Needed where no scorecard says it."})
    where = ma.fields.List(WhereField(), load_default=list)
    profile = ma.fields.String(load_default=None, validate=ma.validate.Length(min=1))


class SeenSchema(ma.Schema):
    """The score in one view; `published` is what a scorecard shows, null in other views."""

    view = ma.fields.String()
    version = ma.fields.Integer()
    composite = ma.fields.Float(allow_none=True)
    status = ma.fields.String()
    coverage = ma.fields.Float()
    data_as_of = ma.fields.String(allow_none=True)
    published = ma.fields.Float(allow_none=True)


class PartsSchema(ma.Schema):
    """Points by what they come from; together they are `change`."""

    data = ma.fields.Float(metadata={"description": "Values that were corrected, or came later."})
    coverage = ma.fields.Float(metadata={"description": "Measures that came or went."})
    weighting = ma.fields.Float()
    goalposts = ma.fields.Float()
    aggregation = ma.fields.Float(metadata={"description": "Other means."})
    caps = ma.fields.Float()


class DifferencesAnswer(ma.Schema):
    """One segment in one period in two views; parts, contributions and caps are null or empty without a change."""

    period = ma.fields.String()
    segment = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())
    profile = ma.fields.String()
    before = ma.fields.Nested(SeenSchema)
    after = ma.fields.Nested(SeenSchema)
    change = ma.fields.Float(allow_none=True)
    parts = ma.fields.Nested(PartsSchema, allow_none=True)
    contributions = ma.fields.List(ma.fields.Nested(ContributionSchema))
    caps = ma.fields.List(ma.fields.Nested(CapChangeSchema))
    as_published = ma.fields.Boolean(
        metadata={"description": "Whether scorecards show what their data and weights make today."}
    )
    sentence = ma.fields.String()
