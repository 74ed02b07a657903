"""The series that the chart of the evidence is drawn from, and which units of a panel may be named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from lei.catalog.measure import Measure
from lei.evidence.estimate import Bools, Finding, Floats
from lei.evidence.interrupted import InterruptedSeries
from lei.evidence.panel_data import Panel
from lei.services.evidence.kpi_assessment import EvidenceSeries
from lei.services.evidence.kpi_effects import pooled
from lei.services.evidence.kpi_panel import KpiPanel
from lei.services.scores.score_privacy import all_alike


def evidence_series(
    found: KpiPanel, kpi: Measure, interrupted: InterruptedSeries | None, lag: int, smallest: int
) -> EvidenceSeries:
    """Both groups as wholes, month by month; months in which a group is below `smallest` are left empty."""
    panel = found.full
    projected, low, high = _band(interrupted, panel.values.shape[1])
    return EvidenceSeries(
        months=found.months,
        treated=_shown(panel, panel.treated, kpi, smallest),
        comparison=_shown(panel, ~panel.treated, kpi, smallest),
        projected=projected,
        low=low,
        high=high,
        start=found.start,
        counted_from=found.start + lag,
    )


def nameable_units(panel: Panel, smallest: int) -> frozenset[str]:
    """Units that reach the minimum in every month with a value: their names may appear in a sentence."""
    reported = ~np.isnan(panel.values)
    large = np.where(reported, panel.cases >= smallest, True).all(axis=1)
    return frozenset(panel.units[unit] for unit in np.flatnonzero(large))


def without_small_units(findings: Iterable[Finding], panel: Panel, nameable: frozenset[str]) -> tuple[Finding, ...]:
    """The findings, with the names of units that are too small taken out of them."""
    hidden = frozenset(panel.units) - nameable
    return tuple(
        replace(finding, names=tuple(name for name in finding.names if name not in hidden)) for finding in findings
    )


def _shown(panel: Panel, members: Bools, kpi: Measure, smallest: int) -> Floats:
    values, people = pooled(panel, members)
    hidden = people < smallest
    hidden |= all_alike(values, people, np.array(kpi.unit == "percent" and smallest > 0))
    return np.where(hidden, np.nan, values)


def _band(series: InterruptedSeries | None, months: int) -> tuple[Floats, Floats, Floats]:
    low, high = np.full(months, np.nan), np.full(months, np.nan)
    if series is None:
        return np.full(months, np.nan), low, high
    low[series.positions], high[series.positions] = series.low, series.high
    return series.projected, low, high
