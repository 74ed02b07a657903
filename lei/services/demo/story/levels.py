"""The true level of a measure in every month and cell: start, drift, strengths, season, slow wandering and events."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lei.services.demo.story.company import REGION_STRENGTH
from lei.services.demo.story.events import EVENTS, SEASONS, Event
from lei.services.demo.story.grids import Cell, Cells, Floats, Ints
from lei.services.demo.story.measures import Behavior

STORY_MONTHS = 24
# Trailing twelve months need a year before the story.
_MONTHS_BEFORE = 12
_UNIT_PART = 0.7
_OWN_PART = 0.3
_WANDERING, _INERTIA = 0.1, 0.7


@dataclass(frozen=True, slots=True)
class Timeline:
    """The months that are simulated. offsets: months after the last one of the story (0), so never above 0."""

    last_month: int
    offsets: Ints

    @property
    def calendar_months(self) -> Ints:
        """1 for January, for each month."""
        return (self.last_month + self.offsets) % 12 + 1

    @property
    def progress(self) -> Floats:
        """0 before the story and in its first month, 1 in its last."""
        return np.clip((self.offsets + STORY_MONTHS - 1) / (STORY_MONTHS - 1), 0.0, 1.0)


def timeline(last_month: int) -> Timeline:
    """The story's months up to `last_month` (an ordinal), and the year before."""
    return Timeline(last_month, np.arange(-STORY_MONTHS - _MONTHS_BEFORE + 1, 1))


def stream(seed: int, name: str) -> np.random.Generator:
    """Random numbers for one purpose alone: what one figure draws never moves another."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def season(key: str, time: Timeline) -> Floats:
    """What the time of the year adds, per month."""
    return np.array(SEASONS.get(key, (0.0,) * 12))[time.calendar_months - 1]


def effects(key: str, cells: Cells, time: Timeline) -> Floats:
    """What events add, per month and cell."""
    total = np.zeros((time.offsets.size, len(cells)))
    for event in EVENTS:
        if key not in event.effects:
            continue
        strength = np.array([event.strength(int(offset)) for offset in time.offsets])
        touched = np.array([_touched(event, cell) for cell in cells.all])
        total += event.effects[key] * strength[:, None] * touched
    return total


def levels(behavior: Behavior, cells: Cells, time: Timeline, seed: int) -> Floats:
    """The true value per month and cell, within the measure's bounds."""
    rng = stream(seed, f"level of {behavior.key}")
    value = behavior.start + behavior.gain * time.progress + season(behavior.key, time)
    value = value + _wandering(rng, time.offsets.size) * behavior.swing
    total = value[:, None] + behavior.swing * _strengths(cells, rng) + effects(behavior.key, cells, time)
    return np.clip(total, *behavior.bounds)


def _touched(event: Event, cell: Cell) -> bool:
    unit = cell.unit.name if cell.unit else None
    return event.touches(unit, cell.program.name if cell.program else None, cell.region)


def _strengths(cells: Cells, rng: np.random.Generator) -> Floats:
    """How strong each cell is; on top of its unit's, region's and program's strength, each has a side of its own."""
    own: dict[str, float] = {}

    def own_side(name: str) -> float:
        return own.setdefault(name, float(rng.normal(0.0, _OWN_PART)))

    return np.array([_strength(cell) + own_side(_name(cell)) for cell in cells.all])


def _strength(cell: Cell) -> float:
    unit = cell.unit.strength if cell.unit else 0.0
    region = REGION_STRENGTH[cell.region] if cell.region else 0.0
    if cell.program is None:
        return unit + region
    return _UNIT_PART * unit + cell.program.strength + region


def _name(cell: Cell) -> str:
    return "/".join(str(part) for part in (cell.program and cell.program.name, cell.unit and cell.unit.name))


def _wandering(rng: np.random.Generator, months: int) -> npt.NDArray[np.float64]:
    """Slow ups and downs that nobody explains, as any company has: an autoregression of order one."""
    steps = rng.normal(0.0, _WANDERING, months)
    for month in range(1, months):
        steps[month] += _INERTIA * steps[month - 1]
    return steps
