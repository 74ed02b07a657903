"""The geometry of charts: where things stand, what gaps do, and what a chart says for itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from lei.reports.charts.band_scale import band_scale
from lei.reports.charts.dot_row import dot_axis, dot_row
from lei.reports.charts.score_bar import score_bar
from lei.reports.charts.shapes import (
    BAND_COLOURS,
    Dot,
    Drawing,
    Label,
    Line,
    Path,
    Rect,
    Scale,
    path_through,
    runs,
)
from lei.reports.charts.trend import small_trends, trend
from lei.reports.charts.waterfall import waterfall
from lei.reports.figures import Comparison, Driver, Point
from lei.reports.sample import sample_figures


def points(scores: Sequence[float | None]) -> tuple[Point, ...]:
    return tuple(Point(str(n), f"P{n}", score) for n, score in enumerate(scores))


def all_drawings() -> list[Drawing]:
    figures = sample_figures()
    found = [band_scale(score, band) for score, band in ((0.0, "at_risk"), (100.0, "leading"), (None, None))]
    found += [score_bar("A", score, "strong") for score in (0.0, 100.0, None)]
    found += [dot_axis(), *(dot_row(replace(figures.segments[0], score=score)) for score in (0.0, 100.0, None))]
    for scores in ((50.0,), (0.0,) * 24, (100.0,) * 24, (0.0, 100.0) * 30, (40.0, None, 60.0)):
        drawing = trend(points(scores), "A sentence.")
        assert drawing is not None
        found += [drawing, *(small for small in small_trends([("A", points(scores))]) if small)]
    steps = waterfall(Comparison("a", 0.0), Comparison("b", 100.0), [Driver("rest", "r", "", 100.0, 100.0)], "S.")
    assert steps is not None
    return [*found, steps.drawing]


def test_a_scale_maps_its_ends_and_keeps_within_them() -> None:
    scale = Scale(0, 100, 10, 210)
    assert [scale.at(value) for value in (0, 50, 100, -5, 130)] == [10, 110, 210, 10, 210]


def test_a_gap_ends_a_run() -> None:
    assert runs([1.0, 2.0, None, 3.0]) == [[(0, 1.0), (1, 2.0)], [(3, 3.0)]]
    assert runs([None, None]) == []
    assert path_through([(0, 1.5), (2, 3)]) == "M0 1.5L2 3"


def test_the_mark_stands_where_the_score_is() -> None:
    (mark,) = [shape for shape in band_scale(50.0, "developing").shapes if isinstance(shape, Line)]
    assert mark.x1 == pytest.approx(95.0)  # half of 190
    assert not [shape for shape in band_scale(None, None).shapes if isinstance(shape, Line)]


def test_a_bar_is_as_long_as_its_score() -> None:
    track, bar = [shape for shape in score_bar("A", 25.0, "at_risk").shapes if isinstance(shape, Rect)]
    assert bar.width == pytest.approx(track.width / 4)
    assert bar.tone == "at_risk"


def test_a_trend_leaves_gaps_open_and_draws_a_lone_month_as_a_dot() -> None:
    drawing = trend(points([40.0, 42.0, None, 50.0, None, 55.0, 56.0]), "A sentence.")
    assert drawing is not None
    assert len([shape for shape in drawing.shapes if isinstance(shape, Path)]) == 2
    assert len([shape for shape in drawing.shapes if isinstance(shape, Dot)]) == 2  # the lone month, and the newest


def test_one_month_stands_at_the_right() -> None:
    drawing = trend(points([51.0]), "A sentence.")
    assert drawing is not None
    (dot,) = {(shape.x, shape.y) for shape in drawing.shapes if isinstance(shape, Dot)}
    assert dot[0] == max(shape.x for shape in drawing.shapes if isinstance(shape, Dot))


def test_without_any_score_there_is_no_chart() -> None:
    assert trend(points([None, None]), "A sentence.") is None
    assert small_trends([("A", points([None])), ("B", points([40.0]))])[0] is None
    assert waterfall(Comparison("a", None), Comparison("b", 3.0), [], "S.") is None


def test_small_trends_share_one_scale() -> None:
    low, high = small_trends([("A", points([20.0, 20.0])), ("B", points([80.0, 80.0]))])
    assert low is not None
    assert high is not None
    heights = [next(s.y for s in drawing.shapes if isinstance(s, Dot)) for drawing in (low, high)]
    assert heights[0] > heights[1]


def test_each_step_begins_where_the_one_before_ended() -> None:
    drivers = [Driver("measure", "up", "", 4.0, 4.0), Driver("measure", "down", "", -1.0, -1.0)]
    steps = waterfall(Comparison("before", 50.0), Comparison("after", 53.0), drivers, "S.")
    assert steps is not None
    assert steps.names == ("before", "up", "down", "after")
    assert steps.totals == (True, False, False, True)
    _, up, down, after = [shape for shape in steps.drawing.shapes if isinstance(shape, Rect)]
    assert up.x + up.width == pytest.approx(down.x + down.width)
    assert after.x + after.width / 2 == pytest.approx(down.x)
    assert up.width == pytest.approx(4 * down.width, abs=0.05)


def test_no_shape_leaves_its_drawing() -> None:
    for drawing in all_drawings():
        for shape in drawing.shapes:
            if isinstance(shape, Dot | Label | Rect):
                assert -1 <= shape.x <= drawing.width + 1, (drawing.title, shape)
                assert -1 <= shape.y <= drawing.height + 1, (drawing.title, shape)


def test_every_chart_says_in_a_sentence_what_it_shows() -> None:
    for drawing in all_drawings():
        assert drawing.title.endswith(".")


def test_no_text_is_smaller_than_9_points() -> None:
    sizes = [shape.size for drawing in all_drawings() for shape in drawing.shapes if isinstance(shape, Label)]
    assert min(sizes) >= 9


def test_bands_differ_in_grey() -> None:
    def lightness(colour: str) -> float:
        """CIE L* of an sRGB colour."""
        linear = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
            for c in (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        ]
        luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        return 116 * luminance ** (1 / 3) - 16

    steps = [lightness(colour) for colour in BAND_COLOURS.values()]
    assert steps == sorted(steps)
    assert min(b - a for a, b in pairwise(steps)) > 5
