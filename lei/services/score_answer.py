"""Turns a grid of scores into the plain answer: states, reasons and flags in words, hidden things left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lei.catalog.measure import PILLARS
from lei.services.score_grid import BAND_MEMORY
from lei.services.score_report import Flag, MeasureScore, PillarScore, Reason, Score, ScoreReport, Status
from lei.storage.rollup_columns import Floats, Ints
from scoring.bands import settled_bands
from scoring.composite import FINAL, PROVISIONAL

if TYPE_CHECKING:
    from lei.services.score import GridResult

_STATUS: Mapping[int, Status] = {FINAL: "final", PROVISIONAL: "provisional"}


def report_of_grid(result: GridResult) -> ScoreReport:
    """The answer to the question that the grid was computed for: scopes in alphabetical order, periods in time."""
    grid = result.grid
    weighting = grid.plan.at(len(grid.periods) - 1)
    scores = tuple(score for scope in result.scopes for score in _of_scope(_Scope(result, scope)))
    return ScoreReport(
        query=result.query,
        profile=grid.plan.name,
        version=weighting.version,
        weights_source=weighting.weights_source,
        data_as_of=result.knowledge.data_as_of,
        scores=scores,
    )


@dataclass(frozen=True, slots=True)
class _Scope:
    result: GridResult
    number: int

    @property
    def segment(self) -> dict[str, str]:
        return dict(zip(self.result.dimensions, self.result.grid.values.scopes[self.number], strict=True))


def _of_scope(scope: _Scope) -> list[Score]:
    grid, s = scope.result.grid, scope.number
    return [
        _score(scope, t, _band(grid.composite[s], t), [_band(grid.pillars[s, :, p], t) for p in range(len(PILLARS))])
        for t in range(scope.result.first_period, len(grid.periods))
    ]


def _band(series: Floats, t: int) -> str | None:
    """The band in period t, by the same stretch of history whichever periods were asked for."""
    return settled_bands(series[max(0, t - BAND_MEMORY) : t + 1].tolist())[-1]


def _score(scope: _Scope, t: int, band: str | None, pillar_bands: Sequence[str | None]) -> Score:
    grid, s = scope.result.grid, scope.number
    weighting = grid.plan.at(t)
    weighted = [p for p, weight in enumerate(weighting.tree.pillar_weights) if weight > 0]
    pillars = tuple(_pillar(scope, t, p, pillar_bands[p]) for p in weighted)
    composite = _or_none(grid.composite[s, t])
    counted = np.flatnonzero(weighting.tree.measure_weights > 0)
    return Score(
        period=grid.periods[t],
        segment=scope.segment,
        composite=composite,
        reason=None if composite is not None else _reason(scope, t, counted),
        status=_STATUS.get(int(grid.status[s, t]), "none"),
        coverage=float(grid.coverage[s, t]),
        band=band,
        pillars=pillars,
        missing_pillars=tuple(pillar.key for pillar in pillars if pillar.score is None),
        context=tuple(_measure(scope, t, m) for m in range(grid.axis.scored, len(grid.axis.measures))),
        profile_version=weighting.version,
    )


def _pillar(scope: _Scope, t: int, p: int, band: str | None) -> PillarScore:
    grid, s = scope.result.grid, scope.number
    weighting, key = grid.plan.at(t), list(PILLARS)[p]
    tree = weighting.tree
    members = np.flatnonzero((tree.pillar_of == p) & (tree.measure_weights > 0))
    score = _or_none(grid.pillars[s, t, p])
    return PillarScore(
        key=key,
        score=score,
        reason=None if score is not None else _reason(scope, t, members),
        band=band,
        weight=weighting.profile.pillars[key],
        coverage=float(grid.pillar_coverage[s, t, p]),
        measures=tuple(_measure(scope, t, int(m)) for m in members),
    )


def _reason(scope: _Scope, t: int, measures: Ints) -> Reason:
    grid, s = scope.result.grid, scope.number
    if grid.hidden[s, t, measures].any():
        return "small_group"
    return "no_data" if np.isnan(grid.values.value[s, t, measures]).all() else "low_coverage"


def _measure(scope: _Scope, t: int, m: int) -> MeasureScore:
    grid, s = scope.result.grid, scope.number
    cell = (s, t, m)
    scored = m < grid.axis.scored
    measure = grid.axis.measures[m]
    # The tree scales its weights; the profile keeps them as shares.
    weight = grid.plan.at(t).profile.measures.get(measure.pillar, {}).get(measure.key, 0.0) if scored else 0.0
    value = _or_none(grid.values.value[cell])
    if value is None or grid.hidden[cell]:
        reason: Reason = "no_data" if value is None else "small_group"
        return MeasureScore(measure.key, None, None, None, weight, 0.0, 0.0, reason)
    alike = bool(grid.alike[cell])
    stale = int(grid.stale_from[cell])
    origin = t if stale < 0 else stale
    return MeasureScore(
        key=measure.key,
        value=None if alike else value,
        sample_size=round(grid.values.n[cell]),
        score=_or_none(grid.scores[cell]) if scored else None,
        weight=weight,
        effective_weight=float(np.nan_to_num(grid.effective[cell])) if scored else 0.0,
        contribution=float(np.nan_to_num(grid.contribution[cell])) if scored else 0.0,
        reason=None,
        flags=_flags(scope, t, m),
        basis="rolled_up" if grid.values.rolled_up[cell] else "reported",
        sources=tuple(sorted(scope.result.sources[id_] for id_ in grid.values.sources.at(s, origin, m))),
        value_note=("under 10 %" if value == 0 else "over 90 %") if alike else None,
        stale_since=str(grid.periods[stale]) if stale >= 0 else None,
    )


def _flags(scope: _Scope, t: int, m: int) -> tuple[Flag, ...]:
    grid, cell = scope.result.grid, (scope.number, t, m)
    measure = grid.axis.measures[m]
    overridden = measure.key in grid.plan.at(t).profile.goalposts
    states: dict[Flag, bool] = {
        "low_n": bool(grid.values.n[cell] < measure.min_n_reliable),
        "stale": bool(grid.stale_from[cell] >= 0),
        "placeholder_goalposts": measure.scorable and measure.goalpost_basis == "placeholder" and not overridden,
        "combined_sources": bool(grid.values.combined[cell]),
        "all_alike": bool(grid.alike[cell]),
    }
    return tuple(flag for flag, on in states.items() if on)


def _or_none(number: float) -> float | None:
    return None if np.isnan(number) else float(number)
