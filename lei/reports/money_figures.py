"""Puts cost and value of a program into figures; its sentences are those of `lei.evidence.money_words`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lei.evidence.costs import FullCost
from lei.evidence.money import Ranged, Valuation
from lei.evidence.money_range import SpanBasis, TornadoBar
from lei.evidence.money_words import FROM_TO, INPUTS, PARTS, cost_line, spend_line, withheld_sentence
from lei.language import N_, _
from lei.letters import first_upper
from lei.numbers import percent, with_decimals
from lei.reports.program_figures import CostRow, GridFigures, MoneyFigures, RangeFigures, TornadoRow

COST_TITLE = N_("Cost")
NO_KPI_TO_VALUE = N_("No money is stated: there is no KPI to value.")
SPAN_NAMES: Mapping[SpanBasis, str] = {
    # For translators: what the low and the high value of an input are, behind both: "45% to 60%, lowest and highest
    # estimate".
    "interval": N_("its 95% interval"),
    "estimators": N_("lowest and highest estimate"),
    "assumed": N_("10% less and more, assumed"),
}
_SMALL = 100


@dataclass(frozen=True, slots=True)
class MoneyTold:
    """What was found out about the value of a KPI, in words as well; value: None where none may be stated.

    sentence: empty where there is no KPI to value.
    """

    value: Valuation | None = None
    sentence: str = ""
    lines: tuple[str, ...] = ()
    intangibles: tuple[str, ...] = ()


def money_figures(told: MoneyTold, cost: FullCost | None, budget: float | None) -> MoneyFigures:
    """Cost and value of a program. cost: None where nobody has stated any; budget: in the currency of the cost."""
    value = told.value
    return MoneyFigures(
        title=_(value.title if value else COST_TITLE),
        grade=value.grade.name if value else "",
        currency=cost.currency if cost else "",
        cost=cost.total if cost else None,
        budget=budget,
        cost_text=spend_line(cost, budget) if cost else withheld_sentence("no_cost"),
        text=told.sentence or _(NO_KPI_TO_VALUE),
        benefit=_range(value.adjusted_benefit) if value else None,
        roi_percent=_range(value.roi_percent) if value else None,
        costs=tuple(CostRow(first_upper(_(PARTS[name])), amount) for name, amount in cost.parts.items())
        if cost
        else (),
        grid=GridFigures(value.credited.isolations, value.credited.confidences, value.credited.roi_percent)
        if value
        else None,
        tornado=tuple(_tornado_row(bar) for bar in value.tornado) if value else (),
        # The table of the cost says the same as its line.
        notes=tuple(line for line in told.lines if value is None or line != cost_line(value.cost)),
        intangibles=told.intangibles,
    )


def _tornado_row(bar: TornadoBar) -> TornadoRow:
    basis = _(SPAN_NAMES[bar.basis])
    if bar.basis != "assumed":
        # For translators: units of the KPI, such as errors.
        span = _("{low} to {high} units a month") if bar.name == "effect" else _(FROM_TO)
        basis = f"{span.format(low=_input_text(bar, bar.low), high=_input_text(bar, bar.high))}, {basis}"
    return TornadoRow(first_upper(_(INPUTS[bar.name])), bar.roi_at_low, bar.roi_at_high, basis)


def _input_text(bar: TornadoBar, value: float) -> str:
    if bar.name in ("isolation", "confidence"):
        return percent(100 * value)
    return with_decimals(value, 0 if abs(value) >= _SMALL or float(value).is_integer() else 1)


def _range(ranged: Ranged) -> RangeFigures:
    return RangeFigures(ranged.value, ranged.low, ranged.high)
