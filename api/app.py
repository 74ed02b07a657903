"""The HTTP application: routes, errors, what watches over them; nothing else."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

import api.resources
from api.access_log import log_requests
from api.context import Context, keep_context
from api.docs import add_docs
from api.endpoint import register_endpoints
from api.errors import handle_errors
from api.health import add_health
from api.metrics import add_metrics
from api.security_headers import add_security_headers
from lei.config import secret_key

_LARGEST_ID = 2**63 - 1


class _IdConverter(IntegerConverter):
    """Whole numbers in paths, as far as a database can count: beyond that there is nothing, and the answer is 404."""

    def __init__(self, url_map: Map, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max", _LARGEST_ID)
        super().__init__(url_map, *args, **kwargs)


def create_app(context: Context) -> Flask:
    """An application that serves the API from this context."""
    app = Flask("lei", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of Flask's default provider
    app.secret_key = secret_key(context.settings)
    app.url_map.converters["int"] = _IdConverter
    keep_context(app.extensions, context)
    log_requests(app)
    add_metrics(app, context.database, context.clock)
    add_security_headers(app)
    add_health(app)
    load_endpoints()
    register_endpoints(app)
    add_docs(app)
    handle_errors(app)
    return app


def load_endpoints() -> None:
    """Import every module of resources, which declares its routes."""
    for module in pkgutil.iter_modules(api.resources.__path__, "api.resources."):
        importlib.import_module(module.name)
