"""The measures of one segment as plain data: value, flags and sources, or the reason why there is nothing to show."""

from __future__ import annotations

import math

import numpy as np

from lei.language import N_
from lei.services.scores.score_grid import GridResult, ScoreGrid
from lei.services.scores.score_privacy import all_alike
from lei.services.scores.score_report import Flag, MeasureScore, Reason
from lei.storage.rollup_columns import Floats
from scoring.composite import contributions, effective_weights


def or_none(number: float) -> float | None:
    """None for NaN."""
    return None if math.isnan(number) else number


class MeasureCells:
    """One segment's cells [period, measure] of a grid, taken out of the arrays once: single look-ups there are slow."""

    def __init__(self, result: GridResult, scope: int) -> None:
        grid = result.grid
        self._result, self._grid, self._scope = result, grid, scope
        self._value: list[list[float]] = grid.values.value[scope].tolist()
        self._n: list[list[float]] = grid.values.n[scope].tolist()
        self._rolled_up: list[list[bool]] = grid.values.rolled_up[scope].tolist()
        self._combined: list[list[bool]] = grid.values.combined[scope].tolist()
        self._hidden: list[list[bool]] = grid.hidden[scope].tolist()
        percent = np.array([m.unit == "percent" for m in grid.axis.measures])
        alike = all_alike(grid.values.value[scope], grid.values.people[scope], percent)
        self._alike: list[list[bool]] = alike.tolist()
        self._stale_from: list[list[int]] = grid.stale_from[scope].tolist()
        self._scores: list[list[float]] = grid.scores[scope].tolist()
        effective, contribution = _parts_of_composite(grid, scope)
        self._effective: list[list[float]] = effective.tolist()
        self._contribution: list[list[float]] = contribution.tolist()

    def of_pillar(self, t: int, p: int) -> tuple[MeasureScore, ...]:
        """The measures of a pillar that carry weight in period t."""
        tree = self._grid.plan.at(t).tree
        members = np.flatnonzero((tree.pillar_of == p) & (tree.measure_weights > 0)).tolist()
        return tuple(self._measure(t, m) for m in members)

    def for_context(self, t: int) -> tuple[MeasureScore, ...]:
        """The measures that are shown and never scored."""
        return tuple(self._measure(t, m) for m in range(self._grid.axis.scored, len(self._grid.axis.measures)))

    def _measure(self, t: int, m: int) -> MeasureScore:
        scored = m < self._grid.axis.scored
        measure = self._grid.axis.measures[m]
        key = measure.key
        # The tree scales its weights; the profile keeps them as shares.
        weight = self._grid.plan.at(t).profile.measures.get(measure.pillar, {}).get(key, 0.0) if scored else 0.0
        value = self._value[t][m]
        if math.isnan(value) or self._hidden[t][m]:
            reason: Reason = "no_data" if math.isnan(value) else "small_group"
            return MeasureScore(key, None, None, None, weight, 0.0, 0.0, reason)
        alike, stale = self._alike[t][m], self._stale_from[t][m]
        return MeasureScore(
            key=key,
            value=None if alike else value,
            sample_size=round(self._n[t][m]),
            score=or_none(self._scores[t][m]) if scored else None,
            weight=weight,
            effective_weight=self._effective[t][m] if scored else 0.0,
            contribution=self._contribution[t][m] if scored else 0.0,
            reason=None,
            flags=self._flags(t, m),
            basis="rolled_up" if self._rolled_up[t][m] else "reported",
            sources=self._sources(t if stale < 0 else stale, m),
            value_note=(N_("under 10 %") if value == 0 else N_("over 90 %")) if alike else None,
            stale_since=str(self._grid.periods[stale]) if stale >= 0 else None,
        )

    def _sources(self, t: int, m: int) -> tuple[str, ...]:
        return tuple(sorted(self._result.sources[id_] for id_ in self._grid.values.sources.at(self._scope, t, m)))

    def _flags(self, t: int, m: int) -> tuple[Flag, ...]:
        measure = self._grid.axis.measures[m]
        overridden = measure.key in self._grid.plan.at(t).profile.goalposts
        states: dict[Flag, bool] = {
            "low_n": self._n[t][m] < measure.min_n_reliable,
            "stale": self._stale_from[t][m] >= 0,
            "placeholder_goalposts": measure.scorable and measure.goalpost_basis == "placeholder" and not overridden,
            "combined_sources": self._combined[t][m],
            "all_alike": self._alike[t][m],
        }
        return tuple(flag for flag, on in states.items() if on)


def _parts_of_composite(grid: ScoreGrid, scope: int) -> tuple[Floats, Floats]:
    """Effective weights and contributions [period, measure] of one segment's scored measures."""
    scores, numbers = grid.scores[scope], np.array(grid.plan.numbers)
    effective, contribution = np.zeros(scores.shape), np.zeros(scores.shape)
    for number in np.unique(numbers):
        here, tree = numbers == number, grid.plan.weightings[number].tree
        effective[here] = effective_weights(scores[here], tree)
        contribution[here] = contributions(scores[here], tree)
    return effective, contribution
