"""The shape of measures in requests and answers; the fields are the columns of the catalogue file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from api.pagination import PageParameters
from api.schemas.fields import Number, Text, WholeNumber
from lei.catalog.measure import CHOICES, PILLARS

_SHORT, _LONG = 200, 4000
_MOST_LISTED = 100
_LARGEST = 1e12


def _choice(name: str, **options: Any) -> ma.fields.String:
    return ma.fields.String(validate=ma.validate.OneOf(CHOICES[name]), **options)


def _goalpost(text: str, **options: Any) -> Number:
    return Number(
        allow_none=True, validate=ma.validate.Range(-_LARGEST, _LARGEST), metadata={"description": text}, **options
    )


def _keys(text: str) -> ma.fields.List[str]:
    return ma.fields.List(
        Text(_SHORT, blank=False), validate=ma.validate.Length(max=_MOST_LISTED), metadata={"description": text}
    )


class MeasureChange(ma.Schema):
    """The fields of a measure that can be changed."""

    display_name = Text(_SHORT, blank=False)
    unit = _choice("unit")
    direction = _choice("direction")
    goalpost_0 = _goalpost(
        "The value that scores 0 (10 with the curve `lognormal`); null for context, which is shown and never scored."
    )
    goalpost_100 = _goalpost("The value that scores 100 (90 with the curve `lognormal`, which never quite reaches it).")
    goalpost_100_upper = _goalpost("With `target_is_best`: where the best range ends.")
    goalpost_0_upper = _goalpost("With `target_is_best`: the value above the range that scores 0 again.")
    goalpost_basis = _choice("goalpost_basis")
    goalpost_source = Text(_LONG)
    curve = _choice("curve")
    knots = ma.fields.List(
        ma.fields.List(Number(validate=ma.validate.Range(-_LARGEST, _LARGEST)), validate=ma.validate.Length(equal=2)),
        validate=ma.validate.Length(max=_MOST_LISTED),
        metadata={"description": "With the curve `piecewise`: pairs of value and score, with rising values."},
    )
    weight_in_pillar = Number(
        validate=ma.validate.Range(0, _LARGEST),
        metadata={"description": "The catalogue's own weight; a profile that does not name measures takes it over."},
    )
    definition = Text(_LONG)
    numerator = Text(_LONG)
    denominator = Text(_LONG)
    formula = Text(_LONG)
    window = Text(_SHORT)
    time_rollup = _choice("time_rollup")
    segment_rollup = _choice("segment_rollup")
    rollup_weight = Text(_SHORT)
    lead_lag = _choice("lead_lag")
    level = WholeNumber(validate=ma.validate.Range(0, 5))
    tdrp_type = _choice("tdrp_type")
    chain_link = _choice("chain_link")
    source_system = _keys("Where the numbers come from.")
    linked_kpis = _keys("Keys of the business KPIs that the measure should move.")
    preferred_sources = _keys("Whose word counts where several sources report the same, most trusted first.")
    min_group_size = WholeNumber(validate=ma.validate.Range(0, 1_000_000))
    min_n_reliable = WholeNumber(validate=ma.validate.Range(1, 1_000_000_000))
    named_in_brief = ma.fields.Boolean(truthy={True}, falsy={False})
    pitfalls = Text(_LONG)
    owner = Text(_SHORT)
    unit_words = Text(
        _SHORT, metadata={"description": "What stands behind a value in a sentence, such as `per 100 tickets`."}
    )


# Figures of rosters come with LEI: forecasts know them by their keys, so there are no others to add.
_ADDED = ("measure", "kpi")
# What a measure of learning cannot do without, and a KPI does not have: it is never scored.
_OF_SCORES = ("pillar", "goalpost_0", "goalpost_100")


class NewMeasure(MeasureChange):
    """A measure to add: what must be given, and the rest, which has defaults.

    A business KPI (`kind` `kpi`) is never scored: it has no pillar and no goalposts. Any other measure needs them.
    """

    kind = ma.fields.String(load_default="measure", validate=ma.validate.OneOf(_ADDED))

    key = ma.fields.String(
        required=True,
        validate=ma.validate.Regexp(
            r"[a-z][a-z0-9_]{1,99}\Z", error="A key has 2 to 100 small letters, digits and _, and begins with a letter."
        ),
    )
    pillar = ma.fields.String(
        validate=ma.validate.OneOf(tuple(PILLARS)), metadata={"description": "Required, but not for a KPI."}
    )
    display_name = Text(_SHORT, blank=False, required=True)
    unit = _choice("unit", required=True)
    direction = _choice("direction", required=True)
    goalpost_0 = _goalpost("The value that scores 0; null for context, which is shown and never scored.")
    goalpost_100 = _goalpost("The value that scores 100.")

    @ma.validates_schema
    def fits_its_kind(self, data: Mapping[str, Any], **_: Any) -> None:
        """Refuse a measure without what scores need, and a KPI with it."""
        is_kpi = data["kind"] == "kpi"
        wrong = {
            name: ["A KPI is never scored; leave this out."] if is_kpi else ["Missing data for required field."]
            for name in _OF_SCORES
            if (name in data) is is_kpi
        }
        if wrong:
            raise ma.ValidationError(wrong)


class Measure(NewMeasure):
    """A measure as it is stored, with the weights that it has in the default profile now (percent)."""

    kind = _choice("kind")
    version = ma.fields.Integer(metadata={"description": "Counts the changes of this measure, from 1."})
    pillar = ma.fields.String(
        validate=ma.validate.OneOf((*PILLARS, "")), metadata={"description": "Empty for a KPI or a figure of rosters."}
    )
    pillar_weight = ma.fields.Float(metadata={"description": "Percent of the composite, in the default profile."})
    effective_weight = ma.fields.Float(metadata={"description": "Percent of the composite, in the default profile."})


class MeasureParameters(PageParameters):
    """Which measures to list."""

    kind = ma.fields.String(
        load_default="measure",
        validate=ma.validate.OneOf(CHOICES["kind"]),
        metadata={
            "description": "`kpi`: the business KPIs; `roster`: what readiness is forecast from. Neither is scored."
        },
    )


class MeasureList(ma.Schema):
    """One page of measures."""

    items = ma.fields.List(ma.fields.Nested(Measure))
    next_cursor = ma.fields.String(allow_none=True)
