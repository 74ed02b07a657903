"""Trees with another weight: one share set while its siblings keep their proportions, or one measure left out."""

from __future__ import annotations

from dataclasses import replace

from scoring.errors import ScoringError
from scoring.tree import Tree


def with_pillar_share(tree: Tree, pillar: int, share: float) -> Tree:
    """The tree in which one inner node below the root has `share` (0..1) of the weight of its siblings and itself."""
    _check_position(pillar, tree.root - tree.leaves)
    return _with_share(tree, tree.leaves + pillar, share)


def with_measure_share(tree: Tree, measure: int, share: float) -> Tree:
    """The tree in which one measure has `share` (0..1) of the weight of its siblings and itself."""
    _check_position(measure, tree.leaves)
    return _with_share(tree, measure, share)


def without_measure(tree: Tree, measure: int) -> Tree:
    """The tree in which one measure has no weight; an inner node that had nothing else has none either."""
    _check_position(measure, tree.leaves)
    weights = tree.weights.copy()
    node = measure
    weights[node] = 0.0
    while not weights[tree.parents == tree.parents[node]].any():
        node = int(tree.parents[node])
        if node == tree.root:
            raise ScoringError("The only measure with weight cannot be left out.")
        weights[node] = 0.0
    return replace(tree, weights=weights)


def _with_share(tree: Tree, node: int, share: float) -> Tree:
    if not 0 <= share <= 1:
        raise ScoringError("A share of the weight lies between 0 and 1.")
    others = tree.parents == tree.parents[node]
    others[node] = False
    rest = tree.weights[others].sum()
    if rest == 0:
        raise ScoringError("Without a sibling that has weight, a weight cannot be shared otherwise.")
    weights = tree.weights.copy()
    weights[others] *= (1.0 - share) / rest
    weights[node] = share
    return replace(tree, weights=weights)


def _check_position(position: int, size: int) -> None:
    if not 0 <= position < size:
        raise ScoringError(f"There is no measure or pillar at position {position}.")
