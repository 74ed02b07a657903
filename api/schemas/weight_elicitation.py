"""The shape of people's answers out of which weights are made, and of those weights."""

from __future__ import annotations

from collections.abc import Mapping

import marshmallow as ma

from api.schemas.fields import Number, Table, Text, WholeNumber
from lei.services.weights.check_elicitation import METHODS
from weights.completion import COMPLETIONS
from weights.random_index import RANDOM_INDICES
from weights.ranks import RANK_RULES

_MOST_PEOPLE = 200
_MOST_KEYS = 100
_MOST_JUDGEMENTS = 1000
_LARGEST = 1e9
_KEY = 200


def _not_too_many(table: Mapping[str, object]) -> None:
    if len(table) > _MOST_KEYS:
        raise ma.ValidationError(f"These are more than {_MOST_KEYS} entries.")


def _shares(text: str) -> ma.fields.Dict:
    return ma.fields.Dict(
        keys=ma.fields.String(), values=ma.fields.Float(), allow_none=True, metadata={"description": text}
    )


class PairJudgement(ma.Schema):
    """`one` is `times` times as important as `other`: 3, or 0.3333 for a third."""

    one = Text(_KEY, blank=False, required=True)
    other = Text(_KEY, blank=False, required=True)
    times = Number(required=True, metadata={"description": "Above 0; Saaty's scale goes from 1/9 to 9."})


class PersonQuestion(ma.Schema):
    """What one person says, in the field that the method asks for."""

    name = Text(100, blank=False, load_default=None)
    judgements = ma.fields.List(
        ma.fields.Nested(PairJudgement),
        load_default=None,
        validate=ma.validate.Length(max=_MOST_JUDGEMENTS),
        metadata={"description": "`pairwise`: each pair once at most; pairs may be left out while all hang together."},
    )
    points = Table(
        keys=Text(_KEY, blank=False),
        values=Number(validate=ma.validate.Range(0, _LARGEST, error="Points are a number of 0 or more.")),
        load_default=None,
        validate=_not_too_many,
        metadata={"description": "`points`: to each thing; only their ratios count."},
    )
    ranks = Table(
        keys=Text(_KEY, blank=False),
        values=WholeNumber(validate=ma.validate.Range(1, _MOST_KEYS, error="A rank is a whole number from 1.")),
        load_default=None,
        validate=_not_too_many,
        metadata={"description": "`ranks`: 1 for the most important; equal ranks are allowed."},
    )


class ElicitQuestion(ma.Schema):
    """Answers of one or several people, by one method."""

    method = ma.fields.String(required=True, validate=ma.validate.OneOf(METHODS))
    keys = ma.fields.List(
        Text(_KEY, blank=False),
        load_default=None,
        validate=ma.validate.Length(1, _MOST_KEYS),
        metadata={"description": "The things to weigh; without it, those that the people name."},
    )
    people = ma.fields.List(
        ma.fields.Nested(PersonQuestion), required=True, validate=ma.validate.Length(1, _MOST_PEOPLE)
    )
    random_index = ma.fields.String(
        load_default=None,
        validate=ma.validate.OneOf(tuple(RANDOM_INDICES)),
        metadata={"description": "`pairwise`: the table for the consistency ratio; without it, saaty_1980."},
    )
    completion = ma.fields.String(
        load_default=None,
        validate=ma.validate.OneOf(COMPLETIONS),
        metadata={"description": "`pairwise`: how pairs that nobody judged are filled in; without it, harker."},
    )
    rule = ma.fields.String(
        load_default=None,
        validate=ma.validate.OneOf(tuple(RANK_RULES)),
        metadata={"description": "`ranks`: how ranks become weights; without it, centroid."},
    )


class ConsistencyAnswer(ma.Schema):
    """How well judgements agree with each other."""

    ratio = ma.fields.Float()
    acceptable_ratio = ma.fields.Float()
    consistent = ma.fields.Boolean()
    index = ma.fields.Float()
    eigenvalue = ma.fields.Float()
    random_index = ma.fields.String(metadata={"description": "The table that the ratio was taken from."})
    source = ma.fields.String(metadata={"description": "Where that table was published."})


class ContradictionAnswer(ma.Schema):
    """`first` against `last` was judged `judged`; by way of `middle` it would be `implied`, `factor` times apart."""

    first = ma.fields.String()
    middle = ma.fields.String()
    last = ma.fields.String()
    judged = ma.fields.Float()
    implied = ma.fields.Float()
    factor = ma.fields.Float()
    sentence = ma.fields.String()


class PersonAnswer(ma.Schema):
    """One person's own weights, and how consistent they are; weights are null where `note` says why."""

    name = ma.fields.String()
    weights = _shares("Share by key.")
    consistency = ma.fields.Nested(ConsistencyAnswer, allow_none=True)
    contradictions = ma.fields.List(ma.fields.Nested(ContradictionAnswer))
    note = ma.fields.String(allow_none=True)


class ElicitAnswer(ma.Schema):
    """Weights that sum to 1, and how far to trust them; stored nowhere."""

    method = ma.fields.String()
    weights = _shares("Share by key.")
    consistency = ma.fields.Nested(
        ConsistencyAnswer, allow_none=True, metadata={"description": "Of the group; null but for pairwise."}
    )
    contradictions = ma.fields.List(ma.fields.Nested(ContradictionAnswer))
    filled = ma.fields.List(ma.fields.Nested(PairJudgement))
    people = ma.fields.List(ma.fields.Nested(PersonAnswer))
    spread = _shares("Standard deviation of the people's own weights, by key; null for one person.")
    concentration = ma.fields.Float(
        allow_none=True,
        metadata={"description": "Kappa of a Dirichlet distribution with that spread: how firm opinions are."},
    )
    warnings = ma.fields.List(ma.fields.String())
