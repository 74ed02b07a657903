"""The shape of questions for data-driven weights, and of the advice."""

from __future__ import annotations

from collections.abc import Mapping

import marshmallow as ma

from api.schemas.fields import PeriodField, Text, scope_table
from lei.periods import Grain
from lei.services.scores.score_report import DEFAULT_PROFILE, MOST_DIMENSIONS
from lei.services.weights.advise_weights import FEWEST_CASES
from weights.data_methods import DATA_METHODS


def _not_too_many(table: Mapping[str, object]) -> None:
    if len(table) > MOST_DIMENSIONS:
        raise ma.ValidationError(f"Filter by {MOST_DIMENSIONS} dimensions at most.")


def _shares(text: str, *, allow_none: bool = False) -> ma.fields.Dict:
    return ma.fields.Dict(
        keys=ma.fields.String(), values=ma.fields.Float(), allow_none=allow_none, metadata={"description": text}
    )


class AdviceQuestion(ma.Schema):
    """Whose weights are wanted, and the scores that they are taken from: one case for each segment and period."""

    profile = Text(100, blank=False, load_default=DEFAULT_PROFILE)
    pillar = Text(
        100,
        blank=False,
        load_default=None,
        metadata={"description": "Weigh the measures of this pillar; without it, the pillars."},
    )
    methods = ma.fields.List(
        ma.fields.String(validate=ma.validate.OneOf(tuple(DATA_METHODS))),
        load_default=list(DATA_METHODS),
        validate=ma.validate.Length(1),
    )
    grain = ma.fields.Enum(Grain, by_value=True, load_default=Grain.MONTH)
    first = PeriodField(data_key="from", load_default=None)
    last = PeriodField(data_key="to", load_default=None)
    by = ma.fields.List(Text(60, blank=False), load_default=list, validate=ma.validate.Length(max=MOST_DIMENSIONS))
    where = scope_table(load_default=dict, validate=_not_too_many)


class MethodAdviceAnswer(ma.Schema):
    """What one method says; `weights` is null where it cannot take these data, and `refused` says why."""

    method = ma.fields.String()
    source = ma.fields.String()
    weights = _shares("Share by key.", allow_none=True)
    refused = ma.fields.String(allow_none=True)
    warnings = ma.fields.List(ma.fields.String())


class AdviceAnswer(ma.Schema):
    """Data-driven weights beside today's: advice, and stored nowhere."""

    profile = ma.fields.String()
    version = ma.fields.Integer()
    data_as_of = ma.fields.String(allow_none=True, metadata={"format": "date-time"})
    pillar = ma.fields.String(allow_none=True)
    today = _shares("Today's shares of the keys that were weighed.")
    cases = ma.fields.Integer(
        metadata={"description": f"Segments in periods with all the scores; at least {FEWEST_CASES}."}
    )
    gaps = ma.fields.Integer(metadata={"description": "Cases left out because a score is missing or hidden."})
    left_out = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())
    advice = ma.fields.List(ma.fields.Nested(MethodAdviceAnswer))
    warnings = ma.fields.List(ma.fields.String())
