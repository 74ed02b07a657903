"""Weights out of pairwise judgements: the analytic hierarchy process (AHP), with how consistent the judgements are.

Source: Saaty 1980, and 2008 in Int. J. Services Sciences 1, 83-98.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from weights.completion import Completion, completed_matrix, principal
from weights.judgements import checked_matrix, separate_parts
from weights.random_index import DEFAULT_RANDOM_INDEX, RANDOM_INDICES, RandomIndex
from weights.refusal import refuse
from weights.tables import Floats

# Above this ratio Saaty advises to look at the judgements again.
ACCEPTABLE_RATIO = 0.10


@dataclass(frozen=True, slots=True, eq=False)
class PairwiseWeights:
    """Weights [n] that sum to 1, with how consistent the judgements behind them are.

    eigenvalue: the largest of the judgements' matrix; index: (eigenvalue - n) / (n - 1); ratio: index / random index,
    0 for one or two things, which cannot contradict each other; random_index: the table that the ratio was taken from.
    matrix [n, n]: the judgements with gaps filled; gaps: how many pairs were not judged.
    """

    weights: Floats
    eigenvalue: float
    index: float
    ratio: float
    random_index: RandomIndex
    matrix: Floats
    gaps: int

    @property
    def consistent(self) -> bool:
        """Whether the ratio is at most 0.10, Saaty's rule of thumb."""
        return self.ratio <= ACCEPTABLE_RATIO


def pairwise_weights(
    judgements: ArrayLike,
    random_index: RandomIndex = RANDOM_INDICES[DEFAULT_RANDOM_INDEX],
    completion: Completion = "harker",
    keys: Sequence[str] | None = None,
) -> PairwiseWeights:
    """Weights from judgements [n, n]: entry (i, j) says how many times as important i is as j, NaN: not judged.

    The weights are the right principal eigenvector, scaled to sum 1. The matrix must be positive and reciprocal, entry
    (j, i) = 1 / entry (i, j), and its judgements must connect all things. keys: their names, for sentences. Raises
    WeightsError; also for more things than the random index covers.
    """
    given = checked_matrix(judgements)
    size = given.shape[0]
    random = random_index.of(size)
    _refuse_separate_parts(given, keys or [f"thing {number}" for number in range(1, size + 1)])
    matrix = completed_matrix(given, completion)
    eigenvalue, weights = principal(matrix)
    # A consistent matrix has the eigenvalue n; rounding may put it an ulp below.
    index = max(0.0, (eigenvalue - size) / (size - 1)) if size > 1 else 0.0
    ratio = index / random if random > 0 else 0.0
    gaps = int(np.isnan(given).sum()) // 2
    return PairwiseWeights(weights, eigenvalue, index, ratio, random_index, matrix, gaps)


def _refuse_separate_parts(matrix: Floats, keys: Sequence[str]) -> None:
    parts = separate_parts(matrix)
    if len(parts) > 1:
        largest = max(parts, key=len)
        cut_off = ", ".join(f"'{keys[k]}'" for part in parts if part is not largest for k in part)
        rest = ", ".join(f"'{keys[k]}'" for k in largest)
        refuse(
            "judgements",
            f"No judgement connects {cut_off} with {rest}: compare at least one pair across, "
            "or nothing can be said about their weights.",
        )
