"""The settled bands of many series at once: `scoring.bands.settled_bands` on arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.arrays import as_scores
from scoring.bands import BANDS, CLEAR_MARGIN, TOLERANCE
from scoring.errors import ScoringError
from scoring.normalise import HIGHEST

NO_BAND = -1
_LOWER = np.array([band.lower for band in BANDS])


def last_settled_bands(scores: ArrayLike) -> NDArray[np.int8]:
    """The position in BANDS that is shown at the end of each series; NO_BAND where the last score is missing.

    scores [..., W]: series of W scores in time order, NaN for a gap. The rule is that of `settled_bands`.
    Raises ScoringError outside 0..100.
    """
    array = as_scores(scores, np.shape(scores)[-1])
    if ((array < 0) | (array > HIGHEST)).any():
        raise ScoringError("Scores lie between 0 and 100.")
    shown = np.full(array.shape[:-1], NO_BAND, dtype=np.int64)
    previous = shown.copy()
    for score in np.moveaxis(array, -1, 0):
        missing = np.isnan(score)
        own = np.where(missing, NO_BAND, np.searchsorted(_LOWER, score, side="right") - 1)
        settled = _settled(score, own, shown, previous)
        shown = np.where(missing, shown, np.where(shown == NO_BAND, own, settled))
        previous = own
    return np.where(np.isnan(array[..., -1]), NO_BAND, shown).astype(np.int8)


def _settled(
    score: NDArray[np.float64], own: NDArray[np.int64], shown: NDArray[np.int64], previous: NDArray[np.int64]
) -> NDArray[np.int64]:
    before = np.where(previous == NO_BAND, shown, previous)
    clearly_up = np.searchsorted(_LOWER, score - CLEAR_MARGIN + TOLERANCE, side="right") - 1
    clearly_down = np.searchsorted(_LOWER, score + CLEAR_MARGIN - TOLERANCE, side="left") - 1
    risen = np.maximum(np.maximum(shown, clearly_up), np.minimum(own, before))
    fallen = np.minimum(np.minimum(shown, clearly_down), np.maximum(own, before))
    return np.where(own > shown, risen, fallen)
