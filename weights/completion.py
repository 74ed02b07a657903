"""What judgements that were not made are taken to be, so that an incomplete matrix has weights all the same."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from weights.tables import Floats

Completion = Literal["harker", "least_eigenvalue"]
COMPLETIONS: tuple[Completion, ...] = ("harker", "least_eigenvalue")
# Judgements between 1/9 and 9 take fewer than ten, such that contradict each other by millions up to thirty.
_MOST_STEPS = 100
# Relative to the eigenvalue: a step that leads down by less than this was the last one.
_SETTLED = 1e-13


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
    two agree.
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
    """Newton's method over the logarithms of the gaps: the eigenvalue is convex in them, so there is one minimum.

    Each step is made on the matrix a_ij w_j / w_i, which has the same eigenvalue and the right eigenvector 1.
    """
    places = np.nonzero(np.triu(gaps))
    balanced, potential = filled, np.zeros(len(filled))
    for _ in range(_MOST_STEPS):
        eigenvalue, right = principal(balanced)
        balanced = balanced * right / right[:, np.newaxis]
        potential += np.log(right)
        step, fall = _newton_step(balanced, eigenvalue, places)
        balanced[places] *= np.exp(step)
        balanced.T[places] = 1.0 / balanced[places]
        if fall < _SETTLED * eigenvalue:
            break
    return np.where(gaps, balanced * np.exp(np.subtract.outer(potential, potential)), filled)


def _newton_step(balanced: Floats, eigenvalue: float, places: tuple[NDArray[np.intp], ...]) -> tuple[Floats, float]:
    """What to add to the logarithms of the gaps at `places` (rows i, columns j), and twice what it gains.

    With the left eigenvector v of sum 1, the slope for a gap a is v_i a - v_j / a. The curvature for two gaps is v A S
    B 1 + v B S A 1, with A and B the matrix's slopes and S the inverse of (eigenvalue - matrix) on all but the
    eigenvector: second-order perturbation. For a gap and itself v_i a + v_j / a is added.
    """
    rows, columns = places
    size, count = len(balanced), np.arange(rows.size)
    left = principal(balanced.T)[1]
    # Added to every row, v is the projection on the eigenvector.
    inverse = np.linalg.inv(eigenvalue * np.eye(size) - balanced + left) - left
    above, below = left[rows] * balanced[rows, columns], left[columns] * balanced[columns, rows]
    from_left, to_right = np.zeros((rows.size, size)), np.zeros((size, rows.size))
    from_left[count, columns], from_left[count, rows] = above, -below
    to_right[rows, count], to_right[columns, count] = balanced[rows, columns], -balanced[columns, rows]
    curvature = from_left @ inverse @ to_right
    curvature += curvature.T + np.diag(above + below)
    step = np.asarray(np.linalg.solve(curvature, below - above), dtype=np.float64)
    return step, float((below - above) @ step)
