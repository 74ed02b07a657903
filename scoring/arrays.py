"""Checked arrays: what may enter the engine, and in pieces of what size it is worked off."""

from __future__ import annotations

from collections.abc import Iterator
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.errors import ScoringError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# A block of a few hundred kilobytes stays in the processor's cache through all steps of a calculation, so that large
# cubes need little memory beside their input and each number is fetched once.
BLOCK_ITEMS = 1 << 16


def as_floats(values: ArrayLike, name: str) -> Floats:
    """`values` as float64; ScoringError for anything but numbers. NaN, and None in its place, means missing.

    Texts and truth values are no numbers, whatever stands beside them.
    """
    try:
        array = np.asarray(values)
        if _holds_numbers(array) and not _holds_truth_value(values):
            return array.astype(np.float64, copy=False)
    except (TypeError, ValueError, OverflowError) as error:
        raise ScoringError(f"The {name} must be numbers in a rectangular array.") from error
    raise ScoringError(f"The {name} must be numbers in a rectangular array.")


def as_weights(values: ArrayLike, name: str = "weights", groups: NDArray[np.intp] | None = None) -> Floats:
    """One-dimensional, finite, non-negative weights of which at least one is above 0; else ScoringError.

    Only ratios among siblings count, so the weights of each group (default: all are one) are scaled to at most 1: sums
    of huge or tiny weights then stay within the range of floats. A power of two does it, which rounds nothing: scores
    that are whole numbers on paper, and so on a border between bands, stay exactly there.
    """
    weights = as_floats(values, name)
    if weights.ndim != 1 or not weights.size:
        raise ScoringError(f"The {name} must be a list of numbers, one for each child.")
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise ScoringError(f"The {name} must be finite numbers of 0 or more.")
    if not weights.any():
        raise ScoringError(f"At least one of the {name} must be greater than 0.")
    index = np.zeros(weights.size, dtype=np.intp) if groups is None else groups
    if index.shape != weights.shape:
        raise ScoringError(f"There must be one group for each of the {name}.")
    largest = np.zeros(index.max() + 1)
    np.maximum.at(largest, index, weights)
    return np.asarray(np.ldexp(weights, -np.frexp(largest)[1][index]), dtype=np.float64)


def check_scores(scores: Floats) -> None:
    """Raises ScoringError when a score lies outside 0..100 (NaN, a missing score, is allowed)."""
    low, high = np.fmin.reduce(scores, axis=None, initial=np.nan), np.fmax.reduce(scores, axis=None, initial=np.nan)
    if low < 0 or high > 100:  # noqa: PLR2004 - the scale of a score
        raise ScoringError(f"Scores lie between 0 and 100; found {low:g} to {high:g}.")


def as_scores(scores: ArrayLike, width: int, name: str = "scores") -> Floats:
    """Scores of shape [..., width]; raises ScoringError for another shape. Their range is checked block by block."""
    array = as_floats(scores, name)
    if not array.ndim or array.shape[-1] != width:
        raise ScoringError(f"The {name} have the shape {array.shape}; the last axis must have {width} entries.")
    return array


def row_blocks(rows: int, width: int) -> Iterator[slice]:
    """Slices that cut `rows` rows of `width` numbers into blocks which fit the cache."""
    step = max(1, BLOCK_ITEMS // max(1, width))
    for start in range(0, rows, step):
        yield slice(start, min(start + step, rows))


def _holds_numbers(array: NDArray[Any]) -> bool:
    if array.dtype.kind == "O":  # None stands among them, or integers too large for numpy
        return all(each is None or (isinstance(each, Real) and not isinstance(each, bool)) for each in array.flat)
    return array.dtype.kind in "fiu"


def _holds_truth_value(values: ArrayLike) -> bool:
    """Whether a list holds True or False, which numpy would take for 1 and 0 as soon as a number stands beside them."""
    if not isinstance(values, list | tuple):
        return False
    return any(isinstance(each, bool | np.bool_) or _holds_truth_value(each) for each in values)


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """The same array, from now on read-only: results and trees are shared, never changed in place."""
    array.setflags(write=False)
    return array
