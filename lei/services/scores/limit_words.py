"""What is said of a limit that is active: which score it holds down, why, and where that score would be without it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lei.catalog.measure import PILLARS
from lei.language import _
from lei.numbers import tenths, whole
from lei.services.scores.score_report import CapNote
from weights.rules import COMPOSITE


def limit_sentences(caps: Iterable[CapNote], measure_names: Mapping[str, str]) -> tuple[str, ...]:
    """One sentence for each; measure_names: by key."""
    pillars = {key: _(name) for key, name in PILLARS.items()}
    names = {**measure_names, **pillars, COMPOSITE: _("The index")}
    return tuple(_sentence(cap, names) for cap in caps)


def _sentence(cap: CapNote, names: Mapping[str, str]) -> str:
    if cap.binding:
        # For translators: a rule says so: where {gate} scores below {below}, {name} scores {most} at most.
        text = _(
            "{name} scores {most} at most, because {gate} scores below {below}: without that it would be {before}."
        )
    else:
        text = _("{name} scores {most} at most, because {gate} scores below {below}.")
    # 60 without the limit and 60 with it would read like a mistake.
    shown = whole if whole(cap.before) != whole(cap.at_most) else tenths
    return text.format(
        name=names[cap.on],
        most=whole(cap.at_most),
        gate=names[cap.gate],
        below=whole(cap.below),  # points, whatever unit the measure has
        before=shown(cap.before),
    )


def holding_down(caps: Iterable[CapNote]) -> tuple[CapNote, ...]:
    """Those that take something from the index: whoever reads the index must know of them."""
    return tuple(cap for cap in caps if cap.composite_points > 0)
