"""`lei ingest`: observations from a file, by the same intake as the API's."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from lei.cli.context import command_context
from lei.cli.impact_words import impact_words
from lei.errors import UsageError

if TYPE_CHECKING:
    from lei.cli.context import CommandContext
    from lei.services.intake.ingest import IngestOptions, IngestResult, OnError
    from lei.services.intake.intake_bodies import BodyFormat

_FORMATS: dict[str, BodyFormat] = {
    ".csv": "csv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".json": "json",
    ".parquet": "parquet",
}
_NAMES = ("csv", "ndjson", "json", "parquet")
_SENT_BY = "lei ingest"
_PIECE = 256 * 1024
_LISTED = 20


@click.command(name="ingest")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True, dir_okay=False))
@click.option("--format", "body_format", type=click.Choice(_NAMES), help="Default: by the name.")
@click.option(
    "--on-error",
    type=click.Choice(["reject", "skip"]),
    default="reject",
    show_default=True,
    help="When a row is refused: store none of them, or the others.",
)
@click.option("--dry-run", is_flag=True, help="Say what would happen, store nothing.")
@click.option("--allow-restatement", is_flag=True, help="Rows may change closed periods; needs --reason.")
@click.option("--reason", help="Why this is sent; kept with the batch.")
@click.option("--source", default="cli", show_default=True, help="Who says so, for rows that do not name a source.")
def command(
    file: Path,
    body_format: BodyFormat | None,
    on_error: OnError,
    dry_run: bool,
    allow_restatement: bool,
    reason: str | None,
    source: str,
) -> None:
    """Take observations from FILE (csv, ndjson, json or parquet; also packed, as .gz; - for standard input)."""
    from lei.services.intake.ingest import IngestOptions
    from lei.services.intake.intake_rules import rules_of

    gzipped = file.suffix == ".gz"
    chosen = body_format or _FORMATS.get((file.with_suffix("") if gzipped else file).suffix)
    if chosen is None:
        raise UsageError(f"The format of '{file}' cannot be told by its name; say which with --format.")
    with command_context() as context:
        options = IngestOptions(
            source=source,
            sent_by=_SENT_BY,
            on_error=on_error,
            dry_run=dry_run,
            allow_restatement=allow_restatement,
            reason=reason,
            rules=rules_of(context.settings),
        )
        result = _ingest(context, file, chosen, gzipped, options)
    _show(result)
    if result.status == "rejected":
        sys.exit(1)


def _ingest(
    context: CommandContext,
    file: Path,
    body_format: BodyFormat,
    gzipped: bool,
    options: IngestOptions,
) -> IngestResult:
    from lei.services.intake.ingest import checking, store_checked
    from lei.services.intake.intake_bodies import take_body
    from lei.services.intake.intake_catalogue import intake_catalogue

    now = context.clock.now()
    with context.database.reading() as session:
        catalogue = intake_catalogue(session, now)
    with checking(catalogue, options) as checker:
        take_body(checker, _pieces(file), body_format, gzipped=gzipped, capped=False)
        click.echo(f"{checker.received:,} rows read, {checker.rejected:,} at fault.", err=True)
        with context.database.writing() as session:
            return store_checked(session, checker, options, now)


def _pieces(file: Path) -> Iterator[bytes]:
    """The bytes of the file, with a bar that says how far we are; raises UsageError when it cannot be read."""
    if str(file) == "-":
        yield from _read(sys.stdin.buffer)
        return
    try:
        with (
            file.open("rb") as stream,
            click.progressbar(length=file.stat().st_size, label=f"Reading {file.name}", file=sys.stderr) as bar,
        ):
            for piece in _read(stream):
                bar.update(len(piece))
                yield piece
    except OSError as error:
        raise UsageError(f"The file '{file}' cannot be read: {error.strerror}.") from None


def _read(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(_PIECE):
        yield piece


def _show(result: IngestResult) -> None:
    for problem in result.errors[:_LISTED]:
        hint = f" {problem.hint}" if problem.hint else ""
        field = f", {problem.field}" if problem.field else ""
        click.echo(f"row {problem.row}{field}: {problem.message}{hint}", err=True)
    if result.faulty and len(result.errors) > _LISTED:
        click.echo(f"{result.faulty:,} rows are at fault; the first faults are shown.", err=True)
    names = ("received", "created", "corrected", "unchanged", "retracted", "rejected")
    widths = [max(len(name), len(f"{getattr(result, name):,}")) for name in names]
    click.echo("  ".join(name.rjust(width) for name, width in zip(names, widths, strict=True)))
    click.echo("  ".join(f"{getattr(result, name):,}".rjust(width) for name, width in zip(names, widths, strict=True)))
    if result.impact is not None:
        click.echo(impact_words(result.impact))
    if result.status == "rejected":
        click.echo("lei: nothing was stored; mend the rows, or say --on-error skip to store the others.", err=True)
    elif result.batch_id is None:
        click.echo("This was a dry run: nothing was stored.")
    else:
        click.echo(f"Stored as batch {result.batch_id}.")
