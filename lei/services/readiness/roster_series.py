"""Rosters month by month for each role and site, from observations, with what must stay private taken out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from sqlalchemy.orm import Session

from lei.errors import InvalidError, Problem
from lei.evidence.estimate import Finding
from lei.evidence.readiness import RosterMonth
from lei.periods import Grain, periods_between
from lei.services.scores.score import checked_dimensions, values_of_measures, wanted_scopes
from lei.services.scores.score_grid import MeasureAxis
from lei.services.scores.score_privacy import all_alike, hidden_cells, smallest_groups
from lei.services.scores.score_report import ScoreQuery
from lei.services.scores.score_scope import Bools
from lei.storage.knowledge import knowledge_at
from lei.storage.measures import read_measures
from lei.storage.rollup_columns import Floats

READY, REQUIRED = "role_readiness_rate", "roster_required_heads"
EXPIRING = ("roster_expiring_in_1_month", "roster_expiring_in_2_months", "roster_expiring_in_3_months")
ATTRITION, RENEWAL, ARRIVALS = "roster_attrition_rate", "roster_renewal_rate", "roster_planned_arrivals"
ROSTER_KEYS = (READY, REQUIRED, *EXPIRING, ATTRITION, RENEWAL, ARRIVALS)
# Each of them is read again and again: once for every month that the method is tested on.
MOST_PLACES = 2000
Shown = Literal["yes", "small_group", "none_of_few", "all_of_few"]
Row = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class RosterSeries:
    """The roster of one role at one site. months: in time order, those of small groups left out.

    shown: whether the newest month may be shown, and why not (`none_of_few`, `all_of_few`: nobody or everybody of fewer
    than 20 is ready, which would tell of each of them). rolled_up: added up from finer segments. unknown: what the
    newest month does not state. fault: the first month that cannot be used (its ordinal), and why; there are no
    months then.
    """

    segment: Mapping[str, str]
    months: tuple[RosterMonth, ...]
    shown: Shown
    rolled_up: bool = False
    unknown: tuple[Finding, ...] = ()
    fault: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """One place: value and people [T, M] in the order of ROSTER_KEYS, NaN where nothing may be used; first month."""

    first_month: int
    value: Floats
    people: Floats

    def rows(self) -> dict[int, Row]:
        """What is known of each month that says how many are ready."""
        known = {t: dict(zip(ROSTER_KEYS, row.tolist(), strict=True)) for t, row in enumerate(self.value)}
        rows = {t: {key: v for key, v in row.items() if not math.isnan(v)} for t, row in known.items()}
        return {t: row | {"people": float(self.people[t, 0])} for t, row in rows.items() if READY in row}


def read_rosters(session: Session, query: ScoreQuery, min_group_size: int) -> tuple[RosterSeries, ...]:
    """The rosters of the units of the query that have any readiness in its months; its profile plays no part.

    Raises InvalidError for a query that means nothing, whose grain is no month, or that reads too many places.
    """
    if query.grain is not Grain.MONTH:
        text = "Rosters are read month by month; ask for a month, such as 2026-10."
        raise InvalidError(text, [Problem("period", "not_allowed", text)])
    dimensions = checked_dimensions(session, query)
    stored = read_measures(session, query.as_of)
    if any(key not in stored for key in ROSTER_KEYS):
        return ()  # as of an instant before LEI knew of rosters
    axis = MeasureAxis(tuple(stored[key].measure for key in ROSTER_KEYS), 0)
    periods, knowledge = list(periods_between(query.first, query.last)), knowledge_at(session, query.as_of)
    found = values_of_measures(session, dimensions, periods, axis, [stored[key].id for key in ROSTER_KEYS], knowledge)
    stocks = np.array([measure.time_rollup == "last" for measure in axis.measures])
    smallest = smallest_groups([measure.min_group_size for measure in axis.measures], min_group_size)
    hidden = hidden_cells(found, smallest, stocks)
    alike = all_alike(found.value[..., 0], found.people[..., 0], np.array(True))
    there = [
        scope
        for scope in wanted_scopes(session, query, dimensions, found, 0)
        if not np.isnan(found.value[scope, :, 0]).all()
    ]
    _refuse_too_many(len(there))
    shown = np.where(hidden, np.nan, found.value)
    return tuple(
        _series(
            dict(zip(dimensions, found.scopes[scope], strict=True)),
            _Cells(query.first.first_month, shown[scope], found.people[scope]),
            _shown(found.value[scope, :, 0], hidden[scope, :, 0], alike[scope]),
            rolled_up=bool(found.rolled_up[scope, :, 0].any()),
        )
        for scope in there
    )


def _shown(rate: Floats, hidden: Bools, alike: Bools) -> Shown:
    newest = int(np.flatnonzero(~np.isnan(rate))[-1])
    if hidden[newest]:
        return "small_group"
    if not alike[newest]:
        return "yes"
    return "none_of_few" if rate[newest] == 0 else "all_of_few"


def _series(segment: Mapping[str, str], cells: _Cells, shown: Shown, *, rolled_up: bool) -> RosterSeries:
    rows = cells.rows()
    if any(REQUIRED in row for row in rows.values()):
        # People in the role are no stand-in where positions are counted: the two would jump from month to month.
        rows = {t: row for t, row in rows.items() if REQUIRED in row}
    months: list[RosterMonth] = []
    for t, row in rows.items():
        try:
            months.append(_roster_month(cells.first_month + t, row))
        except InvalidError as error:
            return RosterSeries(segment, (), shown, rolled_up, fault=(cells.first_month + t, error.detail))
    unknown = _unknown(rows[max(rows)]) if rows else ()
    return RosterSeries(segment, tuple(months), shown, rolled_up, unknown)


def _roster_month(month: int, row: Row) -> RosterMonth:
    """Heads are whole: the ready are the share of the people in the role, rounded."""
    return RosterMonth(
        month=month,
        required=row.get(REQUIRED, row["people"]),
        ready=float(round(row[READY] / 100 * row["people"])),
        expiring=_expiring(row),
        attrition=row.get(ATTRITION, 0.0) / 100,
        renewal=row.get(RENEWAL, 0.0) / 100,
        arriving=row.get(ARRIVALS, 0.0),
    )


def _expiring(row: Row) -> tuple[float, ...]:
    """Certificates by month to come, up to the first month that is not stated."""
    stated = [key in row for key in (*EXPIRING, "")].index(False)
    return tuple(row[key] for key in EXPIRING[:stated])


def _unknown(row: Row) -> tuple[Finding, ...]:
    needed: Sequence[tuple[str, bool]] = (
        ("required_unknown", REQUIRED in row),
        ("attrition_unknown", ATTRITION in row),
        ("renewal_unknown", RENEWAL in row or not any(_expiring(row))),
    )
    return tuple(Finding(code) for code, stated in needed if not stated)


def _refuse_too_many(places: int) -> None:
    if places > MOST_PLACES:
        text = f"These are {places:,} roles and sites; readiness is forecast for {MOST_PLACES:,} at most at once."
        hint = "Keep to some by `where`."
        raise InvalidError(f"{text} {hint}", [Problem("where", "too_many_segments", text, hint=hint)])
