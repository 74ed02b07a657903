"""The shape of two questions that ask backwards, for a value and for a weight, and of their answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from api.schemas.fields import Number, Text, scope_table
from api.schemas.what_if import WeightsQuestion, WhatIfQuestion, not_too_many_dimensions
from lei.services.score_analyses.seek_goal import MOST_MEASURES


def _exactly_one(data: Mapping[str, Any], one: str, other: str) -> None:
    if bool(data[one]) == bool(data[other]):
        raise ma.ValidationError(f"Give either `{one}` or `{other}`.", one)


def _maybe(text: str) -> ma.fields.Float:
    return ma.fields.Float(allow_none=True, metadata={"description": text})


class GoalQuestion(WhatIfQuestion):
    """Which measure, or which together, for which composite."""

    measure = Text(100, blank=False, load_default=None)
    measures = ma.fields.List(
        Text(100, blank=False),
        load_default=list,
        validate=ma.validate.Length(max=MOST_MEASURES),
        metadata={"description": "Several that move together, each by the same share of its goalpost range."},
    )
    target = Number(
        required=True,
        validate=ma.validate.Range(0, 100, error="A composite lies between 0 and 100."),
        metadata={"description": "The composite to come to."},
    )

    @ma.validates_schema
    def _one_of_both(self, data: Mapping[str, Any], **_: Any) -> None:
        _exactly_one(data, "measure", "measures")


class MeasureGoalAnswer(ma.Schema):
    """One measure today and at the goal, in its own unit."""

    measure = ma.fields.String()
    name = ma.fields.String()
    unit = ma.fields.String()
    today = _maybe("Null where there is none to show.")
    value = _maybe("At the goal; not reachable: where the composite is best. Null where none is to be told.")
    score_today = _maybe("Null where there is none to show.")
    score = _maybe("At the goal.")
    reason = ma.fields.String(allow_none=True)


class GoalAnswer(ma.Schema):
    """What came of the search."""

    sentence = ma.fields.String()
    outcome = ma.fields.String(
        validate=ma.validate.OneOf(("reached_already", "reachable", "not_reachable", "no_composite"))
    )
    base = ma.fields.String()
    version = ma.fields.Integer(metadata={"description": "0 for weights that are stored nowhere."})
    period = ma.fields.String()
    segment = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())
    target = ma.fields.Float()
    composite = _maybe("Today's.")
    reached = _maybe("At the goal; not reachable: the best that there is.")
    share = _maybe("Of several measures: the share of its goalpost range by which each moves.")
    measures = ma.fields.List(ma.fields.Nested(MeasureGoalAnswer))
    data_as_of = ma.fields.String(allow_none=True, metadata={"format": "date-time"})


class FlipQuestion(WeightsQuestion):
    """Which two units, and whose weight is turned."""

    first = scope_table(required=True, validate=not_too_many_dimensions)
    second = scope_table(required=True, validate=not_too_many_dimensions)
    pillar = Text(100, blank=False, load_default=None, metadata={"description": "Its share of the composite."})
    measure = Text(100, blank=False, load_default=None, metadata={"description": "Its share of its pillar."})

    @ma.validates_schema
    def _one_of_both(self, data: Mapping[str, Any], **_: Any) -> None:
        _exactly_one(data, "pillar", "measure")


class FlipAnswer(ma.Schema):
    """A share of the weight at which the leader changes."""

    share = ma.fields.Float()
    leader_below = ma.fields.String()
    leader_above = ma.fields.String()
    jump = ma.fields.Boolean(
        metadata={"description": "They do not meet there: a rule for coverage, or a cap, sets in."}
    )


class SectionAnswer(ma.Schema):
    """A stretch of shares with one leader: `first`, `second`, `tied`, or `none` where one has no composite."""

    low = ma.fields.Float()
    high = ma.fields.Float()
    leader = ma.fields.String()


class ComparedUnit(ma.Schema):
    """One of the two."""

    segment = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())
    composite = _maybe("Today's.")


class FlipsAnswer(ma.Schema):
    """The whole line of shares from 0 to 1."""

    sentence = ma.fields.String()
    base = ma.fields.String()
    version = ma.fields.Integer(metadata={"description": "0 for weights that are stored nowhere."})
    period = ma.fields.String()
    level = ma.fields.String(validate=ma.validate.OneOf(("pillar", "measure")))
    key = ma.fields.String()
    name = ma.fields.String()
    weight = ma.fields.Float(metadata={"description": "Today's share."})
    first = ma.fields.Nested(ComparedUnit)
    second = ma.fields.Nested(ComparedUnit)
    flips = ma.fields.List(ma.fields.Nested(FlipAnswer))
    ties = ma.fields.List(ma.fields.Float(), metadata={"description": "Shares at which they meet without swapping."})
    sections = ma.fields.List(ma.fields.Nested(SectionAnswer))
    data_as_of = ma.fields.String(allow_none=True, metadata={"format": "date-time"})
