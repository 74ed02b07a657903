"""What each input does to the return between its low and its high value, the widest swing on top."""

from __future__ import annotations

from collections.abc import Sequence

from lei.language import _
from lei.numbers import percent, whole
from lei.reports.charts.shapes import NAMED_ROW_HEIGHT, Drawing, Label, Line, Rect, Scale, Shape
from lei.reports.program_figures import TornadoRow

WIDTH = 220.0
_LEFT, _RIGHT = 40.0, WIDTH - 40.0
_BAR = 8.0
_DIGIT = 5.6  # about the width of a digit of 9 points


def tornado(rows: Sequence[TornadoRow], roi: float) -> Drawing | None:
    """A bar for each row around the return in percent that the report states; None without rows."""
    if not rows:
        return None
    ends = [roi, *(end for row in rows for end in (row.roi_at_low, row.roi_at_high))]
    low, high = min(ends), max(ends)
    scale = Scale(low, high if high > low else low + 1, _LEFT, _RIGHT)
    height = len(rows) * NAMED_ROW_HEIGHT
    shapes: list[Shape] = []
    if low < 0 < high:
        shapes.append(Line(scale.at(0), 0, scale.at(0), height, "line", 0.8))
    for number, row in enumerate(rows):
        shapes += _row(row, number * NAMED_ROW_HEIGHT, scale)
    shapes.append(Line(scale.at(roi), 0, scale.at(roi), height, "ink", 0.9))
    widest = rows[0]
    title = _(
        "The ROI of {roi}% when one input at a time is low or high; the widest swing is that of {name}, from {low}% to "
        "{high}%."
    ).format(roi=whole(roi), name=widest.name, low=whole(min(_ends(widest))), high=whole(max(_ends(widest))))
    return Drawing(WIDTH, height, title, tuple(shapes))


def _row(row: TornadoRow, top: float, scale: Scale) -> list[Shape]:
    (low, high), baseline = sorted(_ends(row)), top + NAMED_ROW_HEIGHT / 2 + 3
    left, right = scale.at(low), scale.at(high)
    numbers = percent(low), percent(high)
    room = [_DIGIT * len(number) for number in numbers]
    return [
        # The line at 0 must not run through a number.
        Rect(left - 5 - room[0], top + 2, room[0] + 2, NAMED_ROW_HEIGHT - 4, "paper"),
        Rect(right + 3, top + 2, room[1] + 2, NAMED_ROW_HEIGHT - 4, "paper"),
        Rect(left, top + (NAMED_ROW_HEIGHT - _BAR) / 2, max(right - left, 0.8), _BAR, "span"),
        Label(left - 4, baseline, numbers[0], "muted", 9, "end"),
        Label(right + 4, baseline, numbers[1], "muted", 9),
    ]


def _ends(row: TornadoRow) -> tuple[float, float]:
    return row.roi_at_low, row.roi_at_high
