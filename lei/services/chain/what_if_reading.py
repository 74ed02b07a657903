"""What trying another value of a measure answers with: the index exactly, the KPI modelled or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lei.evidence.estimate import TooLittle
from lei.evidence.what_if import AnnualValue, Reading, WhatIfAnswer, WhatIfRefused
from lei.evidence.what_if_words import NotModelledReason
from lei.periods import Period
from lei.services.score_analyses.find_opportunities import Opportunity
from lei.services.scores.score_report import Reason


@dataclass(frozen=True, slots=True)
class StepAsked:
    """A step of a measure: `change` is percent of its value, or points, as `reading` says.

    kpi_key: whose KPI, None for the primary one. where: the unit whose index is looked at, None for the segment of the
    program. annual_value: what the whole KPI is worth in a year, where somebody says so.
    """

    measure: str
    change: float
    reading: Reading = "relative"
    kpi_key: str | None = None
    where: Mapping[str, str] | None = None
    annual_value: AnnualValue | None = None


@dataclass(frozen=True, slots=True)
class IndexStep:
    """What one reading of the step does to the index of a unit, all else unchanged.

    possible: whether the measure can have the value. composite_before, composite_after and change are None where the
    unit has no composite; score_after as well where the value is not possible.
    """

    reading: Reading
    before: float
    after: float
    possible: bool
    score_before: float
    score_after: float | None
    composite_before: float | None
    composite_after: float | None
    change: float | None
    sentence: str


@dataclass(frozen=True, slots=True)
class OnTheIndex:
    """The index of a unit: both readings of the step, and what a tenth of the goalpost range of each measure is worth.

    steps: empty where the measure has no value to show there, and `reason` says why. effective_weight: share of the
    measure in the composite. tornado: of the measures that have a gain, the largest first.
    """

    segment: Mapping[str, str]
    profile: str
    version: int
    steps: tuple[IndexStep, ...]
    reason: Reason | None
    effective_weight: float
    tornado: tuple[Opportunity, ...]


@dataclass(frozen=True, slots=True)
class OnTheKpi:
    """The KPI: an answer with its interval, a refusal, or the reason why there is no slope to answer with."""

    kpi_key: str
    name: str
    found: WhatIfAnswer | WhatIfRefused | TooLittle | NotModelledReason
    sentence: str


@dataclass(frozen=True, slots=True)
class WhatIfReading:
    """What a step of a measure does. index: None where nothing is known of the unit; `index_sentence` says so.

    kpi: None where the program has no KPI.
    """

    measure: str
    name: str
    unit: str
    month: Period
    reading: Reading
    index: OnTheIndex | None
    index_sentence: str
    kpi: OnTheKpi | None
