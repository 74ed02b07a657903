"""The first page: the composite, what it is made of and where it comes from."""

from __future__ import annotations

from flask import Blueprint, render_template

from web.session import signed_in


def add_views(pages: Blueprint) -> None:
    """`/`."""
    pages.add_url_rule("/", "overview", _overview, methods=["GET"])


@signed_in
def _overview() -> str:
    return render_template("error.html", status="x", detail="x")
