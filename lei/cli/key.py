"""`lei key`: make, list, rotate and revoke API keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from lei.cli.context import command_context

if TYPE_CHECKING:
    from lei.storage.api_keys import ApiKey

_DAY = click.DateTime(["%Y-%m-%d"])
_OVERLAP_DAYS = 7
# As in lei.services.access.authenticate, which takes too long to import for `lei --help`; a test holds both together.
_SCOPES = ("ingest", "read", "weights", "scorecards", "admin")


@click.group(name="key")
def command() -> None:
    """Make, list, rotate and revoke API keys."""


@command.command()
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(_SCOPES), help="What it may do.")
@click.option("--source", help="The only source that it may send for; rows with another one are refused.")
@click.option("--expires", type=_DAY, help="The last day on which it is valid (UTC), such as 2027-12-31.")
def create(name: str, scopes: tuple[str, ...], source: str | None, expires: datetime | None) -> None:
    """Make a key. It is shown this once only."""
    from lei.services.access.manage_keys import KeyLimits, create_key

    limits = KeyLimits(source, None if expires is None else _end_of(expires))
    with command_context() as context, context.database.writing() as session:
        secret = create_key(session, name, scopes, context.clock.now(), limits)
    _show_once(secret)


@command.command()
@click.argument("name")
@click.option(
    "--old-until",
    type=_DAY,
    help=f"The last day on which the old secret is valid too (UTC); default: {_OVERLAP_DAYS} days from now.",
)
@click.option("--now", "at_once", is_flag=True, help="The old secret ends at once, as it must when it was leaked.")
def rotate(name: str, old_until: datetime | None, at_once: bool) -> None:
    """Give a key a new secret; the old one stays valid for a while, so that senders can change over."""
    from lei.errors import UsageError
    from lei.services.access.manage_keys import rotate_key

    if at_once and old_until is not None:
        raise UsageError("Say either --now or --old-until.")
    with command_context() as context, context.database.writing() as session:
        now = context.clock.now()
        until = now + timedelta(days=_OVERLAP_DAYS) if old_until is None else _end_of(old_until)
        secret = rotate_key(session, name, now if at_once else until, now)
    _show_once(secret)
    ends = "has ended" if at_once else f"is valid until {until:%Y-%m-%d %H:%M} UTC"
    click.echo(f"The old secret of '{name}' {ends}.", err=True)


def _end_of(day: datetime) -> datetime:
    return day.replace(tzinfo=UTC) + timedelta(days=1)


def _show_once(secret: str) -> None:
    click.echo(secret)
    click.echo("Keep this key now: it is stored only as a hash and cannot be shown again.", err=True)


@command.command(name="list")
def list_keys() -> None:
    """List all keys; secrets are not stored."""
    from lei.storage.api_keys import all_keys

    with command_context() as context, context.database.reading() as session:
        now = context.clock.now()
        for key in all_keys(session):
            used = f"last used {key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never used"
            source = f", only source {key.source}" if key.source else ""
            scopes = ",".join(key.scopes)
            click.echo(f"{key.name:<30} {key.prefix}…  {scopes:<40} {_state(key, now)}, {used}{source}")


def _state(key: ApiKey, now: datetime) -> str:
    if key.revoked_at:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    state = "active"
    if key.expires_at:
        state = f"{'expired' if key.expires_at <= now else 'active until'} {key.expires_at:%Y-%m-%d %H:%M}"
    if key.previous_until and key.previous_until > now:
        state += f", old secret until {key.previous_until:%Y-%m-%d %H:%M}"
    return state


@command.command()
@click.argument("name")
def revoke(name: str) -> None:
    """Revoke a key for good."""
    from lei.services.access.manage_keys import revoke

    with command_context() as context, context.database.writing() as session:
        revoke(session, name, context.clock.now())
    click.echo(f"The key '{name}' is revoked.")
