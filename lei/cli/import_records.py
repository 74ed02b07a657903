"""`lei import`: record-level exports (an LMS report, a people file) into observations by a recipe."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from lei.cli.context import command_context
from lei.cli.impact_words import impact_words
from lei.errors import UsageError

if TYPE_CHECKING:
    from lei.connectors.conversion import Conversion, Unreadable
    from lei.connectors.recipe import Recipe
    from lei.services.intake.import_records import ImportOptions, ImportResult
    from lei.services.intake.ingest import OnError

_LISTED = 20
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(name="import")
@click.argument("recipe_name", metavar="RECIPE")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--on-error",
    type=click.Choice(["reject", "skip"]),
    default="reject",
    show_default=True,
    help="When an observation is refused: store none of them, or the others.",
)
@click.option("--dry-run", is_flag=True, help="Do everything, store nothing.")
@click.option("--allow-restatement", is_flag=True, help="Observations may change closed periods; needs --reason.")
@click.option("--reason", help="Why this is imported; kept with the batch.")
@click.option("--source", help="Who says so; default: the source that the recipe names.")
@click.option("--unreadable", type=_FILE, help="Write all rows that could not be read to this CSV file.")
@click.option("--output", type=_FILE, help="Write the observations to this NDJSON file instead of storing them.")
def command(
    recipe_name: str,
    files: tuple[Path, ...],
    on_error: OnError,
    dry_run: bool,
    allow_restatement: bool,
    reason: str | None,
    source: str | None,
    unreadable: Path | None,
    output: Path | None,
) -> None:
    """Turn record-level exports into observations.

    RECIPE is a TOML file (docs/recipes.md) or the name of a recipe that comes with LEI. FILE... are the export files,
    plain or gzip, or folders that hold them; the recipe knows them by their names.
    """
    from lei.services.intake.import_records import ImportOptions, convert_records

    click.echo("Reading ...", err=True)
    recipe, conversion = convert_records(recipe_name, files)
    _show_account(recipe, conversion)
    _show_unreadable(conversion.unreadable)
    if unreadable is not None:
        _write_unreadable(unreadable, conversion.unreadable)
    if output is not None:
        _write_observations(output, conversion, source or recipe.source)
        return
    options = ImportOptions("command line", source, on_error, dry_run, allow_restatement, reason)
    _store(recipe, conversion, options)


def _store(recipe: Recipe, conversion: Conversion, options: ImportOptions) -> None:
    from lei.services.intake.import_records import import_records
    from lei.services.intake.intake_rules import rules_of

    with command_context() as context, context.database.writing() as session:
        held = replace(options, rules=rules_of(context.settings))
        result = import_records(session, recipe, conversion, held, context.clock.now())
    _show_intake(result, options)
    if result.intake.status == "rejected":
        sys.exit(1)


def _show_account(recipe: Recipe, conversion: Conversion) -> None:
    """What became of every row."""
    click.echo(f"{recipe.title} (source {recipe.source})\n")
    _table(
        ("file", "rows", "used", "unreadable", "repeated"),
        [(one.file, one.rows, one.used, one.unreadable, one.repeated) for one in conversion.files],
    )
    if conversion.steps:
        _table(
            ("table", "rows", "not found", "left out", "step"),
            [
                (one.table, one.rows_before, one.rows if one.lookup else "", "" if one.lookup else one.rows, one.step)
                for one in conversion.steps
            ],
        )
    _table(
        ("measure", "rows", "counted", "left out", "unplaced", "observations", "no result"),
        [
            (one.measure, one.rows, one.counted, one.left_out, one.unplaced, one.observations, one.without_result)
            for one in conversion.measures
        ],
    )
    for note in conversion.notes:
        click.echo(f"Note: {note}")


def _table(heading: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns that line up: texts to the left, whole numbers with thousands to the right."""
    texts = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(heading, *texts, strict=True)]
    left = [not any(isinstance(row[place], int) for row in rows) for place in range(len(heading))]
    for line in (heading, *texts):
        cells = [
            cell.ljust(width) if is_left else cell.rjust(width)
            for cell, width, is_left in zip(line, widths, left, strict=True)
        ]
        click.echo("  ".join(cells).rstrip())
    click.echo()


def _show_unreadable(unreadable: Sequence[Unreadable]) -> None:
    if not unreadable:
        click.echo("Every row could be read.")
        return
    columns: dict[tuple[str, str], int] = {}
    for one in unreadable:
        columns[one.file, one.column] = columns.get((one.file, one.column), 0) + 1
    click.echo(f"{len(unreadable):,} values or rows could not be read; nothing that leans on them was counted:")
    for (file, column), number in columns.items():
        click.echo(f"  {file}, {column or 'whole row'}: {number:,}")
    for one in unreadable[:_LISTED]:
        value = f", {one.column} {one.value!r}" if one.column else ""
        click.echo(f"  {one.file}, line {one.line}{value}: {one.reason}")
    if len(unreadable) > _LISTED:
        click.echo(f"  and {len(unreadable) - _LISTED:,} more; --unreadable FILE writes them all.")


@contextmanager
def _writing(file: Path) -> Iterator[TextIO]:
    """The file, open for writing; raises UsageError when it cannot be written."""
    try:
        with file.open("w", encoding="utf-8", newline="") as stream:
            yield stream
    except OSError as error:
        raise UsageError(f"The file '{file}' cannot be written: {error.strerror}.") from None


def _write_unreadable(file: Path, unreadable: Sequence[Unreadable]) -> None:
    with _writing(file) as stream:
        writer = csv.writer(stream)
        writer.writerow(("file", "line", "column", "value", "reason"))
        writer.writerows((one.file, one.line, one.column, one.value, one.reason) for one in unreadable)
    click.echo(f"What could not be read stands in {file}.")


def _write_observations(file: Path, conversion: Conversion, source: str) -> None:
    with _writing(file) as stream:
        for record in conversion.records:
            stream.write(json.dumps({**record, "source": source}, ensure_ascii=False) + "\n")
    click.echo(f"{len(conversion.records):,} observations stand in {file}; `lei ingest` takes them.")


def _show_intake(result: ImportResult, options: ImportOptions) -> None:
    intake = result.intake
    for key in result.measures_added:
        click.echo(f"The measure {key} {'would be' if options.dry_run else 'was'} registered.")
    batch = f"Batch {intake.batch_id}" if intake.batch_id is not None else "Dry run, nothing stored"
    click.echo(
        f"{batch}: {intake.received:,} observations received; {intake.created:,} created, "
        f"{intake.corrected:,} corrected, {intake.unchanged:,} unchanged, {intake.rejected:,} rejected."
    )
    if intake.impact is not None:
        click.echo(impact_words(intake.impact))
    for problem in intake.errors[:_LISTED]:
        hint = f" {problem.hint}" if problem.hint else ""
        click.echo(f"  observation {problem.row}, {problem.field}: {problem.message}{hint}", err=True)
    if intake.status == "rejected":
        click.echo(f"lei: {intake.faulty:,} observations were refused, so none was stored.", err=True)
