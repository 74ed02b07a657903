"""What judgements that were not made are taken to be, so that an incomplete matrix has weights all the same."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from weights.refusal import refuse
from weights.tables import Floats

Completion = Literal["harker", "least_eigenvalue"]
COMPLETIONS: tuple[Completion, ...] = ("harker", "least_eigenvalue")
_MOST_STEPS = 500
_SETTLED = 1e-9
_ROUNDING = 1e-13
# No ratio of weights is further from 1 than this, as a logarithm: a chain of 14 judgements of a million.
_FURTHEST = 200.0


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
    """Where the eigenvalue stands still: a gap is r_i / r_j with r^2 = w / v, and v the left eigenvector.

    The eigenvalue is convex in the logarithms of the gaps, so this is its only minimum. The way from log r as it is to
    log r as it should be always leads downhill; it is lengthened by the inverse of I - L / n, with L the Laplacian of
    the gaps, which makes it Newton's step where judgements do not contradict each other.
    """
    size = len(filled)
    laplacian = np.diag(gaps.sum(axis=1)) - gaps.astype(np.float64)
    gain = np.linalg.inv(np.eye(size) - laplacian / size)
    potential = np.log(principal(filled)[1])
    balanced = _balanced(filled, gaps, potential)
    for _ in range(_MOST_STEPS):
        eigenvalue, right = principal(balanced)
        way = np.log(right / principal(balanced.T)[1]) / 2.0
        way -= way.mean()
        if np.abs(way).max() < _SETTLED:
            return np.where(gaps, np.exp(_apart(potential)), filled)
        for step in (gain @ way, way, way / 2.0, way / 8.0, way / 64.0):
            balanced = _balanced(filled, gaps, potential + step)
            if principal(balanced)[0] <= eigenvalue * (1.0 + _ROUNDING):
                break
        potential = potential + step
    return refuse("judgements", "These judgements contradict each other too much to fill the gaps: judge more pairs.")


def _balanced(matrix: Floats, gaps: NDArray[np.bool_], potential: Floats) -> Floats:
    """a_ij r_j / r_i, and 1 in the gaps: the same eigenvalue, and eigenvectors w / r and v r of much the same size."""
    return np.where(gaps, 1.0, matrix * np.exp(-_apart(potential)))


def _apart(potential: Floats) -> Floats:
    apart: Floats = np.clip(np.subtract.outer(potential, potential), -_FURTHEST, _FURTHEST)
    return apart
