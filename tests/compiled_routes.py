"""Werkzeug compiles the address of each route anew for every application; of the tests' thousand it does so once.

Eight parts in nine of the time to make an application went into that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.routing.rules import Rule


def pytest_configure() -> None:
    """Let applications share what depends on nothing but the text of the route and its fixed values."""
    compiled: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}
    compile_builder = Rule._compile_builder

    def remembered(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (rule.subdomain, rule.host, rule.rule, append_unknown, repr(rule.defaults))
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    patch = pytest.MonkeyPatch()
    patch.setattr(Rule, "_compile_builder", remembered)
