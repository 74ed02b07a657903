"""Adds the pages for people to the application that serves the API."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Flask

from web.errors import PAGE_ERRORS, error_page
from web.filters import add_filters
from web.session import form_token, person_or_none
from web.site import Site, keep_site
from web.throttle import Throttle
from web.views import links, overview, scorecards, sign_in

_SESSION = timedelta(hours=12)


def add_pages(app: Flask, site: Site) -> None:
    """Give the application its pages, its static files and errors that people can read."""
    keep_site(app.extensions, site)
    app.extensions[PAGE_ERRORS] = error_page
    app.config.update(
        SESSION_COOKIE_NAME="lei_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=site.settings.base_url.startswith("https:"),
        PERMANENT_SESSION_LIFETIME=_SESSION,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(hours=1),
    )
    add_filters(app)
    pages = Blueprint("pages", "web", template_folder="templates", static_folder="static", static_url_path="/static")
    pages.app_context_processor(lambda: {"person": person_or_none(), "form_token": form_token})
    sign_in.add_views(pages, Throttle(site.clock))
    overview.add_views(pages)
    scorecards.add_views(pages)
    links.add_views(pages)
    app.register_blueprint(pages)
