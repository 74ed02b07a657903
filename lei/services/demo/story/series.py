"""All figures of the story, month by month and cell by cell, the same for the same seed and last month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lei.services.demo.story.cases import count_cases
from lei.services.demo.story.derived import Counts, derived_counts
from lei.services.demo.story.grids import Cells, Floats, build_cells
from lei.services.demo.story.levels import Timeline, levels, stream, timeline
from lei.services.demo.story.measures import BEHAVIORS, Behavior, Grid
from lei.services.demo.story.program_figures import Figures, program_figures

SEED = 11
_PERCENT = 100.0


@dataclass(frozen=True, slots=True)
class Story:
    """The whole simulated company: counts by measure key over `time` (a year longer than what is sent).

    programs: figures that are there for single programs alone, over the months that are sent.
    """

    time: Timeline
    cells: Mapping[Grid, Cells]
    counts: Mapping[str, Counts]
    programs: tuple[Figures, ...]


def tell_story(last_month: int, seed: int = SEED) -> Story:
    """Simulate the 24 months up to `last_month` (an ordinal, see lei.periods)."""
    cells, time = build_cells(), timeline(last_month)
    level = {b.key: levels(b, cells[b.grid], time, seed) for b in BEHAVIORS}
    cases = count_cases(cells, time, level["enrollment_rate"], seed)
    counts: dict[str, Counts] = {}
    for behavior in BEHAVIORS:
        number = cases.of(behavior.grid, behavior.cases) * _has_it(behavior, cells[behavior.grid])
        counts[behavior.key] = _draw(behavior, level[behavior.key], number, seed)
    invited, enrolled = cases.of(Grid.LEARNERS, "invited"), cases.of(Grid.LEARNERS, "enrolled")
    counts["enrollment_rate"] = Counts(Grid.LEARNERS, enrolled, invited, _PERCENT)
    counts |= derived_counts(cells, time, cases, counts["cost_per_learning_hour"].numerator)
    return Story(time, cells, counts, program_figures(seed))


def _has_it(behavior: Behavior, cells: Cells) -> Floats:
    if not behavior.units:
        return np.ones(len(cells))
    return np.array([float(cell.unit is not None and cell.unit.name in behavior.units) for cell in cells.all])


def _draw(behavior: Behavior, level: Floats, cases: Floats, seed: int) -> Counts:
    rng = stream(seed, f"draw of {behavior.key}")
    if behavior.kind == "share":
        # Whole people, rounded up or down by chance. Independent coins would scatter twice as much as months of a
        # company do, and bury what happened in it.
        hits = np.floor(cases * level / _PERCENT + rng.random(cases.shape))
        return Counts(behavior.grid, np.minimum(hits, cases), cases, _PERCENT)
    if behavior.kind == "level":
        return Counts(behavior.grid, cases * level, cases)
    noise = rng.normal(0.0, 1.0, cases.shape) * behavior.sd * np.sqrt(cases)
    low, high = behavior.bounds
    return Counts(behavior.grid, np.clip(cases * level + noise, cases * low, cases * high), cases)
