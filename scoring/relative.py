"""Scores by comparison within a sample: for analysis alone, because another unit or month changes everyone's score.

Every function takes values [...] and compares along one axis (default: the first), leaves missing values (NaN) out and
answers NaN for them and wherever a sample cannot tell its members apart. Higher values come out higher: for measures of
which less is better, turn the sign first (`oriented`). Formulas as in COINr for R and the OECD/JRC handbook (2008).
Whoever shows one of these scores shows RELATIVE_WARNING beside it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from scoring.arrays import Floats, as_floats
from scoring.errors import ScoringError

RELATIVE_WARNING = (
    "A relative score compares with the others in the sample: it moves when they do, and says nothing about the level."
)


def min_max(values: ArrayLike, axis: int = 0) -> Floats:
    """100 (x - min) / (max - min): 0 for the least, 100 for the greatest of the sample. Relative to the sample.

    COINr's "distance to the maximum" is the same on a scale of 0 to 1.
    """
    array = _sample(values)
    low, high = _least(array, axis), _greatest(array, axis)
    return _divided(100.0 * (array - low), high - low)


def z_score(values: ArrayLike, axis: int = 0) -> Floats:
    """(x - mean) / s with the sample deviation (n - 1), in spreads from the middle. Relative to the sample."""
    array = _sample(values)
    present = ~np.isnan(array)
    count = present.sum(axis=axis, keepdims=True)
    centred = array - _divided(np.where(present, array, 0.0).sum(axis=axis, keepdims=True), count)
    squares = np.where(present, centred, 0.0) ** 2
    spread = np.sqrt(_divided(squares.sum(axis=axis, keepdims=True), count - 1))
    return _divided(centred, spread)


def rank(values: ArrayLike, axis: int = 0) -> Floats:
    """Rank from 1 for the least; equal values share the lowest of their ranks. Relative to the sample."""
    array = np.moveaxis(_sample(values), axis, -1)
    ordered = np.sort(array, axis=-1)
    below = [np.searchsorted(row, sample) for row, sample in zip(_rows(ordered), _rows(array), strict=True)]
    ranks = np.array(below, dtype=np.float64).reshape(array.shape) + 1.0
    ranks[np.isnan(array)] = np.nan
    return np.moveaxis(ranks, -1, axis)


def percentile_rank(values: ArrayLike, axis: int = 0) -> Floats:
    """100 (rank - 1) / (n - 1): the percentage of the others that lie below. Relative to the sample."""
    ranks = rank(values, axis)
    others = (~np.isnan(ranks)).sum(axis=axis, keepdims=True) - 1
    return _divided(100.0 * (ranks - 1.0), others)


def borda(values: ArrayLike, axis: int = 0) -> Floats:
    """Borda points, rank - 1: how many of the others lie below. Relative to the sample."""
    return rank(values, axis) - 1.0


def fraction_of_greatest(values: ArrayLike, axis: int = 0) -> Floats:
    """100 x / max: percent of the greatest of the sample, which must be above 0 (else NaN). Relative to the sample."""
    array = _sample(values)
    return _divided(100.0 * array, _greatest(array, axis))


def distance_to_member(values: ArrayLike, member: int, axis: int = 0) -> Floats:
    """100 (x - min) / (r - min), at most 100: how much of the way from the least to a member r of the sample is done.

    member: its position on the axis. Where that member is the least itself, all above it are at 100 and the least have
    no answer (NaN); where it is missing, nobody has one. Relative to the sample.
    Raises ScoringError for a position that the axis does not have.
    """
    array = _sample(values)
    if not -array.shape[axis] <= member < array.shape[axis]:
        raise ScoringError(f"There is no member {member} in a sample of {array.shape[axis]}.")
    low, reference = _least(array, axis), np.take(array, [member], axis=axis)
    found = np.minimum(_divided(100.0 * (array - low), reference - low), 100.0)
    return np.where((reference == low) & (array > low), 100.0, found)


def distance_to_target(values: ArrayLike, target: float, axis: int = 0) -> Floats:
    """100 (x - min) / (target - min), at most 100: how much of the way from the least to the target is done.

    NaN where the least already reaches the target. Relative to the sample, by its least member.
    Raises ScoringError for a target that is not finite.
    """
    if not np.isfinite(target):
        raise ScoringError("The target must be a finite number.")
    array = _sample(values)
    low = _least(array, axis)
    return np.minimum(_divided(100.0 * (array - low), target - low), 100.0)


def oriented(values: ArrayLike, direction: Literal["higher_is_better", "lower_is_better"]) -> Floats:
    """The values with the sign under which higher is better. Raises ScoringError for another direction."""
    if direction not in ("higher_is_better", "lower_is_better"):
        raise ScoringError("Values can be compared when higher or lower is better; score targets by goalposts first.")
    array = as_floats(values, "values")
    return -array if direction == "lower_is_better" else array


RELATIVE: dict[str, Callable[[ArrayLike, int], Floats]] = {
    "min_max": min_max,
    "z_score": z_score,
    "rank": rank,
    "percentile_rank": percentile_rank,
    "borda": borda,
    "fraction_of_greatest": fraction_of_greatest,
}


def _sample(values: ArrayLike) -> Floats:
    array = as_floats(values, "values")
    if not array.ndim:
        raise ScoringError("A comparison needs a sample: at least one axis.")
    if np.isinf(array).any():
        raise ScoringError("A value is infinite; a missing value is NaN.")
    return array


def _least(array: Floats, axis: int) -> Floats:
    return np.asarray(np.fmin.reduce(array, axis=axis, keepdims=True, initial=np.nan), dtype=np.float64)


def _greatest(array: Floats, axis: int) -> Floats:
    return np.asarray(np.fmax.reduce(array, axis=axis, keepdims=True, initial=np.nan), dtype=np.float64)


def _divided(parts: Floats, whole: ArrayLike) -> Floats:
    """parts / whole, and NaN where the whole is not above 0: nothing to compare with."""
    divisor = np.broadcast_to(np.asarray(whole, dtype=np.float64), parts.shape)
    found = np.divide(parts, divisor, out=np.full(parts.shape, np.nan), where=divisor > 0)
    return np.asarray(found, dtype=np.float64)


def _rows(array: Floats) -> Floats:
    """The samples one below the other; an empty one, whose length numpy could not divide by, is a row too."""
    return array.reshape(math.prod(array.shape[:-1]), array.shape[-1])
