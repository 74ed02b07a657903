"""Observations as tests write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lei.catalog.loader import default_measures
from lei.services.intake.ingest import IngestResult

Send = Callable[..., IngestResult]


def observation(
    measure: str, period: str, value: float | None, sample_size: int = 100, source: str | None = None, **dimensions: str
) -> dict[str, Any]:
    """One observation in the shape of the API."""
    record: dict[str, Any] = {"measure": measure, "period": period, "value": value, "sample_size": sample_size}
    if source:
        record["source"] = source
    return record | {"dimensions": dimensions}


def value_for(measure: Any, score: float) -> float:
    """The value whose score is `score`, by the goalposts of the measure (on the rising side of a band)."""
    return float(measure.goalpost_0 + score / 100 * (measure.goalpost_100 - measure.goalpost_0))


def organisation_scoring(period: str, pillars: dict[str, float], **dimensions: str) -> list[dict[str, Any]]:
    """Every scored measure of the default catalogue at a value that gives its pillar the score asked for."""
    return [
        observation(measure.key, period, value_for(measure, pillars[measure.pillar]), **dimensions)
        for measure in default_measures()
        if measure.scorable and measure.pillar in pillars
    ]
