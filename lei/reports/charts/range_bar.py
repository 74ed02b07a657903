"""A value with both ends of its range as a bar, beside the cost that it is to be compared with."""

from __future__ import annotations

from lei.language import _
from lei.numbers import whole
from lei.reports.charts.shapes import Dot, Drawing, Label, Line, Rect, Scale, Shape
from lei.reports.program_figures import RangeFigures

WIDTH = 240.0
_HEIGHT = 52.0
_LEFT, _RIGHT = 8.0, WIDTH - 8.0
_MIDDLE, _THICKNESS = 20.0, 9.0
_HALF_LABEL = 27.0  # so much room a number needs to either side of its middle


def range_bar(found: RangeFigures, cost: float, currency: str) -> Drawing:
    """The range as a bar, a dot at the value, and the cost as a line across with its number below."""
    low, high = min(0.0, found.low, cost), max(0.0, found.high, cost)
    scale = Scale(low, high if high > low else low + 1, _LEFT, _RIGHT)
    left, right = scale.at(found.low), scale.at(found.high)
    shapes: list[Shape] = [
        Line(_LEFT, _MIDDLE, _RIGHT, _MIDDLE, "line", 0.8),
        Line(scale.at(0), _MIDDLE - 7, scale.at(0), _MIDDLE + 7, "muted", 0.8),
        Rect(left, _MIDDLE - _THICKNESS / 2, max(right - left, 0.8), _THICKNESS, "span"),
        Line(scale.at(cost), _MIDDLE - 8, scale.at(cost), _MIDDLE + 20, "ink", 1.2),
        Dot(scale.at(found.value), _MIDDLE, 4, "accent"),
        Label(_inside(scale.at(found.value)), _MIDDLE - 9, whole(found.value), "accent", 9, "middle", bold=True),
        *_ends(found, left, right),
        _cost_label(scale.at(cost), cost, currency),
    ]
    # For translators: {currency} is a code such as EUR.
    title = _(
        "The value of {value} {currency} has a range from {low} to {high}; the full cost is {cost} {currency}."
    ).format(
        value=whole(found.value), currency=currency, low=whole(found.low), high=whole(found.high), cost=whole(cost)
    )
    return Drawing(WIDTH, _HEIGHT, title, tuple(shapes))


def _ends(found: RangeFigures, left: float, right: float) -> list[Shape]:
    """Both ends below the bar, outwards of it where they would cover each other."""
    y = _MIDDLE + 15
    first, last = _inside(left), _inside(right)
    if last - first < 2 * _HALF_LABEL:
        middle = min(max((first + last) / 2, _LEFT + 2 * _HALF_LABEL), _RIGHT - 2 * _HALF_LABEL)
        first, last = middle - _HALF_LABEL, middle + _HALF_LABEL
    return [
        Label(round(first, 2), y, whole(found.low), "muted", 9, "middle"),
        Label(round(last, 2), y, whole(found.high), "muted", 9, "middle"),
    ]


def _cost_label(x: float, cost: float, currency: str) -> Label:
    right = x > WIDTH / 2
    text = _("full cost {cost} {currency}").format(cost=whole(cost), currency=currency)
    return Label(x - 3 if right else x + 3, _HEIGHT - 4, text, "ink", 9, "end" if right else "start")


def _inside(x: float) -> float:
    return min(max(x, _HALF_LABEL), WIDTH - _HALF_LABEL)
