"""The header of a table (CSV or Parquet): which column means what, and how a row of cells reads as an observation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any

from lei.errors import LISTED_PROBLEMS, InvalidError, Problem
from lei.services.intake.observation_rows import IntakeCatalogue
from lei.services.words.names import printable
from lei.services.words.near_words import did_you_mean

Columns = Sequence[Sequence[Any]]
FIXED_COLUMNS = ("measure", "period", "value", "sample_size", "source")
REQUIRED_COLUMNS = FIXED_COLUMNS[:3]
# Stands in files of refused rows, and is skipped when they are sent again.
ERROR_COLUMN = "_error"
RETRACT = "null"
_LONGEST_WHOLE = 1000
_DIGITS = "0123456789"
_PLAIN_NUMBER = _DIGITS + "+-."

is_number = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII).fullmatch


def read_value(cell: str) -> float | None:
    """The number in a cell, None for the word that retracts; ValueError for what is not plainly either."""
    # Most cells are digits with a point, which is quicker seen than matched.
    if (cell.isascii() and cell.replace(".", "", 1).isdigit()) or is_number(cell):
        return float(cell)
    if cell == RETRACT:
        return None
    raise ValueError(cell)


def read_size(cell: str) -> int | None:
    """The whole number in a cell, None for an empty one; ValueError for what is not plainly either."""
    if not cell:
        return None
    if cell.isdecimal() and cell.isascii():
        return int(cell)
    raise ValueError(cell)


class TableHeader:
    """A checked header of a table of texts. place: column -> position; dimensions: the columns of dimensions.

    Raises InvalidError that names every column that is given twice, unknown or missing.
    """

    called = "header row"
    advice = "; columns are separated by commas"
    is_text = True

    def __init__(self, header: Sequence[str], catalogue: IntakeCatalogue) -> None:
        problems = [*_repeated(header), *_missing(header, self.advice), *_unknown(header, catalogue)]
        if problems:
            raise InvalidError(f"The {self.called} cannot be used: {problems[0].message}", problems)
        self.width = len(header)
        self.place = {name: at for at, name in enumerate(header)}
        self.dimensions = tuple(name for name in header if name not in (*FIXED_COLUMNS, ERROR_COLUMN))
        self._dimension_places = tuple(self.place[name] for name in self.dimensions)

    def dimension_cells(self) -> Callable[[Sequence[str]], tuple[str, ...]]:
        """A quick function that takes the cells of the dimensions out of a row."""
        places = self._dimension_places
        if len(places) > 1:
            return itemgetter(*places)
        return lambda row: tuple([row[at] for at in places])

    def dimension_rows(self, columns: Columns) -> Iterable[tuple[Any, ...]]:
        """The cells of the dimensions, row by row."""
        if not self.dimensions:
            return [()] * len(columns[0])
        return zip(*[columns[at] for at in self._dimension_places], strict=True)

    def names(self, columns: Columns, name: str) -> Sequence[Any]:
        """The cells of a column that holds names."""
        return columns[self.place[name]]

    def values(self, columns: Columns) -> list[float]:
        """The values, where all are plain numbers; else ValueError."""
        cells = columns[self.place["value"]]
        if "".join(cells).strip(_PLAIN_NUMBER):
            raise ValueError("value")
        return list(map(float, cells))

    def sizes(self, columns: Columns) -> list[int] | None:
        """The sample sizes, where all are plain whole numbers; None when there is no such column; else ValueError."""
        if "sample_size" not in self.place:
            return None
        cells = columns[self.place["sample_size"]]
        if "".join(cells).strip(_DIGITS):
            raise ValueError("sample_size")
        return list(map(int, cells))

    def record(self, row: Sequence[Any]) -> dict[str, Any]:
        """A row of cells as the object that it stands for; empty cells are left out."""
        record: dict[str, Any] = {name: row[self.place[name]] for name in FIXED_COLUMNS if name in self.place}
        record = {name: cell for name, cell in record.items() if cell}
        for name in ("value", "sample_size"):
            if name in record:
                record[name] = _number(record[name])
        if record.get("value") == RETRACT:
            record["value"] = None
        cells = {name: row[at] for name, at in zip(self.dimensions, self._dimension_places, strict=True)}
        return record | {"dimensions": {name: cell for name, cell in cells.items() if cell}}


class TypedHeader(TableHeader):
    """A checked header of a table whose cells have types, as those of Parquet do; None and "" are empty cells.

    Numbers are numbers here and texts are texts, as in JSON. Nothing in it retracts: programs write None for whatever
    they have no value for.
    """

    called = "columns"
    advice = ""
    is_text = False

    def dimension_rows(self, columns: Columns) -> Iterable[tuple[Any, ...]]:
        """The cells of the dimensions, row by row; ValueError when any is no text."""
        for name in self.dimensions:
            self.names(columns, name)
        return super().dimension_rows(columns)

    def names(self, columns: Columns, name: str) -> Sequence[Any]:
        """The cells of a column that holds names; ValueError when any is no text."""
        return _all_of(columns[self.place[name]], str, type(None))

    def values(self, columns: Columns) -> list[float]:
        """The values, where all are numbers; else ValueError."""
        return list(map(float, _all_of(columns[self.place["value"]], float, int)))

    def sizes(self, columns: Columns) -> list[int] | None:
        """The sample sizes, where all are whole numbers; None when there is no such column; else ValueError."""
        if "sample_size" not in self.place:
            return None
        return list(_all_of(columns[self.place["sample_size"]], int))

    def record(self, row: Sequence[Any]) -> dict[str, Any]:
        """A row of cells as the object that it stands for; empty cells are left out."""
        full = {name: row[at] for name, at in self.place.items() if row[at] is not None and row[at] != ""}
        record = {name: cell for name, cell in full.items() if name in FIXED_COLUMNS}
        return record | {"dimensions": {name: full[name] for name in self.dimensions if name in full}}


def _all_of(cells: Sequence[Any], *kinds: type) -> Sequence[Any]:
    if not set(map(type, cells)).issubset(kinds):
        raise ValueError(kinds)
    return cells


def _number(cell: str) -> float | int | str:
    if not is_number(cell):
        return cell
    # Whole numbers stay whole: 12 people are not 12.0 people.
    whole = len(cell) <= _LONGEST_WHOLE and cell.lstrip("+-").isdecimal()
    return int(cell) if whole else float(cell)


def _repeated(header: Sequence[str]) -> list[Problem]:
    twice = (name for name, count in Counter(header).items() if count > 1)
    return [
        Problem(printable(name), "repeated", f"The column '{printable(name)}' comes twice.")
        for name in islice(twice, LISTED_PROBLEMS)
    ]


def _unknown(header: Sequence[str], catalogue: IntakeCatalogue) -> list[Problem]:
    known = (*FIXED_COLUMNS, *sorted(catalogue.dimensions))
    problems = []
    unknown = (name for name in dict.fromkeys(header) if name not in known and name != ERROR_COLUMN)
    for name in islice(unknown, LISTED_PROBLEMS):
        hint = did_you_mean(printable(name), known) or f"columns are: {', '.join(known)}."
        shown = printable(name)
        problems.append(Problem(shown, "unknown_field", f"There is no column '{shown}'.", None, hint))
    return problems


def _missing(header: Sequence[str], advice: str) -> list[Problem]:
    return [
        Problem(name, "missing_field", f"The column '{name}' is missing{advice}.")
        for name in REQUIRED_COLUMNS
        if name not in header
    ]
