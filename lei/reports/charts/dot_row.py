"""One group on the scale from 0 to 100: a dot where it stands, a ring where it stood before it moved materially.

One such row for each line of a table makes a dot plot whose names are the table's own text.
"""

from __future__ import annotations

from lei.language import _
from lei.numbers import whole
from lei.reports.charts.shapes import FULL, Dot, Drawing, Label, Line, Scale, Shape, band_edges, band_tone
from lei.reports.figures import SegmentRow
from lei.reports.wording import band_name

_WIDTH, _HEIGHT = 74.0, 12.0
_AXIS_HEIGHT = 11.0
# Their borders have no room for a number of their own between their neighbours.
_UNNAMED = ("developing", "strong")
_SCALE = Scale(0, FULL, 5, _WIDTH - 5)


def dot_axis() -> Drawing:
    """The borders of the bands in numbers, to stand above the rows."""
    labels = [
        Label(_SCALE.at(low), 9, whole(low), "muted", 9, "middle")
        for key, low, _ in band_edges()
        if key not in _UNNAMED
    ]
    title = _("The scale runs from 0 to 100; the lines are the borders of the bands.")
    return Drawing(_WIDTH, _AXIS_HEIGHT, title, tuple(labels))


def dot_row(row: SegmentRow) -> Drawing:
    """The row of one group; without a score there is no dot."""
    middle = _HEIGHT / 2
    shapes: list[Shape] = [Line(_SCALE.at(0), middle, _SCALE.at(FULL), middle, "faint", 0.8)]
    shapes += [Line(_SCALE.at(low), 0, _SCALE.at(low), _HEIGHT, "line", 0.5) for _, low, _ in band_edges()]
    if row.score is None:
        return Drawing(_WIDTH, _HEIGHT, _("{name} has no score.").format(name=row.name), tuple(shapes))
    x = _SCALE.at(row.score)
    if row.change is not None and row.material:
        before = _SCALE.at(row.score - row.change)
        shapes += [Line(before, middle, x, middle, "muted", 0.8), Dot(before, middle, 2.4, "muted", filled=False)]
    shapes.append(Dot(x, middle, 4, band_tone(row.band)))
    title = _("{name} scores {score} of 100 ({band}).").format(
        name=row.name, score=whole(row.score), band=band_name(row.band) or _("no band")
    )
    return Drawing(_WIDTH, _HEIGHT, title, tuple(shapes))
