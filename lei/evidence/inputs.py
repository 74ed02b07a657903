"""What may enter a statistic: finite numbers in arrays that fit together, and errors that are not zero.

Numbers that a person hands in, and whose refusal must name the field at fault, are those of `number_checks`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lei.errors import InvalidError
from lei.evidence.estimate import Floats
from lei.language import _

# No KPI is larger; squares and sums of squares of what is smaller stay within the range of floats.
LARGEST = 1e100
# Sums of floats that are equal on paper differ by some ulps: below this share of the data's size a number is zero.
ROUNDING = 1e-12


def number(value: float, name: str) -> float:
    """`value` as a float; InvalidError for what is not finite or beyond LARGEST."""
    if not abs(value) <= LARGEST:
        raise InvalidError(f"The {name} must be a finite number, and it is {value}.")
    return float(value)


def count(value: float, name: str) -> float:
    """`value` as a float; InvalidError for what is not finite or below 0."""
    if number(value, name) < 0:
        raise InvalidError(f"The {name} must be 0 or more, and it is {value:g}.")
    return float(value)


def finite(values: ArrayLike, name: str, dimensions: int = 1) -> Floats:
    """A copy of `values` as float64 of so many dimensions; InvalidError for anything else, and for NaN and infinity."""
    array = _numbers(values, name, dimensions)
    if np.isnan(array).any():
        raise InvalidError(f"The {name} must be finite numbers, without gaps.")
    return array


def series(values: ArrayLike, name: str) -> Floats:
    """A copy of `values` as a row of floats [N], NaN where one is missing; InvalidError for what is no such row."""
    return _numbers(values, name, dimensions=1)


def same_length(first: Floats, second: Floats, name: str) -> None:
    """InvalidError where two rows that belong together are not equally long."""
    if first.shape != second.shape:
        raise InvalidError(f"The {name} must be equally many, and there are {first.size} and {second.size}.")


def varies(values: Floats) -> bool:
    """Whether values (without NaN) differ by more than rounding; no value and one value do not vary."""
    return values.size > 1 and bool(np.ptp(values) > ROUNDING * np.abs(values).max())


def refuse_no_error(standard_error: float, told: str) -> None:
    """InvalidError that tells this for a standard error of zero: an interval without width claims too much."""
    if not standard_error > 0:
        raise InvalidError(_(told))


def without_rounding(number: float, size: float) -> float:
    """`number`, or 0 where it is nothing but rounding of numbers of that `size`."""
    return 0.0 if abs(number) <= ROUNDING * size else number


def _numbers(values: ArrayLike, name: str, dimensions: int) -> Floats:
    """Finite numbers and NaN."""
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidError(f"The {name} must be numbers.") from error
    if array.ndim != dimensions:
        raise InvalidError(f"The {name} must be numbers in {'a list' if dimensions == 1 else 'a table'}.")
    if (np.abs(array) > LARGEST).any():
        raise InvalidError(f"The {name} must be finite numbers, and one of them is infinite or too large.")
    return array
