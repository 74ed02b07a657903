"""The scores asked for as columns: bands settled and reasons decided, before anything becomes words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from lei.periods import Period
from lei.services.score_grid import BAND_MEMORY, GridResult, ScoreGrid
from lei.services.score_profile import PILLAR_KEYS, Weighting
from lei.services.score_scope import Bools
from lei.storage.rollup_columns import Floats, Ints
from scoring.band_series import series_of_settled_bands
from scoring.bands import BANDS

# Words by their position in a table; the last one, -1, is None: no band, no reason to give.
Words = npt.NDArray[np.object_]
BAND_KEYS: Words = np.array([*(band.key for band in BANDS), None], dtype=object)
REASONS: Words = np.array(["no_data", "low_coverage", "small_group", None], dtype=object)
STATUSES: Words = np.array(["none", "provisional", "final"], dtype=object)
_NO_DATA, _LOW_COVERAGE, _SMALL_GROUP, _NO_REASON = range(REASONS.size)


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """Scores of S scopes in alphabetical order, in T periods: composite, coverage, status, band and reason [S, T].

    Of pillars [S, T, P], in the order of PILLAR_KEYS: pillars (scores), pillar_coverage, pillar_band, pillar_reason.
    Missing scores are NaN. Bands, reasons and states are positions in BAND_KEYS, REASONS and STATUSES. weightings [T]:
    in force in each period.
    """

    profile: str
    data_as_of: datetime | None
    segments: tuple[Mapping[str, str], ...]
    periods: tuple[Period, ...]
    weightings: tuple[Weighting, ...]
    composite: Floats
    coverage: Floats
    status: Ints
    band: npt.NDArray[np.int8]
    reason: Ints
    pillars: Floats
    pillar_coverage: Floats
    pillar_band: npt.NDArray[np.int8]
    pillar_reason: Ints

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays."""
        return sum(value.nbytes for name in self.__slots__ if isinstance(value := getattr(self, name), np.ndarray))


def table_of_grid(result: GridResult) -> ScoreTable:
    """The table of the scopes and periods that the grid was computed for."""
    grid, scopes, first = result.grid, list(result.scopes), result.first_period
    lines = np.concatenate([grid.composite[..., None], grid.pillars], axis=2)[scopes]
    bands = series_of_settled_bands(np.moveaxis(lines, 1, 2), BAND_MEMORY)[..., first:]
    reasons = _reasons(grid, scopes, first, np.isnan(lines[:, first:]))
    return ScoreTable(
        profile=grid.plan.name,
        data_as_of=result.knowledge.data_as_of,
        segments=tuple(dict(zip(result.dimensions, grid.values.scopes[s], strict=True)) for s in scopes),
        periods=grid.periods[first:],
        weightings=tuple(grid.plan.at(t) for t in range(first, len(grid.periods))),
        composite=grid.composite[scopes, first:],
        coverage=grid.coverage[scopes, first:],
        status=grid.status[scopes, first:],
        band=bands[:, 0],
        reason=reasons[..., 0],
        pillars=grid.pillars[scopes, first:],
        pillar_coverage=grid.pillar_coverage[scopes, first:],
        pillar_band=np.moveaxis(bands[:, 1:], 1, 2),
        pillar_reason=reasons[..., 1:],
    )


def _reasons(grid: ScoreGrid, scopes: list[int], first: int, missing: Bools) -> Ints:
    """Why each missing score [S, T, 1 + P] is missing; the first of the last axis is the composite."""
    scored = slice(0, grid.axis.scored)
    hidden = grid.hidden[scopes, first:, scored]
    empty = np.isnan(grid.values.value[scopes, first:, scored])
    reasons = np.full(missing.shape, _NO_REASON)
    for line, counts in enumerate(_measures_that_count(grid, first)):
        scope, period = np.nonzero(missing[..., line])
        is_hidden = (hidden[scope, period] & counts[period]).any(axis=1)
        is_empty = (empty[scope, period] | ~counts[period]).all(axis=1)
        shown = np.where(is_hidden, _SMALL_GROUP, np.where(is_empty, _NO_DATA, _LOW_COVERAGE))
        reasons[scope, period, line] = shown
    return reasons


def _measures_that_count(grid: ScoreGrid, first: int) -> list[Bools]:
    """Masks [T, M] of the measures behind the composite, and behind each pillar."""
    numbers = list(grid.plan.numbers[first:])
    pillar_of = grid.plan.weightings[0].tree.pillar_of
    weights = np.array([w.tree.measure_weights for w in grid.plan.weightings])[numbers] > 0
    pillar_weights = np.array([w.tree.pillar_weights for w in grid.plan.weightings])[numbers] > 0
    return [weights & pillar_weights[:, pillar_of], *(weights & (pillar_of == p) for p in range(len(PILLAR_KEYS)))]
