"""The scores asked for as columns: bands settled and reasons decided, before anything becomes words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from lei.periods import Period
from lei.services.scores.score_grid import BAND_MEMORY, GridResult, ScoreGrid
from lei.services.scores.score_profile import PILLAR_KEYS, Weighting
from lei.services.scores.score_scope import Bools
from lei.storage.rollup_columns import Floats, Ints
from scoring.band_series import series_of_settled_bands
from scoring.bands import BANDS

# Words by their position in a table; the last one, -1, is None: no band, no reason to give.
Words = npt.NDArray[np.object_]
BandNumbers = npt.NDArray[np.int8]
BAND_KEYS: Words = np.array([*(band.key for band in BANDS), None], dtype=object)
REASONS: Words = np.array(["no_data", "low_coverage", "small_group", None], dtype=object)
STATUSES: Words = np.array(["none", "provisional", "final"], dtype=object)
_NO_DATA, _LOW_COVERAGE, _SMALL_GROUP, _NO_REASON = range(REASONS.size)


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """Scores of S scopes in alphabetical order, in T periods: composite, coverage, status, band and reason [S, T].

    pillars: the scores of pillars [S, T, P], in the order of PILLAR_KEYS. Missing scores are NaN. Bands, reasons and
    states are positions in BAND_KEYS, REASONS and STATUSES. weightings [T]: in force in each period.
    """

    profile: str
    data_as_of: datetime | None
    segments: tuple[Mapping[str, str], ...]
    periods: tuple[Period, ...]
    weightings: tuple[Weighting, ...]
    composite: Floats
    coverage: Floats
    status: Ints
    band: BandNumbers
    reason: Ints
    pillars: Floats

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays."""
        return sum(value.nbytes for name in self.__slots__ if isinstance(value := getattr(self, name), np.ndarray))


@dataclass(frozen=True, slots=True)
class PillarTable:
    """What goes with the scores of pillars: coverage, band and reason [S, T, P], as in ScoreTable."""

    coverage: Floats
    band: BandNumbers
    reason: Ints


def table_of_grid(result: GridResult) -> ScoreTable:
    """The table of the scopes and periods that the grid was computed for."""
    grid, scopes, first = result.grid, list(result.scopes), result.first_period
    bands, reasons = _words(result, grid.composite[..., None], [_behind_composite(grid, first)])
    return ScoreTable(
        profile=grid.plan.name,
        data_as_of=result.knowledge.data_as_of,
        segments=tuple(dict(zip(result.dimensions, grid.values.scopes[s], strict=True)) for s in scopes),
        periods=grid.periods[first:],
        weightings=tuple(grid.plan.at(t) for t in range(first, len(grid.periods))),
        composite=grid.composite[scopes, first:],
        coverage=grid.coverage[scopes, first:],
        status=grid.status[scopes, first:],
        band=bands[..., 0],
        reason=reasons[..., 0],
        pillars=grid.pillars[scopes, first:],
    )


def pillar_table(result: GridResult) -> PillarTable:
    """What goes with the pillars of the same scopes and periods."""
    grid, first = result.grid, result.first_period
    bands, reasons = _words(result, grid.pillars, _behind_pillars(grid, first))
    return PillarTable(grid.pillar_coverage[list(result.scopes), first:], bands, reasons)


def _words(result: GridResult, scores: Floats, behind: Sequence[Bools]) -> tuple[BandNumbers, Ints]:
    """Bands and reasons [S, T, L] of L lines of scores; behind: for each, the measures [T, M] that count."""
    lines, first = scores[list(result.scopes)], result.first_period
    bands = series_of_settled_bands(np.moveaxis(lines, 1, 2), BAND_MEMORY)[..., first:]
    return np.moveaxis(bands, 1, 2), _reasons(result, np.isnan(lines[:, first:]), behind)


def _reasons(result: GridResult, missing: Bools, behind: Sequence[Bools]) -> Ints:
    """Why each missing score [S, T, L] is missing."""
    grid, scopes, first = result.grid, list(result.scopes), result.first_period
    scored = slice(0, grid.axis.scored)
    hidden = grid.hidden[scopes, first:, scored]
    empty = np.isnan(grid.values.value[scopes, first:, scored])
    reasons = np.full(missing.shape, _NO_REASON)
    for line, counts in enumerate(behind):
        scope, period = np.nonzero(missing[..., line])
        is_hidden = (hidden[scope, period] & counts[period]).any(axis=1)
        is_empty = (empty[scope, period] | ~counts[period]).all(axis=1)
        shown = np.where(is_hidden, _SMALL_GROUP, np.where(is_empty, _NO_DATA, _LOW_COVERAGE))
        reasons[scope, period, line] = shown
    return reasons


def _behind_composite(grid: ScoreGrid, first: int) -> Bools:
    """The measures [T, M] behind the composite."""
    pillar_weights = _per_period(grid, first, [w.tree.pillar_weights for w in grid.plan.weightings])
    return _weighted(grid, first) & pillar_weights[:, _pillar_of(grid)]


def _behind_pillars(grid: ScoreGrid, first: int) -> list[Bools]:
    """The measures [T, M] behind each pillar."""
    weighted, pillar_of = _weighted(grid, first), _pillar_of(grid)
    return [weighted & (pillar_of == p) for p in range(len(PILLAR_KEYS))]


def _weighted(grid: ScoreGrid, first: int) -> Bools:
    return _per_period(grid, first, [w.tree.measure_weights for w in grid.plan.weightings])


def _pillar_of(grid: ScoreGrid) -> Ints:
    return grid.plan.weightings[0].tree.pillar_of


def _per_period(grid: ScoreGrid, first: int, weights: Sequence[Floats]) -> Bools:
    """Which weights are above 0 in each period from `first` on."""
    positive: Bools = np.array(weights)[list(grid.plan.numbers[first:])] > 0
    return positive
