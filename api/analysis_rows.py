"""The rows of an analysis: which columns each method takes, and what is wrong with rows that do not fit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from lei.errors import InvalidError, Problem
from lei.periods import Grain, parse_period
from lei.services.evidence.analyses.rows import Rows

MOST_ROWS = 50_000
MOST_NAMES = 50
LARGEST = 1e15
_LONGEST_TEXT = 200
_MOST_PROBLEMS = 100
_LATEST_PERIOD = 100_000
GROUPS = ("treated", "comparison")

Kind = Literal["text", "number", "whole", "group", "period", "numbers"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of rows. maybe_null: its number may be missing in a row. optional: the column may be left out."""

    name: str
    kind: Kind
    optional: bool = False
    maybe_null: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """One way to give the rows of a method. A method with several ways takes the first whose required columns fit."""

    name: str
    columns: tuple[Column, ...]

    @property
    def required(self) -> frozenset[str]:
        """The columns that every row has."""
        return frozenset(column.name for column in self.columns if not column.optional)


_GROUP, _N = Column("group", "group"), Column("n", "number", optional=True)
_CLUSTER = Column("cluster", "text", optional=True)
_UNIT, _PERIOD = Column("unit", "text"), Column("period", "period")
_VALUE, _MAYBE_VALUE = Column("value", "number"), Column("value", "number", maybe_null=True)
_COUNTS = (Column("count", "whole"), Column("n", "whole"))
_MEANS = (Column("mean", "number"), Column("sd", "number"), Column("n", "whole"))
_REGRESSION = (
    _UNIT,
    _PERIOD,
    _MAYBE_VALUE,
    Column("treatment", "number", maybe_null=True),
    Column("controls", "numbers", optional=True, maybe_null=True),
)
_RELATED = (Column("measure", "number", maybe_null=True), Column("kpi", "number", maybe_null=True))
SHAPES: Mapping[str, tuple[Shape, ...]] = MappingProxyType(
    {
        "randomized_comparison": (
            Shape("persons", (_GROUP, _MAYBE_VALUE, Column("covariates", "numbers", optional=True), _CLUSTER)),
            Shape("means", (_GROUP, *_MEANS)),
            Shape("counts", (_GROUP, *_COUNTS)),
        ),
        "matched_comparison": (Shape("persons", (_GROUP, _VALUE, Column("covariates", "numbers"))),),
        "difference_in_differences": (Shape("units", (_UNIT, _PERIOD, _MAYBE_VALUE, _GROUP, _N, _CLUSTER)),),
        "staggered_rollout": (
            Shape(
                "units",
                (_UNIT, _PERIOD, _MAYBE_VALUE, Column("start", "period", maybe_null=True), _N, _CLUSTER),
            ),
        ),
        "panel_regression": (Shape("records", _REGRESSION),),
        "cross_section": (Shape("records", _REGRESSION),),
        "before_after": (Shape("units", (_UNIT, _PERIOD, _MAYBE_VALUE, _N)),),
        "interrupted_time_series": (Shape("series", (_PERIOD, _MAYBE_VALUE, _N)),),
        "paired": (
            Shape("pairs", (Column("before", "number", maybe_null=True), Column("after", "number", maybe_null=True))),
            Shape("differences", _MEANS),
        ),
        "lagged_correlation": (Shape("series", (_PERIOD, *_RELATED)),),
        "unit_correlation": (
            Shape("units", (*_RELATED, Column("unit", "text", optional=True), Column("site", "text", optional=True))),
        ),
        "segments": (
            Shape("counts", (Column("segment", "text"), _GROUP, *_COUNTS)),
            Shape("means", (Column("segment", "text"), _GROUP, *_MEANS)),
        ),
        "trend": (Shape("series", (_PERIOD, _MAYBE_VALUE, _N)),),
    }
)


def read_rows(method: str, raw: Sequence[Any]) -> Rows:
    """The rows as columns. Raises InvalidError that names every row and field at fault, up to a hundred."""
    if not raw:
        text = "There are no rows to look at."
        raise InvalidError(text, [Problem("rows", "required", text)])
    if len(raw) > MOST_ROWS:
        text = f"There are {len(raw):,} rows; at most {MOST_ROWS:,} are taken at once."
        raise InvalidError(text, [Problem("rows", "too_many_rows", text)])
    shape = _shape_of(method, raw[0])
    problems: list[Problem] = []
    values: dict[str, list[Any]] = {column.name: [] for column in shape.columns}
    spelled: set[str] = set()
    for number, row in enumerate(raw, start=1):
        problems += _read(row, number, shape, values, spelled)
        if len(problems) >= _MOST_PROBLEMS:
            break
    problems = problems or list(_unlike_the_first(shape, values))
    if len(spelled) > 1 and not problems:
        problems = [Problem("period", "mixed", "Write all periods as months (2026-10), or all as whole numbers.")]
    if problems:
        said = f"Row {problems[0].row}: {problems[0].message}" if problems[0].row else problems[0].message
        raise InvalidError(said, problems[:_MOST_PROBLEMS])
    return Rows(shape.name, len(raw), values, months=spelled == {"month"})


def columns_in_words(method: str) -> str:
    """What the rows of a method hold, for its description."""
    told = []
    for shape in SHAPES[method]:
        names = [column.name + ("?" if column.optional else "") for column in shape.columns]
        told.append(f"{{{', '.join(names)}}}")
    return " or ".join(told)


def _shape_of(method: str, first: Any) -> Shape:
    shapes = SHAPES[method]
    given = frozenset(first) if isinstance(first, Mapping) else frozenset()
    return next((shape for shape in shapes if shape.required <= given), shapes[0])


def _read(row: Any, number: int, shape: Shape, into: dict[str, list[Any]], spelled: set[str]) -> Iterator[Problem]:
    """The problems of one row; its values are added to the columns."""
    if not isinstance(row, Mapping):
        yield Problem("rows", "invalid", "A row is an object such as {...}.", row=number)
        return
    for name in row:
        if name not in into:
            hint = f"There are: {', '.join(into)}."
            yield Problem(str(name), "unknown_field", f"There is no field '{name}' in these rows. {hint}", number, hint)
    for column in shape.columns:
        value, fault = _checked(row.get(column.name), column, given=column.name in row, spelled=spelled)
        into[column.name].append(value)
        if fault:
            code = "invalid" if column.name in row else "required"
            yield Problem(column.name, code, f"{column.name}: {fault}", row=number)


def _unlike_the_first(shape: Shape, values: Mapping[str, list[Any]]) -> Iterator[Problem]:
    """Rows whose named numbers are not those of the first row."""
    for column in shape.columns:
        if column.kind != "numbers":
            continue
        names = set(values[column.name][0] or {})
        for number, found in enumerate(values[column.name], start=1):
            if set(found or {}) != names:
                listed = ", ".join(sorted(names)) or "none"
                text = f"{column.name}: Each row has those of the first one ({listed})."
                yield Problem(column.name, "not_the_same", text, row=number)


def _checked(value: Any, column: Column, *, given: bool, spelled: set[str]) -> tuple[Any, str]:
    """The value as the statistics take it, and what is wrong with it (empty: nothing)."""
    if value is None:
        missing = not (column.optional if not given else column.maybe_null or column.optional)
        return None, "This must be given." if missing else ""
    if column.kind == "numbers":
        return _named_numbers(value, maybe_null=column.maybe_null)
    if column.kind == "period":
        return _period(value, spelled)
    if column.kind in ("text", "group"):
        return _text(value, column.kind)
    if not _is_number(value):
        return None, "This must be a number."
    if column.kind == "whole" and not (float(value).is_integer() and value >= 0):
        return None, "This must be a whole number of 0 or more."
    return (int(value) if column.kind == "whole" else float(value)), ""


def _is_number(value: Any) -> bool:
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return known and math.isfinite(value) and abs(value) <= LARGEST


def _text(value: Any, kind: Kind) -> tuple[Any, str]:
    if isinstance(value, int) and not isinstance(value, bool) and kind == "text":
        value = str(value)
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_TEXT:
        return None, f"This must be a text of 1 to {_LONGEST_TEXT} characters."
    if kind == "group" and value not in GROUPS:
        return None, "Say 'treated' or 'comparison'."
    return value, ""


def _period(value: Any, spelled: set[str]) -> tuple[Any, str]:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LATEST_PERIOD:
        spelled.add("number")
        return value, ""
    try:
        period = parse_period(value) if isinstance(value, str) else None
    except ValueError:
        period = None
    if period is None or period.grain is not Grain.MONTH:
        return None, "This must be a month such as 2026-10, or a whole number."
    spelled.add("month")
    return period.first_month, ""


def _named_numbers(value: Any, *, maybe_null: bool) -> tuple[Any, str]:
    if not isinstance(value, Mapping) or len(value) > MOST_NAMES:
        return None, f"This must be an object of at most {MOST_NAMES} named numbers."
    for name, one in value.items():
        if not (_is_number(one) or (one is None and maybe_null)):
            return None, f"'{name}' must be a number."
    return dict(value), ""
