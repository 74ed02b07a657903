"""The HTTP application: routes, errors, nothing else."""

from __future__ import annotations

import importlib
import pkgutil

from flask import Flask

import api.resources
from api.context import Context, keep_context
from api.endpoint import register_endpoints
from api.errors import handle_errors
from lei.config import secret_key


def create_app(context: Context) -> Flask:
    """An application that serves the API from this context."""
    app = Flask("lei", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of Flask's default provider
    app.secret_key = secret_key(context.settings)
    keep_context(app.extensions, context)
    for module in pkgutil.iter_modules(api.resources.__path__, "api.resources."):
        importlib.import_module(module.name)
    register_endpoints(app)
    handle_errors(app)
    return app
