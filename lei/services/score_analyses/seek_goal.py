"""What a measure, or several together, must reach for the composite of one unit to come to a target."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lei.catalog.measure import Measure
from lei.errors import InvalidError, Problem
from lei.periods import Period
from lei.services.score_analyses.score_snapshot import Snapshot, take_snapshot
from lei.services.scores.score_measures import or_none
from lei.services.scores.score_report import Reason, ScoreQuery
from lei.services.words.segment_words import listed, name_of
from lei.services.words.share_words import percents
from lei.services.words.value_words import value_text
from lei.storage.rollup_columns import Floats
from scoring.goal_seek import ANY_VALUE, Outcome, goal_seek, goal_seek_together
from scoring.normalise import HIGHEST, normalise_columns
from weights.profile import WeightProfile

MOST_MEASURES = 100
# The least and the greatest value that there can be, by unit; a `score` has a scale of its own, which nobody tells us.
_POSSIBLE: Mapping[str, tuple[float, float]] = {
    "percent": (0.0, 100.0),
    "nps": (-100.0, 100.0),
    "score": ANY_VALUE,
} | dict.fromkeys(("days", "hours", "currency", "ratio", "count"), (0.0, math.inf))


@dataclass(frozen=True, slots=True)
class MeasureGoal:
    """One measure: its value and score today and at the goal.

    today and score_today are None where there is no value to show (`reason` says why), today also for an exact 0 or 100
    percent of few people; value and score are None where nothing need change from such a value, or nothing helps.
    """

    measure: str
    name: str
    unit: str
    today: float | None
    value: float | None
    score_today: float | None
    score: float | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class GoalReport:
    """What came of the search. composite: today's; reached: the one at the goal, or the best that there is.

    share: of several measures, the share of its goalpost range by which each moves.
    """

    profile: str
    version: int
    period: Period
    segment: Mapping[str, str]
    data_as_of: datetime | None
    target: float
    outcome: Outcome
    composite: float | None
    reached: float | None
    share: float | None
    measures: tuple[MeasureGoal, ...]
    sentence: str


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    outcome: Outcome
    values: Floats
    reached: float
    share: float | None = None


def seek_goal(
    session: Session,
    query: ScoreQuery,
    measures: Sequence[str],
    target: float,
    min_group_size: int,
    tried: WeightProfile | None = None,
) -> GoalReport:
    """The value of one measure, or of several that move together, at which the composite reaches `target`.

    The query keeps to one unit. Raises InvalidError for a measure that is not scored, a target outside 0..100 and a
    query that means nothing, NotFoundError for an unknown profile.
    """
    if not 0 <= target <= HIGHEST:
        text = "The target is a composite between 0 and 100."
        raise InvalidError(text, [Problem("target", "out_of_range", text)])
    snapshot = take_snapshot(session, query, min_group_size, tried)
    field = "measure" if len(measures) == 1 else "measures"
    positions = [snapshot.position_of(key, field) for key in dict.fromkeys(measures)]
    found = _one(snapshot, positions[0], target) if len(positions) == 1 else _together(snapshot, positions, target)
    goals = tuple(_goal(snapshot, m, found) for m in positions)
    return GoalReport(
        profile=snapshot.profile,
        version=snapshot.weighting.version,
        period=snapshot.period,
        segment=snapshot.segments[0],
        data_as_of=snapshot.data_as_of,
        target=target,
        outcome=found.outcome,
        composite=or_none(float(snapshot.composite[0])),
        reached=or_none(found.reached),
        share=found.share,
        measures=goals,
        sentence=_sentence(snapshot, positions, goals, found, target),
    )


def _one(snapshot: Snapshot, m: int, target: float) -> _Found:
    weighting = snapshot.weighting
    possible = possible_values(snapshot.measures[m])
    goal = goal_seek(snapshot.values[0], weighting.goalposts, weighting.tree, m, target, possible)
    values = snapshot.values[0].copy()
    values[m] = goal.value
    return _Found(goal.outcome, values, goal.composite)


def _together(snapshot: Snapshot, positions: Sequence[int], target: float) -> _Found:
    weighting = snapshot.weighting
    goal = goal_seek_together(snapshot.values[0], weighting.goalposts, weighting.tree, positions, target)
    return _Found(goal.outcome, goal.values, goal.composite, or_none(goal.share))


def possible_values(measure: Measure) -> tuple[float, float]:
    """The values that there can be. Should today's lie outside all the same, the search still begins there."""
    return ANY_VALUE if measure.may_be_negative else _POSSIBLE.get(measure.unit, ANY_VALUE)


def _goal(snapshot: Snapshot, m: int, found: _Found) -> MeasureGoal:
    measure, today, value = snapshot.measures[m], float(snapshot.values[0, m]), float(found.values[m])
    alike = bool(snapshot.alike[0, m])
    missing: Reason = "small_group" if snapshot.hidden[0, m] else "no_data"
    score = normalise_columns([value], [snapshot.weighting.goalposts[m]])[0]
    return MeasureGoal(
        measure=measure.key,
        name=measure.display_name,
        unit=measure.unit,
        today=None if alike else or_none(today),
        value=None if alike and value == today else or_none(value),
        score_today=or_none(float(snapshot.scores[0, m])),
        score=or_none(float(score)),
        reason=missing if math.isnan(today) else None,
    )


def _sentence(
    snapshot: Snapshot, positions: Sequence[int], goals: Sequence[MeasureGoal], found: _Found, target: float
) -> str:
    unit, period, names = name_of(snapshot.segments[0]), snapshot.period, listed([goal.name for goal in goals])
    if found.outcome == "no_composite":
        return f"In {period}, {unit} has no composite whatever becomes of {names}: too much else is missing."
    if found.outcome == "reached_already":
        return f"In {period}, {unit} has a composite of {found.reached:.2f}: {target:g} is reached already."
    texts = [_move(goal, snapshot.measures[m], found.outcome) for goal, m in zip(goals, positions, strict=True)]
    if found.outcome == "not_reachable":
        at = f", at {texts[0]}" if len(goals) == 1 and texts[0] else ""
        return (
            f"In {period}, {unit} cannot come to {target:g} by {names} alone: the best composite there is by that is "
            f"{found.reached:.2f}{at}."
        )
    start = f"For a composite of {target:g} in {period}, {unit} needs"
    if found.share is None:
        return f"{start} {names} {texts[0]}, all else unchanged."
    share = percents(found.share)[0]
    told = listed([f"{goal.name} {text}" for goal, text in zip(goals, texts, strict=True) if text])
    return f"{start} each to move by {share} of its goalpost range: {told}."


def _move(goal: MeasureGoal, measure: Measure, outcome: Outcome) -> str:
    """`to rise from 3 to 9.1`; of a goal that is not reached the value alone; empty where there is none to show."""
    if goal.value is None:
        return ""
    if outcome == "not_reachable":
        return value_text(goal.value, measure)
    if goal.today is None:
        return f"to come to {value_text(goal.value, measure)}"
    if goal.value == goal.today:
        return f"to stay at {value_text(goal.value, measure)}"
    verb = "rise" if goal.value > goal.today else "fall"
    value = value_text(goal.value, measure, goal.value - goal.today)
    return f"to {verb} from {value_text(goal.today, measure)} to {value}"
