"""The money of several programs in two sentences: what is spent, and what the part with evidence is worth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lei.evidence.amounts import percent
from lei.evidence.money import payback_months
from lei.evidence.money_words import money
from lei.numbers import counted, joined, tenths, whole
from lei.reports.program_figures import RangeFigures
from lei.reports.programs_part import ProgramMoney

NO_COST = "Nobody has stated yet what the programs cost."
NO_VALUE = "No value is stated: that needs grade E2 or better, the value of a unit and the cost."
NEVER = "never"


def spend_text(programs: Sequence[ProgramMoney]) -> str:
    """What all programs cost against their budgets, in each currency; who has stated no cost is counted."""
    known = [each for each in programs if each.cost is not None]
    if not known:
        return NO_COST
    spent = joined(_spend_in(currency, known) for currency in _currencies(known))
    silent = len(programs) - len(known)
    missing = (
        f" {counted(silent, 'program', 'programs')} {'states' if silent == 1 else 'state'} no cost." if silent else ""
    )
    return f"Spent: {spent}.{missing}"


def value_text(programs: Sequence[ProgramMoney]) -> str:
    """What the programs with evidence are worth in their first year beside their cost, and how much of all they are.

    Both ends of the range are the sums of the ends: as wide as the range of a sum can be.
    """
    valued = [each for each in programs if each.benefit is not None and each.cost is not None]
    if not valued:
        return NO_VALUE
    return " ".join(_value_in(currency, programs) for currency in _currencies(valued))


def _currencies(programs: Iterable[ProgramMoney]) -> list[str]:
    return sorted({each.currency for each in programs})


def _spend_in(currency: str, programs: Sequence[ProgramMoney]) -> str:
    own = [each for each in programs if each.currency == currency]
    cost = sum(each.cost or 0.0 for each in own)
    budgets = [each.budget for each in own if each.budget]
    if len(budgets) < len(own):
        return money(cost, currency)
    return f"{money(cost, currency)} of a budget of {money(sum(budgets), currency)} ({percent(cost / sum(budgets))})"


def _value_in(currency: str, programs: Sequence[ProgramMoney]) -> str:
    own = [each for each in programs if each.currency == currency and each.cost is not None]
    valued = [(each.benefit, each.cost or 0.0) for each in own if each.benefit is not None]
    benefit = RangeFigures(*(sum(getattr(each, end) for each, _ in valued if each) for end in ("value", "low", "high")))
    cost, all_cost = sum(cost for _, cost in valued), sum(each.cost or 0.0 for each in own)
    title = "Adjusted benefit" if all(each.measured for each in own if each.benefit) else "Estimated value, adjusted,"
    return (
        f"{title} of {counted(len(valued), 'program', 'programs')} at grade E2 or better, first year: "
        f"{money(benefit.value, currency)} ({whole(benefit.low)} to {whole(benefit.high)}), beside a full cost of "
        f"{money(cost, currency)}, {percent(cost / all_cost)} of the spend; {_payback(benefit, cost)}."
    )


def _payback(benefit: RangeFigures, cost: float) -> str:
    months, soonest, latest = (payback_months(each, cost) for each in (benefit.value, benefit.high, benefit.low))
    if months is None:
        return "not paid back"
    ends = " to ".join(NEVER if end is None else tenths(end) for end in (soonest, latest))
    return f"paid back after {tenths(months)} months ({ends})"
