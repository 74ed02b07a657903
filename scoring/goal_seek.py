"""What a measure must reach for the composite to come to a target, in the measure's own unit.

Composites never fall when a score rises, and between two turning points of its curve a measure's score only rises or
only falls. So the nearest value that reaches the target lies in the first stretch, on either side of today's value,
that ends at or above the target; bisection down to neighbouring floats finds it there. Any tree and curve will do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from scoring.arrays import Floats, as_scores
from scoring.bands import TOLERANCE
from scoring.composite import Tree, evaluate
from scoring.curve_shape import best_range, turning_points
from scoring.errors import ScoringError
from scoring.normalise import HIGHEST, Goalposts, normalise_columns
from scoring.opportunities import improved

Outcome = Literal["reached_already", "reachable", "not_reachable", "no_composite"]
ANY_VALUE = (-math.inf, math.inf)
Reaches = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Goal:
    """What came of a search: `value` of the measure at which the composite is `composite`.

    reached_already: both are today's. reachable: the value nearest to today's that reaches the target. not_reachable:
    no value does; the best there is, at the value nearest to today's. no_composite: too much else is missing, and both
    are NaN.
    """

    outcome: Outcome
    value: float
    composite: float


@dataclass(frozen=True, slots=True, eq=False)
class JointGoal:
    """As Goal, for several measures together: the share of its goalpost range that each moves, and all values [M]."""

    outcome: Outcome
    share: float
    values: Floats
    composite: float


def goal_seek(
    values: ArrayLike,
    goalposts: Sequence[Goalposts],
    tree: Tree,
    measure: int,
    target: float,
    possible: tuple[float, float] = ANY_VALUE,
) -> Goal:
    """The value of one measure at which the composite of values [M] reaches `target` (0..100), all else unchanged.

    possible: the least and the greatest value that the measure can have, such as (0, 100) for a percentage. A measure
    without a value is sought from its worst value on. Raises ScoringError for an unknown measure and an impossible
    target.
    """
    row = _situation(values, goalposts, target)
    if not 0 <= measure < row.size:
        raise ScoringError(f"There is no measure at position {measure}.")
    low, high = possible
    if not low < high:
        raise ScoringError("The least possible value must be below the greatest.")
    scores = normalise_columns(row, goalposts)

    def composite_at(value: float) -> float:
        changed = scores.copy()
        changed[measure] = normalise_columns([value], [goalposts[measure]])[0]
        return float(evaluate(changed, tree).composite)

    today = float(row[measure])
    now = composite_at(today)
    if now >= target - TOLERANCE:
        return Goal("reached_already", today, now)
    turns = [float(min(max(turn, low), high)) for turn in turning_points(goalposts[measure])]
    start = today if not math.isnan(today) else min(turns, key=composite_at)
    return _nearest(composite_at, start, turns, target)


def goal_seek_together(
    values: ArrayLike, goalposts: Sequence[Goalposts], tree: Tree, measures: Sequence[int], target: float
) -> JointGoal:
    """The equal share of its goalpost range by which each of `measures` must improve for the composite of values [M].

    A measure that arrives at its best stays there while the others go on (`opportunities.improved`); what has no value
    stays missing. Raises ScoringError as `goal_seek` does, and for no measure at all.
    """
    row = _situation(values, goalposts, target)
    chosen = sorted(set(measures))
    if not chosen or chosen[0] < 0 or chosen[-1] >= row.size:
        raise ScoringError("Name at least one measure, each by its position.")

    def moved(share: float) -> Floats:
        after = row.copy()
        if share > 0:
            after[chosen] = improved(row[chosen], [goalposts[each] for each in chosen], share)
        return after

    def composite_at(share: float) -> float:
        return float(evaluate(normalise_columns(moved(share), goalposts), tree).composite)

    most = max(_share_to_best(float(row[each]), goalposts[each]) for each in chosen)
    found = _nearest(composite_at, 0.0, [most], target)
    if found.outcome == "no_composite":
        return JointGoal(found.outcome, math.nan, row.copy(), math.nan)
    reached_already = found.outcome == "reachable" and found.value == 0
    outcome = "reached_already" if reached_already else found.outcome
    return JointGoal(outcome, found.value, moved(found.value), found.composite)


def _nearest(composite_at: Reaches, start: float, turns: list[float], target: float) -> Goal:
    """The value nearest to `start`, on either side, that reaches the target; else the best of the turning points."""
    ways = [
        [start, *sorted(t for t in turns if t > start)],
        [start, *sorted((t for t in turns if t < start), reverse=True)],
    ]
    found = [value for way in ways for value in _first_on(composite_at, way, target)]
    if found:
        value = min(found, key=lambda each: abs(each - start))
        return Goal("reachable", value, composite_at(value))
    reached = [(composite_at(value), -abs(value - start), value) for value in {start, *turns}]
    scored = [each for each in reached if not math.isnan(each[0])]
    if not scored:
        return Goal("no_composite", math.nan, math.nan)
    highest = max(scored)[0]
    best = max((each for each in scored if each[0] >= highest - TOLERANCE), key=lambda each: each[1])
    return Goal("not_reachable", best[2], best[0])


def _first_on(composite_at: Reaches, way: list[float], target: float) -> list[float]:
    """The first value on the way that reaches the target, as a list of one; empty where none does."""
    if composite_at(way[0]) >= target - TOLERANCE:
        return [way[0]]
    for short, far in pairwise(way):
        reached = composite_at(far)
        if reached >= target:
            return [_bisect(composite_at, short, far, target)]
        if reached >= target - TOLERANCE:
            return [far]
    return []


def _bisect(composite_at: Reaches, short: float, far: float, target: float) -> float:
    """Between a value that falls short and one that reaches the target: the nearest float that reaches it."""
    while True:
        middle = short + (far - short) / 2
        if middle in (short, far):
            return far
        if composite_at(middle) >= target:
            far = middle
        else:
            short = middle


def _share_to_best(value: float, goalposts: Goalposts) -> float:
    best = best_range(goalposts)
    if math.isnan(value):
        return 0.0
    return max((best.low - value) / best.step_below, (value - best.high) / best.step_above, 0.0)


def _situation(values: ArrayLike, goalposts: Sequence[Goalposts], target: float) -> Floats:
    row = as_scores(values, len(goalposts), "values")
    if row.ndim != 1:
        raise ScoringError("A goal is sought for one unit in one period: one value for each measure.")
    if not 0 <= target <= HIGHEST:
        raise ScoringError("The target is a composite between 0 and 100.")
    return np.array(row)
