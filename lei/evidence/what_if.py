"""What a KPI would do if a learning measure moved, should the past relation hold: with its interval, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lei.evidence.costs import check_currency
from lei.evidence.grade import Grade
from lei.evidence.kpi_slope import KpiSlope
from lei.evidence.money import Ranged
from lei.evidence.number_checks import MOST_AMOUNT, checked_number, checked_positive

# Our own policy: how far beyond the values seen a step may go, as a share of their range.
BEYOND_SEEN = 0.10
_PERCENT = 100

Reading = Literal["relative", "points"]
RefusedReason = Literal["grade_too_low", "slope_unclear", "beyond_what_was_seen"]


@dataclass(frozen=True, slots=True)
class AnnualValue:
    """What the whole KPI is worth in a year, such as the value of all output, in its currency (ISO 4217).

    Raises InvalidError for an amount that is not above 0, and for an unknown currency.
    """

    amount: float
    currency: str

    def __post_init__(self) -> None:
        check_currency(self.currency)
        checked_positive(self.amount, "annual_value", "The annual value", MOST_AMOUNT)


@dataclass(frozen=True, slots=True)
class Readings:
    """Both ways to read the same number: 1.5 better from 78 is 79.17 in percent of it, 79.5 in points."""

    relative: float
    points: float


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A step of the measure from its present value `now`: `change`, read as percent of it or as points.

    lower_is_better: of the KPI; then money is gained when it falls.
    """

    now: float
    change: float
    grade: Grade
    reading: Reading = "relative"
    annual_value: AnnualValue | None = None
    lower_is_better: bool = False


@dataclass(frozen=True, slots=True)
class WhatIfAnswer:
    """The KPI's change in percent `lag` months later, if the past relation holds, and what it is worth in a year.

    to: where the measure goes, in both readings; `reading` is the one used. measure_percent: the step in percent.
    money: None without an annual value; below 0 it is a loss.
    """

    reading: Reading
    to: Readings
    measure_percent: float
    kpi_percent: Ranged
    money: Ranged | None
    currency: str | None
    lag: int


@dataclass(frozen=True, slots=True)
class WhatIfRefused:
    """No answer, and why; numbers: what the sentence about it needs."""

    reason: RefusedReason
    to: Readings
    numbers: Mapping[str, float]


def both_readings(now: float, change: float) -> Readings:
    """Where a step leads from `now`: as percent of it, and as points."""
    return Readings(now * (1 + change / _PERCENT), now + change)


def what_if(slope: KpiSlope, asked: WhatIf) -> WhatIfAnswer | WhatIfRefused:
    """change of the KPI in percent = slope x change of the measure in percent, at the slope and at both its ends.

    Refused at E0 and E1, where the interval of the slope holds 0, and where the step leaves what was seen by more than
    a tenth of its range. Raises InvalidError where `now` is not above 0 or the change is no number.
    """
    now = checked_positive(asked.now, "now", "The present value", MOST_AMOUNT)
    change = checked_number(asked.change, "change", "The change", -MOST_AMOUNT, MOST_AMOUNT)
    to = both_readings(now, change)
    target = to.relative if asked.reading == "relative" else to.points
    refused = _refused(slope, asked.grade, to, target)
    if refused is not None:
        return refused
    step = change if asked.reading == "relative" else change / now * _PERCENT
    kpi = _ranged(step, slope)
    value = asked.annual_value
    gain = None if value is None else (-value.amount if asked.lower_is_better else value.amount) / _PERCENT
    return WhatIfAnswer(
        reading=asked.reading,
        to=to,
        measure_percent=step,
        kpi_percent=kpi,
        money=None if gain is None else _ranged(step * gain, slope),
        currency=None if value is None else value.currency,
        lag=slope.lag,
    )


def _refused(slope: KpiSlope, grade: Grade, to: Readings, target: float) -> WhatIfRefused | None:
    if grade < Grade.E2:
        return WhatIfRefused("grade_too_low", to, {"grade": float(grade)})
    if not slope.slope.excludes_zero:
        return WhatIfRefused("slope_unclear", to, {"ci_low": slope.slope.ci_low, "ci_high": slope.slope.ci_high})
    margin = BEYOND_SEEN * (slope.measure_high - slope.measure_low)
    lowest, highest = slope.measure_low - margin, slope.measure_high + margin
    if not lowest <= target <= highest:
        return WhatIfRefused("beyond_what_was_seen", to, {"target": target, "lowest": lowest, "highest": highest})
    return None


def _ranged(step: float, slope: KpiSlope) -> Ranged:
    low, high = sorted((step * slope.slope.ci_low, step * slope.slope.ci_high))
    return Ranged(step * slope.slope.effect, low, high)
