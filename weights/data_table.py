"""The table that data-driven methods read, rows of cases by columns of criteria, and what of it cannot be weighed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from weights.refusal import refuse
from weights.tables import Floats, as_table

# Relative to the largest value of a column: below this, a difference is rounding.
_CONSTANT = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class DataTable:
    """values [n, m]: finite, at least two rows, scaled as a whole to at most 1.

    costs [m]: columns of which less is better. varies [m]: columns that are not the same everywhere. A constant column
    tells apart nothing, and (ours) has the weight 0 by every method.
    """

    values: Floats
    costs: NDArray[np.bool_]
    varies: NDArray[np.bool_]

    def spread_out(self, weights: ArrayLike) -> Floats:
        """Weights of the columns that vary, by their sum, as weights [m] of all columns with 0 for the others.

        Raises WeightsError where all are 0.
        """
        part = np.asarray(weights, dtype=np.float64)
        if not part.sum() > 0:
            refuse("values", "The columns differ by so little that this method cannot tell it from nothing.")
        whole = np.zeros(self.varies.size)
        whole[self.varies] = part / part.sum()
        return whole


def data_table(values: ArrayLike, costs: Sequence[bool] | None = None) -> DataTable:
    """A checked table; raises WeightsError for what no method can take.

    That is: no table, fewer than two rows, a value that is missing or not finite, all columns constant.
    """
    table = as_table(values, "values", "The data must be a table of numbers, one row for each case.")
    if table.shape[0] < 2:  # noqa: PLR2004 - one case has no spread
        refuse("values", "Data-driven weights need at least two cases: one alone shows no differences.")
    if not np.isfinite(table).all():
        row, column = np.argwhere(~np.isfinite(table))[0]
        refuse("values", f"Row {row + 1} of column {column + 1} is missing or not finite; leave out one of the two.")
    flags = np.zeros(table.shape[1], dtype=bool) if costs is None else np.array(costs, dtype=bool)
    if flags.shape != (table.shape[1],):
        refuse("costs", "Say for every column whether less is better.")
    # Scaled by a power of two, which rounds nothing: squares and sums of huge or tiny values stay finite.
    table = np.ldexp(table, -int(np.frexp(np.abs(table).max())[1]))
    varies = np.ptp(table, axis=0) > _CONSTANT * np.abs(table).max(axis=0)
    if not varies.any():
        refuse("values", "Every column is the same everywhere: such data say nothing about weights.")
    return DataTable(table, flags, varies)


def require_at_least_0(values: Floats, method: str) -> None:
    """Refuse negative values, of which this method cannot take shares."""
    if (values < 0).any():
        column = int(np.argwhere(values < 0)[0, 1])
        sentence = f"{method} takes shares of each column's sum, and column {column + 1} has negative values."
        refuse(f"values.{column}", sentence)


def require_above_0(values: Floats, method: str) -> None:
    """Refuse values of 0 or less, by which this method would divide."""
    if (values <= 0).any():
        column = int(np.argwhere(values <= 0)[0, 1])
        refuse(f"values.{column}", f"{method} works on ratios, and column {column + 1} has values of 0 or less.")
