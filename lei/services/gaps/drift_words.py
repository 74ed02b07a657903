"""Sentences about KPIs that fell, and about those of which nothing can be said."""

from __future__ import annotations

from collections.abc import Mapping

from lei.numbers import counted
from lei.periods import period_label
from lei.services.gaps.find_gaps import KpiDrift
from lei.services.gaps.find_kpi_drift import RECENT_MONTHS, NotJudged
from scoring.control_limits import MIN_POINTS

NOT_JUDGED: Mapping[NotJudged, str] = {
    "too_few_months": f"Not enough history: its usual variation takes {MIN_POINTS} months to know.",
    "values_overlap": "Its values look back over several months and overlap, so limits would be too narrow for it.",
    "no_recent_value": f"It has no value in the last {RECENT_MONTHS} months that can be shown.",
}


def drift_sentence(drift: KpiDrift) -> str:
    """How much fell, what to do first, and how much could not be judged."""
    number, unknown = len(drift.gaps), len(drift.report.not_judged)
    month = period_label(drift.month)
    if number:
        fell = f"{counted(number, 'KPI', 'KPIs')} left the usual variation in the bad direction by {month}."
        told = f"{fell} Ask what changed before you plan any program."
    else:
        told = f"No KPI that can be judged left its usual variation in the bad direction by {month}."
    return f"{told} {counted(unknown, 'series', 'series')} cannot be judged." if unknown else told
