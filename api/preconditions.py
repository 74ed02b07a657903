"""State tags over HTTP (RFC 9110, section 13): `ETag` on answers, `If-Match` and `If-None-Match` in requests."""

from __future__ import annotations

from typing import Any, Literal

from flask import Response, json, request

from lei.errors import UnseenError

# Whether a route shows a state, may be told which one was seen, or must be.
StateTag = Literal["shown", "honored", "required"]


def seen_tags(wanted: StateTag | None) -> frozenset[str] | None:
    """The tags in `If-Match` (`*` stands for any state); None where the route has no use for them or none came.

    Weak tags are left out: they promise too little to decide whether something may be overwritten. Raises UnseenError
    when the route cannot do without.
    """
    if wanted is None or wanted == "shown":
        return None
    if "If-Match" in request.headers:
        tags = request.if_match
        return frozenset({"*"} if tags.star_tag else tags.as_set())
    if wanted == "required":
        raise UnseenError(
            "Say which state you have seen: read it, and send the ETag of that answer as `If-Match`. So nobody "
            "overwrites what somebody else changed in between."
        )
    return None


def tagged(body: dict[str, Any], tag: str, address: str, status: int = 200) -> Response:
    """The answer that shows one state, which stands at `address`; 304 without a body to who has it already."""
    if request.method == "GET" and request.if_none_match.contains_weak(tag):
        answer = Response(status=304)
        del answer.headers["Content-Type"]  # there is nothing that could be of a type
    else:
        answer = Response(json.dumps(body), status, content_type="application/json")
        answer.headers["Content-Location"] = address
    answer.set_etag(tag)
    return answer
