"""Cursor pagination: a page is what comes after a place in a fixed order; rows that arrive meanwhile move nothing."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

import marshmallow as ma
from flask import request
from werkzeug.datastructures import MultiDict

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
    """The id after which the page of the present request starts; None for the first page.

    Raises InvalidError when the text is no cursor of ours, or one of another list or other filters: its place there
    says nothing here, and rows would be left out in silence.
    """
    if cursor is None:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor.encode("ascii")).decode("ascii").partition(".")[0]
    except (ValueError, binascii.Error):
        text = ""
    number = int(text) if text.isdecimal() and int(text) <= _LARGEST_ID else None
    if number is None or cursor != cursor_after(number, request.path, request.args):
        detail = (
            "This cursor was not given out by LEI for this list with these filters. Send the `next_cursor` of the page "
            "before, unchanged, with the same filters."
        )
        raise InvalidError(detail, [Problem("cursor", "invalid", detail)])
    return number


def cursor_after(number: int, path: str, query: MultiDict[str, str]) -> str:
    """The cursor of what comes after the id `number` in the list at `path`, filtered by `query`."""
    filters = sorted((name, value) for name, value in query.items(multi=True) if name not in ("limit", "cursor"))
    which = zlib.crc32(urlencode([("", path), *filters]).encode("ascii"))
    return base64.urlsafe_b64encode(f"{number}.{which:08x}".encode("ascii")).decode("ascii")


def page(
    items: Sequence[Item], limit: int, id_of: Callable[[Item], int], plain: Callable[[Item], Any]
) -> dict[str, Any]:
    """The answer of a list. `items` has up to one item more than `limit`, which says whether there is a next page."""
    shown = items[:limit]
    more = len(items) > limit
    cursor = cursor_after(id_of(shown[-1]), request.path, request.args) if more else None
    return {"items": [plain(item) for item in shown], "next_cursor": cursor}
