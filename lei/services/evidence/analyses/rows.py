"""Rows that came with a request, as columns: what the statistics are computed from, and forgotten with the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lei.errors import InvalidError, Problem
from lei.evidence.estimate import Bools, Floats, Ints

TREATED = "treated"


@dataclass(frozen=True, slots=True)
class Rows:
    """N rows of one shape. columns: by name, N values each, None where a row has none; whatever is there was checked.

    months: whether periods were written as months, so that their numbers are ordinals.
    """

    shape: str
    count: int
    columns: Mapping[str, Sequence[Any]]
    months: bool = False

    def has(self, name: str) -> bool:
        """Whether any row has a value of that column."""
        return any(value is not None for value in self.columns.get(name, ()))

    def numbers(self, name: str) -> Floats:
        """A column [N] as numbers, NaN where a row has none."""
        return np.array([np.nan if value is None else value for value in self.columns[name]], dtype=np.float64)

    def texts(self, name: str) -> tuple[str, ...]:
        """A column [N] as texts, empty where a row has none."""
        return tuple("" if value is None else str(value) for value in self.columns[name])

    def periods(self) -> Ints:
        """The periods [N]."""
        return np.array(self.columns["period"], dtype=np.int64)

    def treated(self) -> Bools:
        """Which rows [N] are of the group with the program."""
        return np.array([value == TREATED for value in self.columns["group"]], dtype=np.bool_)

    def with_values(self, name: str) -> Rows:
        """Only the rows that have a value of that column."""
        kept = [place for place, value in enumerate(self.columns[name]) if value is not None]
        columns = {key: [values[place] for place in kept] if values else [] for key, values in self.columns.items()}
        return Rows(self.shape, len(kept), columns, self.months)

    def table(self, name: str) -> tuple[tuple[str, ...], Floats]:
        """The names [K] of a column of named numbers, and the numbers [N, K]; none where no row has any."""
        found = [value or {} for value in self.columns[name]]
        names = tuple(dict.fromkeys(key for value in found for key in value))
        cells = [[np.nan if value.get(key) is None else value[key] for key in names] for value in found]
        return names, np.array(cells, dtype=np.float64).reshape(self.count, len(names))


def all_have(rows: Rows, name: str) -> bool:
    """Whether a column that may be left out is there in every row, or in none.

    Raises InvalidError with the first row that differs from the others.
    """
    if not rows.has(name):
        return False
    for place, value in enumerate(rows.columns[name], start=1):
        if value is None:
            text = f"Give '{name}' in every row or in none; row {place} has none."
            raise InvalidError(text, [Problem(name, "required", text, row=place)])
    return True
