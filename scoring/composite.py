"""Measures to pillars to one composite, with rules for what is missing.

Rules (our own policy): a pillar counts when at least `min_coverage` percent of its measures' weight is present; the
composite is final when every pillar with weight counts, provisional when at least three pillars with together 70 % of
the weight do, and otherwise there is none. Nothing missing is ever filled in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.aggregate import group_means
from scoring.arrays import Bools, Floats, as_floats, as_scores, as_weights, frozen
from scoring.errors import ScoringError
from scoring.means import Mean, MeanName, named_mean

NONE: Final = 0
PROVISIONAL: Final = 1
FINAL: Final = 2
PROVISIONAL_MIN_PILLARS = 3
PROVISIONAL_MIN_WEIGHT = 70.0
# Coverages are sums of floats: one that reaches its limit on paper may miss it by a few ulps.
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """How M measures make P pillars and these one composite.

    pillar_of [M]: index of the pillar of each measure. measure_weights [M] and pillar_weights [P]: any numbers of 0 or
    more; only their ratios among siblings count. min_coverage: percent of a pillar's weight that must be present.
    Raises ScoringError where the parts do not fit together; a pillar with weight needs a measure with weight.
    """

    pillar_of: NDArray[np.intp]
    measure_weights: Floats
    pillar_weights: Floats
    measure_mean: MeanName = "arithmetic"
    pillar_mean: MeanName = "arithmetic"
    min_coverage: float = 60.0

    def __post_init__(self) -> None:
        pillar_weights = as_weights(self.pillar_weights, "pillar weights")
        pillar_of = _pillar_index(self.pillar_of, pillar_weights.size)
        measure_weights = as_weights(self.measure_weights, "measure weights", pillar_of)
        named_mean(self.measure_mean)
        named_mean(self.pillar_mean)
        if not 0 <= self.min_coverage <= 100:  # noqa: PLR2004 - percent
            raise ScoringError("The smallest coverage of a pillar is a percentage between 0 and 100.")
        sums = np.bincount(pillar_of, measure_weights, minlength=pillar_weights.size)
        if (sums[pillar_weights > 0] == 0).any():
            raise ScoringError("A pillar with weight has no measure with weight.")
        object.__setattr__(self, "pillar_of", frozen(pillar_of))
        object.__setattr__(self, "measure_weights", frozen(measure_weights))
        object.__setattr__(self, "pillar_weights", frozen(pillar_weights))

    @property
    def matrix(self) -> Floats:
        """The measures' weights as a matrix [M, P]: each in the column of its pillar."""
        matrix = np.zeros((self.pillar_of.size, self.pillar_weights.size))
        matrix[np.arange(self.pillar_of.size), self.pillar_of] = self.measure_weights
        return matrix


@dataclass(frozen=True, slots=True, eq=False)
class Composite:
    """What `evaluate` found: scores 0..100 (NaN: none), coverages in percent, status NONE, PROVISIONAL or FINAL."""

    composite: Floats
    coverage: Floats
    status: NDArray[np.int8]
    pillars: Floats
    pillar_coverage: Floats


def evaluate(scores: ArrayLike, tree: Tree) -> Composite:
    """The composite of scores [..., M]: results have the leading shape [...], pillars [..., P].

    The coverage of the composite is the sum over all pillars of (share of the pillar) x (coverage of the pillar).
    Raises ScoringError for scores outside 0..100 or another number of measures than the tree has.
    """
    array = as_scores(scores, tree.pillar_of.size)
    pillars, pillar_coverage = group_means(array, tree.matrix, named_mean(tree.measure_mean))
    pillars[pillar_coverage < tree.min_coverage - TOLERANCE] = np.nan
    status = _status(~np.isnan(pillars), tree.pillar_weights)
    weights = tree.pillar_weights[:, np.newaxis]
    composite = group_means(pillars, weights, named_mean(tree.pillar_mean))[0][..., 0]
    composite = np.where(status == NONE, np.nan, composite)
    coverage = np.minimum(pillar_coverage @ tree.pillar_weights / tree.pillar_weights.sum(), 100.0)
    return Composite(composite, coverage, status, pillars, pillar_coverage)


def effective_weights(scores: ArrayLike, tree: Tree) -> Floats:
    """Share [..., M] of each measure in the composite after renormalisation: 0 where it does not count.

    They sum to 1 wherever there is a composite, and are all 0 where there is none. The share is that of the policy
    (weights and what is present); how much a point of a score moves a geometric mean depends on the scores as well.
    """
    array = as_scores(scores, tree.pillar_of.size)
    result = evaluate(array, tree)
    measure_weights, pillar_weights = _shares_present(array, result, tree)
    return measure_weights * pillar_weights[..., tree.pillar_of]


def contributions(scores: ArrayLike, tree: Tree) -> Floats:
    """Points [..., M] that each measure puts into the composite; they sum to it, and are all 0 where there is none.

    Arithmetic: effective weight x score. Other means are first rewritten as an arithmetic mean with the weights
    v_i in proportion to w_i (f(s_i) - f(m)) / (s_i - m), m the mean (for the geometric mean: w_i / L(s_i, m) with the
    logarithmic mean L), which gives the same mean exactly (Reinsdorf, Diewert, Ehemann 2002; Balk 2008). What a floor
    of such a mean adds to a pillar below it is spread over the pillar's measures by the same weights.
    """
    array = as_scores(scores, tree.pillar_of.size)
    result = evaluate(array, tree)
    measure_weights, pillar_weights = _shares_present(array, result, tree)
    measure_mean, pillar_mean = named_mean(tree.measure_mean), named_mean(tree.pillar_mean)
    parents = result.pillars[..., tree.pillar_of]
    within = _arithmetic_weights(array, parents, measure_weights, measure_mean)
    sums = within @ (tree.matrix > 0)
    within = _ratio(within, sums[..., tree.pillar_of])
    across = _arithmetic_weights(result.pillars, result.composite[..., np.newaxis], pillar_weights, pillar_mean)
    across = _ratio(across, across.sum(axis=-1, keepdims=True))
    lifted = np.nan_to_num(pillar_mean.floored(result.pillars) - result.pillars)
    points = np.nan_to_num(measure_mean.floored(array)) + lifted[..., tree.pillar_of]
    return within * across[..., tree.pillar_of] * points


def _arithmetic_weights(scores: Floats, means: Floats, weights: Floats, mean: Mean) -> Floats:
    """Weights, not yet normalised, under which the arithmetic mean of the floored scores equals the given mean."""
    slopes = mean.slope(mean.floored(scores), np.maximum(means, mean.floor))
    return np.where(weights > 0, weights * slopes, 0.0)


def _shares_present(scores: Floats, result: Composite, tree: Tree) -> tuple[Floats, Floats]:
    """Weights renormalised over what counts: [..., M] within their pillar, [..., P] within the composite."""
    counts = ~np.isnan(result.pillars) & (result.status != NONE)[..., np.newaxis]
    pillar_weights = np.where(counts, tree.pillar_weights, 0.0)
    pillar_weights = _ratio(pillar_weights, pillar_weights.sum(axis=-1, keepdims=True))
    usable = ~np.isnan(scores) & counts[..., tree.pillar_of]
    measure_weights = np.where(usable, tree.measure_weights, 0.0)
    sums = measure_weights @ (tree.matrix > 0)
    return _ratio(measure_weights, sums[..., tree.pillar_of]), pillar_weights


def _status(scored: Bools, pillar_weights: Floats) -> NDArray[np.int8]:
    weighted = pillar_weights > 0
    final = (scored | ~weighted).all(axis=-1)
    enough = (scored & weighted).sum(axis=-1) >= PROVISIONAL_MIN_PILLARS
    heavy = 100.0 * (scored @ pillar_weights) / pillar_weights.sum() >= PROVISIONAL_MIN_WEIGHT - TOLERANCE
    return np.where(final, FINAL, np.where(enough & heavy, PROVISIONAL, NONE)).astype(np.int8)


def _pillar_index(pillar_of: ArrayLike, pillars: int) -> NDArray[np.intp]:
    index = as_floats(pillar_of, "pillar indices")
    if index.ndim != 1 or not index.size or not np.isin(index, np.arange(pillars)).all():
        raise ScoringError(f"Every measure has a pillar index, a whole number from 0 to {pillars - 1}.")
    return index.astype(np.intp)


def _ratio(parts: Floats, sums: Floats) -> Floats:
    """parts / sums, and 0 where the sum is 0: what does not count has no share."""
    return np.divide(parts, sums, out=np.zeros(np.broadcast(parts, sums).shape), where=sums > 0)
