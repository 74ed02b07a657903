"""Pillars of which each score is known: how far all measures of each are on their way from 0 to 100."""

from __future__ import annotations

LEVELS = {
    "access_engagement": 80,
    "performance_outcomes": 60,
    "capability_readiness": 50,
    "operational_efficiency": 40,
    "business_impact": 20,
}
