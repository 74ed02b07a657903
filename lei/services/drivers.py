"""Explains a change: what moved the composite from one period to another, measure by measure, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy.orm import Session

from lei.catalog.measure import PILLARS
from lei.errors import InvalidError, Problem
from lei.periods import Period
from lei.services.score import score_grid
from lei.services.score_grid import GridResult, ScoreGrid
from lei.services.score_report import CapChange, Contribution, DriversReport, ScoreQuery
from lei.storage.rollup_columns import Floats
from scoring.bands import is_material
from scoring.change import Decomposition, Situation, decompose, like_for_like
from scoring.errors import ScoringError
from scoring.normalise import normalise_columns


def explain_change(
    session: Session, query: ScoreQuery, against: Period, min_group_size: int
) -> tuple[DriversReport, ...]:
    """Why the composite of each segment in `query.last` differs from that in `against`.

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
    return tuple(_explained(_Pair(result, scope, before, after)) for scope in result.scopes)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two periods of one segment; before and after are positions on the time axis."""

    result: GridResult
    scope: int
    before: int
    after: int

    @property
    def grid(self) -> ScoreGrid:
        return self.result.grid

    def composite(self, t: int) -> float | None:
        value = float(self.grid.composite[self.scope, t])
        return None if np.isnan(value) else value

    def situation(self, t: int, other: int) -> Situation:
        """The scores of period t, and what its values would score under the goalposts of the other period."""
        weighting, other_weighting = self.grid.plan.at(t), self.grid.plan.at(other)
        under_other = None
        if weighting.goalposts != other_weighting.goalposts:
            under_other = normalise_columns(self._usable(t), other_weighting.goalposts)
        return Situation(self.grid.scores[self.scope, t], weighting.tree, under_other)

    def _usable(self, t: int) -> Floats:
        scored = slice(0, self.grid.axis.scored)
        values, hidden = self.grid.values.value[self.scope, t, scored], self.grid.hidden[self.scope, t, scored]
        return np.where(hidden, np.nan, values)


def _explained(pair: _Pair) -> DriversReport:
    before, after = pair.composite(pair.before), pair.composite(pair.after)
    result, grid = pair.result, pair.grid
    change = after - before if before is not None and after is not None else None
    parts = None if change is None else _parts(pair)
    alike = _like_for_like(pair)
    return DriversReport(
        segment=_segment(pair),
        period=grid.periods[pair.after],
        against=grid.periods[pair.before],
        before=before,
        after=after,
        change=change,
        like_for_like=alike,
        material=alike is not None and is_material(alike),
        contributions=_contributions(pair, parts) if parts is not None else (),
        caps=_caps(pair, parts) if parts is not None else (),
        profile=grid.plan.name,
        version=grid.plan.at(pair.after).version,
        data_as_of=result.knowledge.data_as_of,
    )


def _parts(pair: _Pair) -> Decomposition:
    try:
        return decompose(pair.situation(pair.before, pair.after), pair.situation(pair.after, pair.before))
    except ScoringError as error:
        raise InvalidError(f"The change cannot be taken apart: {error}") from error


def _segment(pair: _Pair) -> Mapping[str, str]:
    return dict(zip(pair.result.dimensions, pair.grid.values.scopes[pair.scope], strict=True))


def _like_for_like(pair: _Pair) -> float | None:
    """The change on the measures usable in both periods, under the weights of the later one."""
    scores, tree = pair.grid.scores[pair.scope], pair.grid.plan.at(pair.after).tree
    before, after = like_for_like(scores[pair.before], scores[pair.after], tree)
    change = float(after) - float(before)
    return None if np.isnan(change) else change


def _contributions(pair: _Pair, parts: Decomposition) -> tuple[Contribution, ...]:
    """One entry for each measure that had a score in either period, and for each pillar that counts differently."""
    grid, tree = pair.grid, pair.grid.plan.at(pair.after).tree
    pillars = list(PILLARS)
    listed = [
        Contribution(
            pillar=pillars[int(tree.pillar_of[m])],
            measure=grid.axis.measures[m].key,
            points=float(parts.performance[m] + parts.weighting[m] + parts.coverage[m] + parts.goalposts[m]),
            performance=float(parts.performance[m]),
            weighting=float(parts.weighting[m]),
            coverage=float(parts.coverage[m]),
            goalposts=float(parts.goalposts[m]),
            score_before=_or_none(grid.scores[pair.scope, pair.before, m]),
            score_after=_or_none(grid.scores[pair.scope, pair.after, m]),
        )
        for m in range(grid.axis.scored)
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
            score_before=_or_none(grid.pillars[pair.scope, pair.before, p]),
            score_after=_or_none(grid.pillars[pair.scope, pair.after, p]),
        )
        for p, pillar in enumerate(pillars)
        if parts.weighting_pillar[p] != 0 or parts.coverage_pillar[p] != 0
    ]
    return tuple(sorted(listed, key=lambda c: -abs(c.points)))


def _caps(pair: _Pair, parts: Decomposition) -> tuple[CapChange, ...]:
    """One entry for each cap that took something in either period."""
    plan = pair.grid.plan
    rules = {
        cap: rule
        for t in (pair.after, pair.before)
        for cap, rule in zip(plan.at(t).tree.caps, plan.at(t).profile.caps, strict=True)
    }
    lines = ((rules[cap], float(points)) for cap, points in zip(parts.cap_rules, parts.caps, strict=True))
    return tuple(CapChange(rule.on, rule.at_most, rule.gate, rule.below, points) for rule, points in lines if points)


def _or_none(number: float) -> float | None:
    return None if np.isnan(number) else float(number)
