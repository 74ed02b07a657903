"""The shape of questions about the scorecard of an owner, and of its figures."""

from __future__ import annotations

import marshmallow as ma

from api.schemas.fields import MonthField


class OwnerScorecardQuery(ma.Schema):
    """Which month the scorecard is about."""

    period = MonthField(load_default=None, metadata={"description": "A month; left out: the newest with data."})


class OwnerFiguresAnswer(ma.Schema):
    """The figures that the scorecard of an owner shows (lei.reports.owner_figures)."""

    class Meta:
        """Fields are those of the figures' own schema version."""

        unknown = ma.INCLUDE

    schema = ma.fields.Integer(required=True)
