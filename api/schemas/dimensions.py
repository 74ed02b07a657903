"""The shape of dimensions."""

from __future__ import annotations

import marshmallow as ma

from api.schemas.fields import Text


class NewDimension(ma.Schema):
    """A dimension that observations may name from now on; it stays for good."""

    key = Text(60, required=True, blank=False, metadata={"example": "site"})
    display_name = Text(200, required=True, blank=False, metadata={"example": "Site"})


class Dimension(ma.Schema):
    """A registered dimension."""

    key = ma.fields.String()
    display_name = ma.fields.String()


class DimensionList(ma.Schema):
    """A page of dimensions, in alphabetical order."""

    items = ma.fields.List(ma.fields.Nested(Dimension))
    next_cursor = ma.fields.String(allow_none=True)
