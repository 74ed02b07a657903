"""The usual course of a year in a monthly series: when it can be learnt, and what a regression learns it from."""

from __future__ import annotations

import numpy as np

from lei.evidence.estimate import Floats, Ints
from lei.periods import MONTHS_A_YEAR

# Two values of each month of the year: of one it would be that value.
SEASON_NEEDS = 2 * MONTHS_A_YEAR


def has_season(at: Ints) -> bool:
    """Whether months with a value, by their positions `at` [N], are enough of each month of the year."""
    return at.size >= SEASON_NEEDS and np.unique(at % MONTHS_A_YEAR).size == MONTHS_A_YEAR


def line_and_season(line: Floats, *, seasonal: bool) -> Floats:
    """Columns [T, 2] of a straight line over the months of `line` [T], or [T, 13] with a step for each month but one.

    line: consecutive months, counted from any of them.
    """
    columns = [np.ones(line.size), line]
    if seasonal:
        of_year = np.arange(line.size) % MONTHS_A_YEAR
        columns += [(of_year == month).astype(np.float64) for month in range(1, MONTHS_A_YEAR)]
    return np.column_stack(columns)
