"""Which scorecard is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lei.periods import Period
from lei.services.score_report import DEFAULT_PROFILE


@dataclass(frozen=True, slots=True)
class ScorecardRequest:
    """Which scorecard is wanted. `where` is empty for the whole organization; without a title it gets one."""

    period: Period
    where: Mapping[str, str]
    title: str | None = None
    profile: str = DEFAULT_PROFILE
