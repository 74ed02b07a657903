"""The shape of questions about readiness, and of their answers."""

from __future__ import annotations

from typing import get_args

from marshmallow import Schema, fields, validate

from api.schemas.fields import InstantField, PeriodField, WhereField
from lei.services.readiness.forecast_readiness import NoForecast, Risk


class ReadinessQuery(Schema):
    """Parameters of `GET /readiness`."""

    period = PeriodField(
        load_default=None, metadata={"description": "A month, as of which to tell; left out: the newest with data."}
    )
    by = fields.List(
        fields.String(validate=validate.Length(min=1)),
        load_default=list,
        metadata={"description": "Left out: the finest that has rosters, `role` and `unit` first."},
    )
    where = fields.List(WhereField(), load_default=list)
    as_of = InstantField(
        load_default=None, metadata={"format": "date-time", "description": "The answer as it was then."}
    )


class ReadinessAheadAnswer(Schema):
    """One month to come; percent of the heads required."""

    month = fields.String()
    readiness = fields.Float()
    ci_low = fields.Float(metadata={"description": "Of the 95 percent interval."})
    ci_high = fields.Float()
    ready = fields.Float(metadata={"description": "Heads."})
    expiring = fields.Float(metadata={"description": "Certificates that run out in this month."})
    mean_error = fields.Float(metadata={"description": "Points by which the same method was off on the past."})
    back_tests = fields.Integer(metadata={"description": "On how many past months the method was tested."})


class PlaceAnswer(Schema):
    """A role at a site; null for what is not stated or must not be shown."""

    segment = fields.Dict(keys=fields.String(), values=fields.String())
    roster_of = fields.String(allow_none=True, metadata={"description": "The month of its newest roster."})
    readiness = fields.Float(allow_none=True, metadata={"description": "Percent of the heads required."})
    readiness_words = fields.String()
    ready = fields.Float(allow_none=True)
    required = fields.Float(allow_none=True)
    certificates_expiring = fields.Float(
        allow_none=True, metadata={"description": "Of the ready: whose certificate runs out within two months."}
    )
    forecast = fields.List(fields.Nested(ReadinessAheadAnswer))
    risk = fields.String(allow_none=True, validate=validate.OneOf(get_args(Risk)))
    reason = fields.String(
        allow_none=True,
        validate=validate.OneOf(get_args(NoForecast)),
        metadata={"description": "Why there is no forecast."},
    )
    sentence = fields.String()
    notes = fields.List(fields.String())


class ReadinessAnswer(Schema):
    """Answer of `GET /readiness`."""

    period = fields.String()
    by = fields.List(fields.String())
    line = fields.Float(metadata={"description": "The percentage under which readiness is a risk."})
    sentence = fields.String()
    at_risk = fields.List(
        fields.Dict(keys=fields.String(), values=fields.String()),
        metadata={"description": "Segments, the worst first: under the line now, then expected, then certificates."},
    )
    places = fields.List(fields.Nested(PlaceAnswer))
