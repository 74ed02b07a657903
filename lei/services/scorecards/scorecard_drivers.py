"""The steps from the last score to this one, few enough to read and exact in their sum."""

from __future__ import annotations

import math

from lei.catalog.measure import PILLARS
from lei.language import N_, _, ngettext
from lei.numbers import whole
from lei.reports.figures import Driver
from lei.services.scorecards.scorecard_data import ScorecardData
from lei.services.scores.score_report import Contribution, DriversReport
from scoring.change import round_to_sum

MOST_ROWS = 9  # measures, the rest and what is no measure's: as many as leave the page room for the rest of it
SHOWN_OF_EACH = 2  # the largest up and down are named whatever the others are
_PARTS = {
    "coverage": N_("Change in data coverage"),
    "weighting": N_("Change of weights"),
    "goalposts": N_("Change of goalposts"),
}
_CAPS = N_("Change of what limits took")
_TOO_SMALL = 0.05  # points; would be shown as 0.0


def driver_steps(data: ScorecardData) -> tuple[Driver, ...]:
    """The largest steps, the rest in one, then what came from coverage, weights and goalposts.

    Empty where there is no score before or now. The points add up to the change of the index, and so do the tenths.
    """
    report = data.drivers
    if report is None or report.change is None:
        return ()
    parts = _part_steps(report)
    steps = [*_measure_steps(data, report, MOST_ROWS - len(parts)), *parts]
    if not steps:
        return ()
    shown = round_to_sum([step[3] for step in steps], report.change)
    return tuple(
        Driver(kind, name, pillar, points, float(tenths))
        for (kind, name, pillar, points), tenths in zip(steps, shown, strict=True)
    )


def largest_step_in(data: ScorecardData, pillar: str, change: float) -> tuple[str, float] | None:
    """The measure of a pillar that moved the index most in the direction of `change`, and its points."""
    found = [
        (c.performance, c.measure)
        for c in (data.drivers.contributions if data.drivers else ())
        if c.pillar == pillar and c.measure is not None and c.performance * change > 0
    ]
    if not found:
        return None
    points, key = max(found, key=lambda item: abs(item[0]))
    return _(data.measures[key].display_name), points


def _measure_steps(data: ScorecardData, report: DriversReport, room: int) -> list[tuple[str, str, str, float]]:
    """The largest steps, those up before those down, and the rest in one row; `room` rows at most."""
    moved = sorted(
        (c for c in report.contributions if abs(c.performance) >= _TOO_SMALL), key=lambda c: -abs(c.performance)
    )
    up, down = [c for c in moved if c.performance > 0], [c for c in moved if c.performance < 0]
    first = [*up[:SHOWN_OF_EACH], *down[:SHOWN_OF_EACH]]
    chosen = {id(c) for c in [*first, *(c for c in moved if c not in first)][: room - 1]}
    shown = [c for c in (*up, *down) if id(c) in chosen]
    others = [c.performance for c in report.contributions if c.performance != 0 and id(c) not in chosen]
    steps = [("measure", _name(data, c), _(PILLARS.get(c.pillar, c.pillar)), c.performance) for c in shown]
    if others:
        name = ngettext("{count} other measure", "{count} other measures together", len(others))
        steps.append(("rest", name.format(count=whole(len(others))), "", math.fsum(others)))
    return steps


def _name(data: ScorecardData, contribution: Contribution) -> str:
    key = contribution.measure
    return _(PILLARS.get(contribution.pillar, contribution.pillar) if key is None else data.measures[key].display_name)


def _part_steps(report: DriversReport) -> list[tuple[str, str, str, float]]:
    sums = {part: math.fsum(getattr(c, part) for c in report.contributions) for part in _PARTS}
    sums["caps"] = math.fsum(cap.points for cap in report.caps)
    return [(part, _(_PARTS.get(part, _CAPS)), "", total) for part, total in sums.items() if total != 0.0]
