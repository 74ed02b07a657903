"""Takes record-level exports in: a recipe makes observations of them, and these go the way of all observations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from lei.connectors.conversion import Conversion
from lei.connectors.convert import convert
from lei.connectors.load_recipe import load_recipe
from lei.connectors.recipe import Recipe
from lei.errors import InvalidError
from lei.services.catalog.manage_measures import create_measure
from lei.services.intake.ingest import IngestOptions, IngestResult, OnError, ingest_records
from lei.services.intake.intake_rules import PLAIN_RULES, IntakeRules
from lei.storage.measures import read_measures


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How an import is meant. `source` None: the source that the recipe names."""

    sent_by: str
    source: str | None = None
    on_error: OnError = "reject"
    dry_run: bool = False
    allow_restatement: bool = False
    reason: str | None = None
    rules: IntakeRules = PLAIN_RULES


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of the observations, and which measures of the recipe were registered on the way."""

    intake: IngestResult
    measures_added: tuple[str, ...]


def convert_records(recipe_name: str, paths: Sequence[Path]) -> tuple[Recipe, Conversion]:
    """The recipe and what it makes of the files; needs no database, so no one waits for it.

    Raises NotFoundError, MalformedError or InvalidError when the recipe or the files cannot be used.
    """
    recipe = load_recipe(recipe_name)
    return recipe, convert(recipe, paths)


def import_records(
    session: Session, recipe: Recipe, conversion: Conversion, options: ImportOptions, now: datetime
) -> ImportResult:
    """Register the recipe's own measures where they are missing and store the observations as one batch.

    A measure that is there already stays as it is. A dry run leaves nothing behind. Raises InvalidError when there is
    no observation at all.
    """
    if not conversion.records:
        raise InvalidError("No row of these files makes an observation; nothing was stored.")
    ingest = IngestOptions(
        source=options.source or recipe.source,
        sent_by=options.sent_by,
        on_error=options.on_error,
        dry_run=options.dry_run,
        kind="import",
        allow_restatement=options.allow_restatement,
        reason=options.reason,
        rules=options.rules,
    )
    trial = session.begin_nested() if options.dry_run else None
    added = _register_measures(session, recipe, options.sent_by, now)
    result = ImportResult(ingest_records(session, conversion.records, ingest, now), added)
    if trial is not None:
        trial.rollback()
    return result


def _register_measures(session: Session, recipe: Recipe, changed_by: str, now: datetime) -> tuple[str, ...]:
    known = read_measures(session)
    new = [measure for measure in recipe.measures if measure.key not in known]
    for measure in new:
        create_measure(session, measure.as_dict(), changed_by, now)
    return tuple(measure.key for measure in new)
