"""The shape of the question how much depends on the weights, and of the answer."""

from __future__ import annotations

import marshmallow as ma

from api.schemas.draws import CONFIDENCE, CONFIDENCE_TEXT, DRAWS, SEED, SEED_TEXT
from api.schemas.fields import Number, Text, TrueOrFalse, WholeNumber
from api.schemas.what_if import WhatIfQuestion
from lei.services.score_analyses.sensitivity_report import DrawRules
from lei.services.scores.score_report import MOST_DIMENSIONS

_DEFAULT = DrawRules()
_LARGEST_CONCENTRATION = 100_000


def _segment() -> ma.fields.Dict:
    return ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())


def _maybe(text: str = "") -> ma.fields.Float:
    return ma.fields.Float(allow_none=True, metadata={"description": text} if text else {})


class SensitivityQuestion(WhatIfQuestion):
    """Whose ranking, and how weights are drawn around the profile."""

    by = ma.fields.List(Text(60, blank=False), load_default=list, validate=ma.validate.Length(max=MOST_DIMENSIONS))
    draws = WholeNumber(load_default=_DEFAULT.draws, validate=DRAWS)
    concentration = Number(
        load_default=_DEFAULT.concentration,
        validate=ma.validate.Range(
            1, _LARGEST_CONCENTRATION, error=f"A concentration lies between 1 and {_LARGEST_CONCENTRATION:,}."
        ),
        metadata={
            "description": "How close the weights stay to the profile (Dirichlet): with 100, a weight of 20 % mostly "
            "lies between 13 and 28 %; with 25, between 7 and 37 %; with 400, between 16 and 24 %."
        },
    )
    seed = WholeNumber(load_default=_DEFAULT.seed, validate=SEED, metadata={"description": SEED_TEXT})
    values = TrueOrFalse(
        load_default=_DEFAULT.values,
        metadata={"description": "Also draw the values, within what their sample sizes leave open."},
    )
    confidence = Number(
        load_default=_DEFAULT.confidence, validate=CONFIDENCE, metadata={"description": CONFIDENCE_TEXT}
    )
    top = WholeNumber(
        load_default=_DEFAULT.top,
        validate=ma.validate.Range(0, 1000),
        metadata={"description": "How many measures to list, those that decide the most first."},
    )


class UnitInDoubtAnswer(ma.Schema):
    """One unit: today, and in the draws; without a composite all but `reason` is null."""

    segment = _segment()
    composite = _maybe()
    reason = ma.fields.String(allow_none=True)
    mean = _maybe("Of the composites drawn.")
    low = _maybe()
    high = _maybe()
    rank = ma.fields.Integer(allow_none=True, metadata={"description": "Today's; 1 is best, equal ones share it."})
    rank_low = ma.fields.Integer(allow_none=True, metadata={"description": "The best place within the interval."})
    rank_high = ma.fields.Integer(allow_none=True)
    first = _maybe("Share of the draws in which it has the first place, alone or with others.")


class NeighboursAnswer(ma.Schema):
    """Two units that follow each other today."""

    above = _segment()
    below = _segment()
    probability = ma.fields.Float(metadata={"description": "Share of the draws in which the upper one is above."})
    equal = ma.fields.Float(metadata={"description": "Share of the draws in which both are equal."})


class InfluenceAnswer(ma.Schema):
    """What one pillar or measure decides, beside its weight; null where it cannot be told."""

    key = ma.fields.String()
    name = ma.fields.String()
    pillar = ma.fields.String(allow_none=True)
    weight = ma.fields.Float(metadata={"description": "Share of the composite by the profile."})
    effective_weight = ma.fields.Float(metadata={"description": "After what is missing was left out; mean over units."})
    r2 = _maybe("Share of the differences between units that a straight line through it explains.")
    main_effect = _maybe("The same for the best smooth curve.")
    points = _maybe("How far composites move on average without it.")
    places = _maybe("How many places ranks move on average without it.")


class WeightIndexAnswer(ma.Schema):
    """How much of the shift of ranks (of one unit: of its composite) comes from one pillar's weight (Sobol)."""

    key = ma.fields.String()
    first = ma.fields.Float(metadata={"description": "From this weight alone."})
    total = ma.fields.Float(metadata={"description": "With all that it does together with others."})
    first_error = ma.fields.Float(metadata={"description": "Standard error; a small index may come out below 0."})
    total_error = ma.fields.Float()


class SensitivityAnswer(ma.Schema):
    """How much the composites and the ranking depend on the weights; the rules of the draws are repeated."""

    sentence = ma.fields.String()
    base = ma.fields.String()
    version = ma.fields.Integer(metadata={"description": "0 for weights that are stored nowhere."})
    period = ma.fields.String()
    data_as_of = ma.fields.String(allow_none=True, metadata={"format": "date-time"})
    draws = ma.fields.Integer()
    concentration = ma.fields.Float()
    closeness = ma.fields.String(metadata={"description": "What the concentration means, in words."})
    seed = ma.fields.Integer()
    values = ma.fields.Boolean()
    confidence = ma.fields.Float()
    weights = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Float())
    segments = ma.fields.List(ma.fields.Nested(UnitInDoubtAnswer))
    neighbours = ma.fields.List(ma.fields.Nested(NeighboursAnswer))
    tied = ma.fields.List(ma.fields.List(_segment()), metadata={"description": "Units that cannot be told apart."})
    pillars = ma.fields.List(ma.fields.Nested(InfluenceAnswer))
    measures = ma.fields.List(ma.fields.Nested(InfluenceAnswer))
    weight_indices = ma.fields.List(ma.fields.Nested(WeightIndexAnswer))
    counted_twice = ma.fields.List(ma.fields.String())
    notes = ma.fields.List(ma.fields.String())
