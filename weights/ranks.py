"""Weights out of ranks, 1 for the most important: by rank-order centroids, or by comparing the ranks pair by pair."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from weights.profile import WeightsError
from weights.refusal import refuse
from weights.sections import as_number
from weights.tables import Floats, as_table


def rank_order_weights(ranks: Mapping[str, int]) -> dict[str, float]:
    """Rank-order centroid weights; they sum to 1 (Barron and Barrett 1996, Management Science 42).

    The k-th of n gets (1/k + ... + 1/n) / n, the centre of all weights that agree with the order. Keys that share a
    rank share the sum of the places that they take together (1, 2, 2 and 4 are as good as 1, 2, 2 and 3). Raises
    WeightsError.
    """
    _check(ranks)
    size = len(ranks)
    centroids = [math.fsum(1 / place for place in range(k, size + 1)) / size for k in range(1, size + 1)]
    order = sorted(ranks.values())
    places = {rank: [place for place, each in enumerate(order) if each == rank] for rank in set(order)}
    return {key: math.fsum(centroids[p] for p in places[rank]) / len(places[rank]) for key, rank in ranks.items()}


def rank_comparison_weights(ranks: Mapping[str, int]) -> dict[str, float]:
    """Weights that fall evenly with the rank (RANCOM): 1 for each key ranked below, 1/2 for each equal one and itself.

    Flatter than the centroids: of three, 5/9, 3/9 and 1/9. Raises WeightsError.
    """
    _check(ranks)
    numbers = np.array(list(ranks.values()))
    comparisons = (numbers[:, None] < numbers) + (numbers[:, None] == numbers) * 0.5
    return dict(zip(ranks, comparison_weights(comparisons).tolist(), strict=True))


RANK_RULES: Mapping[str, Callable[[Mapping[str, int]], dict[str, float]]] = {
    "centroid": rank_order_weights,
    "comparison": rank_comparison_weights,
}


def comparison_weights(comparisons: ArrayLike) -> Floats:
    """Weights [n] from comparisons [n, n]: 1 where i is more important than j, 1/2 where equal, 0 where less.

    The row sums by their total (RANCOM: Wieckowski, Kizielewicz, Shekhovtsov and Salabun 2023, Engineering Applications
    of Artificial Intelligence 124). Raises WeightsError where entries (i, j) and (j, i) do not sum to 1.
    """
    sentence = "Comparisons are a square table of 1, 1/2 and 0 in which both sides of a pair sum to 1."
    matrix = as_table(comparisons, "comparisons", sentence, square=True)
    if not np.isin(matrix, (0.0, 0.5, 1.0)).all() or (matrix + matrix.T != 1.0).any():
        refuse("comparisons", sentence)
    found: Floats = matrix.sum(axis=1) / matrix.sum()
    return found


def _check(ranks: Mapping[str, int]) -> None:
    faulty = [key for key, rank in ranks.items() if not _is_rank(rank)]
    if faulty:
        raise WeightsError([(f"ranks.{key}", f"The rank of '{key}' must be a whole number from 1.") for key in faulty])
    if not ranks:
        refuse("ranks", "There is nothing to rank.")


def _is_rank(rank: object) -> bool:
    number = as_number(rank)
    return number is not None and number >= 1 and number == int(number)
