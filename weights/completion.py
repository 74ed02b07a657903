"""What judgements that were not made are taken to be, so that an incomplete matrix has weights all the same."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from weights.refusal import refuse
from weights.tables import Floats

Completion = Literal["harker", "least_eigenvalue"]
COMPLETIONS: tuple[Completion, ...] = ("harker", "least_eigenvalue")
_MOST_STEPS = 20_000
_SETTLED = 1e-12


def principal(matrix: Floats) -> tuple[float, Floats]:
    """The largest eigenvalue of a positive (or connected non-negative) matrix, and its eigenvector of sum 1."""
    values, vectors = np.linalg.eig(matrix)
    place = int(np.argmax(values.real))
    vector = np.abs(vectors[:, place].real)
    return float(values[place].real), vector / vector.sum()


def completed_matrix(matrix: Floats, completion: Completion) -> Floats:
    """The matrix [n, n] with its gaps (NaN) filled; the judgements given must connect all things.

    `harker`: a gap is w_i / w_j by the very weights that come out (Harker 1987, Mathematical Modelling 9, 353-360).
    `least_eigenvalue`: gaps are such that the judgements given look as consistent as they can (Bozoki, Fulop and Ronyai
    2010, Mathematical and Computer Modelling 52, 318-333). Where the judgements given do not contradict each other, the
    two agree. Raises WeightsError where the second does not settle.
    """
    gaps = np.isnan(matrix)
    if not gaps.any():
        return matrix
    filled = _filled_by_harker(matrix, gaps)
    return filled if completion == "harker" else _with_least_eigenvalue(filled, gaps)


def _filled_by_harker(matrix: Floats, gaps: NDArray[np.bool_]) -> Floats:
    """A gap becomes 0, and adds 1 to the diagonal of its row: that matrix has the weights of the filled one."""
    stand_in = np.where(gaps, 0.0, matrix) + np.diag(gaps.sum(axis=1).astype(np.float64))
    _, weights = principal(stand_in)
    return np.where(gaps, np.divide.outer(weights, weights), matrix)


def _with_least_eigenvalue(filled: Floats, gaps: NDArray[np.bool_]) -> Floats:
    """Fixed point of the condition that the eigenvalue stands still: x_ij^2 = (w_i v_j) / (w_j v_i).

    v is the left eigenvector. The eigenvalue is convex in the logarithms of the gaps, so this is its only minimum.
    """
    moved, steps = np.inf, 0
    while moved > _SETTLED:
        steps += 1
        if steps > _MOST_STEPS:
            refuse("judgements", "These judgements contradict each other too much to fill the gaps: judge more pairs.")
        _, right = principal(filled)
        _, left = principal(filled.T)
        ratio = np.sqrt(right / left)
        better = np.where(gaps, np.divide.outer(ratio, ratio), filled)
        moved = float(np.abs(np.log(better / filled)).max())
        filled = better
    return filled
