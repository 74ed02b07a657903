"""Weights out of people's judgements: pairwise comparisons (AHP), points to allocate, and ranks.

Sources: Saaty 1980, and 2008 in Int. J. Services Sciences 1, 83-98, for the eigenvector and the consistency ratio;
Barron and Barrett 1996, Management Science 42, for rank-order centroid weights.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from numpy.typing import ArrayLike, NDArray

from weights.profile import WeightsError, shares_of
from weights.sections import as_number

# Consistency of random judgements for 1, 2, 3... things. Published tables differ, so a ratio names its table.
SAATY_RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
# Above this ratio Saaty advises to look at the judgements again.
ACCEPTABLE_RATIO = 0.10
RECIPROCAL_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class PairwiseWeights:
    """Weights [n] that sum to 1, with how consistent the judgements behind them are.

    eigenvalue: the largest of the judgements' matrix; index: (eigenvalue - n) / (n - 1); ratio: index / random index,
    0 for one or two things, which cannot contradict each other.
    """

    weights: NDArray[np.float64]
    eigenvalue: float
    index: float
    ratio: float

    @property
    def consistent(self) -> bool:
        """Whether the ratio is at most 0.10, Saaty's rule of thumb."""
        return self.ratio <= ACCEPTABLE_RATIO


def pairwise_weights(judgements: ArrayLike, random_index: Sequence[float] = SAATY_RANDOM_INDEX) -> PairwiseWeights:
    """Weights from judgements [n, n]: entry (i, j) says how many times as important i is as j.

    The weights are the right principal eigenvector, scaled to sum 1 (AHP). The matrix must be positive and reciprocal,
    entry (j, i) = 1 / entry (i, j). Raises WeightsError; also for more things than the random index covers.
    """
    matrix = _checked_matrix(judgements)
    size = matrix.shape[0]
    if size > len(random_index):
        _refuse(f"Pairwise judgements work for at most {len(random_index)} things at a time.")
    values, vectors = np.linalg.eig(matrix)
    principal = int(np.argmax(values.real))
    eigenvalue = float(values[principal].real)
    vector = np.abs(vectors[:, principal].real)
    # A consistent matrix has the eigenvalue n; rounding may put it an ulp below.
    index = max(0.0, (eigenvalue - size) / (size - 1)) if size > 1 else 0.0
    ratio = index / random_index[size - 1] if random_index[size - 1] > 0 else 0.0
    return PairwiseWeights(vector / vector.sum(), eigenvalue, index, ratio)


def judgement_matrix(keys: Sequence[str], judgements: Mapping[tuple[str, str], float]) -> NDArray[np.float64]:
    """The matrix [n, n] of `keys` from one judgement for each pair; the reciprocal and the diagonal are filled in.

    Raises WeightsError for an unknown key, a pair that is missing or judged twice, and a judgement not above 0.
    """
    place = {key: index for index, key in enumerate(keys)}
    matrix = np.full((len(keys), len(keys)), np.nan)
    np.fill_diagonal(matrix, 1.0)
    for (one, other), judgement in judgements.items():
        number = as_number(judgement)
        if one not in place or other not in place or one == other:
            _refuse(f"There is no pair of '{one}' and '{other}' to judge.")
        if number is None or number <= 0:
            _refuse(f"The judgement of '{one}' against '{other}' must be a number above 0.")
        if not math.isnan(matrix[place[one], place[other]]):
            _refuse(f"'{one}' and '{other}' are judged twice.")
        matrix[place[one], place[other]], matrix[place[other], place[one]] = number, 1 / number
    gaps = np.argwhere(np.isnan(matrix))
    if gaps.size:
        _refuse(f"The judgement of '{keys[gaps[0, 0]]}' against '{keys[gaps[0, 1]]}' is missing.")
    return matrix


def allocated_weights(points: Mapping[str, float]) -> dict[str, float]:
    """Weights that sum to 1 out of points given to each key, for example 100 points to allocate."""
    numbers = {key: as_number(value) for key, value in points.items()}
    checked = {key: number for key, number in numbers.items() if number is not None and number >= 0}
    problems = [(key, f"The points of '{key}' must be a number of 0 or more.") for key in points if key not in checked]
    if problems:
        raise WeightsError(problems)
    if not any(checked.values()):
        _refuse("At least one point must be allocated.")
    return shares_of(checked)


def rank_order_weights(ranks: Mapping[str, int]) -> dict[str, float]:
    """Rank-order centroid weights out of ranks, 1 for the most important; they sum to 1.

    The k-th of n gets (1/k + ... + 1/n) / n, the centre of all weights that agree with the order. Keys that share a
    rank share the sum of the places that they take together (1, 2, 2 and 4 are as good as 1, 2, 2 and 3).
    """
    for key, rank in ranks.items():
        number = as_number(rank)
        if number is None or number < 1 or number != int(number):
            raise WeightsError([(key, f"The rank of '{key}' must be a whole number from 1.")])
    if not ranks:
        _refuse("There is nothing to rank.")
    size = len(ranks)
    centroids = [math.fsum(1 / place for place in range(k, size + 1)) / size for k in range(1, size + 1)]
    order = sorted(ranks.values())
    places = {rank: [place for place, each in enumerate(order) if each == rank] for rank in set(order)}
    return {key: math.fsum(centroids[p] for p in places[rank]) / len(places[rank]) for key, rank in ranks.items()}


def _checked_matrix(judgements: ArrayLike) -> NDArray[np.float64]:
    try:
        matrix = np.array(judgements, dtype=np.float64)
    except (TypeError, ValueError):
        _refuse("The judgements must be a square table of numbers.")
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:  # noqa: PLR2004 - a table
        _refuse("The judgements must be a square table of numbers.")
    if not np.isfinite(matrix).all() or (matrix <= 0).any():
        _refuse("Every judgement must be a number above 0.")
    if not np.allclose(matrix * matrix.T, 1.0, rtol=0, atol=RECIPROCAL_TOLERANCE):
        _refuse("Judgements must be reciprocal: if A is 3 times as important as B, B is 1/3 of A.")
    return matrix


def _refuse(sentence: str) -> NoReturn:
    raise WeightsError([("judgements", sentence)])
