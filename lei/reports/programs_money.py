"""The money of several programs in two sentences: what is spent, and what the part with evidence is worth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lei.evidence.amounts import percent
from lei.evidence.money import payback_months
from lei.evidence.money_words import money, payback_text
from lei.language import N_, _, ngettext
from lei.numbers import joined, whole
from lei.reports.program_figures import RangeFigures
from lei.reports.programs_part import ProgramMoney

NO_COST = N_("Nobody has stated yet what the programs cost.")
NO_VALUE = N_("No value is stated: that needs grade E2 or better, the value of a unit and the cost.")


def spend_text(programs: Sequence[ProgramMoney]) -> str:
    """What all programs cost against their budgets, in each currency; who has stated no cost is counted."""
    known = [each for each in programs if each.cost is not None]
    if not known:
        return _(NO_COST)
    spent = joined(_spend_in(currency, known) for currency in _currencies(known))
    # For translators: {spent}: money, or "EUR 24,000 of a budget of EUR 30,000 (80%)", of one currency or several.
    told = _("Spent on the programs so far: {spent}.").format(spent=spent)
    silent = len(programs) - len(known)
    if not silent:
        return told
    missing = ngettext("{number} program states no cost.", "{number} programs state no cost.", silent)
    return f"{told} {missing.format(number=whole(silent))}"


def value_text(programs: Sequence[ProgramMoney]) -> str:
    """What the programs with evidence are worth in their first year beside their cost, and how much of all they are.

    Both ends of the range are the sums of the ends: as wide as the range of a sum can be.
    """
    valued = [each for each in programs if each.benefit is not None and each.cost is not None]
    if not valued:
        return _(NO_VALUE)
    return " ".join(_value_in(currency, programs) for currency in _currencies(valued))


def _currencies(programs: Iterable[ProgramMoney]) -> list[str]:
    return sorted({each.currency for each in programs})


def _spend_in(currency: str, programs: Sequence[ProgramMoney]) -> str:
    own = [each for each in programs if each.currency == currency]
    cost = sum(each.cost or 0.0 for each in own)
    budgets = [each.budget for each in own if each.budget]
    if len(budgets) < len(own):
        return money(cost, currency)
    # For translators: {cost}, {budget}: money; {share}: percent; stands in a list.
    told = _("{cost} of a budget of {budget} ({share})")
    budget = sum(budgets)
    return told.format(cost=money(cost, currency), budget=money(budget, currency), share=percent(cost / budget))


def _value_in(currency: str, programs: Sequence[ProgramMoney]) -> str:
    own = [each for each in programs if each.currency == currency and each.cost is not None]
    valued = [(each.benefit, each.cost or 0.0) for each in own if each.benefit is not None]
    benefit = RangeFigures(*(sum(getattr(each, end) for each, _ in valued if each) for end in ("value", "low", "high")))
    cost, all_cost = sum(cost for _, cost in valued), sum(each.cost or 0.0 for each in own)
    template = _value_template(len(valued), measured=all(each.measured for each in own if each.benefit))
    return template.format(
        number=whole(len(valued)),
        benefit=money(benefit.value, currency),
        low=whole(benefit.low),
        high=whole(benefit.high),
        cost=money(cost, currency),
        share=percent(cost / all_cost),
        payback=_payback(benefit, cost),
    )


def _value_template(number: int, *, measured: bool) -> str:
    if measured:
        # For translators: {benefit}, {cost}: money; {payback}: "paid back after 7.4 months (5.1 to 16.9)".
        return ngettext(
            "Adjusted benefit of {number} program at grade E2 or better, first year: {benefit} ({low} to {high}), "
            "beside a "
            "full cost of {cost}, {share} of the spend; {payback}.",
            "Adjusted benefit of {number} programs at grade E2 or better, first year: {benefit} ({low} to {high}), "
            "beside "
            "a full cost of {cost}, {share} of the spend; {payback}.",
            number,
        )
    # For translators: {benefit}, {cost}: money; {payback}: "paid back after 7.4 months (5.1 to 16.9)".
    return ngettext(
        "Estimated value, adjusted, of {number} program at grade E2 or better, first year: {benefit} ({low} to "
        "{high}), "
        "beside a full cost of {cost}, {share} of the spend; {payback}.",
        "Estimated value, adjusted, of {number} programs at grade E2 or better, first year: {benefit} ({low} to "
        "{high}), "
        "beside a full cost of {cost}, {share} of the spend; {payback}.",
        number,
    )


def _payback(benefit: RangeFigures, cost: float) -> str:
    months, soonest, latest = (payback_months(each, cost) for each in (benefit.value, benefit.high, benefit.low))
    return payback_text(months, soonest, latest)
