"""One line in the log for each request, and an id that ties the line to the answer."""

from __future__ import annotations

import logging
import re
import secrets
import time

from flask import Flask, Response, g, request

_LOG = logging.getLogger("lei.access")
_HEADER = "X-Request-Id"
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._:+/=-]{1,100}", re.ASCII)


def log_requests(app: Flask) -> None:
    """Log every request at INFO: method, path, status, milliseconds, name of the key, id.

    The id is the one that the client sent in `X-Request-Id`, else a new one; the answer carries it.
    """
    app.before_request(_begin)
    app.after_request(_end)


def logged_path() -> str:
    """The path of the request; where it has a token that opens something, the pattern of the path."""
    rule = request.url_rule
    return rule.rule if rule is not None and "token" in rule.arguments else request.path


def _begin() -> None:
    g.started = time.perf_counter()
    sent = request.headers.get(_HEADER, "")
    g.request_id = sent if _ACCEPTABLE.fullmatch(sent) else secrets.token_hex(16)


def _end(response: Response) -> Response:
    response.headers[_HEADER] = g.request_id
    milliseconds = round((time.perf_counter() - g.started) * 1000, 1)
    caller = g.get("caller_name")
    fields = {
        "method": request.method,
        "path": logged_path(),
        "status": response.status_code,
        "milliseconds": milliseconds,
        "caller": caller,
        "request_id": g.request_id,
    }
    # repr: a path may hold line breaks, and one request must stay one line.
    line = f"{request.method} {ascii(logged_path())[1:-1]} {response.status_code} {milliseconds} ms"
    _LOG.info("%s %s %s", line, caller or "-", g.request_id, extra=fields)
    return response
