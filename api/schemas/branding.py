"""The shape of the branding in requests and answers."""

from __future__ import annotations

import marshmallow as ma

from api.schemas.fields import Text
from lei.reports.branding import HOUSE_ACCENT
from lei.storage.branding import LONGEST_NAME


class BrandingChange(ma.Schema):
    """What documents bear from now on, beside the logo; what is left out is as LEI has it."""

    name = Text(LONGEST_NAME, load_default="", metadata={"description": "Of the organization; empty: none."})
    accent = Text(
        len(HOUSE_ACCENT),
        load_default=None,
        allow_none=True,
        metadata={"description": "#rrggbb, with a contrast of at least 4.5:1 with white.", "example": "#8c145a"},
    )


class LogoAnswer(ma.Schema):
    """The logo as documents draw it."""

    media_type = ma.fields.String()
    bytes = ma.fields.Integer()
    href = ma.fields.String()


class BrandingAnswer(ma.Schema):
    """What documents bear. accent: that of LEI where none is set; changed_at, changed_by: null before any change."""

    name = ma.fields.String()
    accent = ma.fields.String()
    logo = ma.fields.Nested(LogoAnswer, allow_none=True)
    changed_at = ma.fields.AwareDateTime(allow_none=True)
    changed_by = ma.fields.String(allow_none=True)
