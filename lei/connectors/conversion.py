"""What comes out of an import before anything is stored: the observations, and the account of every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One value (or one whole row, `column` empty) that could not be read. `line` is its line in the file."""

    file: str
    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class FileCount:
    """The rows of one file: `rows` = `used` + `unreadable` + `repeated` (the same row with the same key again)."""

    file: str
    input: str
    rows: int
    used: int
    unreadable: int
    repeated: int


@dataclass(frozen=True, slots=True)
class StepCount:
    """The rows that a step left out of a table, or (`lookup`) did not find in the other table."""

    table: str
    step: str
    rows_before: int
    rows: int
    lookup: bool


@dataclass(frozen=True, slots=True)
class MeasureCount:
    """What became of a table's rows in one `[[observations]]`.

    `rows` = `counted` + `left_out` (by its own conditions) + `unplaced` (without a month or a dimension value).
    `without_result` counts groups that have no value: nothing in the denominator, a first mean at the ceiling.
    """

    measure: str
    table: str
    rows: int
    counted: int
    left_out: int
    unplaced: int
    observations: int
    without_result: int


@dataclass(frozen=True, slots=True)
class Conversion:
    """The observations (records in the shape of the API) and the account of all rows that they were made from."""

    records: tuple[Mapping[str, Any], ...]
    files: tuple[FileCount, ...]
    unreadable: tuple[Unreadable, ...]
    steps: tuple[StepCount, ...]
    measures: tuple[MeasureCount, ...]
    notes: tuple[str, ...]
