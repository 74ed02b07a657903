"""The weighted mean over what is present: a missing child is left out, never counted as 0."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from scoring.arrays import Bools, Floats, as_scores, as_weights, check_scores, row_blocks
from scoring.means import FLOOR, Mean, MeanKind, named_mean


def weighted_mean(
    scores: ArrayLike, weights: ArrayLike, mean: MeanKind = "arithmetic", floor: float = FLOOR
) -> tuple[Floats, Floats]:
    """Weighted mean [...] of scores [..., N], and its coverage [...] in percent of the weight that is present.

    The weights [N] are renormalised over the scores that are not NaN; without any weight present the mean is NaN.
    Coverage is 100 * (sum of weights present) / (sum of weights). mean: a name or the order of a power mean. The means
    of order 0 and below (geometric, harmonic) count a child below `floor` (default 1 of 100) as the floor; floor=0
    gives the textbook mean, which one 0 makes 0.
    Raises ScoringError for scores outside 0..100 and for negative, infinite or all-zero weights.
    """
    shares = as_weights(weights)
    array = as_scores(scores, shares.size)
    kind, columns = named_mean(mean, floor), shares[:, np.newaxis]
    rows = array.reshape(-1, shares.size)
    means, covered = np.empty((2, rows.shape[0], 1))
    for block in row_blocks(*rows.shape):
        check_scores(rows[block])
        means[block], covered[block] = group_means(rows[block], columns, kind)
    coverage = np.minimum(100.0 * covered / shares.sum(), 100.0)
    return means.reshape(array.shape[:-1]), coverage.reshape(array.shape[:-1])


def group_means(scores: Floats, weights: Floats, mean: Mean) -> tuple[Floats, Floats]:
    """Means [R, G] of scores [R, N] under G sets of weights, the columns of [N, G], and the weight present [R, G].

    A set without weight on what is present has no mean. Two matrix products do it: (values @ w) / (present @ w).
    """
    present: Bools = scores == scores  # noqa: PLR0124 - NaN is the one number that differs from itself; faster than isnan
    present_weight = present.astype(np.float64) @ weights
    if mean.zero_wins:
        return _means_with_zeros(scores, present, present_weight, weights, mean), present_weight
    with np.errstate(divide="ignore", invalid="ignore"):  # nothing present: 0 / 0 is NaN, which is the answer
        values = mean.transform(mean.floored(scores))
        transformed = (np.where(present, values, 0.0) @ weights) / present_weight
        # Rounding may carry the mean of equal scores an ulp beyond them; a score stays within its scale.
        return np.minimum(mean.inverse(transformed), 100.0), present_weight


def _means_with_zeros(scores: Floats, present: Bools, present_weight: Floats, weights: Floats, mean: Mean) -> Floats:
    """The textbook mean of order 0 or below: 0 as soon as a child with weight is 0."""
    at_zero = mean.at_zero(scores)
    with np.errstate(divide="ignore", invalid="ignore"):  # nothing present: 0 / 0 is NaN, which is the answer
        values = mean.transform(np.where(at_zero, 1.0, scores))  # any number will do in place of a 0
        transformed = (np.where(present, values, 0.0) @ weights) / present_weight
        means = np.minimum(mean.inverse(transformed), 100.0)
    return np.where(at_zero.astype(np.float64) @ weights > 0, 0.0, means)
