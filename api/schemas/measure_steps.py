"""The shape of questions what a step of a measure would do, and of the answers."""

from __future__ import annotations

from typing import get_args

import marshmallow as ma

from api.schemas.fields import MonthField, Number, Text, scope_table
from api.schemas.program_chain import maybe, month
from api.schemas.program_money import RangedAnswer
from api.schemas.program_plans import CURRENCY, LARGEST
from api.schemas.score_analyses import OpportunityAnswer
from api.schemas.what_if import not_too_many_dimensions
from lei.evidence.what_if import Reading


class AnnualValueAsked(ma.Schema):
    """What the whole KPI is worth in a year, such as the value of all output."""

    amount = Number(required=True, validate=ma.validate.Range(0, LARGEST, min_inclusive=False))
    currency = ma.fields.String(required=True, validate=CURRENCY)


class StepQuestion(ma.Schema):
    """A step of one measure."""

    measure = Text(100, blank=False, required=True)
    change = Number(required=True, validate=ma.validate.Range(-LARGEST, LARGEST))
    reading = ma.fields.String(
        load_default="relative",
        validate=ma.validate.OneOf(get_args(Reading)),
        metadata={"description": "Whether the change is percent of today's value, or points. Both are shown."},
    )
    kpi_key = Text(100, load_default=None, allow_none=True, metadata={"description": "Default: the primary KPI."})
    to = MonthField(load_default=None, allow_none=True, metadata={"description": "Left out: the newest with data."})
    where = scope_table(load_default=None, allow_none=True, validate=not_too_many_dimensions)
    annual_value = ma.fields.Nested(AnnualValueAsked, load_default=None, allow_none=True)


class StepAnswer(ma.Schema):
    """One reading of the step, on the index, all else unchanged."""

    reading = ma.fields.String()
    before = ma.fields.Float()
    after = ma.fields.Float()
    possible = ma.fields.Boolean()
    score_before = ma.fields.Float()
    score_after = maybe()
    composite_before = maybe()
    composite_after = maybe()
    change = maybe("Points of the composite.")
    sentence = ma.fields.String()


class OnTheIndexAnswer(ma.Schema):
    """What the step does to the index of a unit: exact."""

    segment = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())
    profile = ma.fields.String()
    version = ma.fields.Integer()
    reason = ma.fields.String(allow_none=True, metadata={"description": "Why there are no steps."})
    effective_weight = ma.fields.Float()
    steps = ma.fields.List(ma.fields.Nested(StepAnswer))
    tornado = ma.fields.List(
        ma.fields.Nested(OpportunityAnswer),
        metadata={"description": "What a tenth of the goalpost range of each measure is worth, the largest first."},
    )


class OnTheKpiAnswer(ma.Schema):
    """What the KPI would do if the past relation holds; null where nothing is said, and `refused` says why."""

    kpi_key = ma.fields.String()
    sentence = ma.fields.String()
    refused = ma.fields.String(allow_none=True)
    measure_percent = maybe()
    kpi_percent = ma.fields.Nested(RangedAnswer, allow_none=True)
    money = ma.fields.Nested(RangedAnswer, allow_none=True)
    currency = ma.fields.String(allow_none=True)
    lag_months = ma.fields.Integer(allow_none=True)


class WhatIfMeasureAnswer(ma.Schema):
    """What a step of a measure does."""

    program = ma.fields.String()
    to = month()
    measure = ma.fields.String()
    name = ma.fields.String()
    unit = ma.fields.String()
    reading = ma.fields.String()
    index = ma.fields.Nested(OnTheIndexAnswer, allow_none=True)
    index_sentence = ma.fields.String()
    kpi = ma.fields.Nested(OnTheKpiAnswer, allow_none=True)
