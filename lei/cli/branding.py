"""`lei branding`: the name, the colour and the logo that documents and mails bear."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lei.cli.context import command_context

if TYPE_CHECKING:
    from lei.reports.branding import Logo
    from lei.storage.branding import StoredBranding


@click.group(name="branding")
def command() -> None:
    """The name, the colour and the logo that documents and mails bear."""


@command.command()
def show() -> None:
    """Show what documents bear."""
    from lei.storage.branding import read_branding

    with command_context() as context, context.database.reading() as session:
        _show(read_branding(session))


@command.command(name="set")
@click.option("--name", help="Of the organization; '' for none.")
@click.option("--accent", help="#rrggbb, with a contrast of at least 4.5:1 with white; '' for that of LEI.")
@click.option("--logo", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="PNG, JPEG or SVG.")
@click.option("--no-logo", is_flag=True, help="Take the logo away.")
def change(name: str | None, accent: str | None, file: Path | None, no_logo: bool) -> None:
    """Change what documents bear from now on; what is not named stays."""
    from lei.services.branding.manage_branding import set_branding, set_logo
    from lei.storage.branding import read_branding

    new = None if file is None else _logo(file)
    with command_context() as context, context.database.writing() as session:
        stored, now = read_branding(session), context.clock.now()
        if name is not None or accent is not None:
            kept = ("", None) if stored is None else (stored.name, stored.accent)
            set_branding(
                session,
                kept[0] if name is None else name,
                kept[1] if accent is None else accent or None,
                "lei branding",
                now,
            )
        if new is not None or no_logo:
            set_logo(session, new, "lei branding", now)
        _show(read_branding(session))


def _logo(file: Path) -> Logo:
    from lei.cli.files import read_bytes
    from lei.services.branding.check_logo import checked_logo, media_type_of

    return checked_logo(media_type_of(file.name), read_bytes(file))


def _show(branding: StoredBranding | None) -> None:
    from lei.reports.branding import HOUSE_ACCENT

    logo = (
        "none" if branding is None or branding.logo is None else f"{branding.logo_type}, {len(branding.logo):,} bytes"
    )
    click.echo(f"Name    {(branding.name if branding else '') or 'none'}")
    click.echo(f"Accent  {(branding.accent if branding else None) or f'{HOUSE_ACCENT}, that of LEI'}")
    click.echo(f"Logo    {logo}")
