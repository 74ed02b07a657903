"""What tests of commands share: a command configures the logs of its process, which here is that of the tests."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lei.cli import cli
from lei.errors import LeiError
from lei.storage.database import Database

Lei = Callable[..., Result]


@pytest.fixture
def lei(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lei:
    """Run `lei` with arguments on the test's database; it succeeds, or `fails` with an error of ours."""
    monkeypatch.setenv("LEI_DATABASE_URL", str(sqlite_database.engine.url))
    monkeypatch.setenv("LEI_DATA_DIR", str(tmp_path))

    def run(*arguments: object, fails: type[LeiError] | None = None) -> Result:
        result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
        expected = result.exit_code == 0 if fails is None else isinstance(result.exception, fails)
        assert expected, (result.output, result.exception)
        return result

    return run


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """Undo `configure_logging`: handlers that write to a stream of the past, and levels that hide or show records."""
    root, ours = logging.getLogger(), logging.getLogger("lei")
    handlers, levels = root.handlers[:], (root.level, ours.level)
    yield
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    ours.setLevel(levels[1])
