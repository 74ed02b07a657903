"""A score over time: a line that stops at gaps, over stripes for the bands; large for the index, small for pillars."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lei.language import _
from lei.numbers import whole
from lei.reports.charts.shapes import (
    FULL,
    PAGE_WIDTH,
    Dot,
    Drawing,
    Label,
    Line,
    Path,
    Scale,
    Shape,
    band_edges,
    path_through,
    runs,
)
from lei.reports.figures import Point
from lei.reports.wording import band_name

_HEIGHT = 100.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 22.0, 424.0, 8.0, 80.0
_SMALL_WIDTH, _SMALL_HEIGHT = 104.0, 34.0
_MOST_AXIS_LABELS = 9
_ROOM, _LEAST_RANGE = 8.0, 40.0
_LEAST_NAMED = 10.0  # points of height that the name of a band needs


def trend(points: Sequence[Point], title: str) -> Drawing | None:
    """The series of the index, with band names at the right and a few periods below; None where there is no score."""
    values = [point.score for point in points]
    if all(value is None for value in values):
        return None
    across, up = _across(len(points), _LEFT, _RIGHT), Scale(*_range(values), _BOTTOM, _TOP)
    shapes: list[Shape] = [*_grid(up), *_axis(points, across), *_line(values, across, up, 2.0, 2.4)]
    last = max(i for i, value in enumerate(values) if value is not None)
    score = values[last] or 0.0
    beside = across.at(last) - 4 if last == len(values) - 1 else across.at(last)
    above = up.at(score) - 7 if up.at(score) > _TOP + 14 else up.at(score) + 14
    shapes.append(Label(beside, above, whole(score), "ink", 11, "end", bold=True))
    return Drawing(PAGE_WIDTH, _HEIGHT, title, tuple(shapes))


def small_trends(series: Sequence[tuple[str, Sequence[Point]]]) -> tuple[Drawing | None, ...]:
    """The series of each pillar (name, points), small and all on one scale; None for one without any score."""
    low, high = _range([point.score for _, points in series for point in points])
    return tuple(_small_trend(name, points, low, high) for name, points in series)


def _small_trend(name: str, points: Sequence[Point], low: float, high: float) -> Drawing | None:
    values = [point.score for point in points]
    known = [value for value in values if value is not None]
    if not known:
        return None
    across = _across(len(points), 3.0, _SMALL_WIDTH - 4)
    up = Scale(low, high, _SMALL_HEIGHT - 3, 3.0)
    edges = [edge for _, edge, _ in band_edges() if low < edge < high]
    shapes: list[Shape] = [Line(0, up.at(edge), _SMALL_WIDTH, up.at(edge), "faint", 0.6) for edge in edges]
    shapes += _line(values, across, up, 1.5, 2.0)
    title = _("{name} went from {first} to {last} over the periods that have a score.").format(
        name=name, first=whole(known[0]), last=whole(known[-1])
    )
    return Drawing(_SMALL_WIDTH, _SMALL_HEIGHT, title, tuple(shapes))


def _across(count: int, start: float, end: float) -> Scale:
    # A single point stands at the right, where the newest always is.
    return Scale(0, count - 1, start, end) if count > 1 else Scale(-1, 0, start, end)


def _range(values: Sequence[float | None]) -> tuple[float, float]:
    """Whole tens around the scores, at least 40 points wide, so that small changes do not look like large ones."""
    known = [value for value in values if value is not None] or [0.0, FULL]
    low = max(math.floor((min(known) - _ROOM) / 10) * 10.0, 0.0)
    high = min(math.ceil((max(known) + _ROOM) / 10) * 10.0, FULL)
    if high - low < _LEAST_RANGE:
        low = max(min(low, high - _LEAST_RANGE), 0.0)
        high = max(high, low + _LEAST_RANGE)
    return low, high


def _grid(up: Scale) -> list[Shape]:
    shapes: list[Shape] = []
    for key, lower, upper in band_edges():
        low, high = max(lower, up.low), min(upper, up.high)
        if low >= high:
            continue
        shapes += [
            Line(_LEFT, up.at(low), _RIGHT, up.at(low), "muted" if low == up.low else "line", 0.5),
            Line(_RIGHT + 5, up.at(low) - 0.75, _RIGHT + 5, up.at(high) + 0.75, key, 4),
            Label(_LEFT - 5, up.at(low) + 3, whole(low), "muted", 9, "end"),
        ]
        if up.at(low) - up.at(high) >= _LEAST_NAMED:
            shapes.append(Label(_RIGHT + 12, (up.at(low) + up.at(high)) / 2 + 3, band_name(key), "muted", 9))
    top = up.at(up.high)
    return [
        *shapes,
        Line(_LEFT, top, _RIGHT, top, "line", 0.5),
        Label(_LEFT - 5, top + 3, whole(up.high), "muted", 9, "end"),
    ]


def _axis(points: Sequence[Point], across: Scale) -> list[Shape]:
    """Labels at even steps counted back from the newest period."""
    step = max(1, -(-len(points) // _MOST_AXIS_LABELS))
    shown = range(len(points) - 1, -1, -step)
    return [
        shape
        for i in shown
        for shape in (
            Line(across.at(i), _BOTTOM, across.at(i), _BOTTOM + 3, "muted", 0.5),
            Label(across.at(i), _BOTTOM + 14, points[i].label, "muted", 9, "middle"),
        )
    ]


def _line(values: Sequence[float | None], across: Scale, up: Scale, width: float, radius: float) -> list[Shape]:
    shapes: list[Shape] = []
    stretches = runs(values)
    for stretch in stretches:
        placed = [(across.at(i), up.at(value)) for i, value in stretch]
        if len(placed) == 1:
            shapes.append(Dot(*placed[0], radius * 0.75, "accent"))
        else:
            shapes.append(Path(path_through(placed), "accent", width))
    last_position, last_value = stretches[-1][-1]
    return [*shapes, Dot(across.at(last_position), up.at(last_value), radius, "accent")]
