"""`lei recipient`: say who may be sent scorecards of what."""

from __future__ import annotations

import click

from lei.cli.context import command_context


@click.group(name="recipient")
def command() -> None:
    """Say who may be sent scorecards of what."""


@command.command()
@click.argument("recipient")
@click.option("--where", "filters", multiple=True, metavar="DIM:VALUE[,DIM:VALUE]", help="A segment; may be repeated.")
@click.option("--everything", is_flag=True, help="Lift the limit.")
@click.option("--nothing", is_flag=True, help="Send nothing at all.")
def scope(recipient: str, filters: tuple[str, ...], everything: bool, nothing: bool) -> None:
    """Send RECIPIENT (as schedules name it) only scorecards of these segments; it counts from the next sending on."""
    from lei.services.access.manage_recipients import forget_recipient_scope, set_recipient_scope
    from lei.services.scores.scope_filters import parse_filter

    if (bool(filters), everything, nothing).count(True) != 1:
        raise click.UsageError("Give either --where, or --everything, or --nothing.")
    try:
        segments = [dict(parse_filter(part.strip()) for part in text.split(",")) for text in filters]
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    with command_context() as context, context.database.writing() as session:
        if everything:
            forget_recipient_scope(session, recipient)
        else:
            set_recipient_scope(session, recipient, segments, "lei recipient", context.clock.now())
    click.echo(f"{recipient} is sent {'whatever a schedule says' if everything else _words(segments)}.")


@command.command(name="list")
def list_all() -> None:
    """List the recipients whose scope is limited."""
    from lei.storage.recipient_scopes import list_recipient_scopes

    with command_context() as context, context.database.reading() as session:
        found = list_recipient_scopes(session)
    for one in found:
        click.echo(f"{one.recipient:<40} {_words([dict(segment) for segment in one.segments])}")
    if not found:
        click.echo("Nobody's scope is limited: everybody gets what the schedules say.", err=True)


def _words(segments: list[dict[str, str]]) -> str:
    from lei.services.access.check_recipients import segment_text

    return "only " + " or ".join(segment_text(segment) for segment in segments) if segments else "nothing"
