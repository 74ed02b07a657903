"""Refuses numbers that no statistic can use, before one is computed from them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lei.errors import InvalidError
from lei.evidence.estimate import Floats

# Squares of larger numbers, and sums of them, leave the range of floating point.
LARGEST = 1e100
# Values that differ by less than this share of their size differ by rounding alone.
ROUNDING = 1e-12


def number(name: str, value: float) -> float:
    """`value` as a float; InvalidError for what is not finite or beyond LARGEST."""
    if not abs(value) <= LARGEST:
        raise InvalidError(f"The {name} must be a finite number, and it is {value}.")
    return float(value)


def count(name: str, value: float, smallest: float = 0) -> float:
    """`value` as a float; InvalidError for what is not finite or below `smallest`."""
    if number(name, value) < smallest:
        raise InvalidError(f"The {name} must be {smallest:g} or more, and it is {value:g}.")
    return float(value)


def series(name: str, values: ArrayLike) -> Floats:
    """A copy of `values` as a row of floats [N], NaN where one is missing; InvalidError for what is no such row."""
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidError(f"The {name} must be numbers.") from error
    if array.ndim != 1:
        raise InvalidError(f"The {name} must be one row of numbers, and they have {array.ndim} dimensions.")
    if (np.abs(array[~np.isnan(array)]) > LARGEST).any():
        raise InvalidError(f"The {name} must be finite numbers, and one of them is infinite or too large.")
    return array


def same_length(name: str, first: Floats, second: Floats) -> None:
    """InvalidError where two rows that belong together are not equally long."""
    if first.shape != second.shape:
        raise InvalidError(f"The {name} must be equally many, and there are {first.size} and {second.size}.")


def varies(values: Floats) -> bool:
    """Whether values (without NaN) differ by more than rounding; no value and one value do not vary."""
    return values.size > 1 and bool(np.ptp(values) > ROUNDING * np.abs(values).max())
