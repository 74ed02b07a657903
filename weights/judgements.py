"""Pairwise judgements as a matrix [n, n]: entry (i, j) says how many times as important i is as j, NaN: not judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from weights.refusal import refuse
from weights.sections import as_number
from weights.tables import Floats, as_table

# A ratio beyond a million is a slip of the pen, and far enough below what arithmetic can hold.
LARGEST_JUDGEMENT = 1e6
# The upper end of Saaty's scale: 9 is "extremely more important".
END_OF_SCALE = 9.0
RECIPROCAL_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Judgement:
    """`one` is `times` times as important as `other` (a third: 1/3)."""

    one: str
    other: str
    times: float


def judgement_matrix(keys: Sequence[str], judgements: Sequence[Judgement]) -> Floats:
    """The matrix [n, n] of `keys`; reciprocals and the diagonal are filled in, pairs not judged are NaN.

    Raises WeightsError for an unknown key, a pair that is judged twice, and a judgement that is no ratio above 0.
    """
    place = {key: index for index, key in enumerate(keys)}
    matrix = np.full((len(keys), len(keys)), np.nan)
    np.fill_diagonal(matrix, 1.0)
    for number, judgement in enumerate(judgements):
        one, other, where = judgement.one, judgement.other, f"judgements.{number}"
        if one not in place or other not in place or one == other:
            refuse(where, f"There is no pair of '{one}' and '{other}' to judge.")
        times = as_number(judgement.times)
        if times is None or not 1 / LARGEST_JUDGEMENT <= times <= LARGEST_JUDGEMENT:
            refuse(
                f"{where}.times",
                f"The judgement of '{one}' against '{other}' must be a number above 0, such as 3 or 0.2 "
                "(a millionth to a million).",
            )
        if not np.isnan(matrix[place[one], place[other]]):
            refuse(where, f"'{one}' and '{other}' are judged twice.")
        matrix[place[one], place[other]], matrix[place[other], place[one]] = times, 1 / times
    return matrix


def checked_matrix(judgements: ArrayLike) -> Floats:
    """The judgements as a matrix that is positive and reciprocal wherever it is not NaN; raises WeightsError."""
    matrix = as_table(judgements, "judgements", "The judgements must be a square table of numbers.", square=True)
    given = ~np.isnan(matrix)
    if ((matrix < 1 / LARGEST_JUDGEMENT) | (matrix > LARGEST_JUDGEMENT)).any():
        refuse("judgements", "Every judgement must be a number above 0 (a millionth to a million).")
    reciprocal = np.isclose(matrix * matrix.T, 1.0, rtol=0, atol=RECIPROCAL_TOLERANCE)
    if not (reciprocal == given).all() or not np.diag(given).all():
        refuse("judgements", "Judgements must be reciprocal: if A is 3 times as important as B, B is 1/3 of A.")
    return matrix


def combined_matrix(people: Sequence[ArrayLike]) -> Floats:
    """One matrix [n, n] for a group: of each pair the geometric mean of those who judged it.

    The geometric mean alone keeps reciprocals reciprocal and treats all people alike (Aczel and Saaty 1983, Journal of
    Mathematical Psychology 27, 93-102). Raises WeightsError for faulty matrices and for sizes that differ.
    """
    matrices = [checked_matrix(person) for person in people]
    if not matrices or len({matrix.shape for matrix in matrices}) != 1:
        refuse("judgements", "A group needs at least one person's judgements, all about the same things.")
    logarithms = np.log(np.array(matrices))
    given = ~np.isnan(logarithms)
    count = given.sum(axis=0)
    total = np.where(given, logarithms, 0.0).sum(axis=0)
    return np.where(count > 0, np.exp(total / np.maximum(count, 1)), np.nan)


def separate_parts(matrix: Floats) -> list[list[int]]:
    """The things in parts that no judgement connects, by their places; one part where all hang together."""
    given = ~np.isnan(matrix)
    parts: list[list[int]] = []
    unseen = set(range(matrix.shape[0]))
    while unseen:
        reached, frontier = set[int](), {min(unseen)}
        while frontier:
            reached |= frontier
            frontier = set(np.flatnonzero(given[sorted(frontier)].any(axis=0)).tolist()) - reached
        parts.append(sorted(reached))
        unseen -= reached
    return parts
