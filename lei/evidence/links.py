"""The five links of a KPI chain, the states one can be in, and the states of the way from learning to the KPI."""

from __future__ import annotations

from enum import StrEnum


class Link(StrEnum):
    """A link of the chain, in its order."""

    LEARNING_ACTIVITY = "learning_activity"
    BEHAVIOR_CHANGE = "behavior_change"
    CAPABILITY_GROWTH = "capability_growth"
    WORKFORCE_READINESS = "workforce_readiness"
    BUSINESS_KPI = "business_kpi"


class LinkStatus(StrEnum):
    """What is known of a link."""

    EVIDENCED = "evidenced"
    FLAT = "flat"
    ADVERSE = "adverse"
    THIN = "thin"
    MISSING = "missing"


class ChainState(StrEnum):
    """Where a program stands between its leading signals and its KPI."""

    TOO_EARLY = "too_early"
    ON_PATH = "on_path"
    CHAIN_BROKEN = "chain_broken"
    EARLY_WARNING = "early_warning"
    OTHER_CAUSE_LIKELY = "other_cause_likely"
    NO_CHANGE = "no_change"
    ADVERSE = "adverse"
    NOT_MEASURED = "not_measured"
