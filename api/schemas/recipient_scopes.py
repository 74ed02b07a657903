"""The shape of recipients' scopes in requests and answers."""

from __future__ import annotations

import marshmallow as ma

from api.schemas.fields import scope_table
from lei.services.access.manage_recipients import MOST_SEGMENTS


class NewScope(ma.Schema):
    """What a recipient may be sent scorecards of."""

    segments = ma.fields.List(
        scope_table(),
        required=True,
        validate=ma.validate.Length(max=MOST_SEGMENTS),
        metadata={"description": "Each with all that lies within it; [{}]: everything; []: nothing."},
    )


class RecipientScope(ma.Schema):
    """What a recipient may be sent scorecards of, and who said so."""

    recipient = ma.fields.String()
    segments = ma.fields.List(ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String()))
    changed_at = ma.fields.AwareDateTime()
    changed_by = ma.fields.String()


class RecipientScopeList(ma.Schema):
    """One page of scopes."""

    items = ma.fields.List(ma.fields.Nested(RecipientScope))
    next_cursor = ma.fields.String(allow_none=True)
