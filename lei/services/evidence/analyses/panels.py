"""Changes of units over periods: against other units, against their own past, and by regression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lei.errors import InvalidError, Problem
from lei.evidence import before_after, did, interrupted, staggered
from lei.evidence.claims import Units
from lei.evidence.estimate import Result, TooLittle
from lei.evidence.interrupted import InterruptedSeries
from lei.evidence.panel_data import NEVER, Panel
from lei.evidence.study_design import Arm, Band, ComparisonPlan
from lei.periods import Grain, Period
from lei.services.evidence.analyses.answer import Analysis, Cell, Facts
from lei.services.evidence.analyses.periods import label, position, refuse_too_large, refuse_twice, span, window_of
from lei.services.evidence.analyses.rows import TREATED, Rows, all_have
from lei.services.evidence.kpi_assessment import Checks
from lei.services.evidence.kpi_checks import check_kpi
from lei.services.evidence.study_of_program import Study, facts_of, people_of

Options = Mapping[str, Any]


def difference_in_differences(rows: Rows, options: Options) -> Analysis:
    """Units with the program from one common start on, and units without it."""
    panel, first = _panel(rows, _starts_by_group(rows, options["start"]))
    result = did.difference_in_differences(panel, lag=options["lag"])
    return _against_others(panel, first, rows, options["lag"], {"difference_in_differences": result}, {})


def staggered_rollout(rows: Rows, options: Options) -> Analysis:
    """Units that start one after the other, against those that have not started yet."""
    panel, first = _panel(rows, _starts_by_row(rows))
    found = staggered.staggered_rollout(panel, lag=options["lag"])
    if isinstance(found, TooLittle):
        return _against_others(panel, first, rows, options["lag"], {"staggered_rollout": found}, {})
    effects: list[dict[str, Cell]] = [
        {
            "start": label(first + one.start, months=rows.months),
            "period": label(first + one.month, months=rows.months),
            "effect": one.effect,
            "weight": one.weight,
        }
        for one in found.effects
    ]
    results: dict[str, Result] = {"staggered_rollout": found.estimate}
    return _against_others(panel, first, rows, options["lag"], results, {"effects": effects})


def change_before_after(rows: Rows, options: Options) -> Analysis:
    """Units that all have the program, before and after its start."""
    starts = dict.fromkeys(rows.texts("unit"), options["start"])
    panel, first = _panel(rows, starts)
    result = before_after.before_after(panel, options["lag"], year_before=options["year_before"])
    study = _study(panel, options["lag"], Checks(), None)
    fields, told = facts_of(study, ComparisonPlan.NONE)
    return Analysis(results={"before_after": result}, facts=_facts(study, fields, told, rows, first, comparison=False))


def left_its_trend(rows: Rows, options: Options) -> Analysis:
    """One series, before and after the start of a program, against the trend that it had."""
    order = np.argsort(rows.periods(), kind="stable")
    periods = rows.periods()[order]
    first = int(periods[0])
    refuse_twice(rows.periods())
    values = np.full(span(periods), np.nan)
    values[periods - first] = rows.numbers("value")[order]
    start = position(options["start"], first, len(values))
    cases = float(np.nansum(rows.numbers("n"))) if rows.has("n") else float(np.isfinite(values).sum())
    found = interrupted.interrupted_time_series(values, start, options["lag"], cases)
    known = np.isfinite(values)
    counted_from = min(start + options["lag"], len(values))
    people = int(np.nanmean(rows.numbers("n"))) if rows.has("n") else 0
    arm = Arm(people=people)
    fields = {
        "months_before": int(known[:start].sum()),
        "months_after": int(known[counted_from:].sum()),
        "band": None if isinstance(found, TooLittle) else Band.OUTSIDE if found.left_the_band else Band.INSIDE,
    }
    window = window_of(first + counted_from, first + len(values) - 1, months=rows.months)
    facts = Facts(treated=arm, fields=fields, units=Units.SITES, window=window)
    if isinstance(found, TooLittle):
        return Analysis(results={"interrupted_time_series": found}, facts=facts)
    return Analysis(
        results={"interrupted_time_series": found.estimate},
        facts=facts,
        series=_series(found, first, months=rows.months),
    )


def _series(found: InterruptedSeries, first: int, *, months: bool) -> dict[str, Any]:
    low, high = np.full(found.observed.size, np.nan), np.full(found.observed.size, np.nan)
    low[found.positions], high[found.positions] = found.low, found.high
    return {
        "periods": [label(first + place, months=months) for place in range(found.observed.size)],
        "observed": found.observed,
        "projected": found.projected,
        "low": low,
        "high": high,
    }


def _against_others(
    panel: Panel,
    first: int,
    rows: Rows,
    lag: int,
    results: Mapping[str, Result],
    tables: Mapping[str, list[dict[str, Cell]]],
) -> Analysis:
    checks = check_kpi(panel, None, lag, None)
    study = _study(panel, lag, checks, next(iter(results.values())))
    kind = ComparisonPlan.UNTRAINED_GROUP
    if len(np.unique(panel.starts[panel.treated])) > 1:
        kind = ComparisonPlan.PHASED_ROLLOUT
    fields, told = facts_of(study, kind)
    facts = _facts(study, fields, told, rows, first, comparison=True)
    return Analysis(results=results, facts=facts, checks=checks, tables=tables)


def _facts(study: Study, fields: dict[str, Any], told: Any, rows: Rows, first: int, *, comparison: bool) -> Facts:
    treated, other = fields.pop("treated"), fields.pop("comparison")
    last = first + len(study.panel.values[0]) - 1
    window = window_of(min(first + study.start + study.lag, last), last, months=rows.months)
    people = people_of(study, study.panel.treated) if rows.has("n") else 0
    return Facts(
        treated=treated,
        comparison=other if comparison else None,
        fields=fields,
        people=people,
        units=Units.SITES,
        window=window,
        told=told,
    )


def _study(panel: Panel, lag: int, checks: Checks, effect: Result | None) -> Study:
    return Study(panel, lag, Period(0, Grain.MONTH), checks, None, effect)


def _panel(rows: Rows, starts: Mapping[str, int | None]) -> tuple[Panel, int]:
    """The panel of the rows, and its first period."""
    units, periods = rows.texts("unit"), rows.periods()
    first = int(periods.min())
    _refuse_twice(list(zip(units, periods.tolist(), strict=True)))
    names = tuple(dict.fromkeys(units))
    place = {name: number for number, name in enumerate(names)}
    refuse_too_large(len(names), span(periods))
    at = np.array([place[unit] for unit in units]), periods - first
    values, cases = (np.full((len(names), span(periods)), fill) for fill in (np.nan, 0.0))
    values[at] = rows.numbers("value")
    cases[at] = rows.numbers("n") if all_have(rows, "n") else 1.0
    cases = np.where(np.isnan(values), 0.0, cases)
    clusters = dict(zip(units, rows.texts("cluster"), strict=True)) if all_have(rows, "cluster") else {}
    positions = [NEVER if starts[name] is None else position(starts[name], first, values.shape[1]) for name in names]
    panel = Panel(names, values, cases, np.array(positions), tuple(clusters.get(name, name) for name in names))
    return panel, first


def _starts_by_group(rows: Rows, start: int) -> dict[str, int | None]:
    groups = _one_for_each(rows, "group", "Each unit belongs to one group")
    return {unit: start if group == TREATED else None for unit, group in groups.items()}


def _starts_by_row(rows: Rows) -> dict[str, int | None]:
    return _one_for_each(rows, "start", "Each unit starts once")


def _one_for_each(rows: Rows, name: str, rule: str) -> dict[str, Any]:
    """The value of a column by unit, which is the same in all of its rows."""
    found: dict[str, Any] = {}
    for place, (unit, value) in enumerate(zip(rows.texts("unit"), rows.columns[name], strict=True), start=1):
        if found.setdefault(unit, value) != value:
            text = f"{rule}; '{unit}' has another '{name}' here than before."
            raise InvalidError(text, [Problem(name, "not_the_same", text, row=place)])
    return found


def _refuse_twice(cells: list[tuple[str, int]]) -> None:
    seen: set[tuple[str, int]] = set()
    for place, cell in enumerate(cells, start=1):
        if cell in seen:
            text = f"There are two rows of {cell[0]} in the same period."
            raise InvalidError(text, [Problem("period", "twice", text, row=place)])
        seen.add(cell)
