"""Reads a recipe from its TOML file; what is wrong with it is said with the place where it stands."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from lei.catalog.measure import FIELD_NAMES, Measure, parse_measure
from lei.connectors.check_recipe import check_recipe
from lei.connectors.recipe import (
    FORMULAS,
    STEPS,
    Check,
    CheckedTable,
    Input,
    Observed,
    Recipe,
    Step,
    Table,
)
from lei.errors import InvalidError, MalformedError, NotFoundError, Problem

_SECTIONS = ("title", "source", "inputs", "tables", "checks", "observations", "measures")
_FOLDER = "lei.connectors.recipes"
_P = TypeVar("_P")


def shipped_recipes() -> list[str]:
    """The names of the recipes that come with LEI."""
    files = resources.files(_FOLDER).iterdir()
    return sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml"))


def load_recipe(name: str) -> Recipe:
    """The recipe in the TOML file `name`, or the one of that name that comes with LEI.

    Raises NotFoundError when there is neither, MalformedError when it is no TOML, InvalidError when it means nothing.
    """
    if name in shipped_recipes():
        text = (resources.files(_FOLDER) / f"{name}.toml").read_text(encoding="utf-8")
        return parse_recipe(name, text)
    file = Path(name)
    if not file.is_file():
        known = ", ".join(shipped_recipes())
        raise NotFoundError(f"There is no recipe file '{name}'. Recipes that come with LEI: {known}.")
    try:
        return parse_recipe(file.stem, file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise MalformedError(f"The recipe '{name}' is not written in UTF-8.") from None
    except OSError as error:
        raise NotFoundError(f"The recipe '{name}' cannot be read: {error.strerror}.") from None


def parse_recipe(name: str, text: str) -> Recipe:
    """The recipe written in `text`, checked; errors as `load_recipe`."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MalformedError(f"The recipe '{name}' is not valid TOML: {error}.") from None
    reader = _Reader()
    recipe = reader.recipe(name, data)
    problems = reader.problems or check_recipe(recipe)
    if problems:
        first = problems[0]
        raise InvalidError(f"The recipe '{name}' cannot be used. {first.field}: {first.message}", problems)
    return recipe


class _Reader:
    """Turns plain TOML data into parts and collects what is wrong on the way."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def recipe(self, name: str, data: Mapping[str, Any]) -> Recipe:
        for section in data:
            if section not in _SECTIONS:
                self._problem(section, f"unknown; a recipe has: {', '.join(_SECTIONS)}.")
        inputs = {key: self._part(f"inputs.{key}", _input(value), Input) for key, value in self._named(data, "inputs")}
        tables = {key: self._table(f"tables.{key}", value) for key, value in self._named(data, "tables")}
        checks = [self._part(f"checks[{i}]", value, Check) for i, value in self._listed(data, "checks")]
        observations = [self._observed(f"observations[{i}]", value) for i, value in self._listed(data, "observations")]
        measures = [self._measure(f"measures[{i}]", value) for i, value in self._listed(data, "measures")]
        return Recipe(
            name=name,
            title=self._text(data, "title"),
            source=self._text(data, "source"),
            inputs={key: part for key, part in inputs.items() if part is not None},
            tables={key: part for key, part in tables.items() if part is not None},
            checks=tuple(part for part in checks if part is not None),
            observations=tuple(part for part in observations if part is not None),
            measures=tuple(part for part in measures if part is not None),
        )

    def _problem(self, field: str, message: str) -> None:
        self.problems.append(Problem(field, "invalid_recipe", message))

    def _text(self, data: Mapping[str, Any], field: str) -> str:
        value = data.get(field)
        if not isinstance(value, str) or not value.strip():
            self._problem(field, "a recipe needs this text.")
            return ""
        return value

    def _named(self, data: Mapping[str, Any], section: str) -> list[tuple[str, Any]]:
        parts = data.get(section, {})
        if isinstance(parts, dict):
            return list(parts.items())
        self._problem(section, f"write its parts as [{section}.NAME].")
        return []

    def _listed(self, data: Mapping[str, Any], section: str) -> list[tuple[int, Any]]:
        parts = data.get(section, [])
        if isinstance(parts, list):
            return list(enumerate(parts, start=1))
        self._problem(section, f"write its parts as [[{section}]].")
        return []

    def _part(self, where: str, value: Any, kind: type[_P]) -> _P | None:
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            message, _, path = str(error).partition(" - at `$")
            place = path.rstrip("`").replace("[...]", ".*")
            self._problem(f"{where}{place}", f"{message[:1].lower()}{message[1:]}.")
            return None

    def _table(self, where: str, value: Any) -> CheckedTable | None:
        table = self._part(where, value, Table)
        if table is None:
            return None
        steps = [self._step(f"{where}.steps[{i}]", step) for i, step in enumerate(table.steps, start=1)]
        return CheckedTable(table.source, tuple(step for step in steps if step is not None))

    def _step(self, where: str, value: dict[str, Any]) -> Step | None:
        kinds = [kind for field, kind in STEPS.items() if field in value]
        if len(kinds) != 1:
            self._problem(where, f"a step has exactly one of: {', '.join(STEPS)}.")
            return None
        return self._part(where, value, kinds[0])

    def _observed(self, where: str, value: Any) -> Observed | None:
        formula = value.get("formula") if isinstance(value, dict) else None
        if formula not in FORMULAS:
            self._problem(f"{where}.formula", f"give one of: {', '.join(FORMULAS)}.")
            return None
        by = value.get("by", [])
        if isinstance(by, list) and all(isinstance(name, str) for name in by):
            value = {**value, "by": [by]}
        return self._part(where, value, FORMULAS[formula])

    def _measure(self, where: str, value: Any) -> Measure | None:
        unknown = [name for name in value if name not in FIELD_NAMES] if isinstance(value, dict) else []
        if unknown:
            self._problem(f"{where}.{unknown[0]}", "no such field of a measure.")
            return None
        measure = self._part(where, value, Measure)
        try:
            return None if measure is None else parse_measure(measure.as_dict())
        except InvalidError as error:
            for problem in error.problems:
                self._problem(f"{where}.{problem.field}", problem.message)
            return None


def _input(value: Any) -> Any:
    """A column may be written as its heading alone."""
    if not isinstance(value, dict) or not isinstance(value.get("columns"), dict):
        return value
    columns = {
        name: {"from": column} if isinstance(column, str) else column for name, column in value["columns"].items()
    }
    return {**value, "columns": columns}
