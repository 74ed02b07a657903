"""Gathers what a scorecard is about: scores over time, the steps of the last change, groups beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lei.catalog.measure import Measure
from lei.errors import Problem, refuse_faults
from lei.language import _
from lei.periods import MONTHS_A_YEAR, Grain, Period, month_of, periods_between
from lei.reports.figures import Restated
from lei.services.chain.program_reading import ProgramReading
from lei.services.readiness.forecast_readiness import ReadinessRisks, readiness_risks
from lei.services.scorecards.find_restatements import find_restatements
from lei.services.scorecards.scorecard_programs import read_programs
from lei.services.scorecards.scorecard_request import LONGEST_TITLE, ScorecardRequest
from lei.services.scores.drivers import explain_change
from lei.services.scores.score import score
from lei.services.scores.score_report import MOST_DIMENSIONS, DriversReport, Score, ScoreQuery
from lei.storage.measures import read_measures
from lei.storage.score_targets import read_targets
from lei.storage.segments import canonical, dimension_keys
from lei.storage.weight_profiles import read_versions

COMPARED_DIMENSIONS = ("unit", "program")
READINESS_DIMENSIONS = ("role", "unit", "region")
# How many periods a trend shows: two years of months, three years of quarters, five years.
TREND_PERIODS = {Grain.MONTH: 24, Grain.QUARTER: 12, Grain.YEAR: 5}


@dataclass(frozen=True, slots=True)
class Group:
    """One value of a dimension: its score, and why it moved (None where that was not asked for)."""

    dimension: str
    name: str
    score: Score
    drivers: DriversReport | None


@dataclass(frozen=True, slots=True)
class ScorecardData:
    """Everything that the figures are made from. A Score is None for a period without any row.

    history ends with the period itself; rules is the definition of the weight profile (weights.profile);
    restated: the periods that the scorecard before showed with another score. targets: what scores shall reach, by
    score and period. programs: those in the scope that ran in the period. readiness: what threatens it, by rosters.
    """

    request: ScorecardRequest
    now: datetime
    measures: Mapping[str, Measure]
    rules: Mapping[str, Any]
    profile_version: int
    weights_source: str
    data_as_of: datetime | None
    history: tuple[tuple[Period, Score | None], ...]
    drivers: DriversReport | None
    groups: tuple[Group, ...]
    restated: tuple[Restated, ...]
    targets: Mapping[tuple[str, str], float]
    programs: tuple[ProgramReading, ...] = ()
    readiness: ReadinessRisks | None = None

    @property
    def score(self) -> Score | None:
        """The score of the period."""
        return self.history[-1][1]

    @property
    def previous(self) -> Score | None:
        """The score of the period before."""
        return self.at(self.request.period.shift(-1))

    @property
    def last_year_period(self) -> Period:
        """The same period one year earlier."""
        period = self.request.period
        return period.shift(-MONTHS_A_YEAR // period.grain.months)

    def at(self, period: Period) -> Score | None:
        """The score of one period of the history."""
        return next((found for of, found in self.history if of == period), None)


def measure_names(data: ScorecardData) -> dict[str, str]:
    """Names of measures for people, by key."""
    return {key: _(measure.display_name) for key, measure in data.measures.items()}


def gather(session: Session, request: ScorecardRequest, min_group_size: int, now: datetime) -> ScorecardData:
    """All that is known for this request.

    Raises InvalidError for a period that has not begun, a title that is too long or a dimension that does not exist.
    """
    period, where = request.period, dict(request.where)
    refuse_faults(_faults(request, now))
    first = period.shift(1 - TREND_PERIODS[period.grain])
    query = ScoreQuery(period.grain, first, period, (), where, request.profile)
    report = score(session, query, min_group_size)
    found = {item.period: item for item in report.scores}
    explained = explain_change(session, query, period.shift(-1), min_group_size)
    version = next(v for v in read_versions(session, request.profile) if v.version == report.version)
    measures = {key: stored.measure for key, stored in read_measures(session).items()}
    history = tuple((at, found.get(at)) for at in periods_between(first, period))
    return ScorecardData(
        request=request,
        now=now,
        measures=measures,
        rules=version.definition,
        profile_version=report.version,
        weights_source=report.weights_source,
        data_as_of=report.data_as_of,
        history=history,
        drivers=explained[0] if explained else None,
        groups=_groups(session, request, min_group_size),
        restated=find_restatements(
            session,
            request,
            {at: None if one is None else one.composite for at, one in history},
            {key: _(measure.display_name) for key, measure in measures.items()},
            min_group_size,
        ),
        targets=_targets(session, where),
        programs=read_programs(session, request, min_group_size, now),
        readiness=readiness_risks(session, period, where, min_group_size),
    )


def _faults(request: ScorecardRequest, now: datetime) -> Iterator[Problem]:
    period, title = request.period, request.title or ""
    if period.first_month > month_of(now.date()):
        text = f"The period {period} has not begun yet; there can be no scorecard for it."
        yield Problem("period", "in_future", text)
    if len(title) > LONGEST_TITLE:
        yield Problem("title", "too_long", f"The title has {len(title)} characters; at most {LONGEST_TITLE} are taken.")


def _targets(session: Session, where: Mapping[str, str]) -> dict[tuple[str, str], float]:
    found = read_targets(session, where)
    return {(target.score, target.period): target.value for target in found if target.value is not None}


def _groups(session: Session, request: ScorecardRequest, min_group_size: int) -> tuple[Group, ...]:
    wanted = dict.fromkeys((*COMPARED_DIMENSIONS, *READINESS_DIMENSIONS))
    if len(request.where) >= MOST_DIMENSIONS:
        return ()
    known = set(dimension_keys(session)) - set(request.where)
    return tuple(
        group
        for dimension in wanted
        if dimension in known
        for group in _groups_of(session, request, dimension, min_group_size)
    )


def _groups_of(session: Session, request: ScorecardRequest, dimension: str, min_group_size: int) -> list[Group]:
    period = request.period
    query = ScoreQuery(period.grain, period, period, (dimension,), dict(request.where), request.profile)
    reports: dict[str, DriversReport] = {}
    if dimension in COMPARED_DIMENSIONS:
        explained = explain_change(session, query, period.shift(-1), min_group_size)
        reports = {canonical(report.segment): report for report in explained}
    return [
        Group(dimension, found.segment[dimension], found, reports.get(canonical(found.segment)))
        for found in score(session, query, min_group_size).scores
        if dimension in found.segment
    ]
