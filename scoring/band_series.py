"""The settled bands of many series at once: `scoring.bands.settled_bands` on arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.arrays import Floats, as_floats
from scoring.bands import BANDS, CLEAR_MARGIN, TOLERANCE
from scoring.errors import ScoringError
from scoring.normalise import HIGHEST

NO_BAND = -1
_LOWER = np.array([band.lower for band in BANDS])

Positions = NDArray[np.int8]


def series_of_settled_bands(scores: ArrayLike, memory: int) -> Positions:
    """The position in BANDS that is shown at each point of series [..., T] in time order; NO_BAND where none is.

    NaN is a gap. The rule is that of `settled_bands`, applied for each point to the stretch that ends there and begins
    `memory` points before: so a band is the same whichever longer series it is looked up in.
    Raises ScoringError outside 0..100.
    """
    array = as_floats(scores, "scores")
    if not array.ndim:
        raise ScoringError("A series has at least one score.")
    if ((array < 0) | (array > HIGHEST)).any():
        raise ScoringError("Scores lie between 0 and 100.")
    length = array.shape[-1]
    # Each stretch is walked from its first point to its last, all stretches side by side.
    before = np.full((*array.shape[:-1], memory), NO_BAND, dtype=np.int8)
    own, up, down = (np.concatenate([before, bands], axis=-1) for bands in _nearest(array))
    shown = np.full(array.shape, NO_BAND, dtype=np.int8)
    previous = shown
    for start in range(memory + 1):
        here = np.s_[..., start : start + length]
        missing = own[here] == NO_BAND
        settled = _settled(own[here], up[here], down[here], shown, np.where(previous == NO_BAND, shown, previous))
        shown = np.where(missing, shown, np.where(shown == NO_BAND, own[here], settled))
        previous = own[here]
    return np.where(np.isnan(array), np.int8(NO_BAND), shown)


def _nearest(scores: Floats) -> tuple[Positions, Positions, Positions]:
    """For each score its own band, and the bands that it clearly reaches from below and from above."""
    own = np.searchsorted(_LOWER, scores, side="right") - 1
    up = np.searchsorted(_LOWER, scores - CLEAR_MARGIN + TOLERANCE, side="right") - 1
    down = np.searchsorted(_LOWER, scores + CLEAR_MARGIN - TOLERANCE, side="left") - 1
    own[np.isnan(scores)] = NO_BAND
    return own.astype(np.int8), up.astype(np.int8), down.astype(np.int8)


def _settled(own: Positions, up: Positions, down: Positions, shown: Positions, before: Positions) -> Positions:
    """The band after one more score: passed clearly, or twice in a row."""
    risen = np.maximum(np.maximum(shown, up), np.minimum(own, before))
    fallen = np.minimum(np.minimum(shown, down), np.maximum(own, before))
    return np.where(own > shown, risen, fallen)
