"""What a recipe is: which columns of which files mean what, and which observations come out of them.

A recipe is data, never code. These are its parts as they stand in the TOML file (docs/recipes.md explains each field);
every part refuses fields that it does not know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import msgspec

from lei.catalog.measure import Measure

Type = Literal["text", "number", "integer", "date"]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all parts: fixed once read, and no field beyond those named."""


class Column(Part, frozen=True, kw_only=True):
    """One column of an input. `source` (written `from`) is its heading in the file, or its position from 1."""

    source: str | int = msgspec.field(name="from")
    type: Type = "text"
    format: str | None = None
    required: bool = False
    default: str | None = None


class Wide(Part, frozen=True, kw_only=True):
    """A file with groups of columns side by side, one group for each thing: `values` names the columns of one group.

    The groups stand after the `skip_first` first and before the `skip_last` last columns; the heading of a group's
    first column becomes the value of the new column `name`.
    """

    skip_first: int
    name: str
    values: tuple[str, ...]
    skip_last: int = 0


class Input(Part, frozen=True, kw_only=True):
    """One kind of file: how its name looks, how it is written, and the columns to take from it.

    `key` names the columns that tell its rows apart: the same row again counts once, two different rows with the same
    key are unreadable, both of them, for nobody can know which is right.
    """

    files: str
    columns: dict[str, Column]
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    header_line: int = 1
    decimal: Literal[".", ","] = "."
    missing: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    wide: Wide | None = None


class Condition(Part, frozen=True, kw_only=True):
    """One thing that must hold of a row. Exactly one of the comparisons is given.

    `below`, `above`, `at_most` and `at_least` take a number, a date or `{column = "..."}`; they never hold where a
    side is missing. A missing value is not any text: `is_not` and `none_of` hold for it.
    """

    column: str
    equals: str | float | None = msgspec.field(name="is", default=None)
    is_not: str | float | None = None
    one_of: tuple[str, ...] | None = None
    none_of: tuple[str, ...] | None = None
    present: bool | None = None
    below: Any = None
    above: Any = None
    at_most: Any = None
    at_least: Any = None

    COMPARISONS: ClassVar[tuple[str, ...]] = (
        "equals", "is_not", "one_of", "none_of", "present", "below", "above", "at_most", "at_least",
    )  # fmt: skip

    @property
    def comparisons(self) -> list[str]:
        """The names of the comparisons that are given; a checked condition has one."""
        return [name for name in self.COMPARISONS if getattr(self, name) is not None]


Conditions = tuple[Condition, ...]


class Join(Part, frozen=True, kw_only=True):
    """Look the row up in another table and take columns from there; a row that is not found keeps them missing."""

    join: str
    on: tuple[str, ...]
    take: tuple[str, ...]


class MapValues(Part, frozen=True, kw_only=True):
    """A new column from the values of another one; `otherwise` says what becomes of a value that is not listed."""

    column: str
    map: str
    to: dict[str, Any]
    otherwise: Literal["refuse", "keep", "missing"] = "refuse"


class AddDays(Part, frozen=True, kw_only=True):
    """A new date: another date and a number of days."""

    column: str
    date: str
    plus_days: str


class CountDays(Part, frozen=True, kw_only=True):
    """A new number: the days from one date to another."""

    column: str
    days_from: str
    until: str


class Keep(Part, frozen=True, kw_only=True):
    """Go on with the rows for which the conditions hold; the others are counted under the name `keep`."""

    keep: str
    where: Conditions


Step = Join | MapValues | AddDays | CountDays | Keep
STEPS: dict[str, type[Step]] = {
    "join": Join, "map": MapValues, "plus_days": AddDays, "days_from": CountDays, "keep": Keep,
}  # fmt: skip


class Table(Part, frozen=True, kw_only=True):
    """Rows to count: those of an input or of an earlier table, led through the steps in their order."""

    source: str = msgspec.field(name="from")
    steps: tuple[dict[str, Any], ...] = ()


class Check(Part, frozen=True, kw_only=True):
    """Something odd in the data that is no error: the rows for which the conditions hold are counted in a note."""

    table: str
    note: str
    where: Conditions


class Amount(Part, frozen=True, kw_only=True):
    """A part of a ratio: the number of rows (`rows`: "all" or conditions) or the sum of a column, `times` a factor."""

    rows: Literal["all"] | Conditions | None = None
    sum: str | None = None
    where: Conditions = ()
    times: float = 1.0


class Observed(Part, frozen=True, kw_only=True):
    """What all observations have: the measure, the table, when (a date column's month, or a fixed period), by what.

    `by` is a list of dimensions, or a list of such lists to send several groupings; a dimension is a column of that
    name.
    """

    measure: str
    table: str
    formula: str
    by: tuple[tuple[str, ...], ...] = ((),)
    where: Conditions = ()
    month: str | None = None
    period: str | None = None


class Count(Observed, frozen=True, kw_only=True):
    """The number of rows."""


class Sum(Observed, frozen=True, kw_only=True):
    """The sum of a column; the sample size is the number of rows that have a value."""

    of: str


class Mean(Observed, frozen=True, kw_only=True):
    """The mean of a column over the rows that have a value; their number is the sample size."""

    of: str


class Ratio(Observed, frozen=True, kw_only=True):
    """`times` * numerator / denominator; the denominator is the sample size, so that roll-ups are exact."""

    numerator: Amount
    denominator: Amount
    times: float = 1.0


class MatchedGain(Observed, frozen=True, kw_only=True):
    """Normalized gain of groups: 100 * (mean last - mean first) / (100 - mean first) over persons with two values.

    Source: Hake 1998. First and last are by the columns of `order`; the sample size is the number of pairs. A group
    whose first mean is at or over `ceiling` has no gain to measure.
    """

    of: str
    person: tuple[str, ...]
    order: tuple[str, ...]
    ceiling: float = 100.0


class Kept(Observed, frozen=True, kw_only=True):
    """Percent of those there on the first day of a window of months who did not leave by its last day.

    There on the first day: `entered` before it, `left` missing or not before it. One observation for each month from
    `first_month` to `last_month`, the last month of its window; the sample size is the number there at the start.
    """

    entered: str
    left: str
    first_month: str
    last_month: str
    window_months: int = 12


FORMULAS: dict[str, type[Observed]] = {
    "count": Count, "sum": Sum, "mean": Mean, "ratio": Ratio, "matched_gain": MatchedGain, "kept": Kept,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """A table whose steps have been told apart by their kind."""

    source: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """A whole recipe, checked: everything it refers to exists and has a type that fits."""

    name: str
    title: str
    source: str
    inputs: dict[str, Input]
    tables: dict[str, CheckedTable]
    checks: tuple[Check, ...]
    observations: tuple[Observed, ...]
    measures: tuple[Measure, ...]
