"""The cells that figures are counted in, and the segments that systems report: sums over cells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from lei.services.demo.story.company import (
    PROGRAMS,
    REGIONS,
    SMALL_UNIT,
    TEAM_LEAD,
    TEAM_LEAD_SHARE,
    UNITS,
    Program,
    Unit,
)
from lei.services.demo.story.measures import Grid

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FAMILIES: dict[Grid, tuple[tuple[str, ...], ...]] = {
    Grid.PEOPLE: (("region", "unit"), ("role", "unit")),
    Grid.LEARNERS: (("program", "unit"), ("region", "unit"), ("role", "unit")),
    Grid.ITEMS: (("program", "unit"), ("region", "unit")),
    Grid.SHELF: (("program", "unit"),),
    Grid.SITES: (("region", "unit"),),
    Grid.PROGRAMS: (("program",),),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; what its grid does not have is None. share: of its unit's people in its region."""

    unit: Unit | None
    region: str | None
    role: str | None
    program: Program | None
    share: float

    def dimension(self, key: str) -> str:
        """The value of a dimension that this cell has."""
        part = {"unit": self.unit, "region": self.region, "role": self.role, "program": self.program}[key]
        if part is None:
            raise KeyError(key)
        return part if isinstance(part, str) else part.name

    @property
    def heads(self) -> float:
        """People today."""
        if self.unit is None or self.region is None:
            return 0.0
        return self.unit.heads[REGIONS.index(self.region)] * self.share

    @property
    def audience(self) -> float:
        """The share of its people that its program is meant for."""
        if self.unit is None or self.program is None:
            return 0.0
        if self.role == TEAM_LEAD and self.program.lead_audience is not None:
            return self.program.lead_audience
        return self.program.audience.get(self.unit.name, 0.0)

    @property
    def is_small(self) -> bool:
        """Whether it lies in the unit that is too small to be shown."""
        return self.unit is not None and self.unit.name == SMALL_UNIT


class Cells:
    """All cells of a grid, in a fixed order."""

    def __init__(self, grid: Grid, cells: list[Cell]) -> None:
        self.grid = grid
        self.all = cells

    def __len__(self) -> int:
        return len(self.all)

    @cached_property
    def families(self) -> list[tuple[list[dict[str, str]], Floats]]:
        """For each family of segments: the segments, and a matrix (cells, segments) that sums cells up to them."""
        return [self._family(keys) for keys in FAMILIES[self.grid]]

    def _family(self, keys: tuple[str, ...]) -> tuple[list[dict[str, str]], Floats]:
        of_cell = [tuple(cell.dimension(key) for key in keys) for cell in self.all]
        found = list(dict.fromkeys(of_cell))
        member = np.zeros((len(of_cell), len(found)))
        member[np.arange(len(of_cell)), [found.index(values) for values in of_cell]] = 1.0
        return [dict(zip(keys, values, strict=True)) for values in found], member


def build_cells() -> dict[Grid, Cells]:
    """The cells of every grid."""
    people = [cell for unit in UNITS for cell in _people(unit)]
    learners = [
        Cell(cell.unit, cell.region, cell.role, program, cell.share)
        for program in PROGRAMS
        for cell in people
        if cell.unit is not None and cell.unit.name in program.audience
    ]
    large = [cell for cell in learners if not cell.is_small]
    items = _distinct([Cell(cell.unit, cell.region, None, cell.program, 1.0) for cell in large])
    shelf = _distinct([Cell(cell.unit, None, None, cell.program, 1.0) for cell in large])
    sites = _distinct([Cell(cell.unit, cell.region, None, None, 1.0) for cell in people if not cell.is_small])
    programs = [Cell(None, None, None, program, 1.0) for program in PROGRAMS]
    found = (people, learners, items, shelf, sites, programs)
    return {grid: Cells(grid, cells) for grid, cells in zip(Grid, found, strict=True)}


def _distinct(cells: list[Cell]) -> list[Cell]:
    kept: list[Cell] = []
    for cell in cells:
        if cell not in kept:
            kept.append(cell)
    return kept


def _people(unit: Unit) -> list[Cell]:
    cells = []
    for region, heads in zip(REGIONS, unit.heads, strict=True):
        if not heads:
            continue
        if unit.name == SMALL_UNIT:
            cells.append(Cell(unit, region, unit.job_family, None, 1.0))
        else:
            cells.append(Cell(unit, region, unit.job_family, None, 1 - TEAM_LEAD_SHARE))
            cells.append(Cell(unit, region, TEAM_LEAD, None, TEAM_LEAD_SHARE))
    return cells
