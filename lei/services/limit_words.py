"""What is said of a limit that is active: which score it holds down, why, and where that score would be without it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lei.catalog.measure import PILLARS
from lei.numbers import tenths, whole
from lei.services.score_report import CapNote
from weights.rules import COMPOSITE


def limit_sentences(caps: Iterable[CapNote], measure_names: Mapping[str, str]) -> tuple[str, ...]:
    """One sentence for each; measure_names: by key."""
    names = {**measure_names, **PILLARS, COMPOSITE: "The index"}
    return tuple(_sentence(cap, names) for cap in caps)


def _sentence(cap: CapNote, names: Mapping[str, str]) -> str:
    reason = f"{names[cap.gate]} scores below {whole(cap.below)}"  # points, whatever unit the measure has
    text = f"{names[cap.on]} scores {whole(cap.at_most)} at most, because {reason}"
    # 60 without the limit and 60 with it would read like a mistake.
    shown = whole if whole(cap.before) != whole(cap.at_most) else tenths
    return f"{text}: without that it would be {shown(cap.before)}." if cap.binding else f"{text}."


def holding_down(caps: Iterable[CapNote]) -> tuple[CapNote, ...]:
    """Those that take something from the index: whoever reads the index must know of them."""
    return tuple(cap for cap in caps if cap.composite_points > 0)
