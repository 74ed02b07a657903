"""`lei key`: make, list and revoke API keys."""

from __future__ import annotations

import click

from lei.cli.context import command_context


@click.group(name="key")
def command() -> None:
    """Make, list and revoke API keys."""


@command.command()
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, help="ingest, read, weights, scorecards or admin.")
def create(name: str, scopes: tuple[str, ...]) -> None:
    """Make a key. It is shown this once only."""
    from lei.services.manage_keys import create_key

    with command_context() as context, context.database.writing() as session:
        secret = create_key(session, name, scopes, context.clock.now())
    click.echo(secret)
    click.echo("Keep this key now: it is stored only as a hash and cannot be shown again.", err=True)


@command.command(name="list")
def list_keys() -> None:
    """List all keys; secrets are not stored."""
    from lei.storage.api_keys import all_keys

    with command_context() as context, context.database.reading() as session:
        for key in all_keys(session):
            state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "active"
            used = f"last used {key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never used"
            click.echo(f"{key.name:<30} {key.prefix}…  {','.join(key.scopes):<40} {state}, {used}")


@command.command()
@click.argument("name")
def revoke(name: str) -> None:
    """Revoke a key for good."""
    from lei.services.manage_keys import revoke

    with command_context() as context, context.database.writing() as session:
        revoke(session, name, context.clock.now())
    click.echo(f"The key '{name}' is revoked.")
