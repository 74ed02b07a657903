"""The answer of a route that has done its work and has nothing to show."""

from __future__ import annotations

from flask import Response


def no_content() -> Response:
    """204, without a type: there is nothing that could be of one."""
    done = Response(status=204)
    del done.headers["Content-Type"]
    return done
