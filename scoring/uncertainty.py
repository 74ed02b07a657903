"""How sure a score, a composite and a ranking are: intervals, draws of weights, ranks under them.

Randomness is passed in as a seeded numpy Generator, so that every answer can be reproduced.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.arrays import Floats, as_floats, as_scores, as_weights, check_scores
from scoring.composite import Tree, evaluate
from scoring.errors import ScoringError
from scoring.means import Mean, named_mean

# Composites of equal units may differ by a few ulps, depending on the order of summation: they are tied all the same.
RANK_DIGITS = 9


@dataclass(frozen=True, slots=True, eq=False)
class RankUncertainty:
    """Ranks of S units under D draws of weights: 1 is best, ties share the best rank, NaN has no score.

    composites and ranks [D, S]; median, low and high [S] of the ranks over the draws.
    """

    composites: Floats
    ranks: Floats
    median: Floats
    low: Floats
    high: Floats


def wilson_interval(shares: ArrayLike, sizes: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Wilson's score interval of shares (0..1) observed on `sizes` cases: (low, high) within 0..1.

    (p + z2/2n -+ z sqrt(p(1-p)/n + z2/4n2)) / (1 + z2/n). Source: Wilson 1927, J. Am. Stat. Assoc. 22.
    Raises ScoringError for shares outside 0..1 and sizes below 1.
    """
    share, n = as_floats(shares, "shares"), as_floats(sizes, "sizes")
    if (share < 0).any() or (share > 1).any():
        raise ScoringError("A share lies between 0 and 1.")
    _check_sizes(n)
    z = deviate(confidence)
    return np.maximum(wilson_limit(share, n, -z), 0.0), np.minimum(wilson_limit(share, n, z), 1.0)


def wilson_limit(share: Floats, n: Floats, z: Floats | float) -> Floats:
    """Wilson's limit of shares at z standard errors: the lower limit for z below 0, the upper one above.

    At a standard normal z it is a random share whose middle 95 % are Wilson's 95 % interval (a confidence distribution;
    Xie and Singh 2013, International Statistical Review 81). An infinite n gives the share itself. Rounding may carry
    the limit an ulp beyond 0 or 1.
    """
    by_n = 1.0 / n
    shape = np.broadcast_shapes(share.shape, n.shape, np.shape(z))
    squared, reach = np.empty(shape), np.empty(shape)
    # In place: with fresh arrays for each step, a million draws take seven times as long.
    np.multiply(z, z, out=squared)
    squared *= by_n
    np.multiply(squared, 0.25 * by_n, out=reach)
    reach += share * (1.0 - share) * by_n
    np.sqrt(reach, out=reach)
    reach *= z
    reach += share
    squared *= 0.5
    reach += squared
    squared *= 2.0
    squared += 1.0
    reach /= squared
    return reach


def mean_interval(
    means: ArrayLike, spreads: ArrayLike, sizes: ArrayLike, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """mean -+ z s / sqrt(n), the normal interval of means with standard deviations `spreads` over `sizes` cases."""
    mean, spread, n = as_floats(means, "means"), as_floats(spreads, "spreads"), as_floats(sizes, "sizes")
    if (spread < 0).any() or np.isinf(spread).any() or np.isinf(mean).any():
        raise ScoringError("Means must be finite, and spreads finite numbers of 0 or more.")
    _check_sizes(n)
    reach = deviate(confidence) * spread / np.sqrt(n)
    return mean - reach, mean + reach


def deviate(confidence: float) -> float:
    """How many standard errors hold the middle `confidence` of a normal distribution: 1.96 for 0.95."""
    return NormalDist().inv_cdf(0.5 + _checked(confidence) / 2)


def dirichlet_weights(shares: ArrayLike, concentration: float, draws: int, rng: np.random.Generator) -> Floats:
    """Random weights [draws, N] of one group of siblings: Dirichlet(concentration x shares), each row sums to 1.

    Their mean is `shares` (which are renormalised); the variance of a weight w is w (1 - w) / (concentration + 1). A
    share of 0 stays 0. Raises ScoringError for a concentration that is not above 0 and for fewer than 1 draw.
    """
    weights = as_weights(shares, "shares")
    if not (0 < concentration < float("inf")):
        raise ScoringError("The concentration must be a finite number greater than 0.")
    if draws < 1:
        raise ScoringError("At least one draw is needed.")
    return rng.dirichlet(concentration * weights / weights.sum(), size=draws)


def rank_under_weights(scores: ArrayLike, weights: ArrayLike, confidence: float = 0.90) -> RankUncertainty:
    """Composites and ranks of units with scores [S, N] under each of the weights [D, N] (arithmetic mean).

    Missing scores are left out and the weights renormalised, draw by draw. The interval holds the middle `confidence`
    of the ranks. Raises ScoringError for shapes that do not fit, and for weights that are negative or all 0.
    """
    drawn = _as_draws(weights)
    units = as_scores(scores, drawn.shape[1])
    if units.ndim != 2:  # noqa: PLR2004 - units x children
        raise ScoringError("The scores must be a table: one row for each unit, one column for each child.")
    check_scores(units)
    return rank_composites(_means_of_draws(units, drawn, named_mean("arithmetic")), confidence)


def rank_composites(composites: ArrayLike, confidence: float = 0.90) -> RankUncertainty:
    """Ranks of composites [D, S] draw by draw, with their median and the middle `confidence` of them per unit."""
    table = _as_table(composites)
    tail = 50.0 * (1 - _checked(confidence))
    ranks = _ranks(np.round(table, RANK_DIGITS))
    low, median, high = percentiles(ranks, (tail, 50.0, 100.0 - tail))
    return RankUncertainty(table, ranks, median, low, high)


def draw_weights(tree: Tree, concentration: float, draws: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Weights (measures [D, M], inner nodes below the root [D, P]) drawn around those of the tree.

    Each group of siblings is drawn for itself; the larger the concentration, the closer they stay
    (`dirichlet_weights`); what has no weight gets none.
    """
    groups = [np.flatnonzero(tree.parents == node) for node in range(tree.leaves, tree.root + 1)]
    drawn = {
        number: dirichlet_weights(tree.weights[group], concentration, draws, rng)
        for number, group in enumerate(groups)
        if tree.weights[group].any()
    }
    weights = np.zeros((draws, tree.root))
    for number, group in drawn.items():
        weights[:, groups[number]] = group
    return weights[:, : tree.leaves], weights[:, tree.leaves :]


def composites_under_weights(scores: ArrayLike, tree: Tree, measure_draws: Floats, pillar_draws: Floats) -> Floats:
    """Composites [D, S] of units with scores [S, M], the whole tree recomputed for each draw of weights."""
    return tree_under_weights(scores, tree, measure_draws, pillar_draws)[0]


def tree_under_weights(
    scores: ArrayLike, tree: Tree, measure_draws: Floats, pillar_draws: Floats
) -> tuple[Floats, Floats]:
    """Composites [D, S] and pillars [D, S, P], the whole tree with its caps recomputed for each draw of weights.

    scores: [S, M], the same in each draw, or [D, S, M]. measure_draws [D, M], pillar_draws [D, P] (of the inner nodes
    below the root). What counts is decided by the tree's own weights: a node below its coverage and a unit without a
    composite stay out in every draw.
    """
    draws = _draws_of_tree(tree, measure_draws, pillar_draws)
    array = as_scores(scores, tree.leaves)
    if array.ndim > 2 and array.shape[0] != draws.shape[0]:  # noqa: PLR2004 - draws x units x measures
        raise ScoringError("There must be as many draws of the scores as of the weights.")
    base = evaluate(array, tree)
    counts = np.concatenate([~np.isnan(base.pillars), ~np.isnan(base.composite)[..., np.newaxis]], axis=-1)
    found: dict[int, Floats] = {leaf: array[..., leaf] for leaf in range(tree.leaves)}
    for node in tree.order:
        value = np.where(counts[..., node - tree.leaves], _node_of_draws(node, tree, array, found, draws), np.nan)
        for cap in tree.caps:
            if cap.on == node:
                value = np.where(cap.applies(found[cap.gate]), np.minimum(value, cap.at_most), value)
        found[node] = value
    pillars = np.empty((*found[tree.root].shape, tree.root - tree.leaves))
    for node in range(tree.leaves, tree.root):
        pillars[..., node - tree.leaves] = found[node]
    return found[tree.root], pillars


def _node_of_draws(node: int, tree: Tree, scores: Floats, found: dict[int, Floats], draws: Floats) -> Floats:
    """One node [D, S] under each draw, from the measures [S, M] or [D, S, M] and the inner nodes found before."""
    mean, children = tree.mean_at(node), np.flatnonzero(tree.parents == node)
    measures = children[children < tree.leaves]
    sums, weights, zeros = _sums_of_draws(scores[..., measures], draws[:, measures], mean)
    for child in children[measures.size :]:
        there, weight = ~np.isnan(found[child]), draws[:, child, np.newaxis]
        sums += weight * np.where(there, mean.transform(_above_zero(mean, found[child])), 0.0)
        weights += weight * there
        zeros += weight * mean.at_zero(found[child])
    with np.errstate(invalid="ignore", divide="ignore"):  # a draw without weight on what is present has no score
        value = np.minimum(mean.inverse(sums / weights), 100.0)
    return np.where(zeros > 0, 0.0, value) if mean.zero_wins else value


def _means_of_draws(scores: Floats, weights: Floats, mean: Mean) -> Floats:
    """Transformed means [D, S] of scores [S, N] under weights [D, N], renormalised over what is present."""
    sums, present, _ = _sums_of_draws(scores, weights, mean)
    with np.errstate(invalid="ignore", divide="ignore"):  # nothing present: 0 / 0 is NaN, which is the answer
        return np.asarray(sums / present, dtype=np.float64)


def _sums_of_draws(scores: Floats, weights: Floats, mean: Mean) -> tuple[Floats, Floats, Floats]:
    """Sums [D, S] of weight x transformed score, of the weight present, and of the weight on scores of 0."""
    present = ~np.isnan(scores)
    with np.errstate(invalid="ignore"):
        values = np.where(present, mean.transform(_above_zero(mean, scores)), 0.0)
    return _weighted(values, weights), _weighted(present, weights), _weighted(mean.at_zero(scores), weights)


def _weighted(values: ArrayLike, weights: Floats) -> Floats:
    """Sums [D, S] of values [S, N], the same in each draw, or [D, S, N] under weights [D, N]."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim == 2:  # noqa: PLR2004 - one product for all draws
        return np.asarray(weights @ array.T)
    return np.asarray((array @ weights[:, :, np.newaxis])[..., 0])


def _above_zero(mean: Mean, scores: Floats) -> Floats:
    """The scores as the mean sees them; where a 0 would be infinite, any number stands for it (its mean is 0)."""
    return np.where(mean.at_zero(scores), 1.0, scores) if mean.zero_wins else mean.floored(scores)


def _draws_of_tree(tree: Tree, measure_draws: Floats, pillar_draws: Floats) -> Floats:
    measures = _as_draws(measure_draws)
    pillars = _as_draws(pillar_draws) if tree.pillar_weights.size else np.empty((measures.shape[0], 0))
    if (measures.shape[1], pillars.shape[1]) != (tree.leaves, tree.pillar_weights.size):
        raise ScoringError("The draws must have one weight for each measure and for each pillar of the tree.")
    if measures.shape[0] != pillars.shape[0]:
        raise ScoringError("There must be as many draws for the measures as for the pillars.")
    return np.concatenate([measures, pillars], axis=1)


def probability_above(composites: ArrayLike) -> Floats:
    """P [S, S]: the share of draws [D, S] in which the unit of the row scores above that of the column.

    A tie counts for neither; where one of both has no score in any draw, the answer is NaN.
    """
    units = np.ascontiguousarray(np.round(_as_table(composites), RANK_DIGITS).T)
    wins = np.array([np.count_nonzero(unit > units, axis=1) for unit in units], dtype=np.float64)
    scored = ~np.isnan(units)
    both = np.array([np.count_nonzero(there & scored, axis=1) for there in scored], dtype=np.float64)
    return np.divide(wins, both, out=np.full_like(wins, np.nan), where=both > 0)


def probability_tied(composites: ArrayLike) -> Floats:
    """P [S, S]: the share of draws [D, S] in which both units score the same, to nine digits behind the point.

    With the two probabilities to be above, of `probability_above`, it makes 1. NaN as there.
    """
    above = probability_above(composites)
    return np.asarray(np.maximum(1.0 - above - above.T, 0.0))


def tied_groups(composites: ArrayLike, confidence: float = 0.95) -> list[list[int]]:
    """Units that cannot be told apart, best group first; units without a score are left out.

    Units are taken in the order of their mean composite; a unit starts a new group when the first unit of the group
    lies above it in at least `confidence` of the draws. (Our own rule: being tied is not transitive.)
    """
    table, needed = _as_table(composites), _checked(confidence)
    above = probability_above(table)
    scored = [unit for unit in range(table.shape[1]) if not np.isnan(table[:, unit]).any()]
    order = sorted(scored, key=lambda unit: (-float(table[:, unit].mean()), unit))
    groups: list[list[int]] = []
    for unit in order:
        if groups and above[groups[-1][0], unit] < needed:
            groups[-1].append(unit)
        else:
            groups.append([unit])
    return groups


def composite_bounds(scores: ArrayLike, tree: Tree) -> tuple[Floats, Floats]:
    """The composite [...] with every missing measure at 0 and at 100: what the gaps leave open, exactly.

    Exact with caps too: a better score never lowers a node and never switches a cap on. The composite itself, which
    leaves out what is missing, may lie outside: a node below its coverage, or a cap without its gate, plays no part.
    """
    array = as_scores(scores, tree.leaves)
    low, high = (evaluate(np.where(np.isnan(array), bound, array), tree).composite for bound in (0.0, 100.0))
    return low, high


def _ranks(rounded: Floats) -> Floats:
    """Rank 1 for the highest of each row; equal values share the best rank, NaN stays NaN."""
    order = np.argsort(-rounded, axis=1, kind="stable")  # NaN sorts last
    ordered = np.take_along_axis(rounded, order, axis=1)
    places = np.arange(1.0, rounded.shape[1] + 1)
    new = np.ones_like(ordered, dtype=bool)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    shared = np.maximum.accumulate(np.where(new, places, 0.0), axis=1)
    ranks = np.empty_like(rounded)
    np.put_along_axis(ranks, order, shared, axis=1)
    ranks[np.isnan(rounded)] = np.nan
    return ranks


def percentiles(draws: Floats, levels: tuple[float, ...]) -> NDArray[np.float64]:
    """Percentiles [levels, ...] over the first axis of draws [D, ...]; NaN for a column with a gap."""
    columns = draws.reshape(draws.shape[0], -1)
    found = np.full((len(levels), columns.shape[1]), np.nan)
    whole = ~np.isnan(columns).any(axis=0)
    if whole.any():
        found[:, whole] = np.percentile(columns[:, whole], levels, axis=0)
    return found.reshape(len(levels), *draws.shape[1:])


def _as_table(composites: ArrayLike) -> Floats:
    table = as_floats(composites, "composites")
    if table.ndim != 2 or not table.size or np.isinf(table).any():  # noqa: PLR2004 - draws x units
        raise ScoringError(
            "The composites must be a table of finite numbers: one row for each draw, one column a unit."
        )
    return table


def _as_draws(weights: ArrayLike) -> Floats:
    drawn = as_floats(weights, "weights")
    if drawn.ndim != 2 or not drawn.size:  # noqa: PLR2004 - draws x children
        raise ScoringError("The weights must be a table: one row for each draw, one column for each child.")
    if not np.isfinite(drawn).all() or (drawn < 0).any() or (drawn.max(axis=1) == 0).any():
        raise ScoringError(
            "The weights of each draw must be finite numbers of 0 or more, at least one of them above 0."
        )
    return drawn


def _check_sizes(sizes: Floats) -> None:
    if (sizes < 1).any() or np.isinf(sizes).any():
        raise ScoringError("A sample size is a finite number of at least 1.")


def _checked(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ScoringError("The confidence lies between 0 and 1, for example 0.95.")
    return confidence
