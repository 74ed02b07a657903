"""The data that travels inside a scorecard's PDF, for whoever wants to check it or go on with it."""

from __future__ import annotations

import csv
import io

from lei.reports.figures import MeasureRow, ScorecardFigures

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
