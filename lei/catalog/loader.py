"""Reads the default catalogue from its data files (`*.csv`) and refuses one that contradicts itself."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from lei.catalog.measure import PILLARS, Measure, parse_measure
from lei.errors import InvalidError, Problem

_FULL = 100.0
_NUMBERS = ("goalpost_0", "goalpost_100", "goalpost_100_upper", "goalpost_0_upper", "weight_in_pillar")
_COUNTS = ("level", "min_group_size", "min_n_reliable")
_LISTS = ("source_system", "linked_kpis", "preferred_sources")
# Follow from others: pillar weights belong to the weight profile.
DERIVED = ("pillar_weight", "effective_weight")


@cache
def default_measures() -> tuple[Measure, ...]:
    """The 52 measures of the default catalogue, in their order."""
    return read_measures(_text("measures.csv"))


@cache
def default_kpis() -> tuple[Measure, ...]:
    """The 28 default business KPIs, and behind them the four that are there to be warned of, in their order."""
    return tuple(_kpi(row) for row in _kpi_rows())


@cache
def roster_measures() -> tuple[Measure, ...]:
    """The figures that readiness is forecast from, beside `role_readiness_rate`; shown, and never scored."""
    return tuple(_roster_measure(row) for row in csv.DictReader(io.StringIO(_text("roster_measures.csv"))))


@cache
def avoid_only_kpis() -> Mapping[str, str]:
    """KPIs that no program should be judged by: the reason by key."""
    return {row["key"]: row["avoid_because"] for row in _kpi_rows() if row["avoid_because"]}


@cache
def typical_lags() -> Mapping[str, tuple[int, int]]:
    """How many months (from, to) a KPI usually moves after learning did; only KPIs whose delay is known in months."""
    found = {row["key"]: re.fullmatch(r"(\d+)-(\d+)", row["typical_lag_months"]) for row in _kpi_rows()}
    return {key: (int(match[1]), int(match[2])) for key, match in found.items() if match}


def read_measures(text: str) -> tuple[Measure, ...]:
    """Measures from CSV text with the columns of `measures.csv`.

    Raises InvalidError for unknown columns, bad values, duplicate keys, weights that do not sum to 100 per pillar and
    unknown KPI keys; problems carry the row, counted from 1.
    """
    reader = csv.DictReader(io.StringIO(text))
    measures, problems = [], []
    for number, row in enumerate(reader, start=1):
        try:
            measures.append(parse_measure(_typed(row)))
        except InvalidError as error:
            problems += [Problem(p.field, p.code, f"{row['key']}: {p.message}", number, p.hint) for p in error.problems]
        except (ValueError, TypeError, KeyError) as error:
            problems.append(Problem("", "unreadable", f"Row {number} cannot be read: {error}", number))
    problems += [*_duplicates(measures), *_unknown_kpis(measures), *_weights_not_full(measures)]
    if problems:
        raise InvalidError(f"The catalogue cannot be used: {problems[0].message}", problems)
    return tuple(measures)


def _text(name: str) -> str:
    return resources.files("lei.catalog").joinpath(name).read_text(encoding="utf-8")


def _typed(row: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {name: text for name, text in row.items() if name not in DERIVED}
    values |= {name: float(row[name]) if row[name] else None for name in _NUMBERS}
    values["weight_in_pillar"] = values["weight_in_pillar"] or 0.0
    values |= {name: int(row[name]) for name in _COUNTS}
    values |= {name: tuple(part for part in row[name].split(";") if part) for name in _LISTS if name in row}
    values |= {"curve": row.get("curve") or "linear", "knots": _knots(row.get("knots") or "")}
    values["named_in_brief"] = row["named_in_brief"] == "yes"
    return values


def _knots(text: str) -> list[tuple[float, float]]:
    """Pairs of value and score, written `10:0;40:60;90:100`."""
    pairs = (part.split(":") for part in text.split(";") if part)
    return [(float(value), float(score)) for value, score in pairs]


def _kpi_rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_text("kpis.csv"))))


def _kpi(row: Mapping[str, str]) -> Measure:
    return parse_measure(
        {
            "key": row["key"],
            "kind": "kpi",
            "pillar": "",
            "display_name": row["display_name"],
            "definition": row["definition"],
            "unit": row["unit"],
            "unit_words": row["unit_words"],
            "direction": row["direction"],
            "window": row["window"],
            # Stocks and values that look back stand for the newest month, and must not be averaged.
            "time_rollup": "weighted_mean" if row["window"] == "month" else "last",
            "goalpost_basis": "none",
            "lead_lag": "lagging",
            "level": 4,
            "tdrp_type": "outcome",
            "chain_link": "business_kpi",
            "source_system": tuple(row["source_system"].lower().split("/")),
        }
    )


def _roster_measure(row: Mapping[str, str]) -> Measure:
    return parse_measure(
        {
            **row,
            "kind": "roster",
            "pillar": "",
            "goalpost_basis": "none",
            "level": 3,
            "tdrp_type": "effectiveness",
            "chain_link": "workforce_readiness",
            "source_system": tuple(row["source_system"].split(";")),
            "min_group_size": int(row["min_group_size"]),
            "min_n_reliable": int(row["min_n_reliable"]),
        }
    )


def _duplicates(measures: Iterable[Measure]) -> list[Problem]:
    seen: set[str] = set()
    problems = []
    for measure in measures:
        if measure.key in seen:
            problems.append(Problem("key", "duplicate", f"The key '{measure.key}' appears twice."))
        seen.add(measure.key)
    return problems


def _unknown_kpis(measures: Iterable[Measure]) -> list[Problem]:
    known = {row["key"] for row in _kpi_rows()}
    return [
        Problem("linked_kpis", "unknown_kpi", f"{measure.key} names the KPI '{kpi}', which is not registered.")
        for measure in measures
        for kpi in measure.linked_kpis
        if kpi not in known
    ]


def _weights_not_full(measures: Iterable[Measure]) -> list[Problem]:
    sums: dict[str, list[float]] = defaultdict(list)
    for measure in measures:
        sums[measure.pillar].append(measure.weight_in_pillar)
    return [
        Problem(
            "weight_in_pillar",
            "wrong_sum",
            f"The weights of {pillar} sum to {math.fsum(weights):g}, not to 100.",
        )
        for pillar, weights in sums.items()
        if pillar in PILLARS and not math.isclose(math.fsum(weights), _FULL, abs_tol=1e-9)
    ]
