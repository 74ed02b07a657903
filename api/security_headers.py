"""What every answer tells the browser: load nothing from elsewhere, run no inline script, be in nobody's frame."""

from __future__ import annotations

from flask import Flask, Response

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
# What is computed for one caller must not be kept by a proxy or shown after signing out.
_DEFAULTS = {"Cache-Control": "private, no-store"}


def add_security_headers(app: Flask) -> None:
    """Add the headers to every answer of the application."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers[name] = value
    for name, value in _DEFAULTS.items():
        response.headers.setdefault(name, value)
    return response
