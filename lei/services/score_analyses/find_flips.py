"""At which weight of a pillar or a measure two units swap places, its siblings keeping their proportions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Literal

from sqlalchemy.orm import Session

from lei.catalog.measure import PILLARS
from lei.errors import InvalidError, Problem
from lei.periods import Period
from lei.services.score_analyses.score_snapshot import Snapshot, take_snapshot
from lei.services.scores.score_measures import or_none
from lei.services.scores.score_profile import PILLAR_KEYS
from lei.services.scores.score_report import ScoreQuery
from lei.services.words.near_words import suggestion
from lei.services.words.segment_words import listed, name_of
from lei.services.words.share_words import percents
from scoring.composite import Tree
from scoring.errors import ScoringError
from scoring.flip_points import FlipPoints, flip_points
from scoring.reweighted import with_measure_share, with_pillar_share
from weights.profile import WeightProfile

Level = Literal["pillar", "measure"]


@dataclass(frozen=True, slots=True)
class Lever:
    """Whose weight is turned: a pillar, or a measure within its pillar."""

    level: Level
    key: str


@dataclass(frozen=True, slots=True)
class FlipReport:
    """The whole line of shares from 0 to 1 of one weight: who leads where, and at which shares that changes.

    weight: today's share, of the composite for a pillar, of its pillar for a measure. composites: today's, None where
    there is none.
    """

    profile: str
    version: int
    period: Period
    data_as_of: datetime | None
    lever: Lever
    name: str
    weight: float
    segments: tuple[Mapping[str, str], Mapping[str, str]]
    composites: tuple[float | None, float | None]
    points: FlipPoints
    sentence: str


def find_flips(
    session: Session,
    query: ScoreQuery,
    second: Mapping[str, str],
    lever: Lever,
    min_group_size: int,
    tried: WeightProfile | None = None,
) -> FlipReport:
    """Where the query's unit (its `where`) and the unit `second` swap as one weight goes from 0 to all of its group.

    Raises InvalidError for units that are the same or unknown, an unknown pillar or measure, and one whose weight
    cannot be shared otherwise; NotFoundError for an unknown profile.
    """
    first = dict(query.where or {})
    if first == dict(second):
        text = "Name two different units: these are the same one."
        raise InvalidError(text, [Problem("second", "same_unit", text)])
    units = [
        _unit(session, replace(query, where=where), field, min_group_size, tried)
        for field, where in (("first", first), ("second", dict(second)))
    ]
    name, weight, tree_at = _turned(units[0], lever)
    try:
        points = flip_points(units[0].scores[0], units[1].scores[0], tree_at)
    except ScoringError as error:
        raise InvalidError(
            f"That cannot be told: {error}", [Problem(lever.level, "no_weight_to_share", str(error))]
        ) from error
    composites = tuple(or_none(float(unit.composite[0])) for unit in units)
    report = FlipReport(
        profile=units[0].profile,
        version=units[0].weighting.version,
        period=units[0].period,
        data_as_of=units[0].data_as_of,
        lever=lever,
        name=name,
        weight=weight,
        segments=(first, dict(second)),
        composites=(composites[0], composites[1]),
        points=points,
        sentence="",
    )
    return replace(report, sentence=_sentence(report))


def _unit(
    session: Session, query: ScoreQuery, field: str, min_group_size: int, tried: WeightProfile | None
) -> Snapshot:
    """The one unit; what is wrong with it is told of the field that named it."""
    try:
        return take_snapshot(session, query, min_group_size, tried)
    except InvalidError as error:
        about = [replace(p, field=field) if p.field in ("where", "by") else p for p in error.problems]
        raise InvalidError(error.detail, about) from error


def _turned(snapshot: Snapshot, lever: Lever) -> tuple[str, float, Callable[[float], Tree]]:
    """The name of the pillar or measure, its share today, and the tree at any other share of it."""
    tree, profile, level, key = snapshot.weighting.tree, snapshot.weighting.profile, lever.level, lever.key
    if level == "measure":
        place = snapshot.position_of(key, level)
        measure = snapshot.measures[place]
        share = profile.measures.get(measure.pillar, {}).get(key, 0.0)
        return measure.display_name, share, partial(with_measure_share, tree, place)
    if key not in PILLARS:
        hint = suggestion(key, PILLARS, f"There are: {', '.join(PILLARS)}.")
        problem = Problem(level, "unknown_key", f"There is no pillar '{key}'.", hint=hint)
        raise InvalidError(problem.message, [problem])
    return PILLARS[key], profile.pillars.get(key, 0.0), partial(with_pillar_share, tree, PILLAR_KEYS.index(key))


def _sentence(report: FlipReport) -> str:
    first, second = (name_of(segment) for segment in report.segments)
    without = [name for name, score in zip((first, second), report.composites, strict=True) if score is None]
    if without:
        return f"In {report.period}, {listed(without)} cannot be compared: without a composite nobody is ahead."
    flips, leaders = report.points.flips, {section.leader for section in report.points.sections}
    start, whose = f"In {report.period}, {first} and {second}", f"the weight of {report.name}"
    if flips:
        texts = percents(report.weight, *(flip.share for flip in flips))
        of = "the composite" if report.lever.level == "pillar" else "its pillar"
        above = first if flips[0].leader_above == "first" else second
        end = f"; above that {above} is ahead" if len(flips) == 1 else ""
        return f"{start} swap places where {whose} is {listed(texts[1:])} of {of}; today it is {texts[0]}{end}."
    if leaders <= {"tied"}:
        return f"{start} are equal whatever {whose} is."
    if {"first", "second"} <= leaders:
        return f"{start} change places over a stretch of shares of {whose} at which they are equal."
    ahead = first if "first" in leaders else second
    return f"{start} do not swap places, whatever {whose} is: {ahead} stays ahead."
