"""Data-driven weights by what a column shows on its own or beside the others: spread, entropy, CRITIC, principal axis.

All take values [n, m], rows of cases by columns of criteria, and answer weights [m] that sum to 1. They describe the
data; none of them knows what matters. A column that is the same everywhere has the weight 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from weights.data_table import data_table, require_at_least_0
from weights.refusal import refuse
from weights.tables import Floats

# Principal axes whose shares of the variance are closer than this cannot be told apart.
_SAME_SHARE = 1e-9


def deviation_weights(values: ArrayLike) -> Floats:
    """Standard deviation (n - 1) by the sum of all (Diakoulaki et al. 1995). Depends on the columns' units."""
    table = data_table(values)
    return table.spread_out(table.values[:, table.varies].std(axis=0, ddof=1))


def entropy_weights(values: ArrayLike) -> Floats:
    """w = (1 - E) / sum (1 - E) with E = -sum p ln p / ln n and p = x / column sum; 0 ln 0 = 0 (Shannon 1948).

    Raises WeightsError for negative values.
    """
    table = data_table(values)
    require_at_least_0(table.values, "Entropy")
    used = table.values[:, table.varies]
    shares = used / used.sum(axis=0)
    logarithms = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    entropy = -(shares * logarithms).sum(axis=0) / np.log(shares.shape[0])
    return table.spread_out(np.maximum(1.0 - entropy, 0.0))


def gini_weights(values: ArrayLike) -> Floats:
    """Gini coefficient of each column, sum |x_a - x_b| / (2 n^2 mean), by the sum of all.

    Raises WeightsError for negative values.
    """
    table = data_table(values)
    require_at_least_0(table.values, "The Gini coefficient")
    used = np.sort(table.values[:, table.varies], axis=0)
    size = used.shape[0]
    # The sum over all pairs of a sorted column is 2 sum (2 k - n - 1) x_k, without making all pairs; what all columns
    # are divided by, such as n^2, makes no difference to weights.
    places = 2.0 * np.arange(1, size + 1) - size - 1
    return table.spread_out(places @ used / used.mean(axis=0))


def critic_weights(
    values: ArrayLike, costs: Sequence[bool] | None = None, *, scaled: bool = True, by_rank: bool = False
) -> Floats:
    """Contrast times conflict: C_j = s_j sum_k (1 - r_jk), by the sum of all (Diakoulaki, Mavrotas, Papayannakis 1995).

    scaled: columns are brought to 0..1 first, costs turned round; else costs change their sign. by_rank: Spearman's
    correlation instead of Pearson's. Raises WeightsError where all columns move as one, so that nothing conflicts.
    """
    table = data_table(values, costs)
    used = np.where(table.costs, -table.values, table.values)[:, table.varies]
    if scaled:
        used = (used - used.min(axis=0)) / np.ptp(used, axis=0)
    conflict = (1.0 - _correlations(_ranks(used) if by_rank else used)).sum(axis=1)
    if table.varies.sum() > 1 and not (conflict > _SAME_SHARE).any():
        refuse("values", "CRITIC weighs what conflicts, and all these columns move as one.")
    if table.varies.sum() == 1:
        return table.spread_out(np.ones(1))
    return table.spread_out(used.std(axis=0, ddof=1) * conflict)


def principal_axis_weights(values: ArrayLike) -> Floats:
    """Squared loadings of the first principal component of the correlations; they sum to 1.

    The OECD/JRC handbook (2008, section 6.1) keeps several components and rotates them; the first alone (ours) is what
    most columns share. Raises WeightsError where there is no first one.
    """
    table = data_table(values)
    shares, axes = np.linalg.eigh(_correlations(table.values[:, table.varies]))
    if shares.size > 1 and shares[-1] - shares[-2] < _SAME_SHARE * shares.size:
        refuse("values", "These columns share no main direction: no principal component comes first.")
    return table.spread_out(axes[:, -1] ** 2)


def share_of_principal_axis(values: ArrayLike) -> float:
    """Part of the variance of all columns that vary which the first principal component accounts for, 0 to 1."""
    table = data_table(values)
    shares = np.linalg.eigvalsh(_correlations(table.values[:, table.varies]))
    return float(shares[-1] / shares.sum())


def _correlations(values: Floats) -> Floats:
    centred = values - values.mean(axis=0)
    found: Floats = np.atleast_2d(np.corrcoef(centred / np.abs(centred).max(axis=0), rowvar=False))
    return found


def _ranks(values: Floats) -> Floats:
    """Ranks within each column; equal values share the mean of their places."""
    ranks = np.empty_like(values)
    for column in range(values.shape[1]):
        _, place, count = np.unique(values[:, column], return_inverse=True, return_counts=True)
        ranks[:, column] = (np.cumsum(count) - (count - 1) / 2.0)[place]
    return ranks
