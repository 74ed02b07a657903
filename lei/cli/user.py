"""`lei user`: make and list people who sign in."""

from __future__ import annotations

import sys

import click

from lei.cli.context import command_context

# As in lei.services.access.manage_users, which takes too long to import for `lei --help`; a test holds both together.
_ROLES = ("viewer", "analyst", "admin")


@click.group(name="user")
def command() -> None:
    """Make and list people who sign in."""


@command.command()
@click.argument("email")
@click.option("--role", required=True, type=click.Choice(_ROLES), help="What the person may do.")
def create(email: str, role: str) -> None:
    """Add a person. At a terminal the password is asked for; where none is given, one is made and shown once."""
    from lei.services.access.manage_users import create_user, generate_password

    asked = (
        click.prompt("Password (empty: make one)", default="", hide_input=True, show_default=False) if _asks() else ""
    )
    if asked and click.prompt("Once more", hide_input=True) != asked:
        raise click.UsageError("The two passwords differ.")
    password = asked or generate_password()
    with command_context() as context, context.database.writing() as session:
        create_user(session, email, role, password, context.clock.now())
    if asked:
        click.echo(f"{email} can sign in now.")
    else:
        click.echo(password)
        click.echo(
            f"{email} can sign in with this password. It is stored only as a hash and not shown again.", err=True
        )


@command.command(name="list")
def list_users() -> None:
    """List everybody who may sign in."""
    from lei.storage.users import all_users

    with command_context() as context, context.database.reading() as session:
        for user in all_users(session):
            state = f"disabled {user.disabled_at:%Y-%m-%d}" if user.disabled_at else "active"
            click.echo(f"{user.email:<40} {user.role:<8} {state}, since {user.created_at:%Y-%m-%d}")


def _asks() -> bool:
    return sys.stdin.isatty()
