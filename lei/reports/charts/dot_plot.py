"""Groups beside each other on one scale: a dot where each stands, a ring where it stood before."""

from __future__ import annotations

from collections.abc import Sequence

from lei.reports.charts.shapes import (
    FULL,
    HALF_WIDTH,
    Dot,
    Drawing,
    Label,
    Line,
    Scale,
    Shape,
    band_edges,
    band_tone,
    shortened,
)
from lei.reports.figures import SegmentRow
from lei.reports.wording import whole

_ROW, _HEAD = 15.0, 14.0
_LEFT, _RIGHT = 106.0, 216.0
_LONGEST_NAME = 21
MOST_ROWS = 10


def dot_plot(rows: Sequence[SegmentRow], title: str) -> Drawing | None:
    """At most ten groups that have a score, highest first: with more, the five highest and the five lowest.

    None where no group has a score.
    """
    scored = [row for row in rows if row.score is not None]
    if not scored:
        return None
    shown = scored if len(scored) <= MOST_ROWS else [*scored[: MOST_ROWS // 2], *scored[-MOST_ROWS // 2 :]]
    scale = Scale(0, FULL, _LEFT, _RIGHT)
    bottom = _HEAD + len(shown) * _ROW
    shapes: list[Shape] = []
    for _, low, _ in band_edges():
        shapes += [
            Line(scale.at(low), _HEAD - 2, scale.at(low), bottom, "line", 0.5),
            Label(scale.at(low), _HEAD - 5, whole(low), "muted", 9, "middle"),
        ]
    for number, row in enumerate(shown):
        shapes += _row(row, _HEAD + number * _ROW, scale)
    return Drawing(HALF_WIDTH, bottom + 2, title, tuple(shapes))


def _row(row: SegmentRow, top: float, scale: Scale) -> list[Shape]:
    score = row.score or 0.0
    x, y = scale.at(score), top + _ROW / 2
    shapes: list[Shape] = [
        Label(0, y + 3, shortened(row.name, _LONGEST_NAME), "ink", 9),
        Line(_LEFT, y, _RIGHT, y, "faint", 0.5),
    ]
    if row.change is not None and row.material:
        before = scale.at(score - row.change)
        shapes += [Line(before, y, x, y, "muted", 0.8), Dot(before, y, 2.4, "muted", filled=False)]
    return [*shapes, Dot(x, y, 4, band_tone(row.band)), Label(_RIGHT + 8, y + 3, whole(score), "ink", 9)]
