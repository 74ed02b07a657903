"""A score over time: a line that stops at gaps, over stripes for the bands; large for the index, small for pillars."""

from __future__ import annotations

from collections.abc import Sequence

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
from lei.reports.wording import BAND_NAMES, whole

_HEIGHT = 150.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 22.0, 424.0, 8.0, 130.0
_SMALL_WIDTH, _SMALL_HEIGHT = 160.0, 44.0
_MOST_AXIS_LABELS = 9


def trend(points: Sequence[Point], title: str) -> Drawing | None:
    """The series of the index, with band names at the right and a few periods below; None where there is no score."""
    values = [point.score for point in points]
    if all(value is None for value in values):
        return None
    across, up = _scales(len(points), (_LEFT, _RIGHT), (_BOTTOM, _TOP))
    shapes: list[Shape] = [*_grid(up), *_axis(points, across), *_line(values, across, up, 2.0, 2.4)]
    last = max(i for i, value in enumerate(values) if value is not None)
    score = values[last] or 0.0
    beside = across.at(last) - 4 if last == len(values) - 1 else across.at(last)
    above = up.at(score) - 7 if up.at(score) > _TOP + 14 else up.at(score) + 14
    shapes.append(Label(beside, above, whole(score), "ink", 11, "end", bold=True))
    return Drawing(PAGE_WIDTH, _HEIGHT, title, tuple(shapes))


def small_trend(points: Sequence[Point], name: str) -> Drawing | None:
    """The series of a pillar, small: a line, its ends, and a hairline where it would be on track."""
    values = [point.score for point in points]
    known = [value for value in values if value is not None]
    if not known:
        return None
    across, up = _scales(len(points), (3.0, _SMALL_WIDTH - 4), (_SMALL_HEIGHT - 3, 3.0))
    shapes: list[Shape] = [Line(0, up.at(low), _SMALL_WIDTH, up.at(low), "line", 0.5) for _, low, _ in band_edges()]
    shapes += _line(values, across, up, 1.5, 1.8)
    first, last = known[0], known[-1]
    title = f"{name} went from {whole(first)} to {whole(last)} over the periods that have a score."
    return Drawing(_SMALL_WIDTH, _SMALL_HEIGHT, title, tuple(shapes))


def _scales(count: int, horizontal: tuple[float, float], vertical: tuple[float, float]) -> tuple[Scale, Scale]:
    # A single point stands at the right, where the newest always is.
    across = Scale(0, count - 1, *horizontal) if count > 1 else Scale(-1, 0, *horizontal)
    return across, Scale(0, FULL, *vertical)


def _grid(up: Scale) -> list[Shape]:
    shapes: list[Shape] = [Line(_LEFT, up.at(FULL), _RIGHT, up.at(FULL), "line", 0.4)]
    for key, low, high in band_edges():
        middle = (up.at(low) + up.at(high)) / 2
        shapes += [
            Line(_LEFT, up.at(low), _RIGHT, up.at(low), "muted" if low == 0 else "line", 0.5),
            Line(_RIGHT + 4, up.at(low) - 0.75, _RIGHT + 4, up.at(high) + 0.75, key, 4),
            Label(_RIGHT + 11, middle + 3, BAND_NAMES[key], "muted", 9),
            Label(_LEFT - 5, up.at(low) + 3, whole(low), "muted", 9, "end"),
        ]
    return [*shapes, Label(_LEFT - 5, up.at(FULL) + 3, "100", "muted", 9, "end")]


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
