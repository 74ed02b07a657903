"""Signing in and out."""

from __future__ import annotations

import math
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from lei.errors import UnauthenticatedError
from lei.services.access.manage_users import check_password
from web.session import begin_session, end_session, require_form_token
from web.site import present_site
from web.throttle import Throttle

_SECONDS_A_MINUTE = 60


def add_views(pages: Blueprint, throttle: Throttle) -> None:
    """`/sign-in` and `/sign-out`."""

    def sign_in() -> Response:
        require_form_token()
        email, address = request.form.get("email", "").strip(), request.remote_addr or ""
        wait = throttle.wait(email, address)
        if wait > timedelta(0):
            return _form(_please_wait(wait), HTTPStatus.TOO_MANY_REQUESTS)
        try:
            with present_site().database.reading() as session:
                person = check_password(session, email, request.form.get("password", ""))
        except UnauthenticatedError as error:
            throttle.failed(email, address)
            return _form(error.detail, HTTPStatus.UNPROCESSABLE_ENTITY)
        throttle.succeeded(email, address)
        begin_session(person)
        return redirect(_local(request.form.get("next", "/")), HTTPStatus.SEE_OTHER)

    pages.add_url_rule("/sign-in", "sign_in_form", _form, methods=["GET"])
    pages.add_url_rule("/sign-in", "sign_in", sign_in, methods=["POST"])
    pages.add_url_rule("/sign-out", "sign_out", _sign_out, methods=["POST"])


def _form(problem: str = "", status: HTTPStatus = HTTPStatus.OK) -> Response:
    page = render_template(
        "sign_in.html",
        problem=problem,
        email=request.form.get("email", ""),
        next=_local(request.values.get("next", "/")),
    )
    return make_response(page, status)


def _sign_out() -> Response:
    require_form_token()
    end_session()
    return redirect("/sign-in", HTTPStatus.SEE_OTHER)


def _please_wait(wait: timedelta) -> str:
    minutes = max(1, math.ceil(wait.total_seconds() / _SECONDS_A_MINUTE))
    return f"There were too many failed attempts. Try again in {minutes} minute{'s' if minutes > 1 else ''}."


def _local(address: str) -> str:
    """The address when it is a path of ours, else the first page: nobody is led elsewhere by a link to us."""
    parts = urlsplit(address)
    ours = not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith("//")
    return address if ours and "\\" not in address and address.isprintable() else "/"
