"""The data that travels inside a scorecard's PDF, for whoever wants to check it or go on with it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from lei.reports.figures import MeasureRow, ScorecardFigures, to_json
from lei.reports.program_figures import ProgramFigures, program_to_json

FIGURES_NAME = "figures.json"
MEASURES_NAME = "measures.csv"
_COLUMNS = (
    "measure",
    "name",
    "pillar",
    "unit",
    "value",
    "sample_size",
    "sample_of",
    "goalposts",
    "placeholder_goalposts",
    "score",
    "weight_percent",
    "contribution_points",
    "remarks",
)
# A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that travels inside a PDF; its kind follows from the ending of its name."""

    name: str
    text: str
    description: str


def attached_to_scorecard(figures: ScorecardFigures) -> tuple[Attached, ...]:
    """The figures of a scorecard, and its measures as a table."""
    return (
        Attached(FIGURES_NAME, to_json(figures), "All figures of this scorecard"),
        Attached(MEASURES_NAME, measures_as_csv(figures), "Every measure of this scorecard"),
    )


def attached_to_program(figures: ProgramFigures) -> tuple[Attached, ...]:
    """The figures of the report on a program."""
    return (Attached(FIGURES_NAME, program_to_json(figures), "All figures of this report"),)


def measures_as_csv(figures: ScorecardFigures) -> str:
    """Every measure, scored ones first; unrounded numbers, empty where there is none."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    writer.writerows(_cells(row) for row in (*figures.measures, *figures.context))
    return text.getvalue()


def _cells(row: MeasureRow) -> list[object]:
    return [
        _plain(row.key),
        _plain(row.name),
        row.pillar,
        row.unit,
        row.value,
        row.sample_size,
        _plain(row.sample_of),
        row.goalposts_text,
        "yes" if row.placeholder else "no",
        row.score,
        row.weight,
        row.contribution,
        _plain("; ".join(row.remarks)),
    ]


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
