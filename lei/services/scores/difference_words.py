"""What is said about two views of one score, and what came from where."""

from __future__ import annotations

from collections.abc import Mapping

from lei.language import N_, _
from lei.numbers import signed_tenths

_SHOWN_FROM = 0.05  # smaller ones would be shown as 0.0 points
_CAUSES = {
    "data": N_("{points} from corrected or later data"),
    "coverage": N_("{points} from what data there are"),
    "weighting": N_("{points} from weights"),
    "goalposts": N_("{points} from goalposts"),
    # For translators: other kinds of mean, such as a geometric one.
    "aggregation": N_("{points} from means"),
    # For translators: limits that a low score sets to other scores.
    "caps": N_("{points} from caps"),
}


def cause_words(causes: Mapping[str, float]) -> str:
    """The causes from the largest down: `+1.2 from corrected or later data, −0.3 from weights`."""
    shown = sorted(causes.items(), key=lambda cause: -abs(cause[1]))
    told = [(_CAUSES[cause], points) for cause, points in shown if abs(points) >= _SHOWN_FROM]
    return ", ".join(_(text).format(points=signed_tenths(points)) for text, points in told)


def difference_sentence(before: float | None, after: float | None, causes: Mapping[str, float] | None) -> str:
    """One sentence: both scores, the difference, and its causes from the largest down."""
    if before is None or after is None or causes is None:
        without = [name for name, score in (("first", before), ("second", after)) if score is None]
        views = "Neither view has a score" if len(without) > 1 else f"The {without[0]} view has no score"
        return f"{views}, so there is nothing to compare."
    change = after - before
    told = cause_words(causes)
    if not told:
        return f"Both views give {after:.1f}."
    return f"{before:.1f} became {after:.1f} ({change:+.1f} points): {told}."
