"""The shape of questions about the scorecard of an owner, and of its figures."""

from __future__ import annotations

import marshmallow as ma

from api.schemas.fields import MonthField, language_field, page_size_field


class OwnerScorecardQuery(ma.Schema):
    """Which month the scorecard is about, and how it is drawn."""

    period = MonthField(load_default=None, metadata={"description": "A month; left out: the newest with data."})
    language = language_field("That of the installation if left out.", load_default=None)
    page_size = page_size_field("That of the installation if left out.", load_default=None)


class OwnerFiguresAnswer(ma.Schema):
    """The figures that the scorecard of an owner shows (lei.reports.owner_figures)."""

    class Meta:
        """Fields are those of the figures' own schema version."""

        unknown = ma.INCLUDE

    schema = ma.fields.Integer(required=True)
