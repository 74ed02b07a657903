"""The value of a program in words: money with its range and its cost, or the reason why none is stated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from lei.evidence.amounts import Figure, share_in_percent
from lei.evidence.costs import FullCost
from lei.evidence.credit import Credit
from lei.evidence.money import RangeBasis, Ranged, Valuation, WithheldReason
from lei.evidence.money_range import InputName
from lei.language import N_, _, ngettext
from lei.numbers import joined, signed, tenths, whole, with_decimals, with_percent_sign
from lei.periods import day_label

WithheldCode = Literal[WithheldReason, "no_number", "small_group", "nothing_counted", "no_cost", "two_currencies"]

WITHHELD: Mapping[WithheldCode, str] = MappingProxyType(
    {
        "grade_too_low": N_("No money is stated: that needs the KPI before and after (grade E2 or higher)."),
        "no_unit_value": N_(
            "No money is stated: finance has not said what one unit of this KPI is worth. The change of "
            "the KPI stands alone."
        ),
        "nobody_asked_isolation": N_(
            "No money is stated: nobody has estimated yet which share of the change is the program's."
        ),
        "nobody_asked_confidence": N_("No money is stated: nobody has said yet how sure the estimate is."),
        "no_number": N_("No money is stated: there is no change of the KPI to value."),
        "small_group": N_("No money is stated: the group is too small for its numbers to be shown."),
        "nothing_counted": N_(
            "No money is stated: the plan does not say how often what the KPI counts comes up in a month."
        ),
        "no_cost": N_("No money is stated: nobody has said yet what the program costs."),
        "two_currencies": N_("No money is stated: the value of a unit and the cost are in two currencies."),
    }
)
# For translators: {title}: "Estimated value" or the like; {benefit}, {cost}: money, "EUR 41,000"; the brackets hold
# ranges, "18,000 to 64,000"; {payback}: "paid back after 7.4 months (5.1 to 16.9)" or "not paid back".
VALUE = N_(
    "{title}: {benefit} in the first year ({benefit_range}), beside a fully loaded cost of {cost}: benefit-cost ratio "
    "{bcr} ({bcr_range}), ROI {roi} ({roi_range}), {payback}."
)
# For translators: stands behind a comma; {soonest}, {latest}: months, or "never".
PAID_BACK = N_("paid back after {months} months ({soonest} to {latest})")
NOT_PAID_BACK = N_("not paid back")
# For translators: the end of a range of months, "5.1 to never".
NEVER = N_("never")
# For translators: both ends of a range of numbers.
FROM_TO = N_("{low} to {high}")
RANGE_BASIS: Mapping[RangeBasis, str] = MappingProxyType(
    {
        "effect_interval": N_("The range goes over the interval of the change in the KPI."),
        "credited_share": N_("The range goes over the credited share and the confidence, from lowest to highest."),
    }
)
# For translators: {units}: by how many units of a KPI, such as errors, it is better each month; {value}: money.
GROSS = N_(
    "{units} units a month better, at {value} each: {gross} in the first year before the share and the confidence are "
    "taken into account."
)
# For translators: {owner}: a person; {date}: "3 October 2026".
UNIT_VALUE = N_("What a unit is worth was stated by {owner} on {date}.")
MEASURED = N_("The difference to a comparison group is measured, so all of it is credited.")
# For translators: the share of the change that is credited to the program, in percent.
CREDITED = N_("Credited share {isolation}.")
# For translators: {confidence}: percent; {name}: who estimated it.
SURE = N_("Confidence {confidence}, by {name}.")
# For translators: the share of the change from which on the first year brings as much as the program costs, in percent.
BREAK_EVEN = N_("The first year pays the cost where {share} of the change counts.")
# For translators: {total}: money; {parts}: "design 3,000, delivery 9,000 and platform 1,200".
COST = N_("Fully loaded cost {total}: {parts}.")
SPENT = N_("Spent: {cost} of a budget of {budget} ({share}).")
SPENT_WITHOUT_BUDGET = N_("Spent: {cost}; no budget is stated.")
PARTS: Mapping[str, str] = MappingProxyType(
    {
        # For translators: the parts of the full cost, as rows of a table and inside of a sentence.
        "design": N_("design"),
        "delivery": N_("delivery"),
        "platform": N_("platform"),
        "administration": N_("administration"),
        "evaluation": N_("evaluation"),
        "participants_time": N_("participants' time"),
    }
)
INPUTS: Mapping[InputName, str] = MappingProxyType(
    {
        # For translators: what the value of a program is computed from, as rows of a table.
        "effect": N_("change of the KPI"),
        "unit_value": N_("value of a unit"),
        "isolation": N_("credited share"),
        "confidence": N_("confidence"),
        "cost": N_("cost"),
    }
)
# For translators: {names}: benefits in the words of a planner.
INTANGIBLES = N_("Listed, not put into money: {names}.")
NOT_ADDED = N_("The values of several KPIs are not added: they may be the same money twice.")


def withheld_sentence(reason: WithheldCode) -> str:
    """Why no money is stated."""
    return _(WITHHELD[reason])


def value_sentence(value: Valuation) -> str:
    """The value with its range beside its cost: never one figure alone."""
    currency = value.cost.currency
    return _(VALUE).format(
        title=_(value.title),
        benefit=money(value.adjusted_benefit.value, currency),
        benefit_range=_range(value.adjusted_benefit, whole),
        cost=money(value.cost.total, currency),
        bcr=_hundredths(value.bcr.value),
        bcr_range=_range(value.bcr, _hundredths),
        roi=_percent(value.roi_percent.value),
        roi_range=_range(value.roi_percent, _percent),
        payback=payback_text(value.payback.months, value.payback.soonest, value.payback.latest),
    )


def value_lines(value: Valuation, estimators: Sequence[str]) -> tuple[str, ...]:
    """What a value rests on: gross benefit, its source, shares and who estimated them, range, break-even, cost."""
    currency, unit = value.cost.currency, value.unit_value
    gross = _(GROSS).format(
        units=f"{Figure(round(value.improved.per_month, 6))}",
        value=money(unit.amount, currency),
        gross=money(value.gross_benefit, currency),
    )
    source = _(UNIT_VALUE).format(owner=unit.finance_owner, date=day_label(unit.stated_on))
    even = value.break_even_factor
    pays = () if even is None else (_(BREAK_EVEN).format(share=share_in_percent(even)),)
    return (
        gross,
        source,
        *_credit_lines(value.credit, estimators),
        _(RANGE_BASIS[value.range_basis]),
        *pays,
        cost_line(value.cost),
    )


def cost_line(cost: FullCost) -> str:
    """The fully loaded cost and the parts that it has."""
    parts = joined(f"{_(PARTS[name])} {whole(amount)}" for name, amount in cost.parts.items() if amount)
    return _(COST).format(total=money(cost.total, cost.currency), parts=parts)


def spend_line(cost: FullCost, budget: float | None) -> str:
    """The cost against the budget."""
    total = money(cost.total, cost.currency)
    if not budget:
        return _(SPENT_WITHOUT_BUDGET).format(cost=total)
    return _(SPENT).format(cost=total, budget=money(budget, cost.currency), share=share_in_percent(cost.total / budget))


def intangibles_line(names: Iterable[str]) -> str:
    """The benefits that are listed and never valued."""
    return _(INTANGIBLES).format(names=joined(names))


def money(amount: float, currency: str) -> str:
    """Whole money with its currency: `EUR 41,000`; an amount below 10 with its cents."""
    few = 10
    written = whole(amount) if abs(amount) >= few or amount == 0 else with_decimals(amount, 2)
    # For translators: "EUR 41,000"; where the currency stands behind the number, "{amount} {currency}".
    return _("{currency} {amount}").format(currency=currency, amount=written)


def _credit_lines(credit: Credit, estimators: Sequence[str]) -> tuple[str, str]:
    measured = credit.basis == "measured"
    share = _(MEASURED) if measured else _(CREDITED).format(isolation=share_in_percent(credit.isolation.value))
    return share, _sure(share_in_percent(credit.confidence.value), estimators)


def _sure(confidence: str, estimators: Sequence[str]) -> str:
    names = joined(estimators)
    if len(estimators) <= 1:
        return _(SURE).format(confidence=confidence, name=names)
    # For translators: {names}: who estimated it; the number that counts is the median of their answers.
    told = ngettext(
        "Confidence {confidence}, by the median of {number} estimator: {names}.",
        "Confidence {confidence}, by the median of {number} estimators: {names}.",
        len(estimators),
    )
    return told.format(confidence=confidence, number=whole(len(estimators)), names=names)


def payback_text(months: float | None, soonest: float | None, latest: float | None) -> str:
    """After how many months a cost is paid back, with both ends of the range; None is never."""
    if months is None:
        return _(NOT_PAID_BACK)
    first, last = (_(NEVER) if end is None else tenths(end) for end in (soonest, latest))
    return _(PAID_BACK).format(months=tenths(months), soonest=first, latest=last)


def _range(ranged: Ranged, written: Callable[[float], str]) -> str:
    return _(FROM_TO).format(low=written(ranged.low), high=written(ranged.high))


def _hundredths(number: float) -> str:
    return with_decimals(number, 2)


def _percent(number: float) -> str:
    return with_percent_sign(signed(number))
