"""Filters as people write them, `dimension:value`: reads one, and makes one scope of several."""

from __future__ import annotations

from collections.abc import Iterable

from lei.errors import InvalidError, Problem


def parse_filter(text: str) -> tuple[str, str]:
    """The pair (dimension, value); raises ValueError with a sentence when the text is none."""
    dimension, colon, value = text.partition(":")
    if not (dimension and colon and value):
        raise ValueError(f"'{text}' is no filter; write dimension:value, such as unit:Sales.")
    return dimension, value


def scope_of(filters: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The filters as one scope; raises InvalidError when a dimension is given two values."""
    scope: dict[str, str] = {}
    for dimension, value in filters:
        if scope.setdefault(dimension, value) != value:
            text = (
                f"A segment has one {dimension}; ask for {scope[dimension]} and {value} one by one, "
                f"or split by {dimension}."
            )
            raise InvalidError(text, [Problem("where", "repeated", text)])
    return scope
