"""The scale of the five bands from 0 to 100 with a mark where the score stands."""

from __future__ import annotations

from lei.language import _
from lei.numbers import whole
from lei.reports.charts.shapes import FULL, Drawing, Label, Line, Path, Rect, Scale, Shape, band_edges
from lei.reports.wording import band_name

_WIDTH, _HEIGHT = 190.0, 36.0
_TOP, _THICKNESS = 12.0, 10.0
_GAP = 1.0


def band_scale(score: float | None, band: str | None) -> Drawing:
    """A bar of five bands; the mark points at the score, and is absent without one."""
    scale = Scale(0, FULL, 0, _WIDTH)
    shapes: list[Shape] = []
    for key, low, high in band_edges():
        left = scale.at(low)
        shapes.append(Rect(left, _TOP, scale.at(high) - left - _GAP, _THICKNESS, key))
        if low > 0:
            shapes.append(Label(left, _TOP + _THICKNESS + 12, whole(low), "muted", 9, "middle"))
    shapes.append(Label(0, _TOP + _THICKNESS + 12, "0", "muted", 9))
    if score is None or band is None:
        return Drawing(_WIDTH, _HEIGHT, _("The scale from 0 to 100 without a mark: there is no score."), tuple(shapes))
    x = scale.at(score)
    mark = f"M{x - 5:g} 1L{x + 5:g} 1L{x:g} 9Z"
    shapes += [Path(mark, "ink", filled=True), Line(x, 8, x, _TOP + _THICKNESS + 2, "ink", 1.5)]
    title = _("The index stands at {score} on a scale from 0 to 100, in the band {band}.").format(
        score=whole(score), band=band_name(band)
    )
    return Drawing(_WIDTH, _HEIGHT, title, tuple(shapes))
