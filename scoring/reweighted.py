"""Trees with another weight: one share set while its siblings keep their proportions, or one measure left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scoring.arrays import Bools, Floats
from scoring.composite import Tree
from scoring.errors import ScoringError


def with_pillar_share(tree: Tree, pillar: int, share: float) -> Tree:
    """The tree in which one pillar has `share` (0..1) of the weight of all pillars."""
    every = np.ones(tree.pillar_weights.size, dtype=np.bool_)
    return replace(tree, pillar_weights=_with_share(tree.pillar_weights, every, pillar, share))


def with_measure_share(tree: Tree, measure: int, share: float) -> Tree:
    """The tree in which one measure has `share` (0..1) of the weight of all measures of its pillar."""
    _check_position(measure, tree.measure_weights.size)
    siblings = tree.pillar_of == tree.pillar_of[measure]
    return replace(tree, measure_weights=_with_share(tree.measure_weights, siblings, measure, share))


def without_measure(tree: Tree, measure: int) -> Tree:
    """The tree in which one measure has no weight; a pillar that had no other measure has none either."""
    _check_position(measure, tree.measure_weights.size)
    measures, pillars = tree.measure_weights.copy(), tree.pillar_weights.copy()
    measures[measure] = 0.0
    pillar = tree.pillar_of[measure]
    if not measures[tree.pillar_of == pillar].any():
        pillars[pillar] = 0.0
    if not pillars.any():
        raise ScoringError("The only measure with weight cannot be left out.")
    return replace(tree, measure_weights=measures, pillar_weights=pillars)


def _with_share(weights: Floats, siblings: Bools, position: int, share: float) -> Floats:
    _check_position(position, weights.size)
    if not 0 <= share <= 1:
        raise ScoringError("A share of the weight lies between 0 and 1.")
    others = siblings.copy()
    others[position] = False
    rest = weights[others].sum()
    if rest == 0:
        raise ScoringError("Without a sibling that has weight, a weight cannot be shared otherwise.")
    changed = weights.copy()
    changed[others] *= (1.0 - share) / rest
    changed[position] = share
    return changed


def _check_position(position: int, size: int) -> None:
    if not 0 <= position < size:
        raise ScoringError(f"There is no measure or pillar at position {position}.")
