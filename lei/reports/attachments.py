"""The data that travels inside a scorecard's PDF, for whoever wants to check it or go on with it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from lei.evidence.links import Link
from lei.reports.figures import MeasureRow, ScorecardFigures, to_json
from lei.reports.owner_figures import OwnerFigures, owner_to_json
from lei.reports.program_figures import KpiFigures, ProgramFigures, program_to_json
from lei.reports.programs_part import ProgramsPart, ProgramSummary

FIGURES_NAME = "figures.json"
MEASURES_NAME = "measures.csv"
PROGRAMS_NAME = "programs.csv"
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
_PROGRAM_COLUMNS = (
    "program",
    "name",
    "kpi",
    "unit",
    "baseline",
    "now",
    "target",
    "grade",
    "effect",
    "ci_low",
    "ci_high",
    "claim",
    "state",
)
_KPI_CELLS = 10
_MONEY_COLUMNS = ("currency", "cost", "budget", "benefit", "benefit_low", "benefit_high")
# A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that travels inside a PDF; its kind follows from the ending of its name."""

    name: str
    text: str
    description: str


def attached_to_scorecard(figures: ScorecardFigures) -> tuple[Attached, ...]:
    """The figures of a scorecard, and its measures and programs as tables."""
    found = (
        Attached(FIGURES_NAME, to_json(figures), "All figures of this scorecard"),
        Attached(MEASURES_NAME, measures_as_csv(figures), "Every measure of this scorecard"),
    )
    if figures.programs is None:
        return found
    return (*found, Attached(PROGRAMS_NAME, programs_as_csv(figures.programs), "Every program of this scorecard"))


def attached_to_program(figures: ProgramFigures) -> tuple[Attached, ...]:
    """The figures of the report on a program."""
    return (Attached(FIGURES_NAME, program_to_json(figures), "All figures of this report"),)


def attached_to_owner(figures: OwnerFigures) -> tuple[Attached, ...]:
    """The figures of the scorecard of an owner."""
    return (Attached(FIGURES_NAME, owner_to_json(figures), "All figures of this scorecard"),)


def measures_as_csv(figures: ScorecardFigures) -> str:
    """Every measure, scored ones first; unrounded numbers, empty where there is none."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    writer.writerows(_cells(row) for row in (*figures.measures, *figures.context))
    return text.getvalue()


def programs_as_csv(part: ProgramsPart) -> str:
    """Every program with its first KPI, the status of each link, and its money; unrounded, empty for none."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*_PROGRAM_COLUMNS, *(link.value for link in Link), *_MONEY_COLUMNS])
    writer.writerows(_program_cells(program) for program in part.programs)
    return text.getvalue()


def _program_cells(program: ProgramSummary) -> list[object]:
    kpi, money = program.kpi, program.money
    benefit = money.benefit
    return [
        _plain(program.key),
        _plain(program.name),
        *(_kpi_cells(kpi) if kpi else [None] * _KPI_CELLS),
        program.chain.state,
        *(link.status for link in program.chain.links),
        money.currency,
        money.cost,
        money.budget,
        *((benefit.value, benefit.low, benefit.high) if benefit else (None, None, None)),
    ]


def _kpi_cells(kpi: KpiFigures) -> list[object]:
    levels = [kpi.baseline, kpi.now, kpi.target]
    found = [kpi.effect, kpi.ci_low, kpi.ci_high]
    return [kpi.key, _plain(kpi.unit), *levels, kpi.grade, *found, _plain(kpi.claim)]


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
