"""The steps from one score to the next: each begins where the one before ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lei.numbers import signed_tenths, tenths
from lei.reports.charts.shapes import NAMED_ROW_HEIGHT, Drawing, Label, Line, Rect, Scale, Shape
from lei.reports.figures import Comparison, Driver

WIDTH = 284.0
_BAR = 9.0
_LEFT, _RIGHT = 4.0, 244.0
_LEAST_SPAN = 4.0


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    begin: float
    end: float
    text: str
    tone: str
    total: bool = False


@dataclass(frozen=True, slots=True)
class Waterfall:
    """A drawing with a row for each step, and the names that stand beside the rows.

    `totals` says which rows are scores and not steps.
    """

    names: tuple[str, ...]
    totals: tuple[bool, ...]
    drawing: Drawing


def waterfall(before: Comparison, after: Comparison, drivers: Sequence[Driver], title: str) -> Waterfall | None:
    """The steps between two scores; None where one of the scores is missing."""
    if before.score is None or after.score is None:
        return None
    steps = _steps(before, after, drivers)
    low, high = _span(steps)
    scale = Scale(low, high, _LEFT, _RIGHT)
    shapes: list[Shape] = []
    for number, step in enumerate(steps):
        shapes += _row(step, number * NAMED_ROW_HEIGHT, scale, last=number == len(steps) - 1)
    drawing = Drawing(WIDTH, len(steps) * NAMED_ROW_HEIGHT, title, tuple(shapes))
    return Waterfall(tuple(step.name for step in steps), tuple(step.total for step in steps), drawing)


def _steps(before: Comparison, after: Comparison, drivers: Sequence[Driver]) -> list[_Step]:
    reached = before.score or 0.0
    steps = [_Step(before.label, reached, reached, tenths(reached), "ink", total=True)]
    for driver in drivers:
        tone = "accent" if driver.points > 0 else "muted"
        steps.append(_Step(driver.name, reached, reached + driver.points, signed_tenths(driver.shown), tone))
        reached += driver.points
    end = after.score or 0.0
    return [*steps, _Step(after.label, end, end, tenths(end), "ink", total=True)]


def _span(steps: Sequence[_Step]) -> tuple[float, float]:
    ends = [value for step in steps for value in (step.begin, step.end)]
    low, high = min(ends), max(ends)
    room = max((high - low) * 0.05, (_LEAST_SPAN - (high - low)) / 2)
    return low - room, high + room


def _row(step: _Step, top: float, scale: Scale, *, last: bool) -> list[Shape]:
    left, right = sorted((scale.at(step.begin), scale.at(step.end)))
    middle, baseline = top + NAMED_ROW_HEIGHT / 2, top + NAMED_ROW_HEIGHT / 2 + 3
    text = Label(right + 5, baseline, step.text, "ink", 9, bold=step.total)
    joint = (
        []
        if last
        else [Line(scale.at(step.end), middle, scale.at(step.end), top + NAMED_ROW_HEIGHT * 1.5, "muted", 0.5)]
    )
    if step.total:
        return [*joint, Rect(left - 2, middle - _BAR / 2, 4, _BAR, step.tone), text]
    return [*joint, Rect(left, middle - _BAR / 2, max(right - left, 0.8), _BAR, step.tone), text]
