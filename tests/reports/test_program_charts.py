"""The charts of programs: where things stand, that status has a shape of its own, and what each says for itself."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lei.evidence.links import LinkStatus
from lei.reports.charts.axis import round_ticks, spread_apart
from lei.reports.charts.chain_row import chain_row, marks_of, status_mark
from lei.reports.charts.evidence_series import evidence_series
from lei.reports.charts.interval_row import interval_rows
from lei.reports.charts.range_bar import range_bar
from lei.reports.charts.shapes import Dot, Drawing, Label, Line, Path, Rect
from lei.reports.charts.tornado import tornado
from lei.reports.program_figures import EffectRow, RangeFigures, SeriesFigures, TornadoRow
from lei.reports.sample_program import sample_program

LABELS = tuple(f"M{n}" for n in range(30))
TREND = SeriesFigures(
    labels=LABELS,
    treated=tuple(float(n % 7) for n in range(30)),
    comparison=(),
    projected=tuple(3.0 for _ in LABELS),
    low=(None,) * 20 + (2.0,) * 10,
    high=(None,) * 20 + (4.0,) * 10,
    start=20,
    counted_from=22,
    target=9.0,
    unit="percent",
    text="A sentence.",
)


LARGE = replace(TREND, treated=tuple(12_345.0 + n for n in range(30)), low=(), high=(), projected=(), target=15_000.0)


def series_of_the_story() -> SeriesFigures:
    evidence = sample_program().evidence
    assert evidence is not None
    assert evidence.series is not None
    return evidence.series


def effects(*triples: tuple[float, float, float]) -> list[EffectRow]:
    return [EffectRow(f"E{n}", *triple, "text", main=n == 0) for n, triple in enumerate(triples)]


def all_drawings() -> list[Drawing]:
    chain, money = sample_program().chain, sample_program().money
    found = [chain_row(chain.links), *marks_of([chain]).values()]
    found += [status_mark(status.value, "a word") for status in LinkStatus]
    for figures in (series_of_the_story(), TREND, replace(TREND, start=0, counted_from=40, target=None), LARGE):
        drawing = evidence_series(figures)
        assert drawing is not None
        found.append(drawing)
    for rows in (effects((-1.3, -2.1, -0.6), (0, -1, 1)), effects((5e6, 4e6, 6e6)), effects((0.0, 0.0, 0.0))):
        axis, drawn = interval_rows(rows)
        found += [axis, *drawn]
    for value in (RangeFigures(50, 20, 80), RangeFigures(0, 0, 0), RangeFigures(-5, -9, -1), RangeFigures(1, 1, 9e6)):
        found.append(range_bar(value, 41_000, "EUR"))
    assert money.roi_percent is not None
    drawn_tornado = tornado(money.tornado, money.roi_percent.value)
    assert drawn_tornado is not None
    return [*found, drawn_tornado]


def label_end(label: Label) -> float:
    """About where a text ends: a character of 9 points is 5.4 wide at most on the average."""
    width = 5.4 * len(label.text)
    return label.x + {"start": width, "middle": width / 2, "end": 0.0}[label.anchor]


def test_every_status_has_a_shape_of_its_own() -> None:
    """Without any colour: kinds of shapes, whether they are filled, and how many points they have."""

    def outline(drawing: Drawing) -> tuple[tuple[str, object], ...]:
        return tuple(
            (shape.kind, shape.filled if isinstance(shape, Dot | Path) else "", shape.d.count("L"))  # type: ignore[misc]
            if isinstance(shape, Path)
            else (shape.kind, shape.filled if isinstance(shape, Dot) else "")
            for shape in drawing.shapes
        )

    outlines = [outline(status_mark(status.value, "word")) for status in LinkStatus]
    assert len(set(outlines)) == len(LinkStatus)


def test_the_chain_says_every_status_in_words() -> None:
    title = chain_row(sample_program().chain.links).title
    for name in ("Learning activity", "Behavior change", "Capability growth", "Workforce readiness", "Business KPI"):
        assert f"{name}: evidenced" in title


def test_links_are_joined_strongly_only_where_both_are_evidenced() -> None:
    links = sample_program().chain.links
    broken = (links[0], replace(links[1], status="flat"), *links[2:])
    joints = [shape for shape in chain_row(broken).shapes if isinstance(shape, Line) and shape.width in (1.0, 2.5)]
    assert [joint.width for joint in joints] == [1.0, 1.0, 2.5, 2.5]


class TestSeries:
    def test_the_months_that_count_are_shaded_up_to_the_end(self) -> None:
        drawing = evidence_series(series_of_the_story())
        assert drawing is not None
        (window,) = [shape for shape in drawing.shapes if isinstance(shape, Rect)]
        assert window.tone == "shade"
        # Nine months from 38 to 374: the window begins half a month before the seventh of them.
        assert window.x == pytest.approx(38 + 5.5 * 336 / 8)
        assert window.x + window.width == pytest.approx(378)

    def test_the_start_stands_before_the_first_month_of_the_program(self) -> None:
        drawing = evidence_series(series_of_the_story())
        assert drawing is not None
        (start,) = [s for s in drawing.shapes if isinstance(s, Line) and s.x1 == s.x2 and s.tone == "ink"]
        assert start.x1 == pytest.approx(38 + 2.5 * 336 / 8)

    def test_the_target_is_part_of_the_scale(self) -> None:
        drawing = evidence_series(replace(TREND, target=200.0))
        assert drawing is not None
        assert any(isinstance(s, Label) and s.text == "200" for s in drawing.shapes)

    def test_the_band_is_an_area(self) -> None:
        drawing = evidence_series(TREND)
        assert drawing is not None
        assert [s.tone for s in drawing.shapes if isinstance(s, Path) and s.filled] == ["span"]

    def test_without_any_value_there_is_no_chart(self) -> None:
        assert evidence_series(replace(TREND, treated=(None,) * 30)) is None


class TestIntervals:
    def test_zero_is_always_on_the_scale_and_ends_stand_around_the_dot(self) -> None:
        _, (row,) = interval_rows(effects((5.0, 4.0, 6.0)))
        zero = next(s for s in row.shapes if isinstance(s, Line) and s.tone == "ink")
        (dot,) = [s for s in row.shapes if isinstance(s, Dot)]
        whisker = next(s for s in row.shapes if isinstance(s, Line) and s.width == 1.6)
        assert zero.x1 < whisker.x1 < dot.x < whisker.x2
        assert dot.x - whisker.x1 == pytest.approx(whisker.x2 - dot.x, abs=0.02)

    def test_its_text_says_on_which_side_of_zero_the_interval_lies(self) -> None:
        _, (clear, unclear) = interval_rows(effects((-1.3, -2.1, -0.6), (0.1, -1.0, 1.0)))
        assert "lies clear of 0" in clear.title
        assert "includes 0" in unclear.title


def test_the_bar_of_a_range_shows_value_ends_and_cost_on_one_scale() -> None:
    drawing = range_bar(RangeFigures(50, 25, 100), 75, "EUR")
    (bar,) = [s for s in drawing.shapes if isinstance(s, Rect)]
    (dot,) = [s for s in drawing.shapes if isinstance(s, Dot)]
    cost = next(s for s in drawing.shapes if isinstance(s, Line) and s.tone == "ink")
    # From 0 at 8 to 100 at 232.
    assert (bar.x, bar.x + bar.width, dot.x, cost.x1) == pytest.approx((64, 232, 120, 176))
    assert drawing.title == "The value of 50 EUR has a range from 25 to 100; the full cost is 75 EUR."


def test_a_tornado_has_a_bar_for_each_input_around_the_return() -> None:
    rows = [TornadoRow("Effect", -40.0, 90.0, "x"), TornadoRow("Cost", 40.0, 10.0, "x")]
    drawing = tornado(rows, 24.0)
    assert drawing is not None
    wide, narrow = [s for s in drawing.shapes if isinstance(s, Rect) and s.tone == "span"]
    assert wide.width == pytest.approx(130 / 30 * narrow.width, abs=0.1)
    assert "Effect, from −40% to 90%" in drawing.title
    assert tornado([], 24.0) is None


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9), st.integers(3, 8))
def test_ticks_are_few_even_and_hold_what_is_shown(low: float, width: float, most: int) -> None:
    high = low + width
    ticks = round_ticks(low, high, most)
    assert 2 <= len(ticks) <= most
    slack = 1e-6 * max(abs(low), abs(high), 1.0)
    assert ticks[0] <= low + slack
    assert ticks[-1] >= high - slack
    steps = [b - a for a, b in pairwise(ticks)]
    assert max(steps) == pytest.approx(min(steps), rel=1e-3, abs=slack)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=5))
def test_labels_keep_their_distance_and_their_order(positions: list[float]) -> None:
    placed = spread_apart(positions, 11, 0, 100)
    ordered = sorted(zip(positions, placed, strict=True))
    assert all(b - a >= 11 - 1e-9 for a, b in pairwise(sorted(placed)))
    assert all(0 <= position <= 100 for position in placed)
    assert [y for _, y in ordered] == sorted(y for _, y in ordered) or len(set(positions)) < len(positions)


def test_no_shape_leaves_its_drawing_and_no_text_is_small() -> None:
    for drawing in all_drawings():
        assert drawing.title.endswith("."), drawing.title
        for shape in drawing.shapes:
            if isinstance(shape, Dot | Label | Rect):
                assert -1 <= shape.x <= drawing.width + 1, (drawing.title, shape)
                assert -1 <= shape.y <= drawing.height + 1, (drawing.title, shape)
            if isinstance(shape, Label):
                assert shape.size >= 9
                assert label_end(shape) <= drawing.width + 1, (drawing.title, shape)
