"""`lei key` as a person at a terminal uses it; the clock of commands is the real one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lei.cli import main
from lei.errors import UnauthenticatedError
from lei.services.access.authenticate import SCOPES, authenticate
from lei.services.access.manage_users import ROLES
from lei.services.set_up import set_up_database
from lei.storage.database import Database

Lei = Callable[..., tuple[int, str, str]]


@pytest.fixture
def lei(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Lei:
    """Runs `lei` on a database of its own: exit status, what it said, and what it said to stderr."""
    monkeypatch.setenv("LEI_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("LEI_DATABASE_URL", raising=False)
    database = Database(f"sqlite:///{tmp_path / 'lei.sqlite3'}")
    set_up_database(database, datetime.now(UTC))
    database.close()

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["lei", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


def name_of(tmp_path: Path, secret: str) -> str:
    database = Database(f"sqlite:///{tmp_path / 'lei.sqlite3'}")
    with database.reading() as session:
        key, _ = authenticate(session, secret, datetime.now(UTC))
    database.close()
    return key.name


def test_a_key_is_made_rotated_and_listed(lei: Lei, tmp_path: Path) -> None:
    status, out, _ = lei("key", "create", "hris", "--scope", "ingest", "--source", "workday", "--expires", "2150-12-31")
    assert status == 0
    first = out.strip()
    status, out, err = lei("key", "rotate", "hris", "--old-until", "2150-01-31")
    second = out.strip()
    assert (status, "valid until 2150-02-01 00:00 UTC" in err) == (0, True)
    assert [name_of(tmp_path, secret) for secret in (first, second)] == ["hris", "hris"]
    listed = lei("key", "list")[1]
    assert "active until 2151-01-01 00:00, old secret until 2150-02-01 00:00" in listed
    assert "only source workday" in listed
    assert second[:12] in listed
    status, out, err = lei("key", "rotate", "hris", "--now")
    assert (status, "has ended" in err) == (0, True)
    assert name_of(tmp_path, out.strip()) == "hris"
    with pytest.raises(UnauthenticatedError, match="was rotated"):
        name_of(tmp_path, second)


def test_what_cannot_be_is_said(lei: Lei) -> None:
    assert lei("key", "create", "old", "--scope", "read", "--expires", "2020-01-01")[::2] == (
        1,
        "lei: The key would end on 2020-01-02, which has passed.\n",
    )
    assert lei("key", "rotate", "nobody")[0] == 1
    status, _, err = lei("key", "rotate", "nobody", "--now", "--old-until", "2150-01-01")
    assert (status, "either --now or --old-until" in err) == (2, True)


def test_an_unknown_scope_or_role_is_wrong_usage_and_names_those_that_there_are(lei: Lei) -> None:
    for arguments, known in (
        (("key", "create", "hris", "--scope", "inject"), SCOPES),
        (("user", "create", "ada@example.org", "--role", "owner"), ROLES),
    ):
        status, out, err = lei(*arguments)
        assert (status, out) == (2, "")
        assert ", ".join(f"'{one}'" for one in known) in err
