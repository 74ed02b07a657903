"""`lei owner`: the scorecard of a person who answers for links of programs, as a PDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lei.cli.context import command_context
from lei.cli.parameters import LANGUAGE_OPTION, PAGE_SIZE_OPTION, PERIOD

if TYPE_CHECKING:
    from lei.periods import Period


@click.group()
def command() -> None:
    """Draw the scorecard of a person who answers for links of programs."""


@command.command()
@click.argument("email")
@click.option("--period", type=PERIOD, help="A month; default: the newest with data.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The PDF file.")
@LANGUAGE_OPTION
@PAGE_SIZE_OPTION
def scorecard(email: str, period: Period | None, output: Path, language: str | None, page_size: str | None) -> None:
    """Draw the scorecard of the owner EMAIL: application on the job first, then other links, and what is due."""
    from lei.cli.files import write_bytes
    from lei.numbers import counted
    from lei.periods import Grain
    from lei.services.owners.draw_owner_scorecard import draw_owner_scorecard, read_owner_figures
    from lei.services.owners.read_owner import OwnerRequest
    from lei.services.scores.score import default_periods

    with command_context() as context, context.database.reading() as session:
        settings, now = context.settings, context.clock.now()
        today = now.astimezone(settings.timezone).date()
        month = period or default_periods(session, Grain.MONTH, None, None, today)[1]
        request = OwnerRequest(
            email=email,
            month=month,
            min_group_size=settings.min_group_size,
            documented=settings.documented_credit,
            language=language or settings.language,
            page_size=page_size or settings.page_size,
        )
        figures = read_owner_figures(session, request, now, today)
    drawn = draw_owner_scorecard(figures)
    write_bytes(output, drawn.pdf)
    click.echo(f"{output}: {figures.name}, {figures.period_label}")
    click.echo(figures.headline)
    click.echo(figures.asked)
    click.echo(f"{counted(drawn.pages, 'page', 'pages')}, {len(drawn.pdf):,} bytes.")
