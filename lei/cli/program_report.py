"""`lei program report`: what is known of a program as a PDF for a meeting."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lei.cli.context import command_context
from lei.cli.parameters import LANGUAGE_OPTION, PAGE_SIZE_OPTION, PERIOD

if TYPE_CHECKING:
    from lei.periods import Period


@click.command()
@click.argument("key")
@click.option("--to", "last", type=PERIOD, help="Last month; default: the newest with data.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The PDF file.")
@LANGUAGE_OPTION
@PAGE_SIZE_OPTION
def report(key: str, last: Period | None, output: Path, language: str | None, page_size: str | None) -> None:
    """Draw the report on the program KEY: a page for a meeting, then its evidence and its money."""
    from lei.cli.files import write_bytes
    from lei.periods import Grain
    from lei.services.chain.draw_program_report import ProgramRequest, draw_program_report, read_program_figures
    from lei.services.scores.score import default_periods

    with command_context() as context, context.database.reading() as session:
        settings, now = context.settings, context.clock.now()
        today = now.astimezone(settings.timezone).date()
        month = last or default_periods(session, Grain.MONTH, None, None, today)[1]
        request = ProgramRequest(
            key,
            month,
            settings.min_group_size,
            settings.documented_credit,
            language or settings.language,
            page_size or settings.page_size,
        )
        figures = read_program_figures(session, request, now)
    drawn = draw_program_report(figures)
    write_bytes(output, drawn.pdf)
    click.echo(f"{output}: {figures.title}, {figures.period_label}")
    click.echo(figures.headline)
    click.echo(f"{drawn.pages} pages, {len(drawn.pdf):,} bytes.")
