"""What the board of Halden Group wants the index and its pillars to reach at the end of each year."""

from __future__ import annotations

from collections.abc import Mapping

# By how many years before the last one of the story; scores of 0 to 100.
TARGETS: Mapping[int, Mapping[str, float]] = {
    1: {"composite": 55},
    0: {
        "composite": 63,
        "access_engagement": 66,
        "performance_outcomes": 62,
        "capability_readiness": 63,
        "operational_efficiency": 75,
        "business_impact": 45,
    },
}
