"""The shape of questions for scores, and of their answers."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from api.schemas.fields import InstantField, PeriodField, WhereField
from lei.periods import Grain
from lei.services.scores.score_report import DEFAULT_PROFILE


class SegmentQuery(ma.Schema):
    """Which segments, by which weights."""

    by = fields.List(fields.String(validate=validate.Length(min=1)), load_default=list)
    where = fields.List(WhereField(), load_default=list)
    profile = fields.String(load_default=DEFAULT_PROFILE, validate=validate.Length(min=1))
    version = fields.Integer(load_default=None, validate=validate.Range(min=1))
    as_of = InstantField(
        load_default=None, metadata={"format": "date-time", "description": "The answer as it was then."}
    )


class ScoresQuery(SegmentQuery):
    """Parameters of `GET /scores`."""

    grain = fields.Enum(Grain, by_value=True, load_default=Grain.MONTH)
    first = PeriodField(data_key="from", load_default=None)
    last = PeriodField(data_key="to", load_default=None)
    detail = fields.String(load_default="measures", validate=validate.OneOf(("pillars", "measures")))
    scorecard = fields.Integer(
        load_default=None,
        validate=validate.Range(min=1),
        metadata={"description": "The score that this scorecard shows, as it was published; goes with `detail` alone."},
    )


class DriversQuery(SegmentQuery):
    """Parameters of `GET /scores/drivers`; `against` is the period before where it is not given."""

    period = PeriodField(required=True)
    against = PeriodField(load_default=None)
    chained = fields.Boolean(
        load_default=False,
        truthy={"true"},
        falsy={"false"},
        metadata={
            "description": "Add up the parts of all steps between the two periods, such as the months of a quarter, "
            "instead of comparing both ends directly. Periods without a composite are stepped over."
        },
    )


class MeasureScoreSchema(ma.Schema):
    """One measure; `reason` says why there is no value (no_data, small_group)."""

    value = fields.Float(allow_none=True)
    value_note = fields.String(allow_none=True)
    sample_size = fields.Integer(allow_none=True)
    score = fields.Float(allow_none=True)
    weight = fields.Float()
    effective_weight = fields.Float()
    contribution = fields.Float()
    reason = fields.String(allow_none=True)
    flags = fields.List(fields.String())
    basis = fields.String(allow_none=True)
    sources = fields.List(fields.String())
    stale_since = fields.String(allow_none=True)


class PillarScoreSchema(ma.Schema):
    """One pillar; `measures` only with detail=measures."""

    score = fields.Float(allow_none=True)
    reason = fields.String(allow_none=True)
    band = fields.String(allow_none=True)
    weight = fields.Float()
    coverage = fields.Float()
    measures = fields.Dict(keys=fields.String(), values=fields.Nested(MeasureScoreSchema))


class CapSchema(ma.Schema):
    """What a cap says: `on` scores at most so much while another scores below a limit."""

    on = fields.String()
    at_most = fields.Float()
    below = fields.Float()

    class Meta:
        """`while` is a word of Python."""

        include = {"while": fields.String()}  # noqa: RUF012 - marshmallow's way


class CapLineSchema(CapSchema):
    """A cap that is active: the score before it, and the points that it took from it and from the composite."""

    before = fields.Float()
    points = fields.Float()
    composite_points = fields.Float()
    binding = fields.Boolean()


class ScoreSchema(ma.Schema):
    """One segment in one period."""

    period = fields.String()
    segment = fields.Dict(keys=fields.String(), values=fields.String())
    composite = fields.Float(allow_none=True)
    reason = fields.String(allow_none=True)
    status = fields.String(validate=validate.OneOf(("final", "provisional", "none")))
    coverage = fields.Float()
    band = fields.String(allow_none=True)
    pillars = fields.Dict(keys=fields.String(), values=fields.Nested(PillarScoreSchema))
    missing_pillars = fields.List(fields.String())
    context = fields.Dict(keys=fields.String(), values=fields.Nested(MeasureScoreSchema))
    caps = fields.List(fields.Nested(CapLineSchema))
    profile_version = fields.Integer()


class ScoresAnswer(ma.Schema):
    """Answer of `GET /scores`."""

    scores = fields.List(fields.Nested(ScoreSchema))
    grain = fields.String()
    profile = fields.String()
    version = fields.Integer()
    weights_source = fields.String()
    data_as_of = fields.String(allow_none=True)


class ContributionSchema(ma.Schema):
    """What one measure did, in points; `measure` is null for what a whole pillar accounts for."""

    pillar = fields.String()
    measure = fields.String(allow_none=True)
    points = fields.Float()
    performance = fields.Float()
    weighting = fields.Float()
    coverage = fields.Float()
    goalposts = fields.Float()
    score_before = fields.Float(allow_none=True)
    score_after = fields.Float(allow_none=True)


class CapChangeSchema(CapSchema):
    """What one cap did to the change, in points of the composite."""

    points = fields.Float()


class DriversSchema(ma.Schema):
    """Why one segment moved."""

    segment = fields.Dict(keys=fields.String(), values=fields.String())
    before = fields.Float(allow_none=True)
    before_reason = fields.String(allow_none=True)
    after = fields.Float(allow_none=True)
    after_reason = fields.String(allow_none=True)
    change = fields.Float(allow_none=True)
    like_for_like = fields.Float(allow_none=True)
    material = fields.Boolean()
    contributions = fields.List(fields.Nested(ContributionSchema))
    caps = fields.List(fields.Nested(CapChangeSchema))


class DriversAnswer(ma.Schema):
    """Answer of `GET /scores/drivers`."""

    period = fields.String()
    against = fields.String()
    chained = fields.Boolean()
    drivers = fields.List(fields.Nested(DriversSchema))
    profile = fields.String()
    version = fields.Integer()
    data_as_of = fields.String(allow_none=True)
