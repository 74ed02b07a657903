"""How much each pillar and measure really decides about the composites of units and their order, beside its weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from lei.catalog.measure import PILLARS
from lei.services.score_analyses.score_snapshot import Snapshot
from lei.services.scores.score_measures import or_none
from lei.services.scores.score_profile import PILLAR_KEYS
from lei.storage.rollup_columns import Floats, Ints
from scoring.composite import Cap, Tree, effective_weights, evaluate
from scoring.double_counting import counted_twice
from scoring.errors import ScoringError
from scoring.importance import importance, leave_one_out
from scoring.reweighted import without_measure
from scoring.sensitivity import SobolIndices, estimate_sobol
from scoring.uncertainty import RANK_DIGITS, composites_under_weights, rank_composites

# The cost of a curve through n units grows with n squared; this many tell as much as a reader can use.
MOST_FOR_CURVES = 150
SOBOL_SAMPLES = 512


@dataclass(frozen=True, slots=True)
class Influence:
    """What one pillar, or one measure, decides; `pillar` is that of a measure and None for a pillar itself.

    weight: its share of the composite by the profile; effective_weight: after what is missing was left out, mean over
    the units. r2, main_effect: the share of the differences between units that goes along with it, by a straight line
    and by the best smooth curve. points, places: how far composites and ranks move on average without it. All of them
    are None where they cannot be told.
    """

    key: str
    name: str
    pillar: str | None
    weight: float
    effective_weight: float
    r2: float | None
    main_effect: float | None
    points: float | None
    places: float | None


@dataclass(frozen=True, slots=True)
class WeightIndex:
    """Sobol indices of the weight of one pillar, first and total order, with their standard errors."""

    key: str
    first: float
    total: float
    first_error: float
    total_error: float


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """What is looked at: leaves of a tree with the scores [S, N] of units, their keys, names and pillars."""

    scores: Floats
    tree: Tree
    shown: Ints
    keys: Sequence[str]
    names: Sequence[str]
    pillars: Sequence[str | None]


def influence_of_pillars(snapshot: Snapshot, rng: np.random.Generator) -> tuple[list[Influence], list[str]]:
    """The pillars with weight in the order of the profile, and what must be said about the figures."""
    scores, tree, shown = _pillar_level(snapshot)
    keys = [PILLAR_KEYS[p] for p, _ in snapshot.weighting.weighted_pillars]
    return _influence(_Parts(scores, tree, shown, keys, [PILLARS[key] for key in keys], [None] * len(keys)), rng)


def influence_of_measures(snapshot: Snapshot, most: int, rng: np.random.Generator) -> list[Influence]:
    """The measures with weight that decide the most, `most` of them: by main effect, else by points."""
    tree = snapshot.weighting.tree
    if not most:
        return []
    shown = np.flatnonzero((tree.measure_weights > 0) & (tree.pillar_weights[tree.pillar_of] > 0))
    measures = [snapshot.measures[m] for m in shown]
    keys, names = [m.key for m in measures], [m.display_name for m in measures]
    found, _ = _influence(_Parts(snapshot.scores, tree, shown, keys, names, [m.pillar for m in measures]), rng)
    return sorted(found, key=lambda each: (-(each.main_effect or 0.0), -(each.points or 0.0), -each.weight))[:most]


def indices_of_weights(snapshot: Snapshot, concentration: float, rng: np.random.Generator) -> list[WeightIndex]:
    """Which pillar's weight matters most: the share of what varies that comes from each weight before scaling.

    The units are those with a composite. Weights are drawn from the same Dirichlet distribution as elsewhere, written
    as independent gamma variables that are scaled to sum 1; those are the inputs of the indices. What varies is the
    average shift of the ranks against today's (Saisana, Saltelli and Tarantola 2005, J. R. Statist. Soc. A 168), or, of
    one unit alone, its composite. Empty where fewer than two pillars have weight, or too little
    of it for a composite in every draw.
    """
    scores, tree, shown = _pillar_level(snapshot)
    if shown.size < 2:  # noqa: PLR2004 - one weight alone is always all of it
        return []
    alpha = concentration * tree.weights[shown] / tree.weights[shown].sum()
    first, second = (rng.standard_gamma(alpha, (SOBOL_SAMPLES, alpha.size)) for _ in range(2))
    mixed = np.broadcast_to(first, (alpha.size, *first.shape)).copy()
    for place in range(alpha.size):
        mixed[place, :, place] = second[:, place]
    drawn = np.concatenate([first, second, mixed.reshape(-1, alpha.size)])
    weights = np.zeros((drawn.shape[0], tree.leaves))
    weights[:, shown] = drawn / drawn.sum(axis=1, keepdims=True)
    moved = _moved(scores, tree, weights)
    if np.isnan(moved).any():  # a draw left all that a unit has without weight
        return []
    outputs = np.split(moved, alpha.size + 2)
    return _named(snapshot, estimate_sobol(outputs[0], outputs[1], np.stack(outputs[2:])))


def warnings_of_double_counting(snapshot: Snapshot) -> list[str]:
    """A sentence for each two measures with weight in one pillar that move together almost perfectly."""
    tree = snapshot.weighting.tree
    pairs = counted_twice(snapshot.scores, tree.pillar_of)
    return [
        pair.sentence(snapshot.measures[pair.first].display_name, snapshot.measures[pair.second].display_name)
        for pair in pairs
        if tree.measure_weights[pair.first] > 0 and tree.measure_weights[pair.second] > 0
    ]


def _pillar_level(snapshot: Snapshot) -> tuple[Floats, Tree, Ints]:
    """Scores [S, N] and the tree of the pillars with weight as its leaves, and the positions of those.

    What caps of the composite look at comes along without weight, so that the composites are the same as those of the
    whole tree.
    """
    tree, root = snapshot.weighting.tree, snapshot.weighting.tree.root
    caps = [cap for cap in tree.caps if cap.on == root]
    weighted = [int(p) + tree.leaves for p in np.flatnonzero(tree.pillar_weights > 0)]
    nodes = [*weighted, *sorted({cap.gate for cap in caps} - set(weighted))]
    weights = np.zeros(len(nodes))
    weights[: len(weighted)] = tree.weights[weighted]
    level = Tree(
        leaves=len(nodes),
        parents=np.full(len(nodes), len(nodes)),
        weights=weights,
        means=(tree.means[-1],) if isinstance(tree.means, tuple) else tree.means,
        min_parts=tree.min_parts,
        min_part_weight=tree.min_part_weight,
        floor=tree.floor,
        caps=tuple(Cap(len(nodes), cap.at_most, nodes.index(cap.gate), cap.below) for cap in caps),
    )
    scores = np.concatenate([snapshot.scores, snapshot.pillars], axis=1)[:, nodes]
    return scores, level, np.arange(len(weighted))


def _influence(parts: _Parts, rng: np.random.Generator) -> tuple[list[Influence], list[str]]:
    units = parts.scores[~np.isnan(evaluate(parts.scores, parts.tree).composite)]
    nominal = effective_weights(np.full(parts.tree.leaves, 50.0), parts.tree)
    effective = effective_weights(units, parts.tree).mean(axis=0)
    squared, effect, notes = _curves(units, parts.tree, rng)
    # Without its only leaf with weight a tree has nothing to say.
    alone = np.count_nonzero(nominal) < 2  # noqa: PLR2004 - one
    left_out = None if alone else leave_one_out(units, parts.tree, partial(without_measure, parts.tree))
    found = [
        Influence(
            key=key,
            name=name,
            pillar=pillar,
            weight=float(nominal[leaf]),
            effective_weight=float(effective[leaf]),
            r2=or_none(float(squared[leaf])),
            main_effect=or_none(float(effect[leaf])),
            points=None if left_out is None else or_none(float(left_out.mean_change[leaf])),
            places=None if left_out is None else or_none(float(left_out.mean_rank_change[leaf])),
        )
        for leaf, key, name, pillar in zip(parts.shown, parts.keys, parts.names, parts.pillars, strict=True)
    ]
    return found, notes


def _curves(units: Floats, tree: Tree, rng: np.random.Generator) -> tuple[Floats, Floats, list[str]]:
    """Pearson's r squared and main effect [N] of each leaf, NaN where they cannot be told, and a note on them."""
    notes = []
    if units.shape[0] > MOST_FOR_CURVES:
        notes.append(
            f"`r2` and `main_effect` are taken from {MOST_FOR_CURVES} of {units.shape[0]} segments, by the seed."
        )
        units = units[np.sort(rng.choice(units.shape[0], MOST_FOR_CURVES, replace=False))]
    try:
        found = importance(units, tree)
    except ScoringError as error:
        unknown = np.full(tree.leaves, np.nan)
        return unknown, unknown, [f"`r2` and `main_effect` are left out. {error}"]
    return found.pearson_squared, found.main_effect, notes


def _moved(scores: Floats, tree: Tree, weights: Floats) -> Floats:
    """For each draw of weights [D, N]: how far the ranks of the units lie from today's; of one unit, its composite."""
    composites = np.round(composites_under_weights(scores, tree, weights, np.empty((weights.shape[0], 0))), RANK_DIGITS)
    if composites.shape[1] == 1:
        return composites[:, 0]
    today = rank_composites(evaluate(scores, tree).composite[np.newaxis]).ranks
    return np.asarray(np.abs(rank_composites(composites).ranks - today).mean(axis=1))


def _named(snapshot: Snapshot, found: SobolIndices) -> list[WeightIndex]:
    keys = [PILLAR_KEYS[p] for p, _ in snapshot.weighting.weighted_pillars]
    columns = (found.first, found.total, found.first_error, found.total_error)
    return [WeightIndex(key, *(float(column[place]) for column in columns)) for place, key in enumerate(keys)]
