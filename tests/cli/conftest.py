"""What tests of commands share: a command configures the logs of its process, which here is that of the tests."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """Undo `configure_logging`: handlers that write to a stream of the past, and levels that hide or show records."""
    root, ours = logging.getLogger(), logging.getLogger("lei")
    handlers, levels = root.handlers[:], (root.level, ours.level)
    yield
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    ours.setLevel(levels[1])
