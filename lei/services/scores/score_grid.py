"""The scores of many segments and periods as arrays: the computation itself, before anything becomes prose or JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from lei.catalog.measure import Measure
from lei.periods import Period
from lei.services.scores.score_privacy import hidden_cells, smallest_groups
from lei.services.scores.score_profile import WeightingPlan
from lei.services.scores.score_report import ScoreQuery
from lei.services.scores.score_scope import Bools, ScopeValues
from lei.storage.knowledge import Knowledge
from lei.storage.rollup_columns import Floats, Ints
from scoring.composite import NONE, CapLine, evaluate
from scoring.normalise import normalise_columns

# A band takes its predecessors into account: this many periods of them.
BAND_MEMORY = 12
Cell = TypeVar("Cell", bound=np.generic)


@dataclass(frozen=True, slots=True)
class MeasureAxis:
    """The measures on the last axis: the scored ones first, `scored` of them, then those shown for context."""

    measures: tuple[Measure, ...]
    scored: int


@dataclass(frozen=True, slots=True)
class ShownValues:
    """What scores are made of, before any weight has a say: values[S, T, M] with what was carried forward filled in.

    hidden and stale_from [S, T, M]: as in ScoreGrid.
    """

    values: ScopeValues
    hidden: Bools
    stale_from: Ints

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays."""
        return self.values.nbytes + self.hidden.nbytes + self.stale_from.nbytes


@dataclass(frozen=True, slots=True)
class ScoreGrid:
    """Everything computed for scopes x periods; S, T, M, P stand for scopes, periods, measures, pillars.

    values[S, T, M] as `ScopeValues`, with what was carried forward filled in: stale_from[S, T, M] is the position of
    the period a value comes from, -1 where it is the period's own. hidden: not to be shown. scores[S, T, scored]: NaN
    where not usable. pillars, pillar_coverage [S, T, P]; composite, coverage, status [S, T]. caps: what those of each
    weighting of the plan did, arrays [S, T] (in periods of others: nothing).
    """

    axis: MeasureAxis
    periods: tuple[Period, ...]
    plan: WeightingPlan
    values: ScopeValues
    stale_from: Ints
    hidden: Bools
    scores: Floats
    composite: Floats
    coverage: Floats
    status: Ints
    pillars: Floats
    pillar_coverage: Floats
    caps: tuple[tuple[CapLine, ...], ...]


@dataclass(frozen=True, slots=True)
class GridResult:
    """A grid and what it was computed from. `scopes` are those asked for, `first_period` is the first asked for."""

    query: ScoreQuery
    grid: ScoreGrid
    dimensions: tuple[str, ...]
    scopes: tuple[int, ...]
    first_period: int
    knowledge: Knowledge
    sources: Mapping[int, str]


def shown_values(axis: MeasureAxis, values: ScopeValues, min_group_size: int, reach: Sequence[int]) -> ShownValues:
    """Hide what must be hidden, and carry forward what may be: in each of T periods a value of `reach` [T] earlier."""
    stocks = np.array([m.time_rollup == "last" for m in axis.measures])
    hidden = hidden_cells(values, smallest_groups([m.min_group_size for m in axis.measures], min_group_size), stocks)
    return _carried_forward(values, hidden, stocks, np.array(reach))


def periods_carried(plan: WeightingPlan, periods: Sequence[Period]) -> tuple[int, ...]:
    """In each period, the age in periods up to which a stock measure keeps its last value."""
    return tuple(plan.at(t).profile.carry_forward_months // period.grain.months for t, period in enumerate(periods))


def compute_grid(axis: MeasureAxis, periods: Sequence[Period], plan: WeightingPlan, shown: ShownValues) -> ScoreGrid:
    """Score what may be shown."""
    usable = np.where(shown.hidden, np.nan, shown.values.value)[..., : axis.scored]
    return ScoreGrid(
        axis, tuple(periods), plan, shown.values, shown.stale_from, shown.hidden, *_evaluated(usable, plan)
    )


def _carried_forward(values: ScopeValues, hidden: Bools, stocks: Bools, reach: Ints) -> ShownValues:
    """Stock measures (`last`) without news keep their last value for as long as the profile allows, marked as stale."""
    present = ~np.isnan(values.value)
    place = np.where(present, np.arange(reach.size)[None, :, None], -1)
    newest = np.maximum.accumulate(place, axis=1)
    age = np.arange(reach.size)[None, :, None] - newest
    carried = ~present & (newest >= 0) & stocks & (age <= reach[None, :, None])
    if not carried.any():
        return ShownValues(values, hidden, np.full(values.value.shape, -1))
    origin = np.where(carried, newest, place)
    scope, measure = np.arange(values.value.shape[0])[:, None, None], np.arange(values.value.shape[2])
    source = np.maximum(origin, 0)

    def fill(cells: npt.NDArray[Cell]) -> npt.NDArray[Cell]:
        return np.where(carried, cells[scope, source, measure], cells)

    filled = ScopeValues(
        values.scopes,
        fill(values.value),
        fill(values.n),
        fill(values.people),
        fill(values.rolled_up),
        fill(values.combined),
        values.sources,
    )
    return ShownValues(filled, fill(hidden), np.where(carried, newest, -1))


def _evaluated(
    usable: Floats, plan: WeightingPlan
) -> tuple[Floats, Floats, Floats, Ints, Floats, Floats, tuple[tuple[CapLine, ...], ...]]:
    """Scores, composite, coverage, status, pillars, their coverage, and caps."""
    scopes, periods, _ = usable.shape
    pillars = plan.weightings[0].tree.pillar_weights.size
    scores = np.full(usable.shape, np.nan)
    composite, coverage = np.full((scopes, periods), np.nan), np.zeros((scopes, periods))
    status = np.full((scopes, periods), NONE, dtype=np.int64)
    by_pillar, pillar_coverage = np.full((scopes, periods, pillars), np.nan), np.zeros((scopes, periods, pillars))
    caps: list[tuple[CapLine, ...]] = [() for _ in plan.weightings]
    numbers = np.array(plan.numbers)
    for number in np.unique(numbers):
        here = numbers == number
        weighting = plan.weightings[number]
        scores[:, here] = normalise_columns(usable[:, here], weighting.goalposts)
        result = evaluate(scores[:, here], weighting.tree)
        composite[:, here], coverage[:, here], status[:, here] = result.composite, result.coverage, result.status
        by_pillar[:, here], pillar_coverage[:, here] = result.pillars, result.pillar_coverage
        caps[number] = tuple(_spread(line, here) for line in result.caps)
    return scores, composite, coverage, status, by_pillar, pillar_coverage, tuple(caps)


def _spread(line: CapLine, here: Bools) -> CapLine:
    """A line over some of the periods as one over all: in the others the cap does nothing."""

    def over_all(cells: npt.NDArray[Cell]) -> npt.NDArray[Cell]:
        spread = np.zeros((cells.shape[0], here.size), dtype=cells.dtype)
        spread[:, here] = cells
        return spread

    numbers = (line.gate, line.before, line.taken, line.taken_from_composite)
    return CapLine(line.cap, over_all(line.active), over_all(line.binding), *(over_all(cells) for cells in numbers))
