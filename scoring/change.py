"""Why a composite moved: its change between two situations, taken apart exactly, measure by measure.

For one node with the mean of transform f, weights W renormalised over what is present, Y = sum of W f(s) and
K = (S1 - S0) / (Y1 - Y0) (the derivative of the inverse where nothing changed), the parts of a child are
    performance  K * (W0 + W1)/2 * (f(s1) - f(s0))
    weighting    K * dW_policy   * ((f(s0) + f(s1))/2 - (Y0 + Y1)/2)
    coverage     K * dW_coverage * (the same bracket)
with dW split between policy (the weights) and coverage (what is present) by the two-player Shapley average. A child
present in one situation only takes its observed score in both, so that it never shows as performance. This is the
symmetric decomposition of Das Gupta (1993) for weights and scores, with the logarithmic mean for the geometric case.
Nested: a pillar's performance part is handed down to its measures in proportion to their parts of the pillar's own
change, that is, times K * (W0 + W1)/2 * slope of f.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from scoring.arrays import Bools, Floats, as_floats, as_scores
from scoring.composite import Composite, Tree, evaluate
from scoring.errors import ScoringError
from scoring.means import Mean, named_mean

EXACT_TO = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """One segment in one period: scores [M] (NaN for missing) and the tree they are rolled up by.

    scores_at_other_goalposts [M]: the same values scored under the goalposts of the other situation; NaN for a measure
    whose goalposts are the same in both. Leave it out (in both situations) where no goalposts changed.
    """

    scores: Floats
    tree: Tree
    scores_at_other_goalposts: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Decomposition:
    """The parts of a change in points of the composite; all arrays together add up to `total`.

    Per measure [M]: performance (its value moved), weighting (its weight within the pillar moved), coverage (siblings
    or itself came or went), goalposts (its goalposts moved). Per pillar [P]: the weight of the whole pillar moved, and
    whole pillars came or went.
    """

    total: float
    performance: Floats
    weighting: Floats
    coverage: Floats
    goalposts: Floats
    weighting_pillar: Floats
    coverage_pillar: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Level:
    """The children of all nodes of one level in one situation; the last two fields have one entry for each node."""

    scores: Floats
    other: Floats
    weights: Floats
    present: Bools
    result: Floats


def decompose(before: Situation, after: Situation) -> Decomposition:
    """The change of the composite from `before` to `after`, exact to 1e-9 points.

    Raises ScoringError when one of the two has no composite, when the trees differ in structure or means, or when the
    parts do not add up (which would be a fault of this function).
    """
    _check_pair(before, after)
    first, second = evaluate(before.scores, before.tree), evaluate(after.scores, after.tree)
    total = float(second.composite) - float(first.composite)
    if math.isnan(total):
        raise ScoringError("The change cannot be explained: one of the two situations has no composite.")
    tree = before.tree
    root = np.zeros(tree.pillar_weights.size, dtype=np.intp)
    pillars = _Node(_pillars(first, before), _pillars(second, after), root, named_mean(tree.pillar_mean))
    measures = _Node(_measures(first, before), _measures(second, after), tree.pillar_of, named_mean(tree.measure_mean))
    handed_down = pillars.transfer()[tree.pillar_of]
    performance, goalposts = measures.performance()
    weighting, coverage = measures.shifts()
    result = Decomposition(
        total,
        performance * handed_down,
        weighting * handed_down,
        coverage * handed_down,
        goalposts * handed_down,
        *pillars.shifts(),
    )
    _check_sum(result)
    return result


def chain(steps: Sequence[Decomposition]) -> Decomposition:
    """The parts of successive changes added up, part by part: a quarter out of its months.

    This is not the same as the direct decomposition between both ends (Das Gupta 1993, example 6.5); never mix them.
    """
    if not steps:
        raise ScoringError("There is nothing to chain: give at least one decomposition.")
    names = [field.name for field in fields(Decomposition) if field.name != "total"]
    sums = {name: np.sum([getattr(step, name) for step in steps], axis=0) for name in names}
    return Decomposition(math.fsum(step.total for step in steps), **sums)


def like_for_like(scores_before: ArrayLike, scores_after: ArrayLike, tree: Tree) -> tuple[Floats, Floats]:
    """Both composites [...] recomputed on the measures that are usable in both, from scores [..., M]."""
    first = as_scores(scores_before, tree.pillar_of.size, "scores before")
    second = as_scores(scores_after, tree.pillar_of.size, "scores after")
    if first.shape != second.shape:
        raise ScoringError(f"The scores before and after differ in shape: {first.shape} and {second.shape}.")
    usable = ~(np.isnan(first) | np.isnan(second))
    both = (np.where(usable, scores, np.nan) for scores in (first, second))
    before, after = (evaluate(scores, tree).composite for scores in both)
    return before, after


def round_to_sum(parts: ArrayLike, total: float, digits: int = 1) -> Floats:
    """The parts rounded so that they add up to the rounded total: largest remainders are rounded up (Hamilton).

    Raises ScoringError when the parts do not add up to the total in the first place.
    """
    exact = as_floats(parts, "parts")
    if exact.ndim != 1 or not np.isfinite(exact).all() or not math.isfinite(total):
        raise ScoringError("Parts and total must be finite numbers.")
    if abs(math.fsum(exact) - total) > EXACT_TO * max(1.0, exact.size):
        raise ScoringError("The parts do not add up to the total.")
    scale = 10.0**digits
    floors = np.floor(exact * scale)
    missing = round(round(total, digits) * scale - math.fsum(floors))
    order = np.argsort(-(exact * scale - floors), kind="stable")
    floors[order[:missing]] += 1.0
    return np.round(floors / scale, digits) + 0.0  # + 0.0 turns -0.0 into 0.0


class _Node:
    """All nodes of one level at once: children [C], of which each belongs to the node `parent` [C]."""

    def __init__(
        self, before: _Level, after: _Level, parent: np.ndarray[tuple[int, ...], np.dtype[np.intp]], mean: Mean
    ):
        self.parent, self.mean, self.nodes = parent, mean, before.result.size
        self.before, self.after = before, after
        self.both = before.present & after.present
        either = before.present | after.present
        first = np.where(before.present, before.scores, after.scores)
        second = np.where(after.present, after.scores, before.scores)
        self.first, self.second = (np.where(either, scores, mean.floor) for scores in (first, second))
        self.weight_0 = self._renormalised(before.weights, before.present)
        self.weight_1 = self._renormalised(after.weights, after.present)
        floored = [np.nan_to_num(np.maximum(level.result, mean.floor), nan=50.0) for level in (before, after)]
        self.factor = 1.0 / mean.slope(floored[1], floored[0])[parent]

    def performance(self) -> tuple[Floats, Floats]:
        """The parts of moved values and of moved goalposts, in points of the parent; 0 where in one situation only."""
        f = self._transformed
        change = f(self.second) - f(self.first)
        split = self.both & ~(np.isnan(self.before.other) | np.isnan(self.after.other))
        first_new = f(np.where(split, self.before.other, self.first))
        second_old = f(np.where(split, self.after.other, self.second))
        posts = ((first_new - f(self.first)) + (f(self.second) - second_old)) / 2
        posts = np.where(split, posts, 0.0)
        weight = self.factor * (self.weight_0 + self.weight_1) / 2 * self.both
        return weight * (change - posts), weight * posts

    def shifts(self) -> tuple[Floats, Floats]:
        """The parts of moved weights and of moved presence, in points of the parent."""
        first, second = self._transformed(self.first), self._transformed(self.second)
        parents = self._sum(self.weight_0 * first) + self._sum(self.weight_1 * second)
        bracket = self.factor * ((first + second) / 2 - parents[self.parent] / 2)
        policy, coverage = self._weight_moves()
        return policy * bracket, coverage * bracket

    def transfer(self) -> Floats:
        """Points of the parent for one point of a child's own change; 0 where the child is in one situation only."""
        slopes = self.mean.slope_with_floor(self.second, self.first)
        return self.factor * (self.weight_0 + self.weight_1) / 2 * slopes * self.both

    def _weight_moves(self) -> tuple[Floats, Floats]:
        """dW split into policy and coverage: the average over both orders, or the one order that is possible.

        An order is impossible in a node where the weights of one situation are all 0 on what is present in the other;
        where both are, the whole move is policy.
        """
        new_weights = self._renormalised(self.after.weights, self.before.present)
        old_weights = self._renormalised(self.before.weights, self.after.present)
        first, second = self._sum(new_weights)[self.parent] > 0, self._sum(old_weights)[self.parent] > 0
        policy_first, policy_second = new_weights - self.weight_0, self.weight_1 - old_weights
        move = self.weight_1 - self.weight_0
        one = np.where(first, policy_first, np.where(second, policy_second, move))
        policy = np.where(first & second, (policy_first + policy_second) / 2, one)
        return policy, move - policy

    def _transformed(self, scores: Floats) -> Floats:
        return self.mean.transform(self.mean.floored(scores))

    def _renormalised(self, weights: Floats, present: Bools) -> Floats:
        kept = weights * present
        sums = self._sum(kept)[self.parent]
        return np.divide(kept, sums, out=np.zeros_like(kept), where=sums > 0)

    def _sum(self, parts: Floats) -> Floats:
        return np.bincount(self.parent, parts, minlength=self.nodes).astype(np.float64, copy=False)


def _pillars(result: Composite, situation: Situation) -> _Level:
    nothing = np.full_like(result.pillars, np.nan)
    present = ~np.isnan(result.pillars)
    return _Level(result.pillars, nothing, situation.tree.pillar_weights, present, np.atleast_1d(result.composite))


def _measures(result: Composite, situation: Situation) -> _Level:
    scores = as_floats(situation.scores, "scores")
    other = situation.scores_at_other_goalposts
    others = np.full_like(scores, np.nan) if other is None else as_scores(other, scores.size)
    return _Level(scores, others, situation.tree.measure_weights, ~np.isnan(scores), result.pillars)


def _check_pair(before: Situation, after: Situation) -> None:
    for situation in (before, after):
        if np.shape(situation.scores) != (situation.tree.pillar_of.size,):
            raise ScoringError("A situation has one score for each measure of its tree.")
    old, new = before.tree, after.tree
    same_shape = np.array_equal(old.pillar_of, new.pillar_of) and old.pillar_weights.size == new.pillar_weights.size
    if not same_shape or (old.measure_mean, old.pillar_mean) != (new.measure_mean, new.pillar_mean):
        raise ScoringError("Both situations must have the same measures, pillars and means; only weights may differ.")
    if (before.scores_at_other_goalposts is None) != (after.scores_at_other_goalposts is None):
        raise ScoringError("Scores under the other goalposts are needed for both situations or for none.")


def _check_sum(parts: Decomposition) -> None:
    arrays = [getattr(parts, field.name) for field in fields(parts) if field.name != "total"]
    found = math.fsum(value for array in arrays for value in array.tolist())
    if not abs(found - parts.total) <= EXACT_TO:
        raise ScoringError(f"The parts of the change add up to {found!r}, but the change is {parts.total!r}.")
