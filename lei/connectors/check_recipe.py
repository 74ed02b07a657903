"""Whether what a recipe refers to exists and has a type that fits, before any file is opened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import pandas as pd

from lei.connectors.recipe import (
    AddDays,
    Amount,
    CheckedTable,
    Condition,
    CountDays,
    Input,
    Join,
    Keep,
    Kept,
    MapValues,
    MatchedGain,
    Mean,
    Observed,
    Ratio,
    Recipe,
    Step,
    Sum,
)
from lei.errors import Problem
from lei.periods import Grain, parse_occasion, parse_period

Types = dict[str, str]  # column -> text, number or date
_EPOCHS = ("unix", "unix_ms")
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


def check_recipe(recipe: Recipe) -> list[Problem]:
    """Everything in the recipe that cannot work, with the place where it stands."""
    check = _Checker()
    for name, given in recipe.inputs.items():
        check.input(f"inputs.{name}", name, given)
    for name, table in recipe.tables.items():
        check.table(f"tables.{name}", name, table)
    for number, odd in enumerate(recipe.checks, start=1):
        where = f"checks[{number}]"
        check.conditions(f"{where}.where", check.types_of(f"{where}.table", odd.table), odd.where)
    if not recipe.observations:
        check.problem("observations", "a recipe needs at least one [[observations]].")
    for number, observed in enumerate(recipe.observations, start=1):
        check.observed(f"observations[{number}]", observed)
    return check.problems


class _Checker:
    """Walks through the parts in their order and remembers the types of all columns so far."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.known: dict[str, Types] = {}

    def problem(self, field: str, message: str) -> None:
        self.problems.append(Problem(field, "invalid_recipe", message))

    def types_of(self, field: str, table: str) -> Types:
        """The columns of an input or an earlier table."""
        if table not in self.known:
            self.problem(field, f"there is no input or earlier table '{table}'.")
            return {}
        return self.known[table]

    def column(self, field: str, types: Types, name: str, wanted: str | None = None) -> None:
        """Note when there is no such column, or one of another type than wanted."""
        if name not in types:
            self.problem(field, f"there is no column '{name}' here; there are: {', '.join(types) or 'none'}.")
        elif wanted and types[name] != wanted:
            self.problem(field, f"the column '{name}' is a {types[name]}, and a {wanted} is needed.")

    def columns(self, field: str, types: Types, names: Iterable[str], wanted: str | None = None) -> None:
        for name in names:
            self.column(field, types, name, wanted)

    def input(self, where: str, name: str, given: Input) -> None:
        try:
            b"x".decode(given.encoding, errors="ignore")
        except LookupError:
            self.problem(f"{where}.encoding", f"there is no encoding '{given.encoding}'.")
        if len(given.delimiter) != 1:
            self.problem(f"{where}.delimiter", "give one character, such as ',' or ';' or '\\t'.")
        if given.header_line < 1:
            self.problem(f"{where}.header_line", "lines count from 1.")
        if given.wide and (given.wide.skip_first < 0 or given.wide.skip_last < 0 or not given.wide.values):
            self.problem(f"{where}.wide", "give skip_first and skip_last of 0 or more, and the columns of one group.")
        types: Types = {}
        for column, spec in given.columns.items():
            place = f"{where}.columns.{column}"
            types[column] = "number" if spec.type == "integer" else spec.type
            if not _NAME.fullmatch(column):
                self.problem(place, "write names of columns in small letters, digits and underscores.")
            if spec.type == "date" and not _is_format(spec.format):
                self.problem(
                    f"{place}.format", "a date needs a format with day, month and year: %d-%m-%Y, unix or unix_ms."
                )
            if spec.type != "date" and spec.format is not None:
                self.problem(f"{place}.format", "only dates have a format.")
            if spec.type != "text" and spec.default is not None:
                self.problem(f"{place}.default", "only texts can have a default.")
        self.columns(f"{where}.key", types, given.key)
        for column in given.key:
            if column in given.columns and not given.columns[column].required:
                self.problem(f"{where}.columns.{column}", "a column of the key needs required = true.")
        self.known[name] = types

    def table(self, where: str, name: str, table: CheckedTable) -> None:
        if name in self.known:
            self.problem(where, "an input has the same name.")
        types = dict(self.types_of(f"{where}.from", table.source))
        for number, step in enumerate(table.steps, start=1):
            self._step(f"{where}.steps[{number}]", types, step)
        self.known[name] = types

    def _step(self, where: str, types: Types, step: Step) -> None:
        match step:
            case Join():
                other = self.types_of(f"{where}.join", step.join)
                self.columns(f"{where}.on", types, step.on)
                self.columns(f"{where}.on", other, step.on)
                self.columns(f"{where}.take", other, step.take)
                for name in step.take:
                    if name in types:
                        self.problem(f"{where}.take", f"there is a column '{name}' here already.")
                types.update({name: other[name] for name in step.take if name in other})
            case MapValues():
                self.column(f"{where}.map", types, step.map, "text")
                types[step.column] = self._mapped_type(where, step)
            case AddDays():
                self.column(f"{where}.date", types, step.date, "date")
                self.column(f"{where}.plus_days", types, step.plus_days, "number")
                types[step.column] = "date"
            case CountDays():
                self.columns(where, types, (step.days_from, step.until), "date")
                types[step.column] = "number"
            case Keep():
                self.conditions(f"{where}.where", types, step.where)

    def _mapped_type(self, where: str, step: MapValues) -> str:
        types = {_type_of(value) for value in step.to.values()}
        if len(types) != 1 or None in types:
            self.problem(f"{where}.to", "give values that are all texts, all numbers or all dates.")
            return "text"
        (found,) = types
        if step.otherwise == "keep" and found != "text":
            self.problem(f"{where}.otherwise", "values can be kept as they are only where the new ones are texts.")
        return str(found)

    def conditions(self, field: str, types: Types, conditions: Iterable[Condition]) -> None:
        """Note conditions that compare with nothing, twice, or with something of another type."""
        for condition in conditions:
            self.column(field, types, condition.column)
            if len(condition.comparisons) != 1:
                names = "is, " + ", ".join(condition.COMPARISONS[1:])
                self.problem(field, f"give exactly one comparison for '{condition.column}': {names}.")
            elif condition.column in types:
                self._operand(field, types, condition)

    def _operand(self, field: str, types: Types, condition: Condition) -> None:
        (comparison,) = condition.comparisons
        operand, own = getattr(condition, comparison), types[condition.column]
        if comparison == "present":
            return
        if comparison in ("one_of", "none_of"):
            given: str | None = "text"
        elif isinstance(operand, Mapping):
            name = operand.get("column")
            if list(operand) != ["column"] or not isinstance(name, str):
                self.problem(field, 'write another column as {column = "name"}.')
                return
            self.column(field, types, name, own)
            return
        else:
            given = _type_of(operand)
        if given != own:
            self.problem(field, f"the column '{condition.column}' is a {own} and cannot be compared with {operand!r}.")

    def observed(self, where: str, observed: Observed) -> None:
        types = self.types_of(f"{where}.table", observed.table)
        self.conditions(f"{where}.where", types, observed.where)
        for grouping in observed.by:
            self.columns(f"{where}.by", types, grouping, "text")
        self._when(where, types, observed)
        match observed:
            case Sum() | Mean():
                self.column(f"{where}.of", types, observed.of, "number")
            case Ratio():
                self._amount(f"{where}.numerator", types, observed.numerator)
                self._amount(f"{where}.denominator", types, observed.denominator)
            case MatchedGain():
                self.column(f"{where}.of", types, observed.of, "number")
                self.columns(f"{where}.person", types, observed.person)
                self.columns(f"{where}.order", types, observed.order)
            case Kept():
                self.columns(where, types, (observed.entered, observed.left), "date")
            case _:
                pass

    def _when(self, where: str, types: Types, observed: Observed) -> None:
        if isinstance(observed, Kept):
            self._months(where, observed)
        elif (observed.month is None) == (observed.period is None):
            self.problem(where, "give either month (a date column) or period (such as 2026-10).")
        elif observed.month is not None:
            self.column(f"{where}.month", types, observed.month, "date")
        else:
            try:
                parse_occasion(observed.period or "")
            except ValueError as error:
                self.problem(f"{where}.period", str(error))

    def _months(self, where: str, observed: Kept) -> None:
        if observed.month is not None or observed.period is not None:
            self.problem(where, "'kept' takes first_month and last_month, neither month nor period.")
        months = []
        for field in ("first_month", "last_month"):
            try:
                months.append(parse_period(getattr(observed, field)))
                if months[-1].grain is not Grain.MONTH:
                    self.problem(f"{where}.{field}", "give a month, such as 2026-10.")
            except ValueError as error:
                self.problem(f"{where}.{field}", str(error))
        if months != sorted(months):
            self.problem(f"{where}.last_month", "lies before first_month.")
        if observed.window_months < 1:
            self.problem(f"{where}.window_months", "a window has at least one month.")

    def _amount(self, where: str, types: Types, amount: Amount) -> None:
        if (amount.rows is None) == (amount.sum is None):
            self.problem(where, "give either rows or sum.")
        if amount.sum is not None:
            self.column(f"{where}.sum", types, amount.sum, "number")
        if isinstance(amount.rows, tuple):
            if amount.where:
                self.problem(where, "conditions stand in rows or in where, not in both.")
            self.conditions(f"{where}.rows", types, amount.rows)
        self.conditions(f"{where}.where", types, amount.where)


def _is_format(text: str | None) -> bool:
    if text is None or text in _EPOCHS:
        return text is not None
    if not (re.search("%[Yy]", text) and re.search("%[mbBj]", text)) or "%Z" in text:
        return False
    try:
        pd.to_datetime(pd.Series(["1"]), format=text, errors="coerce")
    except ValueError:
        return False
    return True


def _type_of(value: Any) -> str | None:
    if isinstance(value, str):
        return "text"
    if isinstance(value, bool | datetime):
        return None
    if isinstance(value, int | float):
        return "number"
    return "date" if isinstance(value, date) else None
