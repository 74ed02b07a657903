"""Rolls scores up the tree: the score and the coverage of every node, before and after its caps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from scoring.aggregate import group_means
from scoring.arrays import Bools, Floats, check_scores, row_blocks
from scoring.bands import TOLERANCE
from scoring.caps import CapLine
from scoring.steps import MeanStep, renormalised
from scoring.tree import Level, Tree


@dataclass(frozen=True, slots=True, eq=False)
class NodeScores:
    """Scores [R, I] of the inner nodes, the root last, before any cap (NaN: none), and coverages [R, I] in percent.

    capped: the scores after caps; the same array where the tree has none. lines: one for each cap, arrays [R].
    """

    scores: Floats
    coverage: Floats
    capped: Floats
    lines: tuple[CapLine, ...]


def roll_up(rows: Floats, tree: Tree) -> NodeScores:
    """All inner nodes over the scores [R, M], block by block. Raises ScoringError for scores outside 0..100."""
    inner = tree.root + 1 - tree.leaves
    scores, coverage = np.empty((2, rows.shape[0], inner))
    capped = np.empty_like(scores) if tree.caps else scores
    lines = _empty_lines(tree, rows.shape[0])
    for block in row_blocks(rows.shape[0], tree.root + 1):
        check_scores(rows[block])
        nodes = np.empty((rows[block].shape[0], tree.root + 1))
        nodes[:, : tree.leaves] = rows[block]
        _fill_levels(nodes, coverage[block], tree)
        scores[block] = nodes[:, tree.leaves :]
        if tree.caps:
            capped[block] = _cap(nodes, tree, [_part(line, block) for line in lines])[:, tree.leaves :]
    return NodeScores(scores, coverage, capped, lines)


def with_leaves(rows: Floats, inner: Floats) -> Floats:
    """Scores [R, N] of all nodes in the order of their numbers."""
    return np.hstack([rows, inner])


def _fill_levels(nodes: Floats, coverage: Floats, tree: Tree) -> None:
    """Writes the inner nodes' scores into `nodes` [B, N] level by level, their coverages into `coverage` [B, I]."""
    limits = np.append(tree.min_coverage, 0.0) - TOLERANCE  # the rule of the root is not a coverage
    for level in tree.levels:
        means, present = group_means(nodes[:, level.take], level.matrix, level.mean)
        covered = _covered(nodes, coverage, present, level, tree.leaves)
        means[covered < limits[level.nodes]] = np.nan
        nodes[:, level.nodes + tree.leaves] = means
        coverage[:, level.nodes] = covered


def _covered(nodes: Floats, coverage: Floats, present: Floats, level: Level, leaves: int) -> Floats:
    """Percent [B, G] of the weight below each node that has data: a child counts by its own coverage."""
    total = np.maximum(level.total, np.finfo(np.float64).tiny)
    if not level.children.size or level.children[-1] < leaves:
        return np.minimum(100.0 * present / total, 100.0)
    of_children = np.empty((nodes.shape[0], level.children.size))
    inner = level.children >= leaves
    of_children[:, inner] = coverage[:, level.children[inner] - leaves]
    of_children[:, ~inner] = 100.0 * ~np.isnan(nodes[:, level.children[~inner]])
    return np.minimum(of_children @ level.matrix / total, 100.0)


def _cap(nodes: Floats, tree: Tree, lines: list[CapLine]) -> Floats:
    """Scores [B, N] after all caps; fills in the lines. Each node waits for its children and for its gates.

    What the caps below a node took from it is told apart by the same rule that takes a change apart: the step of a
    mean from the uncapped to the capped scores of its children (scoring.steps). It adds up exactly.
    """
    capped = nodes.copy()
    taken: dict[int, Floats] = {}  # by node: points [B, K] that each cap took from it
    for node in tree.order:
        children = np.flatnonzero(tree.parents == node)
        own = [k for k, cap in enumerate(tree.caps) if cap.on == node]
        below = [int(child) for child in children if int(child) in taken]
        if not own and not below:
            continue
        taken[node] = np.zeros((nodes.shape[0], len(tree.caps)))
        if below:
            _hand_up(nodes, capped, taken, (node, children), tree)
        if own:
            _cap_node(capped, taken[node], node, own, lines)
    for k, line in enumerate(lines):
        line.taken_from_composite[:] = taken[tree.root][:, k]
    return capped


def _hand_up(
    nodes: Floats,
    capped: Floats,
    taken: dict[int, Floats],
    at: tuple[int, np.ndarray[tuple[int], np.dtype[np.intp]]],
    tree: Tree,
) -> None:
    """The node under its children's caps, and what each of these caps took from it."""
    node, children = at
    mean, weights = tree.mean_at(node), tree.weights[children]
    free, held = nodes[:, children], capped[:, children]
    moved = (free > held).any(axis=1) & ~np.isnan(nodes[:, node])
    new, _ = group_means(held, weights[:, np.newaxis], mean)
    capped[:, node] = np.where(moved, new.ravel(), nodes[:, node])
    tie = (np.zeros(children.size, dtype=np.intp), np.ones((children.size, 1)))
    shares = renormalised(weights, ~np.isnan(free), tie)
    ends = (np.nan_to_num(free, nan=mean.floor), np.nan_to_num(held, nan=mean.floor))
    means = (nodes[:, node, np.newaxis], capped[:, node, np.newaxis])
    worth = shares * MeanStep.between(mean, tie, ends, (shares, shares), means).worth(*ends)
    for place, child in enumerate(children):
        if int(child) in taken:
            taken[node] += taken[int(child)] * worth[:, place, np.newaxis] * moved[:, np.newaxis]


def _cap_node(capped: Floats, taken: Floats, node: int, own: list[int], lines: list[CapLine]) -> None:
    """Lowers one node to the lowest limit of its active caps."""
    before = capped[:, node].copy()
    lowest = np.full(before.shape, np.inf)
    for k in own:
        line = lines[k]
        line.before[:], line.gate[:] = before, capped[:, line.cap.gate]
        line.active[:] = line.cap.applies(line.gate)
        lowest = np.where(line.active, np.minimum(lowest, line.cap.at_most), lowest)
    bound = before > lowest
    capped[:, node] = np.where(bound, lowest, before)
    for k in own:
        line = lines[k]
        line.binding[:] = bound & line.active & (line.cap.at_most == lowest)
        bound &= ~line.binding  # of equal limits the first one counts
        line.taken[:] = np.where(line.binding, before - capped[:, node], 0.0)
        taken[:, k] += line.taken


def _empty_lines(tree: Tree, rows: int) -> tuple[CapLine, ...]:
    def none() -> Bools:
        return np.zeros(rows, dtype=np.bool_)

    return tuple(CapLine(cap, none(), none(), *np.zeros((4, rows))) for cap in tree.caps)


def _part(line: CapLine, block: slice) -> CapLine:
    """The same line for some of its rows; what is written to it is written to the whole."""
    arrays: Iterable[Floats] = (line.gate, line.before, line.taken, line.taken_from_composite)
    return CapLine(line.cap, line.active[block], line.binding[block], *(array[block] for array in arrays))
