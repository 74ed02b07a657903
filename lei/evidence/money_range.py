"""How far the return of a program goes with what is not known: the effect, the credited share, every input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lei.evidence.benefit import UnitsImproved, annual_gross_benefit
from lei.evidence.credit import Credit
from lei.evidence.estimate import Floats

PERCENT = 100
# Inputs without a span of their own are moved by so much in the tornado; its bars say so.
ASSUMED_SHARE = 0.10

InputName = Literal["effect", "unit_value", "isolation", "confidence", "cost"]
SpanBasis = Literal["interval", "estimators", "assumed"]


@dataclass(frozen=True, slots=True)
class MoneyInputs:
    """The five numbers of a return: units a month, value of a unit, both factors, cost."""

    units: float
    unit_value: float
    isolation: float
    confidence: float
    cost: float

    @property
    def adjusted_benefit(self) -> float:
        """Gross benefit of the first year x isolation x confidence."""
        return annual_gross_benefit(self.units, self.unit_value) * self.isolation * self.confidence


@dataclass(frozen=True, slots=True)
class CreditGrid:
    """ROI in percent for each isolation (rows) and confidence (columns), the rest as it is."""

    isolations: tuple[float, ...]
    confidences: tuple[float, ...]
    roi_percent: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class TornadoBar:
    """The ROI in percent when one input stands at its low and at its high value, and all others stay.

    basis: where low and high come from; `assumed` is a tenth below and above.
    """

    name: InputName
    low: float
    high: float
    roi_at_low: float
    roi_at_high: float
    basis: SpanBasis

    @property
    def swing(self) -> float:
        """Points of ROI between both ends."""
        return abs(self.roi_at_high - self.roi_at_low)


def roi_percent(adjusted_benefit: float, cost: float) -> float:
    """(benefit - cost) / cost x 100 (Phillips); cost above 0."""
    return (adjusted_benefit - cost) / cost * PERCENT


def roi_grid(gross_benefit: float, cost: float, isolations: Sequence[float], confidences: Sequence[float]) -> Floats:
    """ROI in percent [isolations, confidences]; cost above 0."""
    adjusted = gross_benefit * np.outer(np.asarray(isolations, dtype=np.float64), confidences)
    return np.asarray((adjusted - cost) / cost * PERCENT)


def credit_grid(gross_benefit: float, cost: float, credit: Credit) -> CreditGrid:
    """The grid over the lowest, the used and the highest value of both factors, equal ones once."""
    isolation, confidence = credit.isolation, credit.confidence
    rows = tuple(sorted({isolation.low, isolation.value, isolation.high}))
    columns = tuple(sorted({confidence.low, confidence.value, confidence.high}))
    grid = roi_grid(gross_benefit, cost, rows, columns)
    return CreditGrid(rows, columns, tuple(tuple(row) for row in grid.tolist()))


def tornado(inputs: MoneyInputs, improved: UnitsImproved, credit: Credit) -> tuple[TornadoBar, ...]:
    """What each input does to the ROI between its low and its high value, the widest swing first.

    A measured isolation is no input: it is 1 by definition, and has no bar.
    """
    effect = improved.interval
    bars = [
        _bar(inputs, "effect", effect or _assumed(inputs.units), "interval" if effect else "assumed"),
        _bar(inputs, "unit_value", _assumed(inputs.unit_value), "assumed"),
        _bar(inputs, "confidence", (credit.confidence.low, credit.confidence.high), "estimators"),
        _bar(inputs, "cost", _assumed(inputs.cost), "assumed"),
    ]
    if credit.basis != "measured":
        bars.append(_bar(inputs, "isolation", (credit.isolation.low, credit.isolation.high), "estimators"))
    return tuple(sorted(bars, key=lambda bar: (-bar.swing, bar.name)))


def _bar(inputs: MoneyInputs, name: InputName, span: tuple[float, float], basis: SpanBasis) -> TornadoBar:
    low, high = span
    return TornadoBar(name, low, high, _roi_with(inputs, name, low), _roi_with(inputs, name, high), basis)


def _roi_with(inputs: MoneyInputs, name: InputName, value: float) -> float:
    units = value if name == "effect" else inputs.units
    worth = value if name == "unit_value" else inputs.unit_value
    isolation = value if name == "isolation" else inputs.isolation
    confidence = value if name == "confidence" else inputs.confidence
    cost = value if name == "cost" else inputs.cost
    return roi_percent(MoneyInputs(units, worth, isolation, confidence, cost).adjusted_benefit, cost)


def _assumed(value: float) -> tuple[float, float]:
    low, high = sorted((value * (1 - ASSUMED_SHARE), value * (1 + ASSUMED_SHARE)))
    return low, high
