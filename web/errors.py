"""The one place where errors become pages: what happened, what was kept, what to do."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

from flask import Response, make_response, redirect, render_template, request

# Under this name the application keeps `error_page`; the handling of errors leaves to it what is not for programs.
PAGE_ERRORS = "lei.page_errors"


def error_page(status: HTTPStatus, detail: str) -> Response:
    """A page that says what went wrong; who is not signed in is led to the sign-in page, and back afterwards."""
    if status is HTTPStatus.UNAUTHORIZED:
        wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
        return make_response(redirect(f"/sign-in?{urlencode({'next': wanted})}", HTTPStatus.SEE_OTHER))
    return make_response(render_template("error.html", status=status, detail=detail), status)
