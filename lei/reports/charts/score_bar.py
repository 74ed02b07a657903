"""One score as a bar on the scale from 0 to 100, with hairlines where bands begin."""

from __future__ import annotations

from lei.language import _
from lei.numbers import whole
from lei.reports.charts.shapes import FULL, Drawing, Line, Rect, Scale, Shape, band_edges, band_tone
from lei.reports.wording import band_name

_WIDTH, _HEIGHT = 100.0, 9.0


def score_bar(name: str, score: float | None, band: str | None) -> Drawing:
    """A bar as long as the score, in the colour of its band; an empty track without one."""
    scale = Scale(0, FULL, 0, _WIDTH)
    shapes: list[Shape] = [Rect(0, 1, _WIDTH, _HEIGHT - 2, "faint")]
    title = _("{name} has no score.").format(name=name)
    if score is not None:
        shapes.append(Rect(0, 1, scale.at(score), _HEIGHT - 2, band_tone(band)))
        title = _("{name} scores {score} of 100 ({band}).").format(
            name=name, score=whole(score), band=band_name(band) or _("no band")
        )
    shapes += [Line(scale.at(low), 0, scale.at(low), _HEIGHT, "muted", 0.4) for _, low, _ in band_edges() if low > 0]
    return Drawing(_WIDTH, _HEIGHT, title, tuple(shapes))
