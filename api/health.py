"""Whether the process is up (`/healthz`) and whether it can work (`/readyz`); both answer without a key."""

from __future__ import annotations

from flask import Flask, Response, json

from api.context import present_context
from lei.errors import UnavailableError
from lei.storage.schema import is_current


def add_health(app: Flask) -> None:
    """Answer at `/healthz` and `/readyz`."""
    for path, view in (("/healthz", _up), ("/readyz", _ready)):
        app.add_url_rule(path, f"operations.{path[1:]}", view, methods=["GET"], provide_automatic_options=False)


def _up() -> Response:
    return _answer("up")


def _ready() -> Response:
    """Raises UnavailableError (503) when the database cannot be reached or needs a migration."""
    if not is_current(present_context().database):
        raise UnavailableError("The database is not at the current schema; run `lei db upgrade`.")
    return _answer("ready")


def _answer(status: str) -> Response:
    return Response(
        json.dumps({"status": status}), content_type="application/json", headers={"Cache-Control": "no-store"}
    )
