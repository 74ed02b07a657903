"""What a program is worth beside what it costs: BCR, ROI and payback, never without their range and their cost.

There is no ROI here outside `Valuation`, whose every figure is a `Ranged`. Source: Phillips and Phillips 2016, Handbook
of Training Evaluation and Measurement Methods; the ceilings of what is credited are our own policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lei.errors import InvalidError, Problem
from lei.evidence.benefit import MONTHS_COUNTED, UnitsImproved, UnitValue, annual_gross_benefit
from lei.evidence.costs import FullCost
from lei.evidence.credit import Credit, credit_at
from lei.evidence.estimate import Finding
from lei.evidence.grade import Grade
from lei.evidence.money_range import CreditGrid, MoneyInputs, TornadoBar, credit_grid, roi_percent, tornado
from lei.language import N_

# Never "return caused": at E2 and E3 nothing but the order in time is known.
TITLES: Mapping[Grade, str] = {
    Grade.E2: N_("Estimated value"),
    Grade.E3: N_("Estimated value"),
    Grade.E4: N_("Value of the difference to comparable groups"),
    Grade.E5: N_("Value of the measured difference"),
}

# A benefit below it is none: far less than a hundredth of any money.
NOTHING = 1e-6

WithheldReason = Literal["grade_too_low", "no_unit_value", "nobody_asked_isolation", "nobody_asked_confidence"]
RangeBasis = Literal["effect_interval", "credited_share"]


@dataclass(frozen=True, slots=True)
class Ranged:
    """A figure with both ends of its range; there is none without."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Payback:
    """Months until the benefit has paid the cost, at the figure and at both ends of the range; None: never."""

    months: float | None
    soonest: float | None
    latest: float | None


@dataclass(frozen=True, slots=True)
class ValueCase:
    """What is to be valued. isolation, confidence: the answers of the estimators, asked separately of those nearest.

    documented: the organisation permits a documented estimate of isolation up to 0.60 at E2 and E3. intangibles:
    benefits that are listed and never turned into money.
    """

    grade: Grade
    improved: UnitsImproved
    cost: FullCost
    unit_value: UnitValue | None = None
    isolation: tuple[float, ...] = ()
    confidence: tuple[float, ...] = ()
    documented: bool = False
    intangibles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueWithheld:
    """No money is stated, and why; what stays is the change of the KPI and the benefits listed."""

    reason: WithheldReason
    improved: UnitsImproved
    intangibles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Valuation:
    """The value of a program in its first year beside its full cost, all money in the currency of the cost.

    range_basis: what the ranges go over: the interval of the effect where there is one, else the factors from their
    lowest to their highest; `credited` is always that grid. break_even_factor: the isolation x confidence that just
    pays the cost, None where nothing improved. tornado: widest swing first.
    """

    title: str
    grade: Grade
    improved: UnitsImproved
    unit_value: UnitValue
    cost: FullCost
    credit: Credit
    gross_benefit: float
    adjusted_benefit: Ranged
    bcr: Ranged
    roi_percent: Ranged
    payback: Payback
    range_basis: RangeBasis
    break_even_factor: float | None
    credited: CreditGrid
    tornado: tuple[TornadoBar, ...]
    intangibles: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def value_of_program(case: ValueCase) -> Valuation | ValueWithheld:
    """The value of a program, or the reason why none may be stated.

    Raises InvalidError for factors outside 0 to 1, and where value and cost are in two currencies.
    """
    value = case.unit_value
    reason = _withheld(case)
    if reason is not None or value is None:
        return ValueWithheld(reason or "no_unit_value", case.improved, case.intangibles)
    if value.currency != case.cost.currency:
        text = f"The value of a unit is in {value.currency} and the cost in {case.cost.currency}; state both in one."
        raise InvalidError(text, [Problem("currency", "two_currencies", text)])
    credit = credit_at(case.grade, case.isolation, case.confidence, documented=case.documented)
    inputs = MoneyInputs(
        case.improved.per_month, value.amount, credit.isolation.value, credit.confidence.value, case.cost.total
    )
    gross = annual_gross_benefit(inputs.units, inputs.unit_value)
    adjusted = _adjusted(inputs, case.improved, credit)
    cost = case.cost.total
    return Valuation(
        title=TITLES[case.grade],
        grade=case.grade,
        improved=case.improved,
        unit_value=value,
        cost=case.cost,
        credit=credit,
        gross_benefit=gross,
        adjusted_benefit=adjusted,
        bcr=Ranged(adjusted.value / cost, adjusted.low / cost, adjusted.high / cost),
        roi_percent=Ranged(*(roi_percent(benefit, cost) for benefit in (adjusted.value, adjusted.low, adjusted.high))),
        payback=Payback(*(payback_months(benefit, cost) for benefit in (adjusted.value, adjusted.high, adjusted.low))),
        range_basis="effect_interval" if case.improved.interval else "credited_share",
        break_even_factor=cost / gross if gross > NOTHING else None,
        credited=credit_grid(gross, cost, credit),
        tornado=tornado(inputs, case.improved, credit),
        intangibles=case.intangibles,
        findings=(*credit.findings, *case.cost.findings, *_findings(case.improved, gross, adjusted.value, cost)),
    )


def _withheld(case: ValueCase) -> WithheldReason | None:
    if case.grade < Grade.E2:
        return "grade_too_low"
    if case.unit_value is None:
        return "no_unit_value"
    if case.grade < Grade.E4 and not case.isolation:
        return "nobody_asked_isolation"
    return None if case.confidence else "nobody_asked_confidence"


def _adjusted(inputs: MoneyInputs, improved: UnitsImproved, credit: Credit) -> Ranged:
    """The adjusted benefit at the ends of the effect; without an interval, at the lowest and highest credit."""
    value = inputs.adjusted_benefit
    a_unit_a_year = annual_gross_benefit(1.0, inputs.unit_value)
    if improved.interval is not None:
        ends = [units * a_unit_a_year * inputs.isolation * inputs.confidence for units in improved.interval]
    else:
        gross = inputs.units * a_unit_a_year
        least, most = credit.isolation.low * credit.confidence.low, credit.isolation.high * credit.confidence.high
        ends = sorted((gross * least, gross * most))
    return Ranged(value, *ends)


def payback_months(benefit: float, cost: float) -> float | None:
    """Months until the benefit of a year has paid the cost: cost / (benefit / 12); None where it never does."""
    return cost / (benefit / MONTHS_COUNTED) if benefit > NOTHING else None


def _findings(improved: UnitsImproved, gross: float, adjusted: float, cost: float) -> tuple[Finding, ...]:
    """What a reader must know beside the figures."""
    found = []
    if improved.interval is None:
        found.append(Finding("effect_without_interval"))
    elif improved.interval[0] <= 0 <= improved.interval[1]:
        found.append(Finding("no_clear_difference"))
    if gross <= NOTHING:
        found.append(Finding("nothing_improved"))
    elif cost > gross:
        found.append(Finding("cannot_break_even", {"factor": cost / gross}))
    if NOTHING < adjusted < cost:
        found.append(Finding("not_paid_back_in_first_year", {"months": cost / (adjusted / MONTHS_COUNTED)}))
    return tuple(found)
