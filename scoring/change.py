"""Why a composite moved: its change between two situations, taken apart exactly, measure by measure and cap by cap.

What caps took is a part of its own: the change of the composite is that of the uncapped composite less that of what
each cap took from it. The uncapped composite is taken apart node by node. For one node with the mean of transform f,
weights W renormalised over what is present, Y = sum of W f(s) and K = (S1 - S0) / (Y1 - Y0) (the derivative of the
inverse where nothing changed), the parts of a child are
    performance  K * (W0 + W1)/2 * (f(s1) - f(s0))
    weighting    K * dW_policy   * ((f(s0) + f(s1))/2 - (Y0 + Y1)/2)
    coverage     K * dW_coverage * (the same bracket)
with dW split between policy (the weights) and coverage (what is present) by the two-player Shapley average. A child
present in one situation only takes its observed score in both, so that it never shows as performance. This is the
symmetric decomposition of Das Gupta (1993) for weights and scores, with the logarithmic mean for the geometric case.
Nested: a node's performance part is handed down to its children in proportion to their parts of the node's own
change, that is, times K * (W0 + W1)/2 * slope of f; and so on down to the measures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scoring.arrays import Bools, Floats, as_floats, as_scores
from scoring.caps import Cap
from scoring.composite import Composite, Tree, evaluate
from scoring.errors import ScoringError
from scoring.steps import MeanStep, renormalised
from scoring.tree import Level

EXACT_TO = 1e-9
# Parts of more points than this come from a split that rounding would drown: see `_Nodes._shifts`.
LARGEST_SHIFT = 1e4


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """Segments or periods: scores [..., M] (NaN for missing) and the tree they are rolled up by.

    scores_at_other_goalposts [..., M]: the same values scored under the goalposts of the other situation; NaN for a
    measure whose goalposts are the same in both. Leave it out (in both situations) where no goalposts changed.
    """

    scores: ArrayLike
    tree: Tree
    scores_at_other_goalposts: ArrayLike | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Decomposition:
    """The parts of a change in points of the composite; all parts together add up to `total` [...].

    Per measure [..., M]: performance (its value moved), weighting (its weight among its siblings moved), coverage
    (siblings or itself came or went), goalposts (its goalposts moved). Per inner node below the root [..., P]: the
    weight of the whole node moved, and whole nodes came or went. Per cap [..., K], the rules named by `cap_rules`:
    minus the change of the points that it took. A cap of one situation only took nothing in the other.
    """

    total: Floats
    performance: Floats
    weighting: Floats
    coverage: Floats
    goalposts: Floats
    weighting_pillar: Floats
    coverage_pillar: Floats
    caps: Floats
    cap_rules: tuple[Cap, ...] = ()


# All fields of a Decomposition that are parts, and have one entry for each measure, node or cap on their last axis.
PARTS = ("performance", "weighting", "coverage", "goalposts", "weighting_pillar", "coverage_pillar", "caps")


def decompose(before: Situation, after: Situation) -> Decomposition:
    """The change of the composite from `before` to `after`, exact to 1e-9 points, for all leading axes at once.

    Raises ScoringError when one of them has no composite, when the trees differ in structure or means, or when the
    parts do not add up (which would be a fault of this function).
    """
    shape = _check_pair(before, after)
    results = evaluate(before.scores, before.tree), evaluate(after.scores, after.tree)
    total = results[1].composite - results[0].composite
    if np.isnan(total).any():
        raise ScoringError("The change cannot be explained: one of the two situations has no composite.")
    tree = before.tree
    performance, weighting, coverage, goalposts = _Nodes(before, after, results).parts()
    caps, rules = _cap_parts(*results)
    leaves, inner = slice(0, tree.leaves), slice(tree.leaves, tree.root)
    flat = [performance[:, leaves], weighting[:, leaves], coverage[:, leaves], goalposts[:, leaves]]
    flat += [weighting[:, inner], coverage[:, inner], caps]
    # + 0.0 turns -0.0 into 0.0: a part of nothing has no sign.
    parts = dict(zip(PARTS, (part.reshape(*shape, part.shape[1]) + 0.0 for part in flat), strict=True))
    found = Decomposition(total, **parts, cap_rules=rules)
    _check_sum(found)
    return found


def chain(steps: Sequence[Decomposition]) -> Decomposition:
    """The parts of successive changes added up, part by part: a quarter out of its months.

    A step with a leading axis counts as one step for each of its entries. This is not the same as the direct
    decomposition between both ends (Das Gupta 1993, example 6.5); never mix them.
    """
    if not steps:
        raise ScoringError("There is nothing to chain: give at least one decomposition.")
    rules = tuple(dict.fromkeys(rule for step in steps for rule in step.cap_rules))
    caps = np.array([math.fsum(_taken_by(step, rule) for step in steps) for rule in rules])
    sums = {name: _along([getattr(step, name) for step in steps]) for name in PARTS[:-1]}
    total = math.fsum(value for step in steps for value in np.ravel(step.total).tolist())
    return Decomposition(np.array(total), **sums, caps=caps, cap_rules=rules)


def like_for_like(scores_before: ArrayLike, scores_after: ArrayLike, tree: Tree) -> tuple[Floats, Floats]:
    """Both composites [...] recomputed on the measures that are usable in both, from scores [..., M]."""
    first = as_scores(scores_before, tree.leaves, "scores before")
    second = as_scores(scores_after, tree.leaves, "scores after")
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


class _Nodes:
    """All nodes of both situations, as rows [R, N] in the order of their numbers, before any cap."""

    def __init__(self, before: Situation, after: Situation, results: tuple[Composite, Composite]) -> None:
        self.tree = before.tree
        self.weights = before.tree.weights, after.tree.weights
        self.scores = tuple(_all_nodes(s, r) for s, r in zip((before, after), results, strict=True))
        self.others = tuple(_under_other_goalposts(s, self.scores[0].shape) for s in (before, after))

    def parts(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Performance, weighting, coverage and goalposts [R, N] of every node in points of the composite.

        `worth` is what one point of a node's own change counts in the composite, 0 where it is there once only.
        """
        performance, weighting, coverage, goalposts, worth = np.zeros((5, *self.scores[0].shape))
        worth[:, self.tree.root] = 1.0
        for level in reversed(self.tree.levels):
            above = worth[:, level.nodes + self.tree.leaves][:, level.parent]
            siblings = _Siblings(self, level)
            for part, found in zip((performance, weighting, coverage, goalposts, worth), siblings.parts(), strict=True):
                part[:, level.children] = found * above
        return performance, weighting, coverage, goalposts


class _Siblings:
    """The children [R, C] of all nodes of one level, in both situations."""

    def __init__(self, nodes: _Nodes, level: Level) -> None:
        self.tie = level.parent, level.member
        self.weights = tuple(weights[level.children] for weights in nodes.weights)
        observed = [scores[:, level.take] for scores in nodes.scores]
        self.present: tuple[Bools, Bools] = (~np.isnan(observed[0]), ~np.isnan(observed[1]))
        self.both = self.present[0] & self.present[1]
        either = self.present[0] | self.present[1]
        filled = np.where(self.present[0], *observed), np.where(self.present[1], *observed[::-1])
        self.first, self.second = (np.where(either, scores, level.mean.floor) for scores in filled)
        self.share = tuple(self._renormalised(w, p) for w, p in zip(self.weights, self.present, strict=True))
        means = tuple(scores[:, level.nodes + nodes.tree.leaves] for scores in nodes.scores)
        ends, shares = (self.first, self.second), (self.share[0], self.share[1])
        self.step = MeanStep.between(level.mean, self.tie, ends, shares, (means[0], means[1]))
        self.middle = (self.share[0] + self.share[1]) / 2 * self.both
        self.others = tuple(other[:, level.take] for other in nodes.others)

    def parts(self) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Performance, weighting, coverage, goalposts, in points of the parent, and the worth of a point of change."""
        f = self.step.transformed
        first, second = f(self.first), f(self.second)
        goalposts = self._goalposts(first, second)
        weight = self.step.factor * self.middle
        weighting, coverage = self._shifts(first, second)
        worth = self.middle * self.step.worth(self.first, self.second)
        return weight * (second - first - goalposts), weighting, coverage, weight * goalposts, worth

    def _goalposts(self, first: Floats, second: Floats) -> Floats:
        """The share of moved goalposts in f(s1) - f(s0): the average over both orders of value and goalposts."""
        split = self.both & ~(np.isnan(self.others[0]) | np.isnan(self.others[1]))
        if not split.any():
            return np.zeros(split.shape)
        first_new = self.step.transformed(np.where(split, self.others[0], self.first))
        second_old = self.step.transformed(np.where(split, self.others[1], self.second))
        return np.where(split, ((first_new - first) + (second - second_old)) / 2, 0.0)

    def _shifts(self, first: Floats, second: Floats) -> tuple[Floats, Floats]:
        """The parts of moved weights and of moved presence.

        A strongly curved mean may value a child, on which almost no weight falls in either situation, at thousands of
        points of weighting and as many of coverage the other way round: that explains nothing and drowns in rounding.
        In such a node the whole move is weighting.
        """
        parents = (self.share[0] * first) @ self.tie[1] + (self.share[1] * second) @ self.tie[1]
        bracket = self.step.factor * ((first + second) / 2 - parents[:, self.tie[0]] / 2)
        policy, coverage = self._weight_moves()
        drowned = (np.maximum(abs(policy * bracket), abs(coverage * bracket)) > LARGEST_SHIFT) @ self.tie[1] > 0
        coverage = np.where(drowned[:, self.tie[0]], 0.0, coverage)
        return (self.share[1] - self.share[0] - coverage) * bracket, coverage * bracket

    def _weight_moves(self) -> tuple[Floats, Floats]:
        """dW split into policy and coverage: the average over both orders, or the one order that is possible.

        An order is impossible in a node where the weights of one situation are all 0 on what is present in the other;
        where both are, the whole move is policy.
        """
        old, new = self.share
        new_weights = self._renormalised(self.weights[1], self.present[0])
        old_weights = self._renormalised(self.weights[0], self.present[1])
        first, second = ((each @ self.tie[1])[:, self.tie[0]] > 0 for each in (new_weights, old_weights))
        policy_first, policy_second = new_weights - old, new - old_weights
        one = np.where(first, policy_first, np.where(second, policy_second, new - old))
        policy = np.where(first & second, (policy_first + policy_second) / 2, one)
        return policy, new - old - policy

    def _renormalised(self, weights: Floats, present: Bools) -> Floats:
        return renormalised(weights, present, self.tie)


def _all_nodes(situation: Situation, result: Composite) -> Floats:
    scores = as_scores(situation.scores, situation.tree.leaves)
    every = np.concatenate([scores, result.uncapped_pillars, result.uncapped[..., np.newaxis]], axis=-1)
    return every.reshape(-1, every.shape[-1])


def _under_other_goalposts(situation: Situation, shape: tuple[int, ...]) -> Floats:
    tree, other = situation.tree, situation.scores_at_other_goalposts
    found = np.full(shape, np.nan)
    if other is not None:
        found[:, : tree.leaves] = as_scores(other, tree.leaves).reshape(-1, tree.leaves)
    return found


def _cap_parts(before: Composite, after: Composite) -> tuple[Floats, tuple[Cap, ...]]:
    """Minus the change [R, K] of what each cap took, and the caps of both situations, those of the later one first."""
    rows = before.composite.size
    taken = [{line.cap: line.taken_from_composite.ravel() for line in result.caps} for result in (before, after)]
    rules = tuple(dict.fromkeys([*taken[1], *taken[0]]))
    parts = [taken[0].get(rule, np.zeros(rows)) - taken[1].get(rule, np.zeros(rows)) for rule in rules]
    return np.array(parts).reshape(len(rules), rows).T, rules


def _check_pair(before: Situation, after: Situation) -> tuple[int, ...]:
    if not before.tree.same_shape(after.tree):
        raise ScoringError("Both situations must have the same measures, pillars and means; only weights may differ.")
    shapes = {np.shape(each.scores) for each in (before, after)}
    for each in (before, after):
        if each.scores_at_other_goalposts is not None:
            shapes.add(np.shape(each.scores_at_other_goalposts))
    if len(shapes) != 1 or not (shape := shapes.pop()) or shape[-1] != before.tree.leaves:
        raise ScoringError("Both situations have one score for each measure of the tree, and the same leading axes.")
    if (before.scores_at_other_goalposts is None) != (after.scores_at_other_goalposts is None):
        raise ScoringError("Scores under the other goalposts are needed for both situations or for none.")
    return shape[:-1]


def _check_sum(parts: Decomposition) -> None:
    table = np.concatenate([getattr(parts, name) for name in PARTS], axis=-1)
    rows = table.reshape(-1, table.shape[-1]).tolist()
    for row, total in zip(rows, np.ravel(parts.total).tolist(), strict=True):
        found = math.fsum(row)
        if not abs(found - total) <= EXACT_TO:
            raise ScoringError(f"The parts of the change add up to {found!r}, but the change is {total!r}.")


def _along(parts: Sequence[Floats]) -> Floats:
    """The sum [X] over all entries [..., X] of all parts."""
    sums = [part.sum(axis=tuple(range(part.ndim - 1))) for part in parts]
    return np.asarray(np.sum(sums, axis=0), dtype=np.float64)


def _taken_by(step: Decomposition, rule: Cap) -> float:
    """The part of one cap in a step, 0 where the step does not know it."""
    if rule not in step.cap_rules:
        return 0.0
    return math.fsum(np.ravel(step.caps[..., step.cap_rules.index(rule)]).tolist())
