"""Cursor pagination: a page is what comes after a place in a fixed order; rows that arrive meanwhile move nothing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import marshmallow as ma

from lei.errors import InvalidError, Problem

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 500
_LARGEST_ID = 2**63 - 1

Item = TypeVar("Item")


class PageParameters(ma.Schema):
    """`limit` and `cursor`, for the query of every list."""

    limit = ma.fields.Integer(
        load_default=DEFAULT_LIMIT,
        validate=ma.validate.Range(1, LARGEST_LIMIT),
        metadata={"description": f"How many items to answer with, at most {LARGEST_LIMIT}."},
    )
    cursor = ma.fields.String(
        load_default=None,
        metadata={
            "description": "The `next_cursor` of the page before; leave it out for the first page.",
            "pattern": "^[A-Za-z0-9]+={0,2}$",
        },
    )


def read_cursor(cursor: str | None) -> int | None:
    """The id after which the page starts; None for the first page.

    Raises InvalidError when the text is no cursor of ours.
    """
    if cursor is None:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor.encode("ascii")).decode("ascii")
    except (ValueError, binascii.Error):
        text = ""
    if not (text.isdecimal() and int(text) <= _LARGEST_ID):
        detail = "This cursor was not given out by LEI. Send the `next_cursor` of the page before, unchanged."
        raise InvalidError(detail, [Problem("cursor", "invalid", detail)])
    return int(text)


def page(
    items: Sequence[Item], limit: int, id_of: Callable[[Item], int], plain: Callable[[Item], Any]
) -> dict[str, Any]:
    """The answer of a list. `items` has up to one item more than `limit`, which says whether there is a next page."""
    shown = items[:limit]
    more = len(items) > limit
    cursor = base64.urlsafe_b64encode(str(id_of(shown[-1])).encode("ascii")).decode("ascii") if more else None
    return {"items": [plain(item) for item in shown], "next_cursor": cursor}
