"""The API described: as an OpenAPI document for programs, as a page for people. Needs a key, or a person signed in."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, json, request, session
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from api.context import present_context
from api.docs_routes import described_routes
from api.endpoint import PREFIX, caller_of_request
from api.openapi import openapi_document
from lei.services.access.manage_users import SESSION_PERSON, person_of_session

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
)


def _with_code(text: str) -> Markup:
    """A text in which what stands between backticks is code."""
    parts = text.split("`")
    return Markup("").join(Markup("<code>{}</code>").format(part) if i % 2 else part for i, part in enumerate(parts))


_TEMPLATES.filters["with_code"] = _with_code


def add_docs(app: Flask) -> None:
    """Answer at `/api/v1/openapi.json` and `/api/docs`."""
    for path, view in ((f"{PREFIX}/openapi.json", _document), ("/api/docs", _page)):
        name = f"docs.{path.rpartition('/')[2].partition('.')[0]}"
        app.add_url_rule(path, name, view, methods=["GET"], provide_automatic_options=False)


def _document() -> Response:
    _require_key_or_person()
    return Response(json.dumps(openapi_document()), content_type="application/json")


def _page() -> Response:
    _require_key_or_person()
    page = _TEMPLATES.get_template("docs.html").render(
        base=present_context().settings.base_url,
        about=openapi_document()["info"]["description"],
        routes=described_routes(openapi_document(), present_context().settings.base_url),
    )
    return Response(page, content_type="text/html; charset=utf-8")


def _require_key_or_person() -> None:
    context = present_context()
    if "Authorization" in request.headers:
        caller_of_request(context)
        return
    with context.database.reading() as database_session:
        person_of_session(database_session, session.get(SESSION_PERSON))
