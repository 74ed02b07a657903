"""Explains a change: what moved the composite from one period to another, measure by measure, exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from sqlalchemy.orm import Session

from lei.catalog.measure import PILLARS
from lei.errors import InvalidError, Problem
from lei.periods import Period
from lei.services.scores.score import score_grid
from lei.services.scores.score_grid import GridResult
from lei.services.scores.score_profile import Weighting
from lei.services.scores.score_report import CapChange, Contribution, DriversReport, ScoreQuery
from lei.services.scores.score_table import REASONS, table_of_grid
from lei.storage.rollup_columns import Floats
from scoring.bands import is_material
from scoring.change import Decomposition, Situation, chain, decompose, like_for_like
from scoring.errors import ScoringError
from scoring.normalise import normalise_columns


def explain_change(
    session: Session, query: ScoreQuery, against: Period, min_group_size: int, *, chained: bool = False
) -> tuple[DriversReport, ...]:
    """Why the composite of each segment in `query.last` differs from that in `against`.

    chained: the parts of the steps between are added up, one for each period that has a composite, so that the months
    of a year account for the year; else both ends are compared directly.
    Raises InvalidError when both are the same period or of different grain, and what `score` raises.
    """
    period = query.last
    if against.grain is not query.grain or against == period:
        text = f"Compare {period} with another {query.grain}; '{against}' is none."
        raise InvalidError(text, [Problem("against", "not_comparable", text)])
    first, last = sorted((against, period))
    result = score_grid(session, replace(query, first=first, last=last), min_group_size)
    before, after = (
        result.first_period + (p.first_month - first.first_month) // query.grain.months for p in (against, period)
    )
    step = 1 if before < after else -1
    places = range(before, after + step, step) if chained else (before, after)
    reasons = REASONS[table_of_grid(result).reason]
    return tuple(
        replace(
            _explained([Moment(result, scope, t) for t in places]),
            before_reason=reasons[s, before - result.first_period],
            after_reason=reasons[s, after - result.first_period],
        )
        for s, scope in enumerate(result.scopes)
    )


@dataclass(frozen=True, slots=True)
class Moment:
    """One segment in one period of a grid, under the weights that count there; `t` is a position on its time axis."""

    result: GridResult
    scope: int
    t: int

    @property
    def period(self) -> Period:
        """The period."""
        return self.result.grid.periods[self.t]

    @property
    def weighting(self) -> Weighting:
        """The weights and goalposts that count."""
        return self.result.grid.plan.at(self.t)

    @property
    def composite(self) -> float | None:
        """The composite; None where there is none."""
        return _or_none(self.result.grid.composite[self.scope, self.t])

    @property
    def scores(self) -> Floats:
        """The score of each scored measure, NaN where it has none."""
        scores: Floats = self.result.grid.scores[self.scope, self.t]
        return scores

    @property
    def pillars(self) -> Floats:
        """The score of each pillar, NaN where it has none."""
        pillars: Floats = self.result.grid.pillars[self.scope, self.t]
        return pillars

    def situation(self, other: Moment) -> Situation:
        """The scores here, and what the values would score under the goalposts of the other moment."""
        under_other = None
        if self.weighting.goalposts != other.weighting.goalposts:
            under_other = normalise_columns(self._usable(), other.weighting.goalposts)
        return Situation(self.scores, self.weighting.tree, under_other)

    def _usable(self) -> Floats:
        grid = self.result.grid
        scored = slice(0, grid.axis.scored)
        values, hidden = grid.values.value[self.scope, self.t, scored], grid.hidden[self.scope, self.t, scored]
        return np.where(hidden, np.nan, values)


def take_apart(before: Situation, after: Situation) -> Decomposition:
    """The change between two situations in its parts; raises InvalidError when it cannot be taken apart."""
    try:
        return decompose(before, after)
    except ScoringError as error:
        raise InvalidError(f"The change cannot be taken apart: {error}") from error


def _explained(moments: Sequence[Moment]) -> DriversReport:
    first, second = moments[0], moments[-1]
    before, after, plan = first.composite, second.composite, second.result.grid.plan
    change = after - before if before is not None and after is not None else None
    parts = None if change is None else _parts([moment for moment in moments if moment.composite is not None])
    alike = _like_for_like(first, second)
    return DriversReport(
        segment=_segment(second),
        period=second.period,
        against=first.period,
        before=before,
        after=after,
        change=change,
        like_for_like=alike,
        material=alike is not None and is_material(alike),
        contributions=contributions_of(parts, first, second) if parts is not None else (),
        caps=cap_changes(parts, *moments) if parts is not None else (),
        profile=plan.name,
        version=second.weighting.version,
        data_as_of=second.result.knowledge.data_as_of,
    )


def _parts(moments: Sequence[Moment]) -> Decomposition:
    """The parts of the steps from each moment to the next, added up."""
    steps = [take_apart(one.situation(other), other.situation(one)) for one, other in pairwise(moments)]
    return steps[0] if len(steps) == 1 else chain(steps)


def _segment(moment: Moment) -> Mapping[str, str]:
    return dict(zip(moment.result.dimensions, moment.result.grid.values.scopes[moment.scope], strict=True))


def _like_for_like(first: Moment, second: Moment) -> float | None:
    """The change on the measures usable in both periods, under the weights of the later one."""
    before, after = like_for_like(first.scores, second.scores, second.weighting.tree)
    change = float(after) - float(before)
    return None if np.isnan(change) else change


def contributions_of(parts: Decomposition, before: Moment, after: Moment) -> tuple[Contribution, ...]:
    """One entry for each measure that had a score in either moment, and for each pillar that counts differently."""
    axis, tree = after.result.grid.axis, after.weighting.tree
    pillars = list(PILLARS)
    listed = [
        Contribution(
            pillar=pillars[int(tree.pillar_of[m])],
            measure=axis.measures[m].key,
            points=float(parts.performance[m] + parts.weighting[m] + parts.coverage[m] + parts.goalposts[m]),
            performance=float(parts.performance[m]),
            weighting=float(parts.weighting[m]),
            coverage=float(parts.coverage[m]),
            goalposts=float(parts.goalposts[m]),
            score_before=_or_none(before.scores[m]),
            score_after=_or_none(after.scores[m]),
        )
        for m in range(axis.scored)
    ]
    listed = [c for c in listed if c.points != 0 or c.score_before is not None or c.score_after is not None]
    listed += [
        Contribution(
            pillar=pillar,
            measure=None,
            points=float(parts.weighting_pillar[p] + parts.coverage_pillar[p]),
            performance=0.0,
            weighting=float(parts.weighting_pillar[p]),
            coverage=float(parts.coverage_pillar[p]),
            goalposts=0.0,
            score_before=_or_none(before.pillars[p]),
            score_after=_or_none(after.pillars[p]),
        )
        for p, pillar in enumerate(pillars)
        if parts.weighting_pillar[p] != 0 or parts.coverage_pillar[p] != 0
    ]
    return tuple(sorted(listed, key=lambda c: -abs(c.points)))


def cap_changes(parts: Decomposition, *moments: Moment) -> tuple[CapChange, ...]:
    """One entry for each cap that took something in one of the moments."""
    rules = {
        cap: rule
        for weighting in (moment.weighting for moment in reversed(moments))
        for cap, rule in zip(weighting.tree.caps, weighting.profile.caps, strict=True)
    }
    lines = ((rules[cap], float(points)) for cap, points in zip(parts.cap_rules, parts.caps, strict=True))
    return tuple(CapChange(rule.on, rule.at_most, rule.gate, rule.below, points) for rule, points in lines if points)


def _or_none(number: float) -> float | None:
    return None if np.isnan(number) else float(number)
