"""The shape of weight profiles in requests and answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from api.schemas.fields import Number, PeriodField, Table, Text, WholeNumber, scope_table
from api.schemas.measures import MeasureChange
from lei.periods import Grain
from lei.services.scores.score_profile import GOALPOST_FIELDS
from lei.services.scores.score_report import DEFAULT_PROFILE
from weights.rules import LARGEST_ORDER, LONGEST_CARRY_FORWARD, MEANS, MOST_CAPS, read_mean, read_measure_mean

_MOST_KEYS = 1000
_LARGEST_WEIGHT = 1e9
_FILLED = (
    "A pillar whose measures are not named takes over the catalogue's own weights; of one that is, only those named "
    "count."
)


def _not_too_many(table: Mapping[str, object]) -> None:
    if len(table) > _MOST_KEYS:
        raise ma.ValidationError(f"These are more than {_MOST_KEYS} entries.")


def _weights(text: str) -> Table:
    return Table(
        keys=ma.fields.String(),
        values=Number(validate=ma.validate.Range(0, _LARGEST_WEIGHT, error="A weight is a number of 0 or more.")),
        validate=_not_too_many,
        metadata={"description": text},
    )


class MeanField(ma.fields.Raw):
    """A mean by its name, or by its order."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        problems: list[tuple[str, str]] = []
        found = read_mean(value, "", problems)
        if problems:
            raise ma.ValidationError(problems[0][1])
        return found


class MeasureMeanField(ma.fields.Raw):
    """One mean for the measures of all pillars, or an object with a mean for each pillar that it names."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        problems: list[tuple[str, str]] = []
        found = read_measure_mean(value, "", problems)
        if problems:
            raise ma.ValidationError({path.removeprefix(".") or "_schema": [text] for path, text in problems})
        return found


_MEAN: list[dict[str, Any]] = [
    {"type": "string", "enum": list(MEANS)},
    {"type": "number", "minimum": -LARGEST_ORDER, "maximum": LARGEST_ORDER},
]
_ORDER = "A name, or the order r of a power mean: 1 is arithmetic, 0 geometric, -1 harmonic, 2 quadratic."


class Aggregation(ma.Schema):
    """How scores are averaged at each level."""

    pillars = MeanField(metadata={"description": _ORDER, "oneOf": _MEAN})
    measures = MeasureMeanField(
        metadata={
            "description": f"{_ORDER} Or an object with one for each pillar that it names; the others are arithmetic.",
            "oneOf": [*_MEAN, {"type": "object", "additionalProperties": {"oneOf": _MEAN}}],
        }
    )
    floor = Number(
        validate=ma.validate.Range(0, 99),
        metadata={
            "description": "In a mean of order 0 or less, a score below it counts as it; with 0, a single 0 wins."
        },
    )


class CapSchema(ma.Schema):
    """A limit: the composite or a pillar scores at most so much while something else scores too little."""

    on = Text(100, blank=False, required=True, metadata={"description": "`composite`, or a pillar."})
    at_most = Number(required=True, validate=ma.validate.Range(0, 100))
    below = Number(required=True, validate=ma.validate.Range(0, 100))

    class Meta:
        """`while` is a word of Python."""

        include = {  # noqa: RUF012 - marshmallow's way
            "while": Text(100, blank=False, required=True, metadata={"description": "A pillar, or a measure."})
        }


def _caps() -> ma.fields.Field[Any]:
    return ma.fields.List(
        ma.fields.Nested(CapSchema),
        validate=ma.validate.Length(max=MOST_CAPS),
        metadata={"description": "Of several active caps on one score, the lowest counts."},
    )


class Missing(ma.Schema):
    """What happens where data are missing."""

    min_coverage = Number(
        validate=ma.validate.Range(0, 100),
        metadata={"description": "Percent of a pillar's weight that must have data, or it gets no score."},
    )
    min_pillars = WholeNumber(
        validate=ma.validate.Range(1, 1000),
        metadata={"description": "The fewest pillars with a score that make a provisional composite."},
    )
    min_pillar_weight = Number(
        validate=ma.validate.Range(0, 100),
        metadata={"description": "The least percent of the pillars' weight that makes a provisional composite."},
    )
    carry_forward_months = WholeNumber(
        validate=ma.validate.Range(0, LONGEST_CARRY_FORWARD),
        metadata={"description": "For how many months a value of a stock is carried forward."},
    )


class GoalpostOverride(MeasureChange):
    """Goalposts of one measure that replace those of the catalogue in this profile."""

    class Meta:
        """Goalposts only."""

        fields = GOALPOST_FIELDS


class ProfileSections(ma.Schema):
    """What a profile says; weights are any numbers of 0 or more."""

    pillars = _weights("Weight by pillar.")
    measures = Table(
        keys=ma.fields.String(),
        values=_weights("Weight by measure."),
        validate=_not_too_many,
        metadata={"description": f"Weight by measure, by pillar. {_FILLED}"},
    )
    aggregation = ma.fields.Nested(Aggregation)
    missing = ma.fields.Nested(Missing)
    caps = _caps()
    goalposts = Table(keys=ma.fields.String(), values=ma.fields.Nested(GoalpostOverride), validate=_not_too_many)


class NewVersion(ProfileSections):
    """A draft: the whole profile, of which only the weights of the pillars must be given."""

    pillars = Table(
        keys=ma.fields.String(),
        values=Number(validate=ma.validate.Range(0, _LARGEST_WEIGHT, error="A weight is a number of 0 or more.")),
        validate=_not_too_many,
        required=True,
        metadata={"description": "Weight by pillar."},
    )


class NewProfile(NewVersion):
    """A profile to add."""

    name = Text(100, blank=False, required=True, metadata={"description": "Small letters, digits and _."})


class Publication(ma.Schema):
    """From when a draft counts, and why."""

    effective_from = PeriodField(
        required=True, metadata={"description": "The first period that it counts in; earlier ones keep their version."}
    )
    note = Text(2000, blank=False, required=True, metadata={"description": "Why the weights change."})


class Consent(ma.Schema):
    """What an approver says; nothing need be said."""

    comment = Text(2000, load_default="", metadata={"description": "For the record."})


class ApprovalAnswer(ma.Schema):
    """One approval of a draft; it is withdrawn when the draft is changed afterwards."""

    approved_by = ma.fields.String()
    approved_at = ma.fields.String(metadata={"format": "date-time"})
    comment = ma.fields.String()
    withdrawn_at = ma.fields.String(allow_none=True, metadata={"format": "date-time"})


class VersionSummary(ma.Schema):
    """One version without its weights."""

    version = ma.fields.Integer()
    status = ma.fields.String(validate=ma.validate.OneOf(("draft", "published")))
    effective_from = ma.fields.String(
        allow_none=True,
        metadata={"description": "A month; null for a draft, or for a version that counts from the beginning."},
    )
    note = ma.fields.String()
    created_at = ma.fields.String(metadata={"format": "date-time"})
    created_by = ma.fields.String()
    changed_at = ma.fields.String(
        allow_none=True, metadata={"format": "date-time", "description": "Null where it was not changed since."}
    )
    changed_by = ma.fields.String(allow_none=True)
    approvals = ma.fields.List(ma.fields.Nested(ApprovalAnswer))
    published_at = ma.fields.String(allow_none=True, metadata={"format": "date-time"})
    published_by = ma.fields.String(allow_none=True)
    etag = ma.fields.String(metadata={"description": "The ETag of the version, for `If-Match`."})


class ProfileVersionAnswer(VersionSummary):
    """One version; weights are shares that sum to 1 at each level."""

    name = ma.fields.String()
    weights_source = ma.fields.String()
    pillars = _weights("Share by pillar.")
    measures = Table(keys=ma.fields.String(), values=_weights("Share by measure."))
    aggregation = ma.fields.Nested(Aggregation)
    missing = ma.fields.Nested(Missing)
    caps = _caps()
    goalposts = Table(keys=ma.fields.String(), values=ma.fields.Nested(GoalpostOverride))


class ProfileAnswer(ProfileVersionAnswer):
    """A profile: the version that counts now (the newest draft where none is published), and all versions."""

    versions = ma.fields.List(ma.fields.Nested(VersionSummary))


class ProfileList(ma.Schema):
    """One page of profiles."""

    items = ma.fields.List(ma.fields.Nested(ProfileAnswer))
    next_cursor = ma.fields.String(allow_none=True)


class PreviewQuestion(ma.Schema):
    """A what-if: a whole or partial profile, and the scores that are wanted under it."""

    base = ma.fields.String(load_default=DEFAULT_PROFILE, metadata={"description": "The profile that is tried out."})
    profile = ma.fields.Nested(
        ProfileSections,
        required=True,
        metadata={
            "description": "Laid over the base profile, key by key; its weights are shares, as the answers show them."
        },
    )
    grain = ma.fields.Enum(Grain, by_value=True, load_default=Grain.MONTH)
    first = PeriodField(data_key="from", load_default=None)
    last = PeriodField(data_key="to", load_default=None)
    by = ma.fields.List(Text(60, blank=False), load_default=list, validate=ma.validate.Length(max=2))
    where = scope_table(load_default=dict, validate=_not_too_many)
    detail = ma.fields.String(
        load_default="pillars",
        validate=ma.validate.OneOf(("composite", "pillars")),
        metadata={"description": "`composite` leaves the pillars out: half the answer for many segments and periods."},
    )


class PreviewedScore(ma.Schema):
    """One composite, with its pillars unless they were not asked for."""

    composite = ma.fields.Float(allow_none=True)
    reason = ma.fields.String(allow_none=True)
    status = ma.fields.String()
    band = ma.fields.String(allow_none=True)
    coverage = ma.fields.Float()
    pillars = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Float(allow_none=True))


class ScorePair(ma.Schema):
    """One segment in one period: today's score, the one under the tried weights, and the difference in points."""

    period = ma.fields.String()
    segment = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())
    current = ma.fields.Nested(PreviewedScore)
    preview = ma.fields.Nested(PreviewedScore)
    change = ma.fields.Float(allow_none=True)


class PreviewAnswer(ma.Schema):
    """Scores under the tried weights beside today's; stored nowhere."""

    base = ma.fields.String()
    version = ma.fields.Integer()
    data_as_of = ma.fields.String(allow_none=True)
    weights = ma.fields.Nested(ProfileSections)
    scores = ma.fields.List(ma.fields.Nested(ScorePair))
