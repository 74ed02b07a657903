"""One period of scores as arrays, which analyses start from: what may be shown of each unit, and the weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from lei.catalog.measure import Measure
from lei.errors import InvalidError, Problem
from lei.periods import Grain, Period
from lei.services.scores.score import default_periods, score_grid
from lei.services.scores.score_grid import GridResult
from lei.services.scores.score_privacy import all_alike
from lei.services.scores.score_profile import Weighting
from lei.services.scores.score_report import Reason, ScoreQuery
from lei.services.scores.score_scope import Bools
from lei.services.scores.score_table import REASONS, table_of_grid
from lei.storage.rollup_columns import Floats, Ints
from weights.profile import WeightProfile

# Pairs of units are compared, and each unit is drawn thousands of times.
MOST_UNITS = 500


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """S units (segments) in one period: M scored measures, P pillars, in the order of the tree of `weighting`.

    values, people and scores [S, M]: NaN where there is nothing that may be shown; people stand behind the value in any
    one month. hidden [S, M]: a small group. alike [S, M]: an exact 0 or 100 percent that is not shown as such.
    composite [S], pillars [S, P]: NaN where there is none; reasons [S] say why there is no composite.
    """

    profile: str
    period: Period
    data_as_of: datetime | None
    segments: tuple[Mapping[str, str], ...]
    measures: tuple[Measure, ...]
    weighting: Weighting
    values: Floats
    people: Floats
    scores: Floats
    hidden: Bools
    alike: Bools
    composite: Floats
    pillars: Floats
    reasons: tuple[Reason | None, ...]

    def take(self, units: Ints) -> Snapshot:
        """Some of the units, in the order of their positions given."""
        arrays = ("values", "people", "scores", "hidden", "alike", "composite", "pillars")
        lists = ("segments", "reasons")
        rows: list[int] = units.tolist()
        kept: dict[str, Any] = {name: getattr(self, name)[rows] for name in arrays}
        kept |= {name: tuple(getattr(self, name)[row] for row in rows) for name in lists}
        return replace(self, **kept)

    def position_of(self, key: str, field: str) -> int:
        """Where a scored measure stands among all; raises InvalidError, which names `field`, where there is none."""
        for place, measure in enumerate(self.measures):
            if measure.key == key:
                return place
        text = f"There is no scored measure '{key}'."
        raise InvalidError(text, [Problem(field, "unknown_measure", text, hint="GET /measures lists all.")])


def chosen_period(session: Session, grain: Grain | None, period: Period | None, today: date) -> Period:
    """The period that was asked for; without one, the newest of the grain (default: month) that has data.

    Raises InvalidError where the period is of another grain.
    """
    if period is None:
        return default_periods(session, grain or Grain.MONTH, None, None, today)[1]
    if grain is not None and period.grain is not grain:
        text = f"'{period}' is no {grain}. Leave `grain` out, or give a {grain}."
        raise InvalidError(text, [Problem("period", "wrong_grain", text)])
    return period


def take_snapshot(
    session: Session, query: ScoreQuery, min_group_size: int, tried: WeightProfile | None = None
) -> Snapshot:
    """The units of the query in its last period, under the weights that count there or under those `tried`.

    Raises InvalidError for a query that means nothing, without any unit or with too many; NotFoundError for an unknown
    profile.
    """
    result = score_grid(session, replace(query, first=query.last), min_group_size, tried)
    if not result.scopes:
        text = f"Nothing is known of any such segment in {query.last} or the year before."
        raise InvalidError(text, [Problem("by" if query.by else "where", "no_data", text)])
    if len(result.scopes) > MOST_UNITS:
        text = (
            f"These are {len(result.scopes)} segments; an analysis takes {MOST_UNITS} at most. Keep to some by `where`."
        )
        raise InvalidError(text, [Problem("by", "too_many_segments", text)])
    return _snapshot(result)


def _snapshot(result: GridResult) -> Snapshot:
    grid, units, t = result.grid, list(result.scopes), result.first_period
    table, scored = table_of_grid(result), slice(0, grid.axis.scored)
    measures = grid.axis.measures[scored]
    values, people = grid.values.value[units, t, scored], grid.values.people[units, t, scored]
    hidden = grid.hidden[units, t, scored]
    shown = ~hidden & ~np.isnan(values)
    percent = np.array([measure.unit == "percent" for measure in measures])
    return Snapshot(
        profile=table.profile,
        period=table.periods[0],
        data_as_of=table.data_as_of,
        segments=table.segments,
        measures=measures,
        weighting=table.weightings[0],
        values=np.where(shown, values, np.nan),
        people=np.where(shown, people, np.nan),
        scores=grid.scores[units, t],
        hidden=hidden & ~np.isnan(values),
        alike=all_alike(values, people, percent) & shown,
        composite=table.composite[:, 0],
        pillars=table.pillars[:, 0],
        reasons=tuple(REASONS[table.reason[:, 0]].tolist()),
    )
