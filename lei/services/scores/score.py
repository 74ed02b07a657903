"""Computes scores: a pure function of facts, catalogue and weights, as they are now or were at an instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
from sqlalchemy.orm import Session

from lei.catalog.measure import Measure
from lei.errors import InvalidError, Problem, refuse_faults
from lei.periods import Grain, Period, period_containing, period_of_month, periods_between
from lei.services.scores.score_answer import report_of_grid
from lei.services.scores.score_cache import remembered
from lei.services.scores.score_grid import (
    BAND_MEMORY,
    GridResult,
    MeasureAxis,
    compute_grid,
    periods_carried,
    shown_values,
)
from lei.services.scores.score_privacy import families_of
from lei.services.scores.score_profile import plan_of_definition, plan_of_profile
from lei.services.scores.score_report import MOST_DIMENSIONS, ScoreQuery, ScoreReport
from lei.services.scores.score_scope import Bools, MeasureRules, ScopeValues, refuse_too_many_cells, values_by_scope
from lei.services.scores.score_time import PeriodRows, TimeAxis, roll_up_time
from lei.storage.knowledge import Knowledge, knowledge_at
from lei.storage.measures import StoredMeasure, read_measures
from lei.storage.rollup_columns import months_with_data, read_rollup_columns
from lei.storage.segments import all_segments, dimension_keys
from lei.storage.sources import source_ids
from weights.profile import WeightProfile

MOST_PERIODS = 600
# Up to so many measures the database looks for them; reading all rows is quicker for more.
FEW_MEASURES = 12
DEFAULT_PERIODS = 12


def score(session: Session, query: ScoreQuery, min_group_size: int) -> ScoreReport:
    """The scores asked for.

    Raises InvalidError for a query that means nothing, NotFoundError for an unknown profile or version.
    """
    return report_of_grid(score_grid(session, query, min_group_size))


def score_grid(
    session: Session,
    query: ScoreQuery,
    min_group_size: int,
    profile: WeightProfile | None = None,
    catalogue: Mapping[str, StoredMeasure] | None = None,
) -> GridResult:
    """As `score`, as arrays.

    With a `profile`, under its weights, which are stored nowhere: a what-if. With a `catalogue`, its measures are on
    the axis instead of those of `query.as_of`.
    """
    dimensions = checked_dimensions(session, query)
    knowledge = knowledge_at(session, query.as_of)
    axis, ids = _measure_axis(read_measures(session, query.as_of) if catalogue is None else catalogue)
    scored = axis.measures[: axis.scored]
    versions = plan_of_profile(session, query.profile, query.version, query.as_of, scored)
    carried = max(versions.longest_carry_forward, 0 if profile is None else profile.carry_forward_months)
    periods, first = _periods(session, query, carried, knowledge)
    plan = versions.over(periods)
    if profile is not None:
        plan = plan_of_definition(query.profile, profile, len(periods), scored)
    measures = tuple(
        (id_, m.time_rollup, m.segment_rollup, m.preferred_sources) for id_, m in zip(ids, axis.measures, strict=True)
    )
    key = ("values", dimensions, str(periods[0]), len(periods), knowledge.up_to, measures)
    values = remembered(
        session,
        knowledge.data_version,
        key,
        lambda: values_of_measures(session, dimensions, periods, axis, ids, knowledge),
    )
    scopes = wanted_scopes(session, query, dimensions, values, first)
    smallest, reach = tuple(m.min_group_size for m in axis.measures), periods_carried(plan, periods)
    shown = remembered(
        session,
        knowledge.data_version,
        ("shown", key, min_group_size, smallest, reach),
        lambda: shown_values(axis, values, min_group_size, reach),
    )
    grid = compute_grid(axis, periods, plan, shown)
    names = {id_: name for name, id_ in source_ids(session).items()}
    return GridResult(query, grid, dimensions, scopes, first, knowledge, names)


def default_periods(
    session: Session,
    grain: Grain,
    first: Period | None,
    last: Period | None,
    today: date,
    most: int = DEFAULT_PERIODS,
) -> tuple[Period, Period]:
    """The periods to show where one end or both were left open: up to the newest with data, `most` of them.

    Without any data: the period before the present one.
    """
    months = months_with_data(session)
    if last is None:
        newest = period_containing(today, grain).shift(-1) if months is None else period_of_month(months[1], grain)
        last = newest if first is None else max(newest, first)
    if first is None:
        oldest = last if months is None else min(period_of_month(months[0], grain), last)
        first = max(oldest, last.shift(1 - most))
    return first, last


def checked_dimensions(session: Session, query: ScoreQuery) -> tuple[str, ...]:
    """The dimensions of the query, in one order whoever asks. Raises InvalidError for a query that means nothing."""
    where = query.where or {}
    dimensions = tuple(sorted({*query.by, *where}))
    known = dimension_keys(session)
    problems = [
        Problem(
            "by" if d in query.by else "where",
            "unknown_dimension",
            f"There is no dimension '{d}'.",
            hint=f"There are: {', '.join(known)}.",
        )
        for d in dimensions
        if d not in known
    ]
    problems += [
        Problem("by", "twice", f"'{d}' cannot be in `by` and in `where` at once.") for d in query.by if d in where
    ]
    if len(dimensions) > MOST_DIMENSIONS:
        text = "Scores can be split and filtered by two dimensions at most, so that nobody can single people out."
        problems.append(Problem("by", "too_many_dimensions", text))
    if query.first.grain is not query.grain or query.last.grain is not query.grain:
        problems.append(Problem("from", "wrong_grain", f"Give periods of the grain '{query.grain}'."))
    elif query.last < query.first:
        problems.append(
            Problem("to", "wrong_order", f"The last period {query.last} lies before the first {query.first}.")
        )
    elif (query.last.first_month - query.first.first_month) // query.grain.months >= MOST_PERIODS:
        problems.append(Problem("from", "too_many_periods", f"Ask for {MOST_PERIODS} periods at most."))
    refuse_faults(problems)
    return dimensions


def _measure_axis(catalogue: Mapping[str, StoredMeasure]) -> tuple[MeasureAxis, list[int]]:
    stored = [s for s in catalogue.values() if s.measure.kind == "measure"]
    stored.sort(key=lambda s: not s.measure.scorable)
    measures: tuple[Measure, ...] = tuple(s.measure for s in stored)
    return MeasureAxis(measures, sum(m.scorable for m in measures)), [s.id for s in stored]


def _periods(
    session: Session, query: ScoreQuery, carried_months: int, knowledge: Knowledge
) -> tuple[list[Period], int]:
    """The periods to compute, reaching back as far as bands and carried values do, and where the asked ones begin."""
    start = query.first.shift(-BAND_MEMORY - carried_months // query.grain.months)
    if knowledge.up_to is None:
        # Without data there is nothing to reach back for. Of an earlier state only its own roll-ups would tell.
        months = months_with_data(session)
        earliest = query.first if months is None else period_of_month(months[0], query.grain)
        start = min(query.first, max(earliest, start))
    periods = list(periods_between(start, query.last))
    return periods, periods.index(query.first)


def values_of_measures(
    session: Session,
    dimensions: tuple[str, ...],
    periods: list[Period],
    axis: MeasureAxis,
    ids: list[int],
    knowledge: Knowledge,
) -> ScopeValues:
    """Values per (scope, period, measure) of consecutive periods; ids: of the measures on the axis."""
    segments, grain = all_segments(session), periods[0].grain
    refuse_too_many_cells(segments.values(), dimensions, len(periods) * grain.months, len(ids))
    wanted = ids if len(ids) <= FEW_MEASURES else ()
    columns = read_rollup_columns(session, periods[0].first_month, periods[-1].last_month, knowledge.up_to, wanted)
    trusted = source_ids(session)
    rules = MeasureRules(
        np.array([m.segment_rollup == "sum" for m in axis.measures]),
        [[trusted[name] for name in m.preferred_sources if name in trusted] for m in axis.measures],
    )
    stocks = np.array([m.time_rollup == "last" for m in axis.measures])

    def at(grain: Grain, number: int) -> ScopeValues:
        time = TimeAxis(grain, periods[0].first_month, number)
        rows = roll_up_time(columns, time, np.array(ids), [m.time_rollup for m in axis.measures])
        # The most people of any month do not add up to those of the parent; for flows its months speak.
        counted = stocks | (grain is Grain.MONTH)
        return _with_families(rows, segments, dimensions, counted, (number, len(ids)), rules)

    values = at(grain, len(periods))
    if grain is Grain.MONTH:
        return values
    return replace(values, months=at(Grain.MONTH, len(periods) * grain.months))


def _with_families(
    rows: PeriodRows,
    segments: Mapping[int, Mapping[str, str]],
    dimensions: tuple[str, ...],
    counted: Bools,
    shape: tuple[int, int],
    rules: MeasureRules,
) -> ScopeValues:
    """The values with what may be subtracted from what; counted: measures whose people can be compared so."""
    values = values_by_scope(rows, segments, dimensions, shape, rules)
    parents = []
    for d in dimensions:
        parent = values_by_scope(rows, segments, [other for other in dimensions if other != d], shape, rules)
        parents.append(dict(zip(parent.scopes, parent.people * counted, strict=True)))
    return replace(values, families=families_of(dimensions, values.scopes, segments.values(), parents))


def wanted_scopes(
    session: Session, query: ScoreQuery, dimensions: tuple[str, ...], values: ScopeValues, first: int
) -> tuple[int, ...]:
    """The scopes that were asked for. A value that no segment has is refused: most likely it is a slip of the pen.

    A split leaves out what has been silent for more than a year, such as programs that ended long ago.
    """
    where = query.where or {}
    for dimension, value in where.items():
        place = dimensions.index(dimension)
        if value in {scope[place] for scope in values.scopes}:
            continue
        # It may be there, and never together with the other dimension asked for: then there is nothing to show.
        known = sorted({each[dimension] for each in all_segments(session).values() if dimension in each})
        if value not in known:
            listed = (
                f"There are: {', '.join(known[:20])}." if known else "No data has been sent for this dimension yet."
            )
            problem = Problem("where", "unknown_value", f"There is no {dimension} '{value}'.", hint=listed)
            raise InvalidError(f"{problem.message} {listed}", [problem])
    heard_of: list[bool] = np.any(~np.isnan(values.value[:, max(first - BAND_MEMORY, 0) :]), axis=(1, 2)).tolist()
    return tuple(
        number
        for number, scope in enumerate(values.scopes)
        if (heard_of[number] or not query.by) and all(scope[dimensions.index(d)] == value for d, value in where.items())
    )
