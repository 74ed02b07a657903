"""Reads a table of numbers out of whatever was given, or refuses it with a sentence."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from weights.refusal import refuse

Floats = NDArray[np.float64]


def as_table(given: ArrayLike, field: str, sentence: str, *, square: bool = False) -> Floats:
    """The numbers [n, m] with at least one row and column; raises WeightsError for anything else."""
    try:
        table = np.array(given, dtype=np.float64)
    except (TypeError, ValueError):
        refuse(field, sentence)
    if table.ndim != 2 or not table.size or (square and table.shape[0] != table.shape[1]):  # noqa: PLR2004 - a table
        refuse(field, sentence)
    return table
