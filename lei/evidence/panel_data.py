"""KPI series of several units (sites, teams, cohorts) side by side: what comparisons over time are computed from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lei.evidence.estimate import Bools, Floats, Ints

NEVER = -1


@dataclass(frozen=True, slots=True)
class Panel:
    """Values of U units in T consecutive months.

    units [U]: names. values [U, T]: NaN where nothing was reported. cases [U, T]: people or events behind each value.
    starts [U]: the position of the first month in which the program runs in the unit, NEVER in a comparison unit.
    clusters [U]: what errors are clustered by (the site of a team); the unit itself where nothing else is known.
    """

    units: tuple[str, ...]
    values: Floats
    cases: Floats
    starts: Ints
    clusters: tuple[str, ...]

    @property
    def treated(self) -> Bools:
        """Which units [U] have the program at some time."""
        treated: Bools = self.starts != NEVER
        return treated

    @property
    def after(self) -> Bools:
        """Cells [U, T] in which the program runs."""
        months = np.arange(self.values.shape[1])
        running: Bools = self.treated[:, None] & (months >= self.starts[:, None])
        return running
