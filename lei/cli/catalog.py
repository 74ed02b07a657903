"""`lei catalog`: write the measures to a file, or take changed ones from it."""

from __future__ import annotations

from pathlib import Path

import click

from lei.cli.context import command_context

_CHANGED_BY = "lei catalog apply"
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(name="catalog")
def command() -> None:
    """Write the measures to a file, or take changed ones from it."""


@command.command()
@click.argument("file", type=_FILE)
def export(file: Path) -> None:
    """Write all measures to FILE (CSV). Weights of pillars are for information: they belong to weight profiles."""
    from lei.cli.files import write_text
    from lei.services.catalog.catalog_file import catalog_as_csv

    with command_context() as context, context.database.reading() as session:
        text = catalog_as_csv(session, context.clock.now())
    write_text(file, text)
    click.echo(f"Wrote {len(text.splitlines()) - 1} measures to {file}.")


@command.command()
@click.argument("file", type=_FILE)
def apply(file: Path) -> None:
    """Take measures from FILE: new ones are added, changed ones get a new version, all of them or none."""
    from lei.cli.files import read_text
    from lei.services.catalog.catalog_file import apply_catalog

    text = read_text(file)
    with command_context() as context, context.database.writing() as session:
        changes = apply_catalog(session, text, _CHANGED_BY, context.clock.now())
    for key in changes.added:
        click.echo(f"added    {key}")
    for key, fields in changes.changed.items():
        click.echo(f"changed  {key}: {', '.join(fields)}")
    if not (changes.added or changes.changed):
        click.echo("The catalogue is like the file already; nothing changed.")
