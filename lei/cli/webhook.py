"""`lei webhook`: make, list and end webhooks that scorecards are posted to."""

from __future__ import annotations

import click

from lei.cli.context import command_context


@click.group(name="webhook")
def command() -> None:
    """Make, list and end webhooks that scorecards are posted to."""


@command.command()
@click.argument("name")
@click.argument("url")
@click.option("--link", is_flag=True, help="Post a signed link to the PDF instead of the PDF itself.")
def create(name: str, url: str, link: bool) -> None:
    """Make the webhook NAME for an https URL and print its secret, this once. Schedules name it webhook:NAME."""
    from lei.services.access.manage_webhooks import create_webhook

    with command_context() as context, context.database.writing() as session:
        made = create_webhook(session, name, url, "link" if link else "pdf", "lei webhook", context.clock.now())
    _show_secret(name, made.secret)


@command.command(name="list")
def list_all() -> None:
    """List all webhooks, without their secrets."""
    from lei.storage.webhooks import list_webhooks

    with command_context() as context, context.database.reading() as session:
        for hook in list_webhooks(session):
            state = f"disabled {hook.disabled_at:%Y-%m-%d}: {hook.disabled_because}" if hook.disabled_at else "enabled"
            click.echo(f"{hook.name:<20} {hook.content:<5} {hook.url}  {state}")


@command.command(name="renew-secret")
@click.argument("name")
def renew(name: str) -> None:
    """Give a webhook a new secret, printed this once, and enable it."""
    from lei.services.access.manage_webhooks import renew_secret

    with command_context() as context, context.database.writing() as session:
        secret = renew_secret(session, name)
    _show_secret(name, secret)


@command.command()
@click.argument("name")
def delete(name: str) -> None:
    """Delete a webhook: what still waits for it fails."""
    from lei.services.access.manage_webhooks import delete_webhook

    with command_context() as context, context.database.writing() as session:
        delete_webhook(session, name)
    click.echo(f"There is no webhook {name} any more.")


def _show_secret(name: str, secret: str) -> None:
    click.echo(secret)
    click.echo(f"Requests to webhook:{name} are signed with this secret. It is not shown again.", err=True)
