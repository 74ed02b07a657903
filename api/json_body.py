"""Reads a JSON body strictly: what the parser lets through and a database would trip over is refused."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

from flask import request

from lei.errors import MalformedError, TooLargeError, UnsupportedMediaError
from lei.services.intake.row_lookups import unique_fields

LARGEST_JSON_BODY = 1024 * 1024


def read_json_body(largest: int = LARGEST_JSON_BODY) -> object:
    """The body of the present request.

    Raises UnsupportedMediaError, TooLargeError or MalformedError; the sentence says which limit or what is wrong.
    """
    if request.mimetype != "application/json":
        raise UnsupportedMediaError(f"Send the body as application/json{not_as(request.mimetype)}.")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaError("This route takes no compressed body; send it without Content-Encoding.")
    if (request.content_length or 0) > largest:
        raise TooLargeError(f"The body is larger than the {largest:,} bytes that this route takes.")
    return parse_strictly(request.get_data(cache=False))


def not_as(content_type: str) -> str:
    """The end of a sentence that says how to send a body: what was wrong about how it came."""
    return f", not as '{content_type}'" if content_type else " and say so in `Content-Type`"


def parse_strictly(data: bytes) -> object:
    """JSON without NaN, Infinity, numbers that overflow, fields given twice, NUL characters or broken Unicode.

    Raises MalformedError.
    """
    try:
        raw = json.loads(data, parse_constant=_refuse_constant, parse_float=_finite, object_pairs_hook=unique_fields)
        for text in _strings(raw):
            check_text(text)
    except RecursionError as error:
        raise MalformedError("The body is nested too deeply.") from error
    except ValueError as error:
        raise MalformedError(f"The body is not valid JSON: {error}.") from error
    return raw


def check_text(text: str) -> None:
    """Raise ValueError when no database could keep the text."""
    if "\x00" in text:
        raise ValueError("it holds a NUL character")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("it holds half of a character (a lone surrogate)") from None


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not a JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"the number {text[:30]} is too large")
    return number


def _strings(raw: object) -> Iterator[str]:
    if isinstance(raw, str):
        yield raw
    elif isinstance(raw, dict):
        for key, value in raw.items():
            yield key
            yield from _strings(value)
    elif isinstance(raw, list):
        for value in raw:
            yield from _strings(value)
