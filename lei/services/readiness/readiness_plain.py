"""Readiness as plain data: what the API answers and the command line writes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from lei.evidence.readiness import ReadinessAhead
from lei.periods import Grain, Period
from lei.reports.sentences import READINESS_LINE
from lei.services.readiness.forecast_readiness import PlaceReadiness, ReadinessReport


def readiness_as_dict(report: ReadinessReport) -> dict[str, Any]:
    """The whole answer: all places, and the segments of those at risk, the worst first."""
    return {
        "period": str(report.month),
        "by": list(report.by),
        "line": READINESS_LINE,
        "sentence": report.sentence,
        "at_risk": [dict(place.segment) for place in report.at_risk],
        "places": [_place(place) for place in report.places],
    }


def _place(place: PlaceReadiness) -> dict[str, Any]:
    roster = place.roster
    return {
        "segment": dict(place.segment),
        "roster_of": None if place.month is None else str(place.month),
        "readiness": place.now,
        "readiness_words": place.now_words,
        "ready": None if roster is None else roster.ready,
        "required": None if roster is None else roster.required,
        "certificates_expiring": place.certificates,
        "forecast": [_ahead(month) for month in place.ahead],
        "risk": place.risk,
        "reason": place.reason,
        "sentence": place.sentence,
        "notes": list(place.notes),
    }


def _ahead(ahead: ReadinessAhead) -> dict[str, Any]:
    return asdict(ahead) | {"month": str(Period(ahead.month, Grain.MONTH))}
