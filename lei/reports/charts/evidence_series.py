"""The months of a KPI: the group with the program beside a comparison group, or beside where its trend would go."""

from __future__ import annotations

from collections.abc import Sequence

from lei.evidence.amounts import decimals_between
from lei.language import N_, _
from lei.numbers import with_decimals
from lei.reports.charts.axis import round_ticks, spread_apart
from lei.reports.charts.shapes import (
    PAGE_WIDTH,
    Dot,
    Drawing,
    Label,
    Line,
    Path,
    Rect,
    Scale,
    Shape,
    path_through,
    runs,
)
from lei.reports.program_figures import SeriesFigures

_HEIGHT = 112.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 378.0, 14.0, 92.0
_MOST_LABELS = 9
_LINE_HEIGHT = 11.0
_ROOM = 0.06
Values = Sequence[float | None]


def evidence_series(figures: SeriesFigures) -> Drawing | None:
    """Lines with their names at the right, the start as an upright line, the months that count shaded."""
    known = [value for values in _all(figures) for value in values if value is not None]
    if not any(value is not None for value in figures.treated):
        return None
    known += [] if figures.target is None else [figures.target]
    room = (max(known) - min(known)) * _ROOM
    ticks = round_ticks(min(known) - room, max(known) + room)
    across, up = (
        Scale(0, max(len(figures.labels) - 1, 1), _LEFT + 4, _RIGHT - 4),
        Scale(ticks[0], ticks[-1], _BOTTOM, _TOP),
    )
    shapes = [
        *_window(figures, across),
        *_grid(ticks, up),
        *_months(figures, across),
        *_start(figures, across),
        *_band(figures, across, up),
        *_target(figures, up),
        *_line(figures.projected, across, up, "muted", dots=False),
        *_line(figures.comparison, across, up, "muted", dots=True),
        *_line(figures.treated, across, up, "accent", dots=True),
        *_names(figures, up),
    ]
    return Drawing(PAGE_WIDTH, _HEIGHT, figures.text, tuple(shapes))


def _all(figures: SeriesFigures) -> tuple[Values, ...]:
    return figures.treated, figures.comparison, figures.low, figures.high


def _window(figures: SeriesFigures, across: Scale) -> list[Shape]:
    """The months that count, half a month to either side of the first and the last one."""
    count = len(figures.labels)
    if figures.counted_from >= count:
        return []
    half = (across.at(1) - across.at(0)) / 2
    left = max(across.at(figures.counted_from) - half, _LEFT)
    return [Rect(left, _TOP, _RIGHT - left, _BOTTOM - _TOP, "shade")]


def _grid(ticks: Sequence[float], up: Scale) -> list[Shape]:
    decimals = decimals_between(ticks[0], ticks[1])
    return [
        shape
        for tick in ticks
        for shape in (
            Line(_LEFT, up.at(tick), _RIGHT, up.at(tick), "muted" if tick == ticks[0] else "line", 0.5),
            Label(_LEFT - 5, up.at(tick) + 3, with_decimals(tick, decimals), "muted", 9, "end"),
        )
    ]


def _months(figures: SeriesFigures, across: Scale) -> list[Shape]:
    """Labels at even steps counted back from the newest month."""
    step = max(1, -(-len(figures.labels) // _MOST_LABELS))
    return [
        shape
        for i in range(len(figures.labels) - 1, -1, -step)
        for shape in (
            Line(across.at(i), _BOTTOM, across.at(i), _BOTTOM + 3, "muted", 0.5),
            Label(across.at(i), _BOTTOM + 14, figures.labels[i], "muted", 9, "middle"),
        )
    ]


def _start(figures: SeriesFigures, across: Scale) -> list[Shape]:
    if not 0 < figures.start < len(figures.labels):
        return []
    # The start lies between the last month without and the first month with the program.
    x = round((across.at(figures.start - 1) + across.at(figures.start)) / 2, 2)
    right = x < (_LEFT + _RIGHT) / 2
    label = Label(x + 3 if right else x - 3, _TOP - 5, _("start of the program"), "ink", 9, "start" if right else "end")
    return [Line(x, _TOP - 12, x, _BOTTOM, "ink", 0.9), label]


def _band(figures: SeriesFigures, across: Scale, up: Scale) -> list[Shape]:
    shapes: list[Shape] = []
    for stretch in runs(figures.low):
        upper = [(across.at(i), up.at(figures.high[i] or 0.0)) for i, _ in stretch]
        lower = [(across.at(i), up.at(value)) for i, value in stretch]
        shapes.append(Path(path_through([*upper, *reversed(lower)]) + "Z", "span", filled=True))
    return shapes


def _target(figures: SeriesFigures, up: Scale) -> list[Shape]:
    if figures.target is None:
        return []
    y = up.at(figures.target)
    marks = range(int(_LEFT), int(_RIGHT), 8)
    return [Line(x, y, min(x + 4.0, _RIGHT), y, "ink", 0.7) for x in marks]


def _line(values: Values, across: Scale, up: Scale, tone: str, *, dots: bool) -> list[Shape]:
    shapes: list[Shape] = []
    for stretch in runs(values):
        placed = [(across.at(i), up.at(value)) for i, value in stretch]
        shapes += [Path(path_through(placed), tone, 1.8 if dots else 1.0)] if len(placed) > 1 else []
        if dots:
            shapes += [Dot(x, y, 2.2, tone, filled=tone == "accent") for x, y in placed]
    return shapes


def _names(figures: SeriesFigures, up: Scale) -> list[Shape]:
    """What each line is, at the height of its last value."""
    decimals = decimals_between(up.low, up.low + (up.high - up.low) / 20)
    found: list[tuple[float, str, str, bool]] = []
    for values, text, tone, bold in (
        # For translators: what a line of a chart is, behind its last value; keep these short.
        (figures.treated, N_("{number} with program"), "accent", True),
        (figures.comparison, N_("{number} comparison"), "muted", False),
        (figures.projected, N_("{number} earlier trend"), "muted", False),
    ):
        last = next((value for value in reversed(values) if value is not None), None)
        if last is not None:
            found.append((last, _(text).format(number=with_decimals(last, decimals)), tone, bold))
    if figures.target is not None:
        text = _("{number} target").format(number=with_decimals(figures.target, decimals))
        found.append((figures.target, text, "ink", False))
    heights = spread_apart([up.at(value) + 3 for value, *_ in found], _LINE_HEIGHT, _TOP, _BOTTOM + 3)
    return [
        Label(_RIGHT + 6, round(y, 2), text, tone, 9, bold=bold)
        for y, (_, text, tone, bold) in zip(heights, found, strict=True)
    ]
