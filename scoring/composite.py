"""From the scores of the measures to the composite of a tree, with rules for what is missing.

Rules (our own policy, and parameters of the tree): an inner node counts when at least `min_coverage` percent of the
weight below it is present; the composite is final when every child of the root with weight counts, provisional when at
least `min_parts` of them with `min_part_weight` percent of the weight do, and otherwise there is none. Nothing missing
is ever filled in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.arrays import Bools, Floats, as_scores
from scoring.bands import TOLERANCE
from scoring.caps import Cap, CapLine
from scoring.roll_up import roll_up, with_leaves
from scoring.steps import renormalised
from scoring.tree import Level, Tree, two_level

__all__ = [
    "FINAL",
    "NONE",
    "PROVISIONAL",
    "Cap",
    "CapLine",
    "Composite",
    "Tree",
    "contributions",
    "effective_weights",
    "evaluate",
    "two_level",
]

NONE: Final = 0
PROVISIONAL: Final = 1
FINAL: Final = 2
# A score next to 0 may have a slope beyond the range of floats; it puts in nothing either way.
_STEEPEST = 1e200


@dataclass(frozen=True, slots=True, eq=False)
class Composite:
    """What `evaluate` found: scores 0..100 (NaN: none), coverages in percent, status NONE, PROVISIONAL or FINAL.

    composite, coverage, status, uncapped [...]: uncapped is the composite before any cap. pillars, pillar_coverage and
    uncapped_pillars [..., P]: those of the inner nodes below the root, in the order of the tree. caps: one line for
    each cap of the tree, in its order, with arrays [...].
    """

    composite: Floats
    coverage: Floats
    status: NDArray[np.int8]
    pillars: Floats
    pillar_coverage: Floats
    uncapped: Floats
    uncapped_pillars: Floats
    caps: tuple[CapLine, ...] = ()


def evaluate(scores: ArrayLike, tree: Tree) -> Composite:
    """The composite of scores [..., M]: results have the leading shape [...], pillars [..., P].

    The coverage of a node is the sum over its children of (share of the child) x (coverage of the child), those
    without a score included. Raises ScoringError for scores outside 0..100 or another number of measures.
    """
    array = as_scores(scores, tree.leaves)
    rows = array.reshape(-1, tree.leaves)
    nodes = roll_up(rows, tree)
    status = _status(rows, nodes.capped, tree)
    none = status == NONE
    shape, last = array.shape[:-1], tree.root - tree.leaves
    composite = np.where(none, np.nan, nodes.capped[:, last])
    uncapped = np.where(none, np.nan, nodes.scores[:, last]) if tree.caps else composite
    return Composite(
        composite.reshape(shape),
        nodes.coverage[:, last].reshape(shape),
        status.reshape(shape),
        nodes.capped[:, :last].reshape(*shape, last),
        nodes.coverage[:, :last].reshape(*shape, last),
        uncapped.reshape(shape),
        nodes.scores[:, :last].reshape(*shape, last),
        tuple(_shaped(line, none, shape, on_root=line.cap.on == tree.root) for line in nodes.lines),
    )


def effective_weights(scores: ArrayLike, tree: Tree) -> Floats:
    """Share [..., M] of each measure in the composite after renormalisation: 0 where it does not count.

    They sum to 1 wherever there is a composite, and are all 0 where there is none. The share is that of the policy
    (weights and what is present); how much a point of a score moves a geometric mean depends on the scores as well.
    """
    array, nodes, shares = _counting(scores, tree)
    for level in reversed(tree.levels):
        present = ~np.isnan(nodes[:, level.take])
        within = renormalised(level.weights, present, (level.parent, level.member))
        shares[:, level.children] = within * shares[:, level.nodes + tree.leaves][:, level.parent]
    return shares[:, : tree.leaves].reshape(array.shape)


def contributions(scores: ArrayLike, tree: Tree) -> Floats:
    """Points [..., M] that each measure puts into the uncapped composite; they sum to it, and are all 0 without one.

    Arithmetic: effective weight x score. Other means are first rewritten as an arithmetic mean with the weights
    v_i in proportion to w_i (f(s_i) - f(m)) / (s_i - m), m the mean (for the geometric mean: w_i / L(s_i, m) with the
    logarithmic mean L), which gives the same mean exactly (Reinsdorf, Diewert, Ehemann 2002; Balk 2008). What a floor
    of such a mean adds to a node below it is spread over the node's measures by the same weights.
    """
    array, nodes, shares = _counting(scores, tree)
    lifted = np.zeros_like(nodes)  # what floors add, from the root down to the node
    for level in reversed(tree.levels):
        kids, parents = nodes[:, level.take], level.nodes + tree.leaves
        within = _arithmetic_weights(kids, nodes[:, parents], level)
        shares[:, level.children] = within * shares[:, parents][:, level.parent]
        above = lifted[:, parents] * (parents != tree.root)
        lifted[:, level.children] = above[:, level.parent] + np.nan_to_num(level.mean.floored(kids) - kids)
    points = np.nan_to_num(nodes[:, : tree.leaves]) + lifted[:, : tree.leaves]
    return (shares[:, : tree.leaves] * points).reshape(array.shape)


def _counting(scores: ArrayLike, tree: Tree) -> tuple[Floats, Floats, Floats]:
    """The scores, the uncapped scores [R, N] of all nodes, and room for their shares [R, N]: the root's is 1, or 0."""
    array = as_scores(scores, tree.leaves)
    rows = array.reshape(-1, tree.leaves)
    inner = roll_up(rows, tree)
    shares = np.zeros((rows.shape[0], tree.root + 1))
    shares[:, tree.root] = _status(rows, inner.scores, tree) != NONE
    return array, with_leaves(rows, inner.scores), shares


def _arithmetic_weights(kids: Floats, parents: Floats, level: Level) -> Floats:
    """Weights [R, C] under which the arithmetic mean of the floored children is the mean of each node."""
    mean, tie = level.mean, (level.parent, level.member)
    means = np.maximum(parents, mean.floor)[:, level.parent]
    floored, present = mean.floored(kids), ~np.isnan(kids)
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = mean.slope(floored, means)
    # A mean of 0 is that of its zeros alone: either all that count are 0, or one of them made it so.
    slopes = np.where(means > 0, np.minimum(slopes, _STEEPEST), mean.at_zero(floored))
    return renormalised(level.weights * np.where(present, slopes, 0.0), present, tie)


def _status(rows: Floats, inner: Floats, tree: Tree) -> NDArray[np.int8]:
    parts = tree.parts
    weights = tree.weights[parts]
    scored: Bools = ~np.isnan(_columns(rows, inner, parts, tree.leaves))
    weighted = weights > 0
    final = (scored | ~weighted).all(axis=1)
    enough = (scored & weighted).sum(axis=1) >= tree.min_parts
    heavy = 100.0 * (scored @ weights) / weights.sum() >= tree.min_part_weight - TOLERANCE
    return np.where(final, FINAL, np.where(enough & heavy, PROVISIONAL, NONE)).astype(np.int8)


def _columns(rows: Floats, inner: Floats, nodes: NDArray[np.intp], leaves: int) -> Floats:
    if nodes[0] >= leaves:
        return inner[:, nodes - leaves]
    return with_leaves(rows, inner)[:, nodes]


def _shaped(line: CapLine, none: Bools, shape: tuple[int, ...], on_root: bool) -> CapLine:
    """The line in the shape of the answer; without a composite nothing was taken from it."""
    from_composite = np.where(none, 0.0, line.taken_from_composite)
    binding, before, taken = line.binding, line.before, line.taken
    if on_root:
        binding, before, taken = binding & ~none, np.where(none, np.nan, before), from_composite
    arrays = (line.gate, before, taken, from_composite)
    return CapLine(line.cap, line.active.reshape(shape), binding.reshape(shape), *(a.reshape(shape) for a in arrays))
