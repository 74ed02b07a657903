"""`lei archive`: remove old PDFs and mails; the record of them stays."""

from __future__ import annotations

import click

from lei.cli.context import command_context


@click.group(name="archive")
def command() -> None:
    """Remove old PDFs and mails; the record of them stays."""


@command.command()
@click.option("--months", type=click.IntRange(1), help="Keep this many months; LEI_ARCHIVE_MONTHS if left out.")
@click.option("--dry-run", is_flag=True, help="Only say how many there are.")
def prune(months: int | None, dry_run: bool) -> None:
    """Remove the PDFs of older scorecards, and what was sent of them. Figures, recipients, times and hashes stay."""
    from lei.numbers import counted
    from lei.services.deliveries.prune_archive import prune_archive

    with command_context() as context:
        kept = months or context.settings.archive_months
        if kept is None:
            raise click.UsageError("Say how many months to keep, by --months or by LEI_ARCHIVE_MONTHS.")
        removed = prune_archive(context.database, kept, context.clock.now(), dry_run=dry_run)
    done, old = "would lose" if dry_run else "lost", counted(kept, "month", "months")
    click.echo(f"{counted(removed, 'scorecard', 'scorecards')} older than {old} {done} the PDF and what was sent.")
