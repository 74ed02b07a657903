"""From a change of a KPI to money: the units improved each month, times the value that finance puts on one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lei.evidence.costs import check_currency
from lei.evidence.estimate import Estimate
from lei.evidence.number_checks import MOST_AMOUNT, checked_number, checked_positive, refusal

MONTHS_COUNTED = 12


@dataclass(frozen=True, slots=True)
class UnitValue:
    """What one unit of a KPI is worth, who in finance says so, and since when.

    Raises InvalidError for a value that is not above 0, and without a name: then only the change of the KPI is shown.
    """

    amount: float
    currency: str
    finance_owner: str
    stated_on: date

    def __post_init__(self) -> None:
        check_currency(self.currency)
        checked_positive(self.amount, "unit_value", "The value of a unit", MOST_AMOUNT)
        if not self.finance_owner.strip():
            raise refusal("finance_owner", "The value of a unit needs the name of whoever in finance stands for it.")


@dataclass(frozen=True, slots=True)
class UnitsImproved:
    """How many units a month the KPI got better by, below 0 where it got worse; its interval where one is known.

    Raises InvalidError for numbers that are none, and for an interval that does not hold the effect.
    """

    per_month: float
    ci_low: float | None = None
    ci_high: float | None = None

    def __post_init__(self) -> None:
        checked_number(self.per_month, "units", "The number of units improved", -MOST_AMOUNT, MOST_AMOUNT)
        if self.ci_low is None and self.ci_high is None:
            return
        if self.ci_low is None or self.ci_high is None:
            raise refusal("interval", "An interval has two ends; give both, or none.")
        low = checked_number(self.ci_low, "interval", "The lower end of the interval", -MOST_AMOUNT, MOST_AMOUNT)
        high = checked_number(self.ci_high, "interval", "The upper end of the interval", -MOST_AMOUNT, MOST_AMOUNT)
        if not low <= self.per_month <= high:
            text = f"The interval from {low:g} to {high:g} does not hold the effect of {self.per_month:g}."
            raise refusal("interval", text)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both ends, or None."""
        return None if self.ci_low is None or self.ci_high is None else (self.ci_low, self.ci_high)


def units_improved(estimate: Estimate, units_per_point: float, *, lower_is_better: bool) -> UnitsImproved:
    """The measured effect as units a month that are better.

    units_per_point: units a month for one point of the KPI, such as 180 for 18,000 tickets a month and errors per 100
    tickets. Raises InvalidError unless it is above 0.
    """
    scale = checked_positive(units_per_point, "units_per_point", "The number of units for one point of the KPI")
    scale = -scale if lower_is_better else scale
    low, high = sorted((estimate.ci_low * scale, estimate.ci_high * scale))
    return UnitsImproved(estimate.effect * scale, low, high)


def annual_gross_benefit(units_per_month: float, value: float) -> float:
    """Units improved a month x 12 x value of a unit: first year only (kpi-chain section 8; Phillips)."""
    return units_per_month * MONTHS_COUNTED * value
