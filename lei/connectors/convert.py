"""Turns files into observations by a recipe: read, build tables, evaluate, and account for every row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from lei.connectors.build_tables import build_tables
from lei.connectors.conditions import holds
from lei.connectors.conversion import Conversion, MeasureCount
from lei.connectors.formulas import PERIOD, evaluate
from lei.connectors.read_files import match_files
from lei.connectors.read_input import read_input
from lei.connectors.recipe import Kept, Observed, Recipe
from lei.periods import MONTHS_A_YEAR, Grain, Period

Record = dict[str, Any]


def convert(recipe: Recipe, paths: Iterable[Path]) -> Conversion:
    """The observations that the recipe makes of these files or folders.

    Raises UsageError for a file that is not there, NotFoundError, MalformedError or InvalidError when files do not fit
    the recipe; single rows that cannot be read raise nothing, they are listed.
    """
    found, notes = match_files(recipe.inputs, paths)
    inputs = {name: read_input(name, given, found[name]) for name, given in recipe.inputs.items()}
    tables = build_tables({name: part.frame for name, part in inputs.items()}, recipe.tables)
    odd = [(check.note, int(holds(tables.frames[check.table], check.where).sum())) for check in recipe.checks]
    results = [_observe(tables.frames[observed.table], observed) for observed in recipe.observations]
    return Conversion(
        records=tuple(record for records, _ in results for record in records),
        files=tuple(count for part in inputs.values() for count in part.files),
        unreadable=(*(fault for part in inputs.values() for fault in part.unreadable), *tables.unreadable),
        steps=tuple(tables.steps),
        measures=tuple(count for _, count in results),
        notes=(*notes, *(f"{number:,} {note}" for note, number in odd if number)),
    )


def _observe(frame: pd.DataFrame, observed: Observed) -> tuple[list[Record], MeasureCount]:
    wanted = frame[holds(frame, observed.where)]
    placed = wanted.assign(**{PERIOD: _periods(wanted, observed)})
    dimensions = sorted({name for grouping in observed.by for name in grouping})
    placed = placed[placed[[PERIOD, *dimensions]].notna().all(axis="columns")]
    records: list[Record] = []
    groups = 0
    for grouping in observed.by:
        table = evaluate(placed, [PERIOD, *grouping], observed)
        groups += len(table)
        records += _records(table, observed.measure, grouping)
    return records, MeasureCount(
        measure=observed.measure,
        table=observed.table,
        rows=len(frame),
        counted=len(placed),
        left_out=len(frame) - len(wanted),
        unplaced=len(wanted) - len(placed),
        observations=len(records),
        without_result=groups - len(records),
    )


def _periods(frame: pd.DataFrame, observed: Observed) -> Any:
    """The period of each row: the ordinal of its month, or the fixed period's text."""
    if observed.month is not None:
        days = frame[observed.month].dt
        return days.year * MONTHS_A_YEAR + days.month - 1
    return "" if isinstance(observed, Kept) else observed.period


def _records(table: pd.DataFrame, measure: str, grouping: tuple[str, ...]) -> Iterator[Record]:
    for row in table[table["value"].notna()].to_dict("records"):
        period = row[PERIOD]
        yield {
            "measure": measure,
            "period": period if isinstance(period, str) else str(Period(int(period), Grain.MONTH)),
            "value": float(row["value"]),
            "sample_size": int(row["sample_size"]),
            "dimensions": {name: row[name] for name in grouping},
        }
