"""Reads a table of numbers out of whatever was given, or refuses it with a sentence."""

from __future__ import annotations

from numbers import Real

import numpy as np
from numpy.typing import ArrayLike, NDArray

from weights.refusal import refuse

Floats = NDArray[np.float64]


def as_table(given: ArrayLike, field: str, sentence: str, *, square: bool = False) -> Floats:
    """The numbers [n, m] with at least one row and column; raises WeightsError for anything else.

    Texts and truth values are no numbers; None is a gap (NaN).
    """
    try:
        cells = np.array(given, dtype=object)
        if not all(each is None or (isinstance(each, Real) and not isinstance(each, bool)) for each in cells.flat):
            refuse(field, sentence)
        table = cells.astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        refuse(field, sentence)
    if table.ndim != 2 or not table.size or (square and table.shape[0] != table.shape[1]):  # noqa: PLR2004 - a table
        refuse(field, sentence)
    return table
