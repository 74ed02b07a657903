"""What a version of weights does to a score that another makes otherwise: the difference taken apart exactly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from lei.catalog.measure import PILLARS
from lei.periods import Period
from lei.services.scores.difference_parts import parts_between
from lei.services.scores.drivers import Moment
from lei.services.scores.score import score_grid
from lei.services.scores.score_report import CapChange, Contribution, ScoreQuery

_SHOWN_FROM = 0.05  # smaller ones would be shown as 0.0 points


@dataclass(frozen=True, slots=True)
class WeightEffect:
    """One segment in one period under two versions of a profile.

    change: after minus before, None where one of them has no composite. aggregation: the points that come from other
    means; together with the contributions and the caps they add up to the change exactly (to 1e-9 points).
    """

    profile: str
    first: int
    second: int
    period: Period
    segment: Mapping[str, str]
    before: float | None
    after: float | None
    change: float | None
    aggregation: float
    contributions: tuple[Contribution, ...]
    caps: tuple[CapChange, ...]
    sentence: str
    data_as_of: datetime | None


def explain_effect(session: Session, query: ScoreQuery, first: int, second: int, min_group_size: int) -> WeightEffect:
    """Why version `second` of the query's profile makes another composite than `first`, in `query.last`.

    The query keeps to one segment and splits by nothing. Raises what `score` raises.
    """
    query = replace(query, first=query.last, by=())
    results = [score_grid(session, replace(query, version=version), min_group_size) for version in (first, second)]
    # A scope without any data in reach of the longer memory of one version may be missing in the other.
    moments = [Moment(r, r.scopes[0], r.first_period) if r.scopes else None for r in results]
    before, after = (None if moment is None else moment.composite for moment in moments)
    effect = WeightEffect(
        profile=query.profile,
        first=first,
        second=second,
        period=query.last,
        segment=dict(query.where or {}),
        before=before,
        after=after,
        change=None if before is None or after is None else after - before,
        aggregation=0.0,
        contributions=(),
        caps=(),
        sentence="",
        data_as_of=results[1].knowledge.data_as_of,
    )
    if effect.change is not None and moments[0] is not None and moments[1] is not None:
        parts = parts_between(moments[0], moments[1])
        effect = replace(effect, aggregation=parts.aggregation, contributions=parts.contributions, caps=parts.caps)
    return replace(effect, sentence=_sentence(effect))


def _sentence(effect: WeightEffect) -> str:
    first, second, period = effect.first, effect.second, effect.period
    if effect.change is None:
        without = [number for number, score in ((first, effect.before), (second, effect.after)) if score is None]
        return f"{period} has no score under {' and '.join(f'version {number}' for number in without)}."
    if abs(effect.change) < _SHOWN_FROM:
        little = f"Version {second} makes less than 0.1 points of difference to version {first}"
        return f"{little}: {period} has {effect.after:.1f}."
    causes = {"the other means": effect.aggregation, "caps": math.fsum(cap.points for cap in effect.caps)}
    for key, label in PILLARS.items():
        causes[label] = math.fsum(c.points for c in effect.contributions if c.pillar == key)
    cause, points = max(causes.items(), key=lambda item: item[1] * math.copysign(1.0, effect.change or 0.0))
    return (
        f"Version {second} gives {period} {effect.after:.1f} where version {first} gives {effect.before:.1f}: "
        f"{effect.change:+.1f} points, of which the largest part comes from {cause} ({points:+.1f})."
    )
