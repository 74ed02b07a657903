"""From what a view returns to an HTTP answer: JSON, the next page as a link, a tag by which a repeat costs nothing."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlencode

import msgspec
from flask import Response, request

from lei.errors import NotAcceptableError

Result = Response | dict[str, Any] | tuple[dict[str, Any], int]

JSON = "application/json"
_OK = 200


def answer_of(result: Result) -> Response:
    """The answer; of a list, with a link to its next page."""
    if isinstance(result, Response):
        return result
    body, status = result if isinstance(result, tuple) else (result, _OK)
    response = Response(msgspec.json.encode(body), status, content_type=JSON)
    if request.method == "GET" and body.get("next_cursor"):
        response.headers["Link"] = f'<{_next_page(body["next_cursor"])}>; rel="next"'
    return response


def tagged_by_content(response: Response) -> Response:
    """The answer to a GET with a tag of its content; 304 without a body to who has it already.

    By content, and not by the version of the data: what was stored meanwhile may concern others, and a score also hangs
    on drafts, settings and the day.
    """
    if request.method not in ("GET", "HEAD") or response.status_code != _OK:
        return response
    response.headers.setdefault("Cache-Control", "private, no-cache")
    response.headers.setdefault("Vary", "Authorization, Accept")
    if "ETag" not in response.headers:
        tag = hashlib.blake2b(response.get_data(), digest_size=16).hexdigest()
        response.set_etag(tag)
        if request.if_none_match.contains_weak(tag):
            response.status_code = 304
            response.set_data(b"")
            del response.headers["Content-Type"]  # there is nothing that could be of a type
    return response


def check_acceptable(offered: tuple[str, ...]) -> None:
    """Raise NotAcceptableError when the present request wants none of the content types that there are."""
    if not offered or "Accept" not in request.headers:
        return
    accepted = request.accept_mimetypes
    if accepted.provided and accepted.best_match(offered) is None:
        wanted = request.headers["Accept"][:100]
        raise NotAcceptableError(
            f"This route answers as {' or '.join(offered)}, of which `Accept: {wanted}` takes none."
        )


def _next_page(cursor: str) -> str:
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
    return f"{request.path}?{urlencode([*asked, ('cursor', cursor)])}"
