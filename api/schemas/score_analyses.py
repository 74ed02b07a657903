"""The shape of questions how sure scores are, where points are to be had and what stands out, and of the answers."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from api.schemas.draws import CONFIDENCE, CONFIDENCE_TEXT, DRAWS, SEED, SEED_TEXT
from api.schemas.fields import InstantField, PeriodField, WhereField
from api.schemas.scores import SegmentQuery
from lei.periods import Grain
from lei.services.score_analyses.read_signals import DEFAULT_SPAN, VERDICTS
from lei.services.score_analyses.sensitivity_report import DrawRules
from lei.services.scores.score_report import DEFAULT_PROFILE

_DEFAULT = DrawRules()


def _grain() -> fields.Enum[Grain]:
    text = "Of the newest period, where none is given; default: month."
    return fields.Enum(Grain, by_value=True, load_default=None, metadata={"description": text})


def _period() -> PeriodField:
    return PeriodField(load_default=None, metadata={"description": "Left out: the newest one with data."})


def _segment() -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.String())


def _maybe(text: str = "") -> fields.Float:
    return fields.Float(allow_none=True, metadata={"description": text} if text else {})


def _instant() -> fields.String:
    return fields.String(allow_none=True, metadata={"format": "date-time"})


class IntervalsQuery(SegmentQuery):
    """Parameters of `GET /scores/intervals`."""

    grain = _grain()
    period = _period()
    draws = fields.Integer(load_default=_DEFAULT.draws, validate=DRAWS)
    seed = fields.Integer(load_default=_DEFAULT.seed, validate=SEED, metadata={"description": SEED_TEXT})
    confidence = fields.Float(
        load_default=_DEFAULT.confidence, validate=CONFIDENCE, metadata={"description": CONFIDENCE_TEXT}
    )


class ScoreIntervalAnswer(Schema):
    """A score and where it may lie."""

    score = _maybe()
    low = _maybe()
    high = _maybe()


class MeasureIntervalAnswer(ScoreIntervalAnswer):
    """One measure; null where there is no value to show."""

    basis = fields.String(
        allow_none=True,
        validate=validate.OneOf(("share", "exact")),
        metadata={"description": "`share`: of `sample_size` people. `exact`: taken as exact."},
    )
    basis_words = fields.String()
    value = _maybe()
    sample_size = fields.Integer(allow_none=True)
    value_low = _maybe("In the measure's own unit.")
    value_high = _maybe()
    reason = fields.String(allow_none=True)


class UnitIntervalsAnswer(Schema):
    """One unit."""

    segment = _segment()
    sentence = fields.String()
    composite = fields.Nested(ScoreIntervalAnswer)
    reason = fields.String(allow_none=True)
    pillars = fields.Dict(keys=fields.String(), values=fields.Nested(ScoreIntervalAnswer))
    measures = fields.Dict(keys=fields.String(), values=fields.Nested(MeasureIntervalAnswer))
    exact = fields.Integer(metadata={"description": "How many of its measures are taken as exact."})
    measured = fields.Integer(metadata={"description": "How many of its measures have a value."})


class IntervalsAnswer(Schema):
    """Answer of `GET /scores/intervals`; the rules of the draws are repeated."""

    period = fields.String()
    profile = fields.String()
    version = fields.Integer()
    data_as_of = _instant()
    draws = fields.Integer()
    seed = fields.Integer()
    confidence = fields.Float()
    segments = fields.List(fields.Nested(UnitIntervalsAnswer))


class OpportunitiesQuery(Schema):
    """Parameters of `GET /scores/opportunities`."""

    grain = _grain()
    period = _period()
    where = fields.List(WhereField(), load_default=list)
    profile = fields.String(load_default=DEFAULT_PROFILE, validate=validate.Length(min=1))
    version = fields.Integer(load_default=None, validate=validate.Range(min=1))
    as_of = InstantField(load_default=None, metadata={"format": "date-time"})


class OpportunityAnswer(Schema):
    """One measure and its next step; null where there is no value to show."""

    measure = fields.String()
    name = fields.String()
    pillar = fields.String()
    unit = fields.String()
    gain = _maybe("Points of the composite.")
    arrived = fields.Boolean(metadata={"description": "It is at its target, or beyond."})
    reason = fields.String(allow_none=True)
    placeholder_goalposts = fields.Boolean(
        metadata={"description": "Its goalposts are our placeholders: set your own before you act on the gain."}
    )

    class Meta:
        """`from` is a word of Python."""

        include = {  # noqa: RUF012 - marshmallow's way
            "from": _maybe("Its value, in its own unit."),
            "to": _maybe("A tenth of the goalpost range better, and never beyond the target."),
        }


class OpportunitiesAnswer(Schema):
    """Answer of `GET /scores/opportunities`: the largest gain first."""

    sentence = fields.String()
    period = fields.String()
    segment = _segment()
    composite = _maybe()
    reason = fields.String(allow_none=True)
    opportunities = fields.List(fields.Nested(OpportunityAnswer))
    profile = fields.String()
    version = fields.Integer()
    data_as_of = _instant()


class SignalsQuery(SegmentQuery):
    """Parameters of `GET /scores/signals`."""

    grain = fields.Enum(Grain, by_value=True, load_default=Grain.MONTH)
    first = PeriodField(
        data_key="from", load_default=None, metadata={"description": f"Left out: {DEFAULT_SPAN} periods back."}
    )
    last = PeriodField(data_key="to", load_default=None, metadata={"description": "Left out: the newest with data."})


class LimitsAnswer(Schema):
    """Centre and natural limits of a series; `step`: from which a change of neighbours is unusual."""

    mean = fields.Float()
    lower = fields.Float()
    upper = fields.Float()
    step = fields.Float()


class SignalPointAnswer(Schema):
    """One period that stands out."""

    period = fields.String()
    kind = fields.String(validate=validate.OneOf(("outside", "run", "step")))
    side = fields.String(validate=validate.OneOf(("above", "below")))


class SeriesAnswer(Schema):
    """One series, in the order of `periods`."""

    scores = fields.List(fields.Float(allow_none=True))
    limits = fields.Nested(LimitsAnswer, allow_none=True)
    no_limits = fields.String(allow_none=True)
    signals = fields.List(fields.Nested(SignalPointAnswer))
    change = _maybe("The newest score less the one before.")
    like_for_like = _maybe("The same on the measures usable in both; the verdict is on this one.")
    verdict = fields.String(validate=validate.OneOf(tuple(VERDICTS.values())))
    words = fields.String()


class UnitSignalsAnswer(Schema):
    """One unit."""

    segment = _segment()
    composite = fields.Nested(SeriesAnswer)
    pillars = fields.Dict(keys=fields.String(), values=fields.Nested(SeriesAnswer))


class SignalsAnswer(Schema):
    """Answer of `GET /scores/signals`."""

    grain = fields.String()
    periods = fields.List(fields.String())
    profile = fields.String()
    version = fields.Integer()
    data_as_of = _instant()
    segments = fields.List(fields.Nested(UnitSignalsAnswer))
