"""`lei db`: migrate the database, say whether its schema is current, rebuild what is derived."""

from __future__ import annotations

import sys

import click

from lei.cli.context import command_context


@click.group(name="db")
def command() -> None:
    """Migrate the database, or say whether it is current."""


@command.command()
def upgrade() -> None:
    """Bring the database to the current schema and load the default catalogue and weights where they are missing."""
    from lei.services.set_up import set_up_database

    with command_context(migrated=False) as context:
        set_up_database(context.database, context.clock.now())
    click.echo("The database is at the current schema.")


@command.command()
def check() -> None:
    """Say whether the database is at the current schema; exit with 1 when it is not."""
    from lei.storage.schema import is_current

    with command_context(migrated=False) as context:
        current = is_current(context.database)
    click.echo("The database is at the current schema." if current else "The database needs `lei db upgrade`.")
    sys.exit(0 if current else 1)


@command.command()
def rebuild() -> None:
    """Compute all roll-ups anew from the observations: a repair that should never be needed."""
    from lei.services.intake.rebuild import rebuild_all

    with command_context() as context, context.database.writing() as session:
        rebuild_all(session, context.clock.now())
    click.echo("All roll-ups were computed anew from the observations.")
