"""The sentences under "What did not work": what is at risk and what fell. None names a cause."""

from __future__ import annotations

from lei.language import _, ngettext
from lei.numbers import signed_tenths, whole
from lei.reports.wording import band_name, in_unit


def group_at_risk(name: str, score: float, change: float | None, *, material: bool, previous: str) -> str:
    """A unit or program in the lowest band, and how it moved like for like since the period before."""
    size = _size(change or 0.0)
    if change is None:
        text = _("{name} is at risk: it scores {score}.")
    elif not material:
        text = _("{name} is at risk: it scores {score} (steady since {previous}).")
    elif change > 0:
        text = ngettext(
            "{name} is at risk: it scores {score} (up {size} point like for like since {previous}).",
            "{name} is at risk: it scores {score} (up {size} points like for like since {previous}).",
            size,
        )
    else:
        text = ngettext(
            "{name} is at risk: it scores {score} (down {size} point like for like since {previous}).",
            "{name} is at risk: it scores {score} (down {size} points like for like since {previous}).",
            size,
        )
    return text.format(name=name, score=whole(score), size=whole(size), previous=previous)


def group_fallen(name: str, score: float, band: str | None, change: float, previous: str) -> str:
    """A unit or program that fell materially, like for like, and where it stands."""
    size = _size(change)
    if band:
        text = ngettext(
            "{name} fell {size} point like for like since {previous}; it scores {score} ({band}).",
            "{name} fell {size} points like for like since {previous}; it scores {score} ({band}).",
            size,
        )
    else:
        text = ngettext(
            "{name} fell {size} point like for like since {previous}; it scores {score}.",
            "{name} fell {size} points like for like since {previous}; it scores {score}.",
            size,
        )
    return text.format(name=name, size=whole(size), previous=previous, score=whole(score), band=band_name(band))


def groups_left_out(number: int) -> str:
    """How many groups in trouble there was no line for; empty for none."""
    if number == 0:
        return ""
    # For translators: `Units and programs` is a heading further down.
    return ngettext(
        "{count} more group is at risk or fell: see Units and programs.",
        "{count} more groups are at risk or fell: see Units and programs.",
        number,
    ).format(count=whole(number))


def fallen(name: str, values: tuple[float, float], unit: str, contribution: float) -> str:
    """A measure whose score fell."""
    before, after = values
    return _("{name} went from {before} to {after} ({size} points of the index).").format(
        name=name, before=in_unit(before, unit), after=in_unit(after, unit), size=signed_tenths(contribution)
    )


def at_risk(name: str, score: float, weight: float, note: str = "") -> str:
    """A pillar or measure in the lowest band; note: why it is there although its score is above the border."""
    if note:
        # For translators: {note} is a phrase such as `Developing once 40 is passed by a full point (now 40.6), …`.
        text = _("{name} is at risk: it scores {score} and carries {share}% of the index ({note}).")
    else:
        text = _("{name} is at risk: it scores {score} and carries {share}% of the index.")
    return text.format(name=name, score=whole(score), share=whole(weight), note=note)


def nothing_failed() -> str:
    """That there is no bad news."""
    return _("No measure or group fell materially, and no group, pillar or large measure is at risk.")


def nothing_scored() -> str:
    """That nothing has a score that could be called good or bad."""
    return _("No pillar has a score for this period, so nothing can be said here.")


def _size(change: float) -> int:
    return abs(round(change))
