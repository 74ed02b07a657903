"""The steps from the last score to this one, few enough to read and exact in their sum."""

from __future__ import annotations

import math

from lei.catalog.measure import PILLARS
from lei.reports.figures import Driver
from lei.services.score_report import Contribution, DriversReport
from lei.services.scorecard_data import ScorecardData
from scoring.change import round_to_sum

MOST_STEPS = 3  # up, and as many down
_PARTS = {
    "coverage": "Change in data coverage",
    "weighting": "Change of weights",
    "goalposts": "Change of goalposts",
}
_TOO_SMALL = 0.05  # points; would be shown as 0.0


def driver_steps(data: ScorecardData) -> tuple[Driver, ...]:
    """The largest steps up and down, the rest in one, then what came from coverage, weights and goalposts.

    Empty where there is no score before or now. The points add up to the change of the index, and so do the tenths.
    """
    report = data.drivers
    if report is None or report.change is None:
        return ()
    steps = [*_measure_steps(data, report), *_part_steps(report)]
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
    return data.measures[key].display_name, points


def _measure_steps(data: ScorecardData, report: DriversReport) -> list[tuple[str, str, str, float]]:
    moved = [c for c in report.contributions if abs(c.performance) >= _TOO_SMALL]
    up = sorted((c for c in moved if c.performance > 0), key=lambda c: -c.performance)[:MOST_STEPS]
    down = sorted((c for c in moved if c.performance < 0), key=lambda c: c.performance)[:MOST_STEPS]
    chosen = {id(c) for c in (*up, *down)}
    rest = math.fsum(c.performance for c in report.contributions if id(c) not in chosen)
    steps = [("measure", _name(data, c), PILLARS.get(c.pillar, c.pillar), c.performance) for c in (*up, *down)]
    if rest != 0.0:
        steps.append(("rest", "All other measures", "", rest))
    return steps


def _name(data: ScorecardData, contribution: Contribution) -> str:
    key = contribution.measure
    return PILLARS.get(contribution.pillar, contribution.pillar) if key is None else data.measures[key].display_name


def _part_steps(report: DriversReport) -> list[tuple[str, str, str, float]]:
    sums = {part: math.fsum(getattr(c, part) for c in report.contributions) for part in _PARTS}
    return [(part, _PARTS[part], "", total) for part, total in sums.items() if total != 0.0]
