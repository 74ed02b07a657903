"""Says why a score shows another band than the one it lies in: a band holds until its border is clearly passed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lei.language import N_, _
from lei.numbers import tenths, whole
from lei.reports.wording import band_name, labelled
from scoring.bands import BANDS, CLEAR_MARGIN
from scoring.bands import band as band_of

_KEYS = [known.key for known in BANDS]
# For translators: {band} is the next band, {border} the score where it begins, {score} the score of now.
_NOTES = {
    "month": N_("{band} once {border} is passed by a full point (now {score}), or for two months"),
    "quarter": N_("{band} once {border} is passed by a full point (now {score}), or for two quarters"),
    "year": N_("{band} once {border} is passed by a full point (now {score}), or for two years"),
}


@dataclass(frozen=True, slots=True)
class _Held:
    """A band that is held: the key of the one beyond the border, the border, what has clearly passed it, and the score.

    `now` has one decimal, rounded away from `clear`: 60.96 is no 61.0 where 61.0 is the line.
    """

    next_band: str
    border: float
    clear: float
    now: str


def short_note(score: float | None, band: str | None, grain: str) -> str:
    """When the band changes, where the score as it is shown (rounded) lies in another one; else nothing."""
    held = _held(score, band)
    if held is None:
        return ""
    # A rounded 61 looks a full point beyond 60 and may be 60.6: only the tenth tells.
    return _(_NOTES[grain]).format(band=band_name(held.next_band), border=whole(held.border), score=held.now)


def tiny_note(score: float | None, band: str | None) -> str:
    """The same for the cell of a table: the score from which the next band holds at once, and the score in tenths."""
    held = _held(score, band)
    if held is None:
        return ""
    # For translators: {band} begins at the score {border}; {score} is the one of now.
    return _("{band} at {border}, now {score}").format(
        band=band_name(held.next_band), border=tenths(held.clear), score=held.now
    )


def index_note(score: float | None, band: str | None, grain: str) -> str:
    """The same as a sentence beside the index itself; empty where its band is the one that the score lies in."""
    note = short_note(score, band, grain)
    # For translators: {note} is a phrase such as `On track once 60 is passed by a full point (now 60.6), …`.
    return _("Still {band}: {note}.").format(band=band_name(band), note=note) if note and band else ""


def pillars_note(pillars: Sequence[tuple[str, float | None, str | None]], grain: str) -> str:
    """A sentence for the pillars (name, score, band) whose band is held; empty where there is none."""
    notes = [(name, short_note(score, band, grain)) for name, score, band in pillars]
    held = [labelled(name, note) for name, note in notes if note]
    return f"{'; '.join(held)}." if held else ""


def _held(score: float | None, band: str | None) -> _Held | None:
    if score is None or band is None:
        return None
    own, shown = _KEYS.index(band_of(float(round(score))) or band), _KEYS.index(band)
    if own == shown:
        return None
    rising = own > shown
    border = BANDS[shown + 1 if rising else shown].lower
    next_band = _KEYS[shown + 1 if rising else shown - 1]
    now = tenths((math.floor if rising else math.ceil)(score * 10) / 10)
    return _Held(next_band, border, border + CLEAR_MARGIN if rising else border - CLEAR_MARGIN, now)
