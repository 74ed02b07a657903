"""The sentences under "What did not work": what is at risk and what fell. None names a cause."""

from __future__ import annotations

from lei.numbers import counted, signed_tenths, whole
from lei.reports.wording import BAND_NAMES, in_unit, points


def group_at_risk(name: str, score: float, change: float | None, *, material: bool, previous: str) -> str:
    """A unit or program in the lowest band, and how it moved like for like since the period before."""
    text = f"{name} is at risk: it scores {whole(score)}"
    if change is None:
        return f"{text}."
    if not material:
        return f"{text} (steady since {previous})."
    way = "up" if change > 0 else "down"
    return f"{text} ({way} {_size(change)} like for like since {previous})."


def group_fallen(name: str, score: float, band: str | None, change: float, previous: str) -> str:
    """A unit or program that fell materially, like for like, and where it stands."""
    word = f" ({BAND_NAMES[band]})" if band else ""
    return f"{name} fell {_size(change)} like for like since {previous}; it scores {whole(score)}{word}."


def groups_left_out(number: int) -> str:
    """How many groups in trouble there was no line for; empty for none."""
    if number == 0:
        return ""
    return f"{counted(number, 'more group', 'more groups')} {'is' if number == 1 else 'are'} at risk or fell: see Units and programs."


def fallen(name: str, values: tuple[float, float], unit: str, contribution: float) -> str:
    """A measure whose score fell."""
    before, after = values
    span = f"{in_unit(before, unit)} to {in_unit(after, unit)}"
    return f"{name} went from {span} ({signed_tenths(contribution)} points of the index)."


def at_risk(name: str, score: float, weight: float, note: str = "") -> str:
    """A pillar or measure in the lowest band; note: why it is there although its score is above the border."""
    text = f"{name} is at risk: it scores {whole(score)} and carries {whole(weight)}% of the index"
    return f"{text} ({note})." if note else f"{text}."


def nothing_failed() -> str:
    """That there is no bad news."""
    return "No measure or group fell materially, and no group, pillar or large measure is at risk."


def nothing_scored() -> str:
    """That nothing has a score that could be called good or bad."""
    return "No pillar has a score for this period, so nothing can be said here."


def _size(change: float) -> str:
    return points(abs(change)).lstrip("+")
