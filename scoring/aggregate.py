"""The weighted mean over what is present: a missing child is left out, never counted as 0."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from scoring.arrays import Floats, as_scores, as_weights, check_scores, row_blocks
from scoring.errors import ScoringError
from scoring.means import Mean, MeanName, named_mean


def weighted_mean(
    scores: ArrayLike, weights: ArrayLike, mean: MeanName = "arithmetic", floor: float | None = None
) -> tuple[Floats, Floats]:
    """Weighted mean [...] of scores [..., N], and its coverage [...] in percent of the weight that is present.

    The weights [N] are renormalised over the scores that are not NaN; without any weight present the mean is NaN.
    Coverage is 100 * (sum of weights present) / (sum of weights). The geometric and the harmonic mean count a child
    below `floor` (default 1 of 100) as the floor; floor=0 gives the textbook mean, which one 0 makes 0.
    Raises ScoringError for scores outside 0..100 and for negative, infinite or all-zero weights.
    """
    shares = as_weights(weights)
    array = as_scores(scores, shares.size)
    means, covered = group_means(array, shares[:, np.newaxis], _with_floor(named_mean(mean), floor))
    return means[..., 0], covered[..., 0]


def group_means(scores: Floats, weights: Floats, mean: Mean) -> tuple[Floats, Floats]:
    """Means [..., G] and coverages [..., G] of scores [..., N] under G sets of weights, the columns of [N, G].

    A set of zeros has coverage 0 and no mean. Two matrix products do the work: (values @ w) / (present @ w).
    """
    rows = scores.reshape(-1, scores.shape[-1])
    means = np.empty((rows.shape[0], weights.shape[1]))
    covered = np.empty_like(means)
    total = np.maximum(weights.sum(axis=0), np.finfo(np.float64).tiny)
    for block in row_blocks(*rows.shape):
        means[block] = _block_means(rows[block], weights, mean, covered[block])
    covered *= 100.0
    covered /= total
    np.minimum(covered, 100.0, out=covered)
    shape = (*scores.shape[:-1], weights.shape[1])
    return means.reshape(shape), covered.reshape(shape)


def _block_means(scores: Floats, weights: Floats, mean: Mean, present_weight: Floats) -> Floats:
    check_scores(scores)
    present = scores == scores  # noqa: PLR0124 - NaN is the one number that differs from itself; faster than isnan
    np.matmul(present.astype(np.float64), weights, out=present_weight)
    with np.errstate(divide="ignore", invalid="ignore"):  # nothing present: 0 / 0 is NaN, which is the answer
        values = mean.transform(mean.floored(scores))
        transformed = (np.where(present, values, 0.0) @ weights) / present_weight
        # Rounding may carry the mean of equal scores an ulp beyond them; a score stays within its scale.
        return np.clip(mean.inverse(transformed), 0.0, 100.0)


def _with_floor(mean: Mean, floor: float | None) -> Mean:
    if floor is None:
        return mean
    if not 0 <= floor < 100:  # noqa: PLR2004 - the scale of a score
        raise ScoringError("The floor of a mean must be a number from 0 to below 100.")
    return Mean(floor, mean.transform, mean.inverse, mean.slope)
