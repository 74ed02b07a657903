"""`lei scorecard`: render a scorecard as PDF."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lei.cli.context import CommandContext, command_context
from lei.cli.parameters import LANGUAGE_OPTION, PAGE_SIZE_OPTION, PERIOD, WHERE, scope_of_options
from lei.services.scores.score_report import DEFAULT_PROFILE

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lei.services.scorecards.scorecard import ScorecardRequest


@click.group(name="scorecard")
def command() -> None:
    """Render a scorecard as PDF."""


@command.command()
@click.option("--period", type=PERIOD, help="2026-10, 2026-Q4 or 2026; default: the last complete month with data.")
@click.option("--where", type=WHERE, multiple=True, help="Keep to one value: DIM:VALUE (two dimensions at most).")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The PDF file.")
@click.option("--title", help="Default: Learning scorecard and the period.")
@click.option("--profile", default=DEFAULT_PROFILE, show_default=True, help="Weight profile.")
@LANGUAGE_OPTION
@PAGE_SIZE_OPTION
def render(output: Path, **options: Any) -> None:
    """Render one scorecard, write it to a file and keep it in the database as a record."""
    from lei.services.scorecards.scorecard import draw_scorecard, keep_scorecard

    _refuse_unwritable(output)
    with command_context() as context:
        now, settings = context.clock.now(), context.settings
        with context.database.reading() as session:
            drawn = draw_scorecard(session, _wanted(session, context, options), settings.min_group_size, now)
        with context.database.writing() as session:
            number = keep_scorecard(session, drawn, "lei scorecard", now)
            _write(output, drawn.pdf)
    click.echo(f"{output}: {drawn.figures.title}, {drawn.figures.segment_name}")
    click.echo(drawn.figures.headline)
    click.echo(f"{drawn.pages} pages, {len(drawn.pdf):,} bytes, SHA-256 {drawn.sha256}; kept as scorecard {number}.")


def _wanted(session: Session, context: CommandContext, options: Mapping[str, Any]) -> ScorecardRequest:
    from lei.periods import Grain
    from lei.services.scorecards.scorecard import ScorecardRequest, default_period

    settings = context.settings
    today = context.clock.now().astimezone(settings.timezone).date()
    return ScorecardRequest(
        options["period"] or default_period(session, Grain.MONTH, today),
        scope_of_options(options["where"]),
        options["title"],
        options["profile"],
        settings.documented_credit,
        page_size=options["page_size"] or settings.page_size,
        language=options["language"] or settings.language,
    )


def _write(output: Path, pdf: bytes) -> None:
    """Raises UsageError when the file cannot be written; the record is then not kept either."""
    from lei.errors import UsageError

    try:
        output.write_bytes(pdf)
    except OSError as error:
        raise UsageError(f"'{output}' cannot be written: {error.strerror}; nothing was kept.") from error


def _refuse_unwritable(output: Path) -> None:
    """Say so before a second of drawing and a record in the database, not after."""
    from lei.errors import UsageError

    if not output.parent.is_dir():
        raise UsageError(f"There is no folder '{output.parent}' to write the scorecard to.")
