"""Puts cost and value of a program into figures and sentences; no value stands without its range and its cost."""

from __future__ import annotations

from collections.abc import Mapping

from lei.evidence.costs import FullCost
from lei.evidence.finding_words import finding_sentences
from lei.evidence.money import Payback, Ranged, Valuation, ValueWithheld
from lei.evidence.money_range import TornadoBar
from lei.numbers import counted, tenths, whole, with_decimals
from lei.periods import MONTHS
from lei.reports.program_figures import CostRow, GridFigures, MoneyFigures, RangeFigures, TornadoRow

COST_TITLE = "Cost"
COST_NAMES: Mapping[str, str] = {
    "design": "Design",
    "delivery": "Delivery",
    "platform": "Platform",
    "administration": "Administration",
    "evaluation": "Evaluation",
    "participants_time": "Participants' time",
}
INPUT_NAMES: Mapping[str, str] = {
    "effect": "Units a month",
    "unit_value": "Value of a unit",
    "isolation": "Credited share",
    "confidence": "Confidence",
    "cost": "Full cost",
}
SPAN_NAMES: Mapping[str, str] = {
    "interval": "its 95% interval",
    "estimators": "lowest and highest estimate",
    "assumed": "10% less and more, assumed",
}
WITHHELD: Mapping[str, str] = {
    "grade_too_low": "No value is stated: below grade E2 there is no KPI before and after to put a value on.",
    "no_unit_value": "No value is stated: finance has not said what one unit of this KPI is worth.",
    "nobody_asked_isolation": "No value is stated: nobody was asked which share of the change to credit.",
    "nobody_asked_confidence": "No value is stated: nobody was asked how sure the estimates are.",
}
RANGE_BASES: Mapping[str, str] = {
    "effect_interval": "The range goes from one end of the 95% interval of the change to the other.",
    "credited_share": "The range goes over the credited share and the confidence, from the lowest to the highest.",
}
NO_COST = "The cost of the program is not stated."
NOTHING_VALUED = "No value is stated."
_NOTHING = RangeFigures(0.0, 0.0, 0.0)


def money_figures(
    found: Valuation | ValueWithheld | None, cost: FullCost | None, budget: float | None = None
) -> MoneyFigures:
    """Cost and value of a program; found: None where nothing was even asked. Budget: in the currency of the cost."""
    cost = found.cost if isinstance(found, Valuation) else cost
    spent = {
        "currency": cost.currency if cost else "",
        "cost": cost.total if cost else None,
        "budget": budget,
        "cost_text": cost_sentence(cost.currency, cost.total, budget) if cost else NO_COST,
        "costs": tuple(CostRow(COST_NAMES[name], amount) for name, amount in cost.parts.items()) if cost else (),
    }
    if isinstance(found, Valuation):
        return _valued(found, spent)
    withheld = WITHHELD[found.reason] if found else NOTHING_VALUED
    notes = finding_sentences(cost.findings) if cost else ()
    intangibles = found.intangibles if found else ()
    return MoneyFigures(
        **spent, title=COST_TITLE, text="", withheld=withheld, notes=notes, intangibles=intangibles
    )


def cost_sentence(currency: str, cost: float, budget: float | None) -> str:
    """What was spent, and how that stands to the budget."""
    spent = f"Full cost {amount(cost, currency)}, participants' time included"
    if budget is None:
        return f"{spent}; no budget is stated."
    if budget <= 0:
        return f"{spent}; the budget is {amount(budget, currency)}."
    return f"{spent}: {whole(100 * cost / budget)}% of a budget of {amount(budget, currency)}."


def amount(number: float, currency: str) -> str:
    """Money in whole units of its currency: `50,688 EUR`."""
    return f"{whole(number)} {currency}".strip()


def payback_sentence(payback: tuple[float | None, float | None, float | None]) -> str:
    """When the benefit has paid the cost: at the figure, at the best and at the worst end of its range."""
    months, soonest, latest = payback
    if months is None:
        best = f"; at the best end of the range after {_months(soonest)}" if soonest is not None else ""
        return f"At this rate the cost is not paid back{best}."
    worst = "at the worst end never" if latest is None else f"at the worst end after {_months(latest)}"
    return f"The cost is paid back after {_months(months)}; at the best end after {_months(soonest)}, {worst}."


def _valued(found: Valuation, spent: dict[str, object]) -> MoneyFigures:
    currency, payback = found.cost.currency, _payback(found.payback)
    return MoneyFigures(
        **spent,  # type: ignore[arg-type]  # the same five fields in both kinds of figures
        title=found.title,
        text=_value_sentence(found),
        benefit=_range(found.adjusted_benefit),
        roi_percent=_range(found.roi_percent),
        payback=payback,
        payback_text=payback_sentence(payback),
        range_text=RANGE_BASES[found.range_basis],
        break_even_text=_break_even(found.break_even_factor),
        unit_value_text=(
            f"One unit is worth {_exact(found.unit_value.amount)} {currency}, stated by "
            f"{found.unit_value.finance_owner} on {_day(found)}."
        ),
        grid=GridFigures(found.credited.isolations, found.credited.confidences, found.credited.roi_percent),
        tornado=tuple(_tornado_row(bar, currency) for bar in found.tornado),
        notes=finding_sentences(found.findings),
        intangibles=found.intangibles,
    )


def _value_sentence(found: Valuation) -> str:
    currency, benefit, roi = found.cost.currency, found.adjusted_benefit, found.roi_percent
    return (
        f"{found.title} in the first year: {whole(benefit.value)} {currency} "
        f"[{whole(benefit.low)} to {whole(benefit.high)}], ROI {whole(roi.value)}% "
        f"[{whole(roi.low)}% to {whole(roi.high)}%]."
    )


def _break_even(factor: float | None) -> str:
    if factor is None:
        return ""
    if factor > 1:
        return "Even if the whole change were credited, the first year would not cover the cost."
    return f"The cost is covered once {whole(100 * factor)}% of the gross benefit is credited."


def _tornado_row(bar: TornadoBar, currency: str) -> TornadoRow:
    def text(value: float) -> str:
        if bar.name in ("isolation", "confidence"):
            return f"{whole(100 * value)}%"
        return _exact(value) if bar.name == "effect" else amount(value, currency) if bar.name == "cost" else _exact(value)

    return TornadoRow(
        name=INPUT_NAMES[bar.name],
        low_text=text(bar.low),
        high_text=text(bar.high),
        roi_at_low=bar.roi_at_low,
        roi_at_high=bar.roi_at_high,
        basis=SPAN_NAMES[bar.basis],
    )


def _payback(payback: Payback) -> tuple[float | None, float | None, float | None]:
    return payback.months, payback.soonest, payback.latest


def _range(ranged: Ranged) -> RangeFigures:
    return RangeFigures(ranged.value, ranged.low, ranged.high)


def _months(number: float | None) -> str:
    if number is None:
        return "never"
    return counted(1, "month") if round(number, 1) == 1 else f"{tenths(number)} months"


def _exact(value: float) -> str:
    """A value that may be small: decimals only where it has some that matter."""
    return with_decimals(value, 0 if abs(value) >= 100 or float(value).is_integer() else 1)


def _day(found: Valuation) -> str:
    day = found.unit_value.stated_on
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
