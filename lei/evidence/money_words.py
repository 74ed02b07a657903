"""The value of a program in words: money with its range and its cost, or the reason why none is stated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from lei.evidence.amounts import Figure, percent
from lei.evidence.costs import FullCost
from lei.evidence.credit import Credit
from lei.evidence.money import Payback, RangeBasis, Ranged, Valuation, WithheldReason
from lei.evidence.money_range import InputName
from lei.numbers import counted, joined, signed, tenths, whole, with_decimals
from lei.periods import day_label

WithheldCode = Literal[WithheldReason, "no_number", "small_group", "nothing_counted", "no_cost", "two_currencies"]

WITHHELD: Mapping[WithheldCode, str] = MappingProxyType(
    {
        "grade_too_low": "No money is stated: that needs the KPI before and after (grade E2 or higher).",
        "no_unit_value": "No money is stated: finance has not said what one unit of this KPI is worth. The change of "
        "the KPI stands alone.",
        "nobody_asked_isolation": "No money is stated: nobody has estimated yet which share of the change is the "
        "program's.",
        "nobody_asked_confidence": "No money is stated: nobody has said yet how sure the estimate is.",
        "no_number": "No money is stated: there is no change of the KPI to value.",
        "small_group": "No money is stated: the group is too small for its numbers to be shown.",
        "nothing_counted": "No money is stated: the plan does not say how often what the KPI counts comes up in a "
        "month.",
        "no_cost": "No money is stated: nobody has said yet what the program costs.",
        "two_currencies": "No money is stated: the value of a unit and the cost are in two currencies.",
    }
)
VALUE = (
    "{title}: {benefit} in the first year ({benefit_range}), beside a fully loaded cost of {cost}: benefit-cost ratio "
    "{bcr} ({bcr_range}), ROI {roi} ({roi_range}), {payback}."
)
PAID_BACK = "paid back after {months} months ({soonest} to {latest})"
NOT_PAID_BACK = "not paid back"
NEVER = "never"
FROM_TO = "{low} to {high}"
RANGE_BASIS: Mapping[RangeBasis, str] = MappingProxyType(
    {
        "effect_interval": "The range goes over the interval of the change in the KPI.",
        "credited_share": "The range goes over the credited share and the confidence, from lowest to highest.",
    }
)
GROSS = (
    "{units} units a month better, at {value} each: {gross} in the first year before the share and the confidence are "
    "taken into account."
)
UNIT_VALUE = "What a unit is worth was stated by {owner} on {date}."
MEASURED = "The difference to a comparison group is measured, so all of it is credited."
CREDITED = "Credited share {isolation}."
SURE = "Confidence {confidence}, by {estimators}."
MEDIAN_OF = "the median of {people}: {names}"
BREAK_EVEN = "The first year pays the cost where {share} of the change counts."
COST = "Fully loaded cost {total}: {parts}."
SPENT = "Spent: {cost} of a budget of {budget} ({share})."
SPENT_WITHOUT_BUDGET = "Spent: {cost}; no budget is stated."
PARTS: Mapping[str, str] = MappingProxyType(
    {
        "design": "design",
        "delivery": "delivery",
        "platform": "platform",
        "administration": "administration",
        "evaluation": "evaluation",
        "participants_time": "participants' time",
    }
)
INPUTS: Mapping[InputName, str] = MappingProxyType(
    {
        "effect": "change of the KPI",
        "unit_value": "value of a unit",
        "isolation": "credited share",
        "confidence": "confidence",
        "cost": "cost",
    }
)
INTANGIBLES = "Listed, not put into money: {names}."
NOT_ADDED = "The values of several KPIs are not added: they may be the same money twice."


def withheld_sentence(reason: WithheldCode) -> str:
    """Why no money is stated."""
    return WITHHELD[reason]


def value_sentence(value: Valuation) -> str:
    """The value with its range beside its cost: never one figure alone."""
    currency = value.cost.currency
    return VALUE.format(
        title=value.title,
        benefit=money(value.adjusted_benefit.value, currency),
        benefit_range=_range(value.adjusted_benefit, whole),
        cost=money(value.cost.total, currency),
        bcr=_hundredths(value.bcr.value),
        bcr_range=_range(value.bcr, _hundredths),
        roi=_percent(value.roi_percent.value),
        roi_range=_range(value.roi_percent, _percent),
        payback=_payback(value.payback),
    )


def value_lines(value: Valuation, estimators: Sequence[str]) -> tuple[str, ...]:
    """What a value rests on: gross benefit, its source, shares and who estimated them, range, break-even, cost."""
    currency, unit = value.cost.currency, value.unit_value
    gross = GROSS.format(
        units=f"{Figure(round(value.improved.per_month, 6))}",
        value=money(unit.amount, currency),
        gross=money(value.gross_benefit, currency),
    )
    source = UNIT_VALUE.format(owner=unit.finance_owner, date=day_label(unit.stated_on))
    even = value.break_even_factor
    pays = () if even is None else (BREAK_EVEN.format(share=percent(even)),)
    return (
        gross,
        source,
        *_credit_lines(value.credit, estimators),
        RANGE_BASIS[value.range_basis],
        *pays,
        cost_line(value.cost),
    )


def cost_line(cost: FullCost) -> str:
    """The fully loaded cost and the parts that it has."""
    parts = joined(f"{PARTS[name]} {whole(amount)}" for name, amount in cost.parts.items() if amount)
    return COST.format(total=money(cost.total, cost.currency), parts=parts)


def spend_line(cost: FullCost, budget: float | None) -> str:
    """The cost against the budget."""
    total = money(cost.total, cost.currency)
    if not budget:
        return SPENT_WITHOUT_BUDGET.format(cost=total)
    return SPENT.format(cost=total, budget=money(budget, cost.currency), share=percent(cost.total / budget))


def intangibles_line(names: Iterable[str]) -> str:
    """The benefits that are listed and never valued."""
    return INTANGIBLES.format(names=joined(names))


def money(amount: float, currency: str) -> str:
    """Whole money with its currency: `EUR 41,000`; an amount below 10 with its cents."""
    few = 10
    return f"{currency} {whole(amount) if abs(amount) >= few or amount == 0 else with_decimals(amount, 2)}"


def _credit_lines(credit: Credit, estimators: Sequence[str]) -> tuple[str, str]:
    people = MEDIAN_OF.format(people=counted(len(estimators), "estimator", "estimators"), names=joined(estimators))
    by = people if len(estimators) > 1 else joined(estimators)
    share = MEASURED if credit.basis == "measured" else CREDITED.format(isolation=percent(credit.isolation.value))
    return share, SURE.format(confidence=percent(credit.confidence.value), estimators=by)


def _payback(payback: Payback) -> str:
    if payback.months is None:
        return NOT_PAID_BACK
    soonest, latest = (NEVER if end is None else tenths(end) for end in (payback.soonest, payback.latest))
    return PAID_BACK.format(months=tenths(payback.months), soonest=soonest, latest=latest)


def _range(ranged: Ranged, written: Callable[[float], str]) -> str:
    return FROM_TO.format(low=written(ranged.low), high=written(ranged.high))


def _hundredths(number: float) -> str:
    return with_decimals(number, 2)


def _percent(number: float) -> str:
    return f"{signed(number)}%"
