"""Signal or noise: the series of composites and pillars, their limits, and what may be said of the newest change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from sqlalchemy.orm import Session

from lei.errors import InvalidError, Problem
from lei.periods import Grain, Period
from lei.services.score_analyses.score_snapshot import MOST_UNITS
from lei.services.scores.score import score_grid
from lei.services.scores.score_grid import GridResult
from lei.services.scores.score_measures import or_none
from lei.services.scores.score_profile import PILLAR_KEYS
from lei.services.scores.score_report import ScoreQuery
from lei.storage.rollup_columns import Floats
from scoring.change_verdict import (
    NO_COMPARISON,
    NOISE,
    NOT_MATERIAL,
    SIGNAL,
    TOO_EARLY,
    WORDS,
    ChangeVerdict,
    change_verdict,
)
from scoring.composite import evaluate
from scoring.control_limits import TOO_FEW_POINTS, ControlLimits, control_limits

DEFAULT_SPAN = 24
# Units times periods: each cell is scored twice, and written with its pillars.
MOST_CELLS = 30_000
Verdict = Literal["no_comparison", "not_material", "too_early", "noise", "signal"]
Level = Literal["composite", "pillar"]
VERDICTS: Mapping[int, Verdict] = {
    NO_COMPARISON: "no_comparison",
    NOT_MATERIAL: "not_material",
    TOO_EARLY: "too_early",
    NOISE: "noise",
    SIGNAL: "signal",
}
_SIDES = {1: "above", -1: "below"}


@dataclass(frozen=True, slots=True)
class Limits:
    """The XmR chart of a series: centre, natural limits, and the step from which a change of neighbours is unusual."""

    mean: float
    lower: float
    upper: float
    step: float


@dataclass(frozen=True, slots=True)
class SignalPoint:
    """One period that stands out. kind: `outside` the limits, part of a `run` of eight, or an unusual `step` to it."""

    period: Period
    kind: Literal["outside", "run", "step"]
    side: str


@dataclass(frozen=True, slots=True)
class Series:
    """Scores of the composite, or of one pillar, in time order, None where there is none.

    limits: None where there are too few points, and `no_limits` says so. change: newest less the one before, as scored;
    like_for_like: the same on the measures usable in both, under the newest weights, which is what `verdict` judges.
    """

    scores: tuple[float | None, ...]
    limits: Limits | None
    no_limits: str | None
    signals: tuple[SignalPoint, ...]
    change: float | None
    like_for_like: float | None
    verdict: Verdict
    words: str


@dataclass(frozen=True, slots=True)
class UnitSignals:
    """One unit: its composite, and its pillars with weight in the newest period."""

    segment: Mapping[str, str]
    composite: Series
    pillars: Mapping[str, Series]


@dataclass(frozen=True, slots=True)
class SignalReport:
    """All units over the same periods."""

    profile: str
    version: int
    grain: Grain
    periods: tuple[Period, ...]
    data_as_of: datetime | None
    segments: tuple[UnitSignals, ...]


def read_signals(session: Session, query: ScoreQuery, min_group_size: int) -> SignalReport:
    """The series of the units of the query, with limits where there are 12 points or more.

    Raises InvalidError for a query that means nothing or for too much, NotFoundError for an unknown profile.
    """
    result = score_grid(session, query, min_group_size)
    periods = result.grid.periods[result.first_period :]
    if len(result.scopes) > MOST_UNITS or len(result.scopes) * len(periods) > MOST_CELLS:
        text = (
            f"These are {len(result.scopes)} segments in {len(periods)} periods; signals are read for {MOST_UNITS} "
            f"segments and {MOST_CELLS:,} scores at most. Keep to some by `where`, or ask for fewer periods."
        )
        raise InvalidError(text, [Problem("by", "too_many_segments", text)])
    newest = result.grid.plan.at(len(result.grid.periods) - 1)
    return SignalReport(
        profile=result.grid.plan.name,
        version=newest.version,
        grain=query.grain,
        periods=periods,
        data_as_of=result.knowledge.data_as_of,
        segments=tuple(_units(result, periods)),
    )


def _units(result: GridResult, periods: tuple[Period, ...]) -> list[UnitSignals]:
    grid, units = result.grid, list(result.scopes)
    scored = np.concatenate([grid.composite[..., np.newaxis], grid.pillars], axis=2)[units, result.first_period :]
    series, alike = np.moveaxis(scored, 1, 2), np.moveaxis(_like_for_like(result), 1, 2)
    limits = control_limits(series)
    lines = [0, *(1 + p for p, _ in grid.plan.at(len(grid.periods) - 1).weighted_pillars)]
    judged = {line: change_verdict(alike[:, line], "pillar" if line else "composite") for line in lines}
    found = []
    for unit, scope in enumerate(units):
        read = {line: _series(series, limits, judged[line], (unit, line), periods) for line in lines}
        segment = dict(zip(result.dimensions, grid.values.scopes[scope], strict=True))
        found.append(UnitSignals(segment, read[0], {PILLAR_KEYS[line - 1]: read[line] for line in lines[1:]}))
    return found


def _like_for_like(result: GridResult) -> Floats:
    """Composites and pillars [S, T, 1 + P] on the measures usable in both of the newest periods, by the newest weights.

    Its last step is the like-for-like change of `scoring.change`; what comes and goes with the data makes no signal.
    """
    scores = result.grid.scores[list(result.scopes), result.first_period :]
    usable = ~np.isnan(scores[:, -2:]).any(axis=1, keepdims=True)
    tree = result.grid.plan.at(len(result.grid.periods) - 1).tree
    found = evaluate(np.where(usable, scores, np.nan), tree)
    return np.concatenate([found.composite[..., np.newaxis], found.pillars], axis=2)


def _series(
    series: Floats, limits: ControlLimits, judged: ChangeVerdict, at: tuple[int, int], periods: tuple[Period, ...]
) -> Series:
    """One line of one unit; at: its unit and line in the arrays, of which `judged` has the units alone."""
    scores, unit, enough = series[at], at[0], bool(limits.enough[at])
    change = or_none(float(scores[-1] - scores[-2])) if len(periods) > 1 else None
    alike = or_none(float(judged.change[unit]))
    code = int(judged.verdict[unit])
    words = WORDS[code]
    if alike is None and change is not None:
        words = "Too few measures are usable in this month and in the month before to compare them."
    chart = (limits.mean, limits.lower, limits.upper, limits.range_limit)
    return Series(
        scores=tuple(or_none(score) for score in scores.tolist()),
        limits=Limits(*(float(each[at]) for each in chart)) if enough else None,
        no_limits=None if enough else _of_grain(TOO_FEW_POINTS, periods[-1].grain),
        signals=_signals(scores, limits, at, periods),
        change=change,
        like_for_like=alike,
        verdict=VERDICTS[code],
        words=_of_grain(words, periods[-1].grain),
    )


def _signals(
    scores: Floats, limits: ControlLimits, at: tuple[int, int], periods: tuple[Period, ...]
) -> tuple[SignalPoint, ...]:
    """What stands out, in time order; an unusual step is told by the period that it leads to."""
    outside, runs, wide = limits.outside[at].tolist(), limits.runs[at].tolist(), limits.wide[at].tolist()
    found = []
    for t, period in enumerate(periods):
        if outside[t]:
            found.append(SignalPoint(period, "outside", _SIDES[outside[t]]))
        if wide[t]:
            found.append(SignalPoint(period, "step", _SIDES[1 if scores[t] > scores[t - 1] else -1]))
        if runs[t]:
            found.append(SignalPoint(period, "run", _SIDES[runs[t]]))
    return tuple(found)


def _of_grain(text: str, grain: Grain) -> str:
    """The engine's sentences speak of months; those on quarters and years are the same."""
    return text.replace("month", str(grain))
