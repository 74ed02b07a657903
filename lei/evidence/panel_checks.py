"""What a panel must be before groups of it are compared, and the means of its units over some months."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lei.errors import InvalidError
from lei.evidence.estimate import Bools, Floats
from lei.evidence.inputs import LARGEST
from lei.evidence.panel_data import NEVER, Panel

# Fewer cases than this in a cell are none; more are no number of cases. Within, shares of weight can be told apart.
LEAST_CASES, MOST_CASES = 1e-2, 1e9


@dataclass(frozen=True, slots=True)
class UnitMeans:
    """The mean of each unit [U] over some months, weighted by cases, and its cases; NaN and 0 where there are none."""

    means: Floats
    cases: Floats


def check_panel(panel: Panel) -> None:
    """InvalidError for shapes that do not fit, infinite values, negative cases, and a panel without both groups."""
    units = len(panel.units)
    if panel.values.ndim != 2 or panel.values.shape != panel.cases.shape:  # noqa: PLR2004 - units x months
        raise InvalidError("The values and the cases of a panel must be tables of the same shape.")
    if {len(panel.values), len(panel.starts), len(panel.clusters)} != {units}:
        raise InvalidError("A panel needs one row of values, one start and one cluster for each unit.")
    if (np.abs(panel.values) > LARGEST).any():
        raise InvalidError("The values of a panel must be finite numbers; a gap is the only other thing they may be.")
    if (panel.cases > MOST_CASES).any() or (panel.cases < 0).any():
        raise InvalidError(f"The cases of a panel must be numbers from 0 to {MOST_CASES:.0f}.")
    if (panel.starts < NEVER).any():
        raise InvalidError("A start is the position of a month, counted from 0, or says that there is none.")
    if not panel.treated.any():
        raise InvalidError("No unit of the panel has the program, so there is nothing to compare.")


def common_start(panel: Panel) -> int:
    """The month in which the program starts in all treated units.

    InvalidError where there is no comparison unit, and where starts differ: a comparison of staggered starts is needed.
    """
    check_panel(panel)
    if panel.treated.all():
        raise InvalidError("Every unit of the panel has the program, so there is no comparison group.")
    starts = np.unique(panel.starts[panel.treated])
    if len(starts) > 1:
        raise InvalidError("The units start in different months; compare them as a staggered rollout.")
    return int(starts[0])


def usable(panel: Panel) -> Bools:
    """Cells [U, T] that have a value and cases behind it."""
    cells: Bools = np.isfinite(panel.values) & (panel.cases >= LEAST_CASES)
    return cells


def unit_means(panel: Panel, months: Bools) -> UnitMeans:
    """The mean of each unit over the given `months` [T]."""
    cells = usable(panel) & months
    weights = np.where(cells, panel.cases, 0.0)
    cases = weights.sum(axis=1)
    sums = (weights * np.where(cells, panel.values, 0.0)).sum(axis=1)
    means = np.divide(sums, cases, out=np.full(len(cases), np.nan), where=cases > 0)
    return UnitMeans(means, cases)


def clusters_among(panel: Panel, units: Bools) -> int:
    """How many clusters the given `units` [U] are in."""
    return len({panel.clusters[unit] for unit in np.flatnonzero(units)})


def months_of_both(panel: Panel, months: Bools) -> int:
    """How many of the given `months` [T] have values of treated and of comparison units."""
    cells = usable(panel) & months
    return int((cells[panel.treated].any(axis=0) & cells[~panel.treated].any(axis=0)).sum())
