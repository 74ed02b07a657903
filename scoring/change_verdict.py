"""What may be said about the newest change of a score: no material change, noise, signal, or too early to tell.

A change is material by the thresholds of `scoring.bands`; whether it stands out from the usual variation of its own
series is decided by its XmR chart (`scoring.control_limits`). Joining both is our own policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.arrays import Bools, Floats, as_floats
from scoring.bands import MATERIAL_CHANGE, TOLERANCE
from scoring.control_limits import MIN_POINTS, ControlLimits, control_limits
from scoring.errors import ScoringError

NO_COMPARISON: Final = 0
NOT_MATERIAL: Final = 1
TOO_EARLY: Final = 2
NOISE: Final = 3
SIGNAL: Final = 4
WORDS: dict[int, str] = {
    NO_COMPARISON: "There is no score for this month or for the month before, so there is no change to speak of.",
    NOT_MATERIAL: "No material change.",
    TOO_EARLY: f"A material change, but with fewer than {MIN_POINTS} months it is too early to tell it from noise.",
    NOISE: "A material change in size, but within the usual month-to-month variation of this score.",
    SIGNAL: "A material change that stands out from the usual variation of this score.",
}


@dataclass(frozen=True, slots=True, eq=False)
class ChangeVerdict:
    """The newest change [...] in points (NaN: no comparison), its verdict [...], a key of WORDS, and the limits."""

    change: Floats
    verdict: NDArray[np.int8]
    limits: ControlLimits


def change_verdict(scores: ArrayLike, level: Literal["composite", "pillar"] = "composite") -> ChangeVerdict:
    """Judges the change from the last month but one to the last month of each series of scores [..., T].

    Signal: the change is material and its last point lies outside its limits on the side of the change, its moving
    range is above the range limit, or the point belongs to a run of eight on the side of the change. Raises
    ScoringError for an unknown level, and as `control_limits` does.
    """
    if level not in MATERIAL_CHANGE:
        raise ScoringError(f"The level must be one of: {', '.join(MATERIAL_CHANGE)}.")
    array = as_floats(scores, "scores")
    limits = control_limits(array)
    before = array[..., -2] if array.shape[-1] > 1 else np.nan
    change = np.asarray(array[..., -1] - before)
    verdict = np.select(
        [
            np.isnan(change),
            np.abs(change) < MATERIAL_CHANGE[level] - TOLERANCE,
            ~limits.enough,
            _stands_out(change, limits),
        ],
        [NO_COMPARISON, NOT_MATERIAL, TOO_EARLY, SIGNAL],
        NOISE,
    )
    return ChangeVerdict(change, verdict.astype(np.int8), limits)


def _stands_out(change: Floats, limits: ControlLimits) -> Bools:
    side = np.sign(change)
    return np.asarray((limits.outside[..., -1] == side) | limits.wide[..., -1] | (limits.runs[..., -1] == side))
