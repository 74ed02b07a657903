"""What may enter a statistic: finite numbers in arrays that fit together, and errors that are not zero."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lei.errors import InvalidError
from lei.evidence.estimate import Floats

# Sums of floats that are equal on paper differ by some ulps: below this share of the data's size a number is zero.
NEGLIGIBLE = 1e-12
# No KPI is larger; squares and sums of squares of what is smaller stay within the range of floats.
LARGEST = 1e100


def finite(values: ArrayLike, name: str, dimensions: int = 1) -> Floats:
    """`values` as float64 of so many dimensions; InvalidError for anything else, and for NaN and infinity."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidError(f"The {name} must be numbers.") from error
    if array.ndim != dimensions:
        raise InvalidError(f"The {name} must be numbers in {'a list' if dimensions == 1 else 'a table'}.")
    if not (np.abs(array) <= LARGEST).all():
        raise InvalidError(f"The {name} must be finite numbers, without gaps.")
    return array


def refuse_no_error(standard_error: float, what: str) -> None:
    """InvalidError for a standard error of zero: an interval without width would claim what nobody can know."""
    if not standard_error > 0:
        raise InvalidError(
            f"The {what} do not differ from each other within the groups, so nothing shows how sure the difference is."
        )


def without_rounding(number: float, size: float) -> float:
    """`number`, or 0 where it is nothing but rounding of numbers of that `size`."""
    return 0.0 if abs(number) <= NEGLIGIBLE * size else number
