"""Learning measures of one segment month by month, with what must stay private taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from lei.catalog.measure import Measure
from lei.errors import InvalidError
from lei.numbers import joined
from lei.periods import Grain, Period, periods_between
from lei.services.scores.score import checked_dimensions, values_of_measures, wanted_scopes
from lei.services.scores.score_grid import MeasureAxis
from lei.services.scores.score_privacy import all_alike, hidden_cells, smallest_groups
from lei.services.scores.score_report import ScoreQuery
from lei.services.scores.score_scope import ScopeValues
from lei.storage.knowledge import knowledge_at
from lei.storage.measures import StoredMeasure, read_measures
from lei.storage.rollup_columns import Floats
from lei.storage.sources import source_ids


@dataclass(frozen=True, slots=True, eq=False)
class MonthSeries:
    """One measure of one segment. values, cases [T]: of consecutive months from `first` on.

    NaN in `values`, and 0 in `cases`, where there is nothing to show. sources [T]: where each value comes from.
    """

    measure: Measure
    first: Period
    values: Floats
    cases: Floats
    sources: tuple[str, ...]

    def between(self, first: Period, last: Period) -> MonthSeries:
        """The months from `first` to `last`, as far as the series reaches."""
        start = max(first.first_month - self.first.first_month, 0)
        months = slice(start, max(last.first_month - self.first.first_month + 1, start))
        begins = self.first.shift(start)
        return MonthSeries(self.measure, begins, self.values[months], self.cases[months], self.sources[months])


def read_series(
    session: Session,
    where: Mapping[str, str],
    measures: Sequence[str],
    months: tuple[Period, Period],
    min_group_size: int,
) -> Mapping[str, MonthSeries]:
    """The measures of these keys that have data in a segment in these months, by key.

    Values of small groups, those that would give them away, and exact 0 and 100 percent of few are left out. A segment
    that nobody has reported yet, and a measure that is not in the catalogue, have no series. Raises InvalidError for a
    segment of more than two dimensions.
    """
    query = ScoreQuery(Grain.MONTH, *months, where=where)
    catalogue = read_measures(session)
    wanted = [catalogue[key] for key in dict.fromkeys(measures) if key in catalogue]
    try:
        dimensions = checked_dimensions(session, query)
        found = _values(session, dimensions, query, wanted)
        scopes = wanted_scopes(session, query, dimensions, found, 0)
    except InvalidError as error:
        if all(problem.code in ("unknown_dimension", "unknown_value") for problem in error.problems):
            return {}
        raise
    if not scopes:
        return {}
    return _shown(session, found, scopes[0], query.first, [stored.measure for stored in wanted], min_group_size)


def _values(
    session: Session, dimensions: tuple[str, ...], query: ScoreQuery, wanted: Sequence[StoredMeasure]
) -> ScopeValues:
    axis = MeasureAxis(tuple(stored.measure for stored in wanted), 0)
    periods = list(periods_between(query.first, query.last))
    ids = [stored.id for stored in wanted]
    return values_of_measures(session, dimensions, periods, axis, ids, knowledge_at(session, None))


def _shown(
    session: Session, found: ScopeValues, scope: int, first: Period, measures: Sequence[Measure], min_group_size: int
) -> dict[str, MonthSeries]:
    smallest = smallest_groups([measure.min_group_size for measure in measures], min_group_size)
    hidden = hidden_cells(found, smallest, np.array([measure.time_rollup == "last" for measure in measures]))
    hidden |= all_alike(found.value, found.people, np.array([measure.unit == "percent" for measure in measures]))
    values = np.where(hidden, np.nan, found.value)[scope]
    cases = np.where(np.isnan(values), 0.0, found.n[scope])
    names = {number: name for name, number in source_ids(session).items()}
    series = {}
    for m, measure in enumerate(measures):
        if np.isnan(values[:, m]).all():
            continue
        sources = tuple(joined(sorted(names[i] for i in found.sources.at(scope, t, m))) for t in range(len(values)))
        series[measure.key] = MonthSeries(measure, first, values[:, m], cases[:, m], sources)
    return series
