"""What an analysis of data in a request answers with, before it becomes a claim or a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lei.evidence.balance import Balance
from lei.evidence.claims import Units
from lei.evidence.estimate import Finding, Floats, Result
from lei.evidence.lag_correlation import LagSearch
from lei.evidence.study_design import Arm
from lei.periods import Period
from lei.services.evidence.kpi_assessment import Checks

Cell = float | int | str | bool | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Facts:
    """What the data say of their study, for a claim. fields: of `StudyDesign`, as far as the data tell them.

    people: who took part, as far as rows are people. window: first and last period with an effect, where known.
    adjusted: whether what differs between the groups is taken into account, so that they count as comparable. dropout:
    the shares of both groups whose rows have no result, None where rows do not tell.
    """

    treated: Arm
    comparison: Arm | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    people: int = 0
    units: Units = Units.PEOPLE
    window: tuple[Period, Period] | None = None
    told: tuple[Finding, ...] = ()
    adjusted: bool = False
    dropout: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Analysis:
    """The result to be told, and all beside it.

    results: by name, the main one first; none where a search over lags reports nothing (`search` says why).
    within: by segment. tables, series: what a reader may want to look at or to draw.
    """

    results: Mapping[str, Result]
    facts: Facts | None = None
    search: LagSearch | None = None
    findings: tuple[Finding, ...] = ()
    within: Mapping[str, Result] = field(default_factory=dict)
    balances: Mapping[str, Balance] = field(default_factory=dict)
    checks: Checks | None = None
    tables: Mapping[str, list[dict[str, Cell]]] = field(default_factory=dict)
    series: Mapping[str, Floats | list[str]] = field(default_factory=dict)

    @property
    def main(self) -> Result | None:
        """The result that is told."""
        return next(iter(self.results.values()), None)
