"""Reads the sections of a weight profile from plain data: shapes and numbers, with a sentence for each fault."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

Problems = list[tuple[str, str]]

# The options of the sections that have a fixed set of them.
OPTIONS = {
    "aggregation": ("pillars", "measures", "floor"),
    "missing": ("min_coverage", "min_pillars", "min_pillar_weight", "carry_forward_months"),
}


def read_weights(data: Any, path: str, problems: Problems) -> dict[str, float]:
    """Weight by key; what is not a number of 0 or more is left out and becomes a problem."""
    weights: dict[str, float] = {}
    for key, value in read_mapping(data, path, problems).items():
        number = as_number(value)
        if number is None or number < 0:
            problems.append((f"{path}.{key}", f"The weight of '{key}' must be a number of 0 or more."))
        else:
            weights[key] = number
    return weights


def read_groups(data: Any, path: str, problems: Problems) -> dict[str, Mapping[str, Any]]:
    """An object of objects, such as goalposts by measure."""
    groups = read_mapping(data, path, problems)
    return {key: read_mapping(value, f"{path}.{key}", problems) for key, value in groups.items()}


def read_options(data: Any, section: str, problems: Problems) -> Mapping[str, Any]:
    """A section with a fixed set of options; an option that does not exist becomes a problem."""
    options = read_mapping(data, section, problems)
    problems += [
        (f"{section}.{key}", f"There is no option '{key}' in the section '{section}'.")
        for key in options
        if key not in OPTIONS[section]
    ]
    return options


def read_mapping(data: Any, path: str, problems: Problems) -> Mapping[str, Any]:
    """An object with texts as keys; nothing at all is an empty one, and anything else becomes a problem."""
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        problems.append((path, f"'{path}' must be an object of names and values."))
        return {}
    strange = [key for key in data if not isinstance(key, str)]
    problems += [(path, f"The name {key!r} in '{path}' must be a text.") for key in strange]
    return {key: value for key, value in data.items() if isinstance(key, str)}


def as_number(value: Any) -> float | None:
    """A finite number as float; None for anything else (a truth value is not a number)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
