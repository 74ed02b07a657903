"""Turns a grid of scores into the plain answer: states, reasons and flags in words, hidden things left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lei.catalog.measure import PILLARS
from lei.services.score_grid import BAND_MEMORY, GridResult, ScoreGrid
from lei.services.score_measures import MeasureCells, or_none
from lei.services.score_profile import Weighting
from lei.services.score_report import CapNote, PillarScore, Reason, Score, ScoreReport, Status
from lei.storage.rollup_columns import Floats
from scoring.band_series import last_settled_bands
from scoring.bands import BANDS
from scoring.composite import FINAL, PROVISIONAL

_PILLARS = tuple(PILLARS)
_STATUS: Mapping[int, Status] = {FINAL: "final", PROVISIONAL: "provisional"}
# The position -1 says that there is no band.
_BAND_KEYS = (*(band.key for band in BANDS), None)


def report_of_grid(result: GridResult) -> ScoreReport:
    """The answer to the question that the grid was computed for: scopes in alphabetical order, periods in time."""
    grid = result.grid
    weighting = grid.plan.at(len(grid.periods) - 1)
    bands = _bands(np.concatenate([grid.composite[..., None], grid.pillars], axis=2), result.first_period)
    counted = _Counted(grid)
    scores = tuple(score for scope in result.scopes for score in _of_scope(result, scope, bands[scope], counted))
    return ScoreReport(
        query=result.query,
        profile=grid.plan.name,
        version=weighting.version,
        weights_source=weighting.weights_source,
        data_as_of=result.knowledge.data_as_of,
        scores=scores,
    )


def _bands(series: Floats, first: int) -> list[list[list[int]]]:
    """Positions in BANDS for [scope, period from `first` on, series], each by the same stretch of history."""
    scopes, periods, lines = series.shape
    padded = np.concatenate([np.full((scopes, BAND_MEMORY, lines), np.nan), series], axis=1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, BAND_MEMORY + 1, axis=1)[:, first:periods]
    found: list[list[list[int]]] = last_settled_bands(windows).tolist()
    return found


class _Counted:
    """For the reason of a missing score: which measures count, and whether some are hidden or all have no data.

    hidden, empty [scope, period, P + 1]: of the pillar's measures, and last of all measures together.
    """

    def __init__(self, grid: ScoreGrid) -> None:
        scored = slice(0, grid.axis.scored)
        tree = grid.plan.weightings[0].tree
        groups = [tree.pillar_of == p for p in range(len(_PILLARS))]
        weights = np.array([w.tree.measure_weights for w in grid.plan.weightings])[list(grid.plan.numbers)] > 0
        pillar_counts = np.array([w.tree.pillar_weights for w in grid.plan.weightings])[list(grid.plan.numbers)] > 0
        groups.append(np.ones(tree.pillar_of.size, dtype=bool))
        everywhere = weights & pillar_counts[:, tree.pillar_of]
        hidden = grid.hidden[..., scored]
        empty = np.isnan(grid.values.value[..., scored])
        masks = [weights & group for group in groups[:-1]] + [everywhere]
        self.hidden = np.stack([(hidden & mask).any(axis=2) for mask in masks], axis=2)
        self.empty = np.stack([(empty | ~mask).all(axis=2) for mask in masks], axis=2)

    def reason(self, scope: int, period: int, group: int) -> Reason:
        if self.hidden[scope, period, group]:
            return "small_group"
        return "no_data" if self.empty[scope, period, group] else "low_coverage"


def _of_scope(result: GridResult, s: int, bands: Sequence[Sequence[int]], counted: _Counted) -> list[Score]:
    grid, first = result.grid, result.first_period
    segment = dict(zip(result.dimensions, grid.values.scopes[s], strict=True))
    cells = MeasureCells(result, s) if result.query.detail == "measures" else None
    composites, coverages, states = (line[s].tolist() for line in (grid.composite, grid.coverage, grid.status))
    pillar_scores, pillar_coverages = grid.pillars[s].tolist(), grid.pillar_coverage[s].tolist()
    weighted = [_weighted(weighting) for weighting in grid.plan.weightings]
    scores = []
    for t in range(first, len(grid.periods)):
        composite = or_none(composites[t])
        pillars = tuple(
            PillarScore(
                key=_PILLARS[p],
                score=(score := or_none(pillar_scores[t][p])),
                reason=None if score is not None else counted.reason(s, t, p),
                band=_BAND_KEYS[bands[t - first][p + 1]],
                weight=weight,
                coverage=pillar_coverages[t][p],
                measures=cells.of_pillar(t, p) if cells else (),
            )
            for p, weight in weighted[grid.plan.numbers[t]]
        )
        scores.append(
            Score(
                period=grid.periods[t],
                segment=segment,
                composite=composite,
                reason=None if composite is not None else counted.reason(s, t, len(_PILLARS)),
                status=_STATUS.get(states[t], "none"),
                coverage=coverages[t],
                band=_BAND_KEYS[bands[t - first][0]],
                pillars=pillars,
                missing_pillars=tuple(pillar.key for pillar in pillars if pillar.score is None),
                context=cells.for_context(t) if cells else (),
                profile_version=grid.plan.at(t).version,
                caps=_active_caps(grid, s, t),
            )
        )
    return scores


def _active_caps(grid: ScoreGrid, s: int, t: int) -> tuple[CapNote, ...]:
    """The caps that are active and have a score to lie on."""
    number = grid.plan.numbers[t]
    return tuple(
        CapNote(
            on=rule.on,
            at_most=rule.at_most,
            gate=rule.gate,
            below=rule.below,
            before=float(line.before[s, t]),
            points=float(line.taken[s, t]),
            composite_points=float(line.taken_from_composite[s, t]),
            binding=bool(line.binding[s, t]),
        )
        for rule, line in zip(grid.plan.weightings[number].profile.caps, grid.caps[number], strict=True)
        if line.active[s, t] and not np.isnan(line.before[s, t])
    )


def _weighted(weighting: Weighting) -> list[tuple[int, float]]:
    # The tree scales its weights; the profile keeps them as shares.
    shares = weighting.profile.pillars
    return [(p, shares[key]) for p, key in enumerate(_PILLARS) if shares.get(key, 0.0) > 0]
