"""Figures that follow from others: hours and money per head, cost per competent learner, benefit, depth of proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lei.services.demo.story.cases import Cases, people_of
from lei.services.demo.story.company import PROGRAMS
from lei.services.demo.story.grids import Cells, Floats
from lei.services.demo.story.levels import Timeline
from lei.services.demo.story.measures import Grid

_YEAR, _QUARTER = 12, 3
_NEWLY_PROFICIENT = 0.15
# Beside what the learning hours cost: participants' time, coaching at work and the proof of skill.
_FULLY_LOADED = 1.6


@dataclass(frozen=True, slots=True)
class Counts:
    """A measure per month and cell: its value over any cells is scale * Σ numerator / Σ cases (`adds_up`: Σ numerator).

    Over the cells of a segment the sum of `cases` is the sample size.
    """

    grid: Grid
    numerator: Floats
    cases: Floats
    scale: float = 1.0
    adds_up: bool = False


def derived_counts(cells: Mapping[Grid, Cells], time: Timeline, cases: Cases, cost: Floats) -> dict[str, Counts]:
    """All derived measures. cost: per month and learner cell."""
    enrolled, handled = cases.of(Grid.LEARNERS, "enrolled"), cases.of(Grid.LEARNERS, "handled")
    to_people = people_of(cells[Grid.LEARNERS], cells[Grid.PEOPLE])
    large = np.array([not cell.is_small for cell in cells[Grid.PEOPLE].all])
    heads = cases.of(Grid.PEOPLE, "heads") * large
    year_hours = trailing(cases.of(Grid.PEOPLE, "hours"), _YEAR)
    year_cost = trailing(cost, _YEAR) @ to_people
    competent = np.ceil(handled * _NEWLY_PROFICIENT)
    return {
        "enrollment_count": Counts(Grid.LEARNERS, enrolled, enrolled, adds_up=True),
        "learning_hours_per_employee": Counts(Grid.PEOPLE, year_hours, heads),
        "learning_cost_total": Counts(Grid.LEARNERS, cost, handled, adds_up=True),
        "learning_spend_per_employee": Counts(Grid.PEOPLE, year_cost, heads),
        "cost_per_competent_learner": Counts(Grid.LEARNERS, cost * _FULLY_LOADED, competent),
        **_by_program(cells[Grid.LEARNERS], time, cost),
    }


def trailing(monthly: Floats, months: int) -> Floats:
    """Sums over that many months up to each month (fewer where the past does not reach)."""
    total = np.cumsum(monthly, axis=0)
    total[months:] = total[months:] - total[:-months].copy()
    return total


def _by_program(learners: Cells, time: Timeline, cost: Floats) -> dict[str, Counts]:
    of_program = np.array(
        [[cell.program is program for program in PROGRAMS] for cell in learners.all], dtype=np.float64
    )
    spent = np.rint(trailing(cost, _QUARTER) @ of_program)
    offsets = time.offsets[:, None]
    benefit = np.array([program.benefit or 0.0 for program in PROGRAMS])
    proven = np.array([program.benefit is not None for program in PROGRAMS])
    ratio = benefit * (0.8 + 0.25 * time.progress[:, None])
    since = np.array([program.measured_since for program in PROGRAMS])
    depth = np.array([program.level for program in PROGRAMS]) - (offsets < since)
    named = np.array([np.inf if program.kpi_since is None else program.kpi_since for program in PROGRAMS])
    claimed = spent * proven
    return {
        "cost_effectiveness": Counts(Grid.PROGRAMS, claimed * ratio, claimed),
        "learning_roi": Counts(Grid.PROGRAMS, claimed * (ratio - 1), claimed, scale=100.0),
        "evaluation_depth": Counts(Grid.PROGRAMS, spent * depth, spent),
        "kpi_linkage_coverage": Counts(Grid.PROGRAMS, spent * (offsets >= named), spent, scale=100.0),
    }
