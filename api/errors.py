"""The one place where errors become HTTP: problem details as in RFC 9457 (or pages, where the path is for people)."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, json, request
from werkzeug.exceptions import HTTPException

from api.access_log import logged_path
from lei import errors

_LOG = logging.getLogger("lei.api")
STATUS: dict[type[errors.LeiError], HTTPStatus] = {
    errors.MalformedError: HTTPStatus.BAD_REQUEST,
    errors.InvalidError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    errors.GoneError: HTTPStatus.GONE,
    errors.ConflictError: HTTPStatus.CONFLICT,
    errors.ChangedMeanwhileError: HTTPStatus.PRECONDITION_FAILED,
    errors.UnseenError: HTTPStatus.PRECONDITION_REQUIRED,
    errors.UnauthenticatedError: HTTPStatus.UNAUTHORIZED,
    errors.ForbiddenError: HTTPStatus.FORBIDDEN,
    errors.TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.UnsupportedMediaError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.NotAcceptableError: HTTPStatus.NOT_ACCEPTABLE,
    errors.TooManyError: HTTPStatus.TOO_MANY_REQUESTS,
    errors.UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.DeliveryError: HTTPStatus.BAD_GATEWAY,
}
# Where the application also serves pages, it keeps here what draws an error as one: (status, detail) to a response.
PAGE_ERRORS = "lei.page_errors"
_FOR_PROGRAMS = ("/api/v1/", "/healthz", "/readyz", "/metrics")


def problem_as_dict(problem: errors.Problem) -> dict[str, Any]:
    """One problem as JSON; the row and the hint only where there are any."""
    plain: dict[str, Any] = {"row": problem.row} if problem.row is not None else {}
    plain |= {"field": problem.field, "code": problem.code, "message": problem.message}
    return plain | ({"hint": problem.hint} if problem.hint else {})


def error_response(status: HTTPStatus, detail: str, problems: Iterable[errors.Problem] = ()) -> Response:
    """A problem document for programs, a page for people, whichever of them the path is for."""
    page = current_app.extensions.get(PAGE_ERRORS)
    if page is None or request.path.startswith(_FOR_PROGRAMS):
        return problem_response(status, detail, problems)
    response: Response = page(status, detail)
    return response


def problem_response(status: HTTPStatus, detail: str, problems: Iterable[errors.Problem] = ()) -> Response:
    """A problem document. Errors list the fields or rows at fault, a hundred at most."""
    listed = [problem_as_dict(problem) for problem in problems][: errors.LISTED_PROBLEMS]
    body: dict[str, Any] = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    if listed:
        body["errors"] = listed
    response = Response(json.dumps(body), status.value, content_type="application/problem+json")
    if status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="LEI"'
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "5"
    return response


def handle_errors(app: Flask) -> None:
    """Answer every error of the API as a problem document."""
    app.register_error_handler(errors.LeiError, _ours)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(Exception, _unforeseen)


def _ours(error: errors.LeiError) -> Response:
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), HTTPStatus.INTERNAL_SERVER_ERROR)
    said = errors.said_by_database(error)
    if said:
        # Of a database that is away, the place in our code tells nothing, and every request would tell it.
        _LOG.error("%s %s: %s%s", request.method, logged_path(), error.detail, said)
    elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _LOG.error("%s %s: %s", request.method, logged_path(), error.detail, exc_info=error)
    response = error_response(status, error.detail, error.problems)
    if isinstance(error, errors.TooManyError):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def _of_http(error: HTTPException) -> Response:
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    details = {
        HTTPStatus.NOT_FOUND: f"There is no {request.path} here.{_where_routes_are()}",
        HTTPStatus.METHOD_NOT_ALLOWED: f"{request.path} does not take {request.method}.",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request is too large.",
    }
    response = error_response(status, details.get(status, error.description or status.phrase))
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _where_routes_are() -> str:
    return " The routes are listed at /api/docs." if request.path.startswith("/api/") else ""


def _unforeseen(error: Exception) -> Response:
    _LOG.error("%s %s failed", request.method, logged_path(), exc_info=error)
    return error_response(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Something went wrong on our side; nothing of this request was stored. The log of the service says what.",
    )
