"""`lei webhook`, `lei recipient` and `lei archive` as a person at a terminal uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lei.cli import cli
from lei.clock import FixedClock
from lei.errors import InvalidError, NotFoundError
from lei.services.set_up import set_up_database
from lei.storage.database import Database
from lei.storage.recipient_scopes import list_recipient_scopes, read_recipient_scope
from lei.storage.webhooks import change_webhook, read_webhook

Lei = Callable[..., Result]


@pytest.fixture
def stored(tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The database that the commands work on."""
    monkeypatch.setenv("LEI_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("LEI_DATABASE_URL", raising=False)
    database = Database(f"sqlite:///{tmp_path / 'lei.sqlite3'}")
    set_up_database(database, clock.now())
    yield database
    database.close()


@pytest.fixture
def lei(stored: Database) -> Lei:
    """Run the command; its result."""
    return lambda *arguments: CliRunner().invoke(cli, list(arguments))


def test_a_webhook_is_made_listed_renewed_and_deleted(lei: Lei, stored: Database, clock: FixedClock) -> None:
    made = lei("webhook", "create", "intranet", "https://hooks.example.com/lei", "--link")
    assert made.exit_code == 0
    secret = made.stdout.strip()
    assert secret.startswith("whsec_")
    assert "not shown again" in made.stderr
    listed = lei("webhook", "list").stdout
    assert listed.split() == ["intranet", "link", "https://hooks.example.com/lei", "enabled"]
    with stored.writing() as session:
        change_webhook(session, "intranet", disabled_at=clock.now(), disabled_because="It answers 410.")
    assert "disabled 2026-11-21: It answers 410." in lei("webhook", "list").stdout
    renewed = lei("webhook", "renew-secret", "intranet").stdout.strip()
    with stored.reading() as session:
        hook = read_webhook(session, "intranet")
    assert hook is not None
    assert (hook.secret, hook.disabled_at) == (renewed, None)
    assert renewed != secret
    assert lei("webhook", "delete", "intranet").exit_code == 0
    assert isinstance(lei("webhook", "delete", "intranet").exception, NotFoundError)
    assert isinstance(lei("webhook", "create", "intranet", "http://hooks.example.com").exception, InvalidError)


def test_the_scope_of_a_recipient_is_set_shown_and_lifted(lei: Lei, stored: Database) -> None:
    assert "Nobody's scope is limited" in lei("recipient", "list").stderr
    said = lei("recipient", "scope", "anna@example.com", "--where", "unit:Sales,region:North", "--where", "unit:Field")
    assert said.stdout == "anna@example.com is sent only unit Sales, region North or unit Field.\n"
    with stored.reading() as session:
        found = read_recipient_scope(session, "anna@example.com")
    assert found is not None
    assert found.segments == ({"unit": "Sales", "region": "North"}, {"unit": "Field"})
    assert "only unit Sales, region North or unit Field" in lei("recipient", "list").stdout
    assert "is sent nothing." in lei("recipient", "scope", "anna@example.com", "--nothing").stdout
    assert "whatever a schedule says" in lei("recipient", "scope", "anna@example.com", "--everything").stdout
    with stored.reading() as session:
        assert list_recipient_scopes(session) == []
    for wrong in ((), ("--nothing", "--everything"), ("--where", "unit:A", "--nothing"), ("--where", "unit")):
        assert lei("recipient", "scope", "anna@example.com", *wrong).exit_code == 2


def test_the_archive_is_pruned_by_the_months_that_are_named(lei: Lei, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lei("archive", "prune").exit_code == 2
    said = lei("archive", "prune", "--months", "13", "--dry-run")
    assert said.stdout == "0 scorecards older than 13 months would lose the PDF and what was sent.\n"
    monkeypatch.setenv("LEI_ARCHIVE_MONTHS", "24")
    assert lei("archive", "prune").stdout == "0 scorecards older than 24 months lost the PDF and what was sent.\n"
