"""An effect as a dot with its interval as a whisker, on one scale with its neighbours and a line at 0.

One such row for each line of a table makes a chart whose names are the table's own text.
"""

from __future__ import annotations

from collections.abc import Sequence

from lei.evidence.amounts import decimals_between
from lei.language import _
from lei.numbers import with_decimals
from lei.reports.charts.axis import round_ticks
from lei.reports.charts.shapes import Dot, Drawing, Label, Line, Scale, Shape
from lei.reports.program_figures import EffectRow

WIDTH = 200.0
_HEIGHT, _AXIS_HEIGHT = 13.0, 12.0
_MOST_TICKS = 5
_LONGEST_TICK = 4  # characters; of longer numbers there is room for the first and the last


def interval_rows(effects: Sequence[EffectRow]) -> tuple[Drawing, tuple[Drawing, ...]]:
    """The axis to stand above the rows, and a row for each effect; at least one effect."""
    low, high = min(0.0, *(row.low for row in effects)), max(0.0, *(row.high for row in effects))
    ticks = round_ticks(low, high, _MOST_TICKS)
    scale = Scale(ticks[0], ticks[-1], 12, WIDTH - 12)
    return _axis(ticks, scale), tuple(_row(row, scale) for row in effects)


def _axis(ticks: Sequence[float], scale: Scale) -> Drawing:
    decimals = decimals_between(ticks[0], ticks[1])
    texts = [with_decimals(tick, decimals) for tick in ticks]
    first, last = texts[0], texts[-1]
    labels = [Label(scale.at(tick), 9, text, "muted", 9, "middle") for tick, text in zip(ticks, texts, strict=True)]
    if max(len(text) for text in texts) > _LONGEST_TICK:
        labels = [Label(0, 9, first, "muted", 9), Label(WIDTH, 9, last, "muted", 9, "end")]
    title = _("The scale runs from {first} to {last}; the dark line is 0.").format(first=first, last=last)
    return Drawing(WIDTH, _AXIS_HEIGHT, title, tuple(labels))


def _row(row: EffectRow, scale: Scale) -> Drawing:
    middle, tone = _HEIGHT / 2, "accent" if row.main else "muted"
    left, right = scale.at(row.low), scale.at(row.high)
    shapes: tuple[Shape, ...] = (
        Line(scale.start, middle, scale.end, middle, "faint", 0.8),
        Line(scale.at(0), 0, scale.at(0), _HEIGHT, "ink", 0.9),
        Line(left, middle, right, middle, tone, 1.6),
        Line(left, middle - 3, left, middle + 3, tone, 1.2),
        Line(right, middle - 3, right, middle + 3, tone, 1.2),
        Dot(scale.at(row.effect), middle, 3.6 if row.main else 3.0, tone, filled=row.main),
    )
    # For translators: {effect} is a number with its interval.
    if row.low <= 0 <= row.high:
        title = _("{name}: {effect}; the interval includes 0.")
    else:
        title = _("{name}: {effect}; the interval lies clear of 0.")
    return Drawing(WIDTH, _HEIGHT, title.format(name=row.name, effect=row.text), shapes)
