"""Observations of whole pillars, through the real intake."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from lei.catalog.loader import default_measures
from lei.services.intake.ingest import IngestOptions, ingest_records
from lei.storage.database import Database

# Pillars of the default profile and the percent of the index that each carries (lei/catalog/measures.csv).
WEIGHTS = {
    "access_engagement": 20,
    "performance_outcomes": 30,
    "capability_readiness": 25,
    "operational_efficiency": 15,
    "business_impact": 10,
}


def send_pillars(
    database: Database, period: str, pillars: Iterable[str], at: datetime, without: Iterable[str] = (), **where: str
) -> None:
    """Send every scored measure of some pillars for a month, but for those left out, each on a hundred people."""
    records: list[dict[str, Any]] = [
        {
            "measure": measure.key,
            "period": period,
            "value": (measure.goalpost_0 + measure.goalpost_100) / 2,
            "sample_size": 100,
            "dimensions": where,
        }
        for measure in default_measures()
        if measure.scorable
        and measure.pillar in pillars
        and measure.key not in without
        and measure.goalpost_0 is not None
        and measure.goalpost_100 is not None
    ]
    with database.writing() as session:
        result = ingest_records(session, records, IngestOptions(source="hris", sent_by="a test"), at)
    assert result.rejected == 0, result.errors
