"""The shape of questions about the money of a program, and of the answers."""

from __future__ import annotations

from typing import get_args

import marshmallow as ma

from api.schemas.program_chain import maybe, month
from lei.evidence.money_words import WithheldCode


class RangedAnswer(ma.Schema):
    """A figure with both ends of its range."""

    value = ma.fields.Float()
    low = ma.fields.Float()
    high = ma.fields.Float()


class PaybackAnswer(ma.Schema):
    """Months until the benefit has paid the cost; null: never."""

    months = maybe()
    soonest = maybe()
    latest = maybe()


class CostAnswer(ma.Schema):
    """The fully loaded cost."""

    currency = ma.fields.String()
    parts = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Float())
    total = ma.fields.Float()


class SpendAnswer(CostAnswer):
    """The cost against the budget."""

    budget = maybe("Null: nobody stated one.")
    share = maybe("The cost as a share of the budget.")
    sentence = ma.fields.String()


class UnitValueAnswer(ma.Schema):
    """What one unit of the KPI is worth."""

    amount = ma.fields.Float()
    currency = ma.fields.String()
    owner = ma.fields.String()
    stated_on = ma.fields.Date()


class CreditAnswer(ma.Schema):
    """One factor as it is used, and the span that the grid goes over."""

    value = ma.fields.Float()
    low = ma.fields.Float()
    high = ma.fields.Float()


class EstimatorAnswer(ma.Schema):
    """The newest estimate of one person."""

    estimator = ma.fields.String()
    stated_on = ma.fields.Date()
    isolation_factor = ma.fields.Float()
    confidence_factor = ma.fields.Float()
    basis = ma.fields.String()


class GridAnswer(ma.Schema):
    """ROI in percent for each isolation (rows) and confidence (columns)."""

    isolations = ma.fields.List(ma.fields.Float())
    confidences = ma.fields.List(ma.fields.Float())
    roi_percent = ma.fields.List(ma.fields.List(ma.fields.Float()))


class TornadoAnswer(ma.Schema):
    """What one input does to the ROI between its low and its high value."""

    input = ma.fields.String()
    name = ma.fields.String()
    low = ma.fields.Float()
    high = ma.fields.Float()
    roi_at_low = ma.fields.Float()
    roi_at_high = ma.fields.Float()
    basis = ma.fields.String(metadata={"description": "interval, estimators, or assumed (a tenth below and above)."})


class ValueAnswer(ma.Schema):
    """The value of a program in its first year beside its cost: each figure with its range."""

    title = ma.fields.String(metadata={"description": "Below E4 it is an estimated value, never a return."})
    currency = ma.fields.String()
    units_per_month = ma.fields.Nested(RangedAnswer, metadata={"description": "Units better a month."})
    unit_value = ma.fields.Nested(UnitValueAnswer)
    isolation = ma.fields.Nested(CreditAnswer)
    isolation_basis = ma.fields.String(metadata={"description": "measured, estimated or documented."})
    confidence = ma.fields.Nested(CreditAnswer)
    gross_benefit_per_quarter = ma.fields.Float()
    gross_benefit = ma.fields.Float(metadata={"description": "Of the first year, before isolation and confidence."})
    adjusted_benefit_per_quarter = ma.fields.Nested(RangedAnswer)
    adjusted_benefit = ma.fields.Nested(RangedAnswer)
    cost = ma.fields.Float()
    bcr = ma.fields.Nested(RangedAnswer)
    roi_percent = ma.fields.Nested(RangedAnswer)
    payback_months = ma.fields.Nested(PaybackAnswer)
    range_basis = ma.fields.String(metadata={"description": "effect_interval or credited_share."})
    break_even_factor = maybe("Isolation x confidence that just pays the cost; null: nothing got better.")
    credited = ma.fields.Nested(GridAnswer)
    tornado = ma.fields.List(ma.fields.Nested(TornadoAnswer))


class KpiMoneyAnswer(ma.Schema):
    """The money of one KPI: a value, or the reason why none is stated."""

    kpi_key = ma.fields.String()
    grade = ma.fields.String()
    withheld = ma.fields.String(allow_none=True, validate=ma.validate.OneOf(get_args(WithheldCode)))
    sentence = ma.fields.String()
    lines = ma.fields.List(ma.fields.String(), metadata={"description": "What it rests on, and what qualifies it."})
    estimates = ma.fields.List(ma.fields.Nested(EstimatorAnswer))
    value = ma.fields.Nested(ValueAnswer, allow_none=True)


class MoneyAnswer(ma.Schema):
    """The money of a program, KPI by KPI; the values of several are never added."""

    program = ma.fields.String()
    to = month()
    kpis = ma.fields.List(ma.fields.Nested(KpiMoneyAnswer))
    note = ma.fields.String(allow_none=True)
    spend = ma.fields.Nested(SpendAnswer, allow_none=True)
    intangibles = ma.fields.List(ma.fields.String())
