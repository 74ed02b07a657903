"""The shape of scorecards in requests and answers."""

from __future__ import annotations

import marshmallow as ma

from api.schemas.fields import PeriodField, Text, language_field, page_size_field, scope_table
from lei.periods import Grain
from lei.services.scorecards.scorecard_request import LONGEST_TITLE
from lei.services.scores.score_report import DEFAULT_PROFILE

_LONGEST_PROFILE = 100


class NewScorecard(ma.Schema):
    """Which scorecard to render."""

    period = PeriodField(
        load_default=None,
        metadata={"description": "2026-10, 2026-Q4 or 2026; without it, the last complete one with data."},
    )
    grain = ma.fields.Enum(
        Grain, by_value=True, load_default=None, metadata={"description": "Must fit the period, where both are given."}
    )
    where = scope_table(load_default=dict)
    title = Text(LONGEST_TITLE, blank=False, allow_none=True, load_default=None)
    profile = Text(_LONGEST_PROFILE, blank=False, load_default=DEFAULT_PROFILE)
    language = language_field("That of the installation if left out.", load_default=None, allow_none=True)
    page_size = page_size_field("That of the installation if left out.", load_default=None, allow_none=True)


class Links(ma.Schema):
    """Where a scorecard and its parts are."""

    self = ma.fields.String(required=True)
    pdf = ma.fields.String(required=True)
    data = ma.fields.String(required=True)


class Scorecard(ma.Schema):
    """A scorecard as it was published; it never changes."""

    id = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    grain = ma.fields.Enum(Grain, by_value=True, required=True)
    period = ma.fields.String(required=True)
    where = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(), required=True)
    profile = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)
    data_as_of = ma.fields.AwareDateTime(required=True, allow_none=True)
    created_at = ma.fields.AwareDateTime(required=True)
    created_by = ma.fields.String(required=True)
    purpose = ma.fields.String(
        required=True, metadata={"description": "`published`; a `draft` or a `test` of a schedule was not."}
    )
    sha256 = ma.fields.String(required=True, metadata={"description": "Of the PDF."})
    pdf_removed_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    links = ma.fields.Nested(Links, required=True)


class ScorecardList(ma.Schema):
    """A page of scorecards, the newest first."""

    items = ma.fields.List(ma.fields.Nested(Scorecard), required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)


class Figures(ma.Schema):
    """The figures that a scorecard shows, as they are stored (lei.reports.figures)."""

    class Meta:
        """Fields are those of the figures' own schema version."""

        unknown = ma.INCLUDE

    schema = ma.fields.Integer(required=True)
