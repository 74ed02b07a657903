"""Turns a grid of scores into the plain answer: states, reasons and flags in words, hidden things left out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lei.services.scores.score_grid import GridResult, ScoreGrid
from lei.services.scores.score_measures import MeasureCells, or_none
from lei.services.scores.score_profile import PILLAR_KEYS
from lei.services.scores.score_report import CapNote, PillarScore, Score, ScoreReport
from lei.services.scores.score_table import (
    BAND_KEYS,
    REASONS,
    STATUSES,
    PillarTable,
    ScoreTable,
    pillar_table,
    table_of_grid,
)


def report_of_grid(result: GridResult) -> ScoreReport:
    """The answer to the question that the grid was computed for: scopes in alphabetical order, periods in time."""
    table, pillars = table_of_grid(result), pillar_table(result)
    newest = table.weightings[-1]
    return ScoreReport(
        query=result.query,
        profile=table.profile,
        version=newest.version,
        weights_source=newest.weights_source,
        data_as_of=table.data_as_of,
        scores=tuple(score for s in range(len(table.segments)) for score in _of_segment(result, table, pillars, s)),
    )


def _of_segment(result: GridResult, table: ScoreTable, of_pillars: PillarTable, s: int) -> Iterator[Score]:
    cells = MeasureCells(result, result.scopes[s]) if result.query.detail == "measures" else None
    words = (STATUSES[table.status[s]], BAND_KEYS[table.band[s]], REASONS[table.reason[s]])
    lines = [line.tolist() for line in (table.composite[s], table.coverage[s], *words)]
    for t, pillars in enumerate(_pillars(result, table, of_pillars, s, cells)):
        composite, coverage, status, band, reason = (line[t] for line in lines)
        yield Score(
            period=table.periods[t],
            segment=table.segments[s],
            composite=or_none(composite),
            reason=reason,
            status=status,
            coverage=coverage,
            band=band,
            pillars=pillars,
            missing_pillars=tuple(pillar.key for pillar in pillars if pillar.score is None),
            context=cells.for_context(result.first_period + t) if cells else (),
            profile_version=table.weightings[t].version,
            caps=_active_caps(result.grid, result.scopes[s], result.first_period + t),
        )


def _pillars(
    result: GridResult, table: ScoreTable, of_pillars: PillarTable, s: int, cells: MeasureCells | None
) -> Iterator[tuple[PillarScore, ...]]:
    """The pillars of one segment that carry weight, for each period."""
    words = (BAND_KEYS[of_pillars.band[s]], REASONS[of_pillars.reason[s]])
    lines = [line.tolist() for line in (table.pillars[s], of_pillars.coverage[s], *words)]
    for t, weighting in enumerate(table.weightings):
        scores, coverages, bands, reasons = (line[t] for line in lines)
        yield tuple(
            PillarScore(
                key=PILLAR_KEYS[p],
                score=or_none(scores[p]),
                reason=reasons[p],
                band=bands[p],
                weight=share,
                coverage=coverages[p],
                measures=cells.of_pillar(result.first_period + t, p) if cells else (),
            )
            for p, share in weighting.weighted_pillars
        )


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
