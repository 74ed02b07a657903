"""Numbers that people or files hand in, refused with a sentence and the field at fault; see also `inputs`."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from lei.errors import InvalidError, Problem
from lei.evidence.estimate import Floats

# Beyond it a number is a slip of the pen, and its products would leave the range of floats.
MOST_AMOUNT = 1e15


def checked_number(value: float, field: str, name: str, least: float = -math.inf, most: float = math.inf) -> float:
    """`value`, which lies between `least` and `most`, both included.

    name: what it is, as a sentence begins with it. Raises InvalidError for anything else, also for NaN and infinity.
    """
    if math.isfinite(value) and least <= value <= most:
        return float(value)
    raise refusal(field, f"{name} is {value:g}; give {_wanted(least, most)}.")


def checked_positive(value: float, field: str, name: str, most: float = math.inf) -> float:
    """`value`, which is above 0 and at most `most`. Raises InvalidError for anything else."""
    if math.isfinite(value) and 0 < value <= most:
        return float(value)
    limit = "" if math.isinf(most) else f" and at most {most:g}"
    raise refusal(field, f"{name} is {value:g}; give a number above 0{limit}.")


def checked_series(values: ArrayLike, field: str, name: str) -> Floats:
    """`values` [T] of consecutive months as floats, NaN where a month has none. Raises InvalidError for huge values."""
    series = np.asarray(values, dtype=np.float64)
    if series.ndim != 1:
        raise refusal(field, f"{name} needs one value for each month, in one row.")
    if (np.abs(series) > MOST_AMOUNT).any():
        text = f"{name} has a value that is infinite or beyond {MOST_AMOUNT:g}; a month without a value is left empty."
        raise refusal(field, text)
    return series


def refusal(field: str, text: str) -> InvalidError:
    """The error that names one field at fault."""
    return InvalidError(text, [Problem(field, "out_of_range", text)])


def _wanted(least: float, most: float) -> str:
    if math.isinf(most):
        return "a number" if math.isinf(least) else f"a number of {least:g} or more"
    return f"a number from {least:g} to {most:g}"
