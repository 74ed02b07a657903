"""How commands fail: one sentence on stderr, status 1 or 2, and never a traceback."""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lei.cli import main
from lei.cli.errors import exit_code_of_errors

Failing = Callable[..., tuple[int, str]]


@pytest.fixture
def lei(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Failing:
    """Run `lei` as it is run from a shell; status and what it wrote to stderr. Nothing may go to stdout."""

    def run(*arguments: str, **settings: str) -> tuple[int, str]:
        monkeypatch.setenv("LEI_DATA_DIR", str(tmp_path / "var"))
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["lei", *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        said = capsys.readouterr()
        assert said.out == ""
        assert "Traceback" not in said.err
        assert isinstance(stop.value.code, int)
        return stop.value.code, said.err

    return run


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("LEI_DATADIR", "x", "Did you mean LEI_DATA_DIR?"),
        ("LEI_TIMEZONE", "Mars", "LEI_TIMEZONE"),
        ("LEI_LOG_FORMAT", "xml", "text, json"),
        ("LEI_MIN_GROUP_SIZE", "3", "LEI_MIN_GROUP_SIZE"),
        ("LEI_RATE_LIMIT", "-1", "LEI_RATE_LIMIT"),
        ("LEI_RATE_LIMIT", "many", "LEI_RATE_LIMIT"),
        ("LEI_MOST_DIMENSION_VALUES", "0", "LEI_MOST_DIMENSION_VALUES"),
        ("LEI_PERSONAL_VALUES", "yes", "LEI_PERSONAL_VALUES"),
        ("LEI_PAGE_SIZE", "A5", "A4, Letter"),
        ("LEI_LANGUAGE", "xx", "LEI_LANGUAGE is 'xx'; it must be one of: "),
        ("LEI_SMTP_URL", "mail", "LEI_SMTP_URL"),
        ("LEI_MAIL_DOMAINS", "@example.com", "LEI_MAIL_DOMAINS"),
        ("LEI_MAIL_MAX_MB", "0", "LEI_MAIL_MAX_MB"),
        ("LEI_MAIL_MAX_MB", "ten", "LEI_MAIL_MAX_MB"),
        ("LEI_FOLDERS", "share", "LEI_FOLDERS"),
        ("LEI_TRUSTED_PROXY", "10.0.0.0/8", "LEI_TRUSTED_PROXY is '10.0.0.0/8'"),
        ("LEI_WEBHOOK_PRIVATE_HOSTS", "https://intranet", "LEI_WEBHOOK_PRIVATE_HOSTS"),
        ("LEI_ARCHIVE_MONTHS", "-1", "LEI_ARCHIVE_MONTHS"),
        ("LEI_BASE_URL", "lei.example.com", "LEI_BASE_URL"),
        ("LEI_BASE_URL", "https://lei.example.com:http", "LEI_BASE_URL"),
        ("LEI_MAIL_FROM", "lei", "LEI_MAIL_FROM"),
        ("LEI_DATABASE_URL", "mysql://x/y", "postgresql and sqlite"),
        ("LEI_DATABASE_URL", "postgresql://h:abc/x", "The port in LEI_DATABASE_URL"),
        ("LEI_DATABASE_URL", "sqlite://", "must name a file"),
        ("LEI_DATABASE_URL", "sqlite:///:memory:", "must name a file"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(lei: Failing, name: str, value: str, word: str) -> None:
    status, said = lei("key", "list", **{name: value})
    assert status == 2
    assert word in said


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"LEI_TIMEZONE=UTC\nthis is no setting\n", "Line 2"),
        (b"LEI_TIMEZONE\n", "Line 1"),
        (b"\xff\xfeL\x00", "not UTF-8"),
        (b"LEI_COLOUR=blue\n", "LEI_COLOUR"),
        (None, "no such file"),
    ],
)
def test_a_file_of_settings_that_cannot_be_read_stops_the_start(
    lei: Failing, tmp_path: Path, content: bytes | None, word: str
) -> None:
    file = tmp_path / "lei.env"
    if content is not None:
        file.write_bytes(content)
    status, said = lei("key", "list", LEI_CONFIG=str(file))
    assert status == 2
    assert word in said


def test_an_unreachable_database_is_said_with_what_the_driver_said(lei: Failing) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        status, said = lei("key", "list", LEI_DATABASE_URL=f"postgresql://nobody:secret@127.0.0.1:{port}/x")
    assert status == 1
    assert f"port {port} failed" in said
    assert "secret" not in said
    assert said.count("\n") == 1


def test_a_file_that_is_no_database_is_named_as_such(lei: Failing, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("These are notes, and not a database at all. " * 10)
    status, said = lei("db", "upgrade", LEI_DATABASE_URL=f"sqlite:///{tmp_path / 'notes.txt'}")
    assert status == 1
    assert "no SQLite database" in said


def test_a_read_only_database_is_named_as_such(lei: Failing, tmp_path: Path) -> None:
    (tmp_path / "empty.sqlite3").touch()
    status, said = lei("db", "upgrade", LEI_DATABASE_URL=f"sqlite:///file:{tmp_path}/empty.sqlite3?mode=ro&uri=true")
    assert status == 1
    assert "read-only" in said


def test_a_data_folder_that_cannot_be_made_is_named(lei: Failing, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    status, said = lei("db", "upgrade", LEI_DATA_DIR=str(tmp_path / "file" / "var"))
    assert status == 2
    assert str(tmp_path / "file") in said
    assert "LEI_DATA_DIR" in said


def test_what_nobody_foresaw_is_one_sentence_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop, exit_code_of_errors():
        raise ArithmeticError("two\nlines")
    assert stop.value.code == 1
    said = capsys.readouterr().err
    assert re.fullmatch(r"lei: .*ArithmeticError in test_error_sentences\.py, line \d+: two lines\.\n", said)


def test_a_failing_file_is_told_with_its_name(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit), exit_code_of_errors():
        (tmp_path / "nothing" / "here").read_text()
    assert "nothing/here" in capsys.readouterr().err
