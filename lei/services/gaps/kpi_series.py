"""Business KPIs month by month for each unit, with what must stay private taken out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from lei.catalog.measure import Measure
from lei.errors import InvalidError, Problem
from lei.periods import Grain, Period, periods_between
from lei.services.scores.score import checked_dimensions, values_of_measures, wanted_scopes
from lei.services.scores.score_grid import MeasureAxis
from lei.services.scores.score_privacy import all_alike, hidden_cells, smallest_groups
from lei.services.scores.score_report import ScoreQuery
from lei.storage.knowledge import knowledge_at
from lei.storage.measures import read_measures
from lei.storage.rollup_columns import Floats


@dataclass(frozen=True, slots=True, eq=False)
class KpiSeries:
    """One KPI of one unit. values [T]: of consecutive months from `first` on, NaN where there is none to show."""

    kpi: Measure
    segment: Mapping[str, str]
    first: Period
    values: Floats


def read_kpi_series(session: Session, query: ScoreQuery, min_group_size: int) -> tuple[KpiSeries, ...]:
    """All KPIs with data in the months of the query, unit by unit; its profile plays no part.

    Values of small groups, and those that would give them away, are left out, as are exact 0 and 100 percent of few.
    Raises InvalidError for a query that means nothing, or whose grain is no month.
    """
    if query.grain is not Grain.MONTH:
        text = "KPIs are read month by month; ask for months, such as 2026-10."
        raise InvalidError(text, [Problem("period", "not_allowed", text)])
    dimensions = checked_dimensions(session, query)
    kpis = [stored for stored in read_measures(session, query.as_of).values() if stored.measure.kind == "kpi"]
    if not kpis:
        return ()  # as of an instant before there was any
    axis = MeasureAxis(tuple(stored.measure for stored in kpis), 0)
    periods = list(periods_between(query.first, query.last))
    knowledge = knowledge_at(session, query.as_of)
    found = values_of_measures(session, dimensions, periods, axis, [stored.id for stored in kpis], knowledge)
    stocks = np.array([kpi.time_rollup == "last" for kpi in axis.measures])
    hidden = hidden_cells(found, smallest_groups([kpi.min_group_size for kpi in axis.measures], min_group_size), stocks)
    hidden |= all_alike(found.value, found.people, np.array([kpi.unit == "percent" for kpi in axis.measures]))
    shown = np.where(hidden, np.nan, found.value)
    return tuple(
        KpiSeries(kpi, dict(zip(dimensions, found.scopes[scope], strict=True)), query.first, shown[scope, :, number])
        for scope in wanted_scopes(session, query, dimensions, found, 0)
        for number, kpi in enumerate(axis.measures)
        if not np.isnan(shown[scope, :, number]).all()
    )
