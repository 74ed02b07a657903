"""Puts the links of a chain into the figures of an owner's scorecard: each signal with its levels, change and cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lei.evidence.amounts import decimals_between, level, size
from lei.evidence.chain import LinkReading, Signal
from lei.evidence.chain_words import LINK_NAMES, STATUS_NAMES, link_lines
from lei.evidence.links import LinkStatus
from lei.language import _
from lei.letters import first_upper
from lei.numbers import signed, whole
from lei.periods import Period
from lei.reports import owner_sentences as words
from lei.reports.owner_figures import LinkPart, SignalFigures
from lei.reports.program_figures import KpiFigures

Months = tuple[Period, Period]


@dataclass(frozen=True, slots=True)
class LinkContext:
    """What is known around a link, whatever its signals say.

    before, now: the months that it is read from (None: none). read_from: the first month in which it can show anything.
    quarter: what is to be signed (None: nothing yet); signed: who has, of `business` and `learning`.
    """

    before: Months | None
    now: Months | None
    read_from: Period | None
    business_owner: str
    learning_owner: str
    quarter: Period | None
    signed: frozenset[str]


@dataclass(frozen=True, slots=True)
class KpiCarrier:
    """The KPI that carries the last link, and the cases behind what is claimed of it."""

    figures: KpiFigures
    n: float


def link_part(reading: LinkReading, context: LinkContext) -> LinkPart:
    """A link that its signals carry."""
    signals = tuple(_signal(signal) for signal in reading.signals)
    return _part(reading, context, link_lines(reading), signals, words.months(context.before, context.now))


def kpi_part(reading: LinkReading, context: LinkContext, kpi: KpiCarrier) -> LinkPart:
    """The last link, carried by a KPI: what may be said of it is its claim."""
    lines = (kpi.figures.claim,)
    return _part(reading, context, lines, (_kpi_signal(reading, kpi),), kpi.figures.window_text)


def _part(
    reading: LinkReading, context: LinkContext, lines: tuple[str, ...], signals: tuple[SignalFigures, ...], months: str
) -> LinkPart:
    name, quarter = _(LINK_NAMES[reading.link]), context.quarter
    early = reading.status is LinkStatus.MISSING and context.now is None and context.read_from is not None
    business, learning = (None if quarter is None else side in context.signed for side in ("business", "learning"))
    return LinkPart(
        link=reading.link.value,
        name=first_upper(name),
        status=reading.status.value,
        status_text=words.too_early() if early else _(STATUS_NAMES[reading.status]),
        is_early=early,
        lines=lines,
        signals=signals,
        months_text=words.readable_from(context.read_from) if early and context.read_from else months,
        business_owner=context.business_owner,
        learning_owner=context.learning_owner,
        business_signed=business,
        learning_signed=learning,
        owners_text=words.owners(context.business_owner, context.learning_owner),
        sign_off_text=words.sign_off(quarter, context.signed, context.business_owner, context.learning_owner),
    )


def _signal(signal: Signal) -> SignalFigures:
    thin = signal.status is LinkStatus.THIN
    return SignalFigures(
        measure=signal.measure,
        name=first_upper(signal.name),
        unit=signal.unit,
        status=signal.status.value,
        status_text=_(STATUS_NAMES[signal.status]),
        n=signal.n,
        minimum=signal.minimum,
        period=str(signal.period),
        source=signal.source,
        cases_text=words.cases_needed(signal.n, signal.minimum) if thin else whole(signal.n),
        # Below the minimum nothing but the number of cases is told.
        **({} if thin else _levels(signal)),
    )


def _levels(signal: Signal) -> Mapping[str, Any]:
    decimals = decimals_between(signal.before, signal.after)
    # As a reader would compute it from the two levels that stand beside it.
    seen = round(signal.after, decimals) - round(signal.before, decimals)
    low, high = signal.interval or (None, None)
    return {
        "before": signal.before,
        "now": signal.after,
        "change": signal.after - signal.before,
        "change_in_points": signal.change,
        "low_in_points": low,
        "high_in_points": high,
        "before_text": level(signal.before, signal.unit, decimals),
        "now_text": level(signal.after, signal.unit, decimals),
        "change_text": ("+" if round(seen, decimals) > 0 else "") + size(seen, signal.unit, decimals),
        "points_text": _points(signal),
    }


def _points(signal: Signal) -> str:
    ends = None if signal.interval is None else (signed(signal.interval[0]), signed(signal.interval[1]))
    return words.points(signed(signal.change), ends)


def _kpi_signal(reading: LinkReading, kpi: KpiCarrier) -> SignalFigures:
    figures = kpi.figures
    return SignalFigures(
        measure=figures.key,
        name=f"{figures.name}, {figures.unit_words}" if figures.unit_words else figures.name,
        unit=figures.unit,
        status=reading.status.value,
        status_text=_(STATUS_NAMES[reading.status]),
        n=kpi.n,
        minimum=None,
        source=figures.source,
        before=figures.baseline,
        now=figures.now,
        change=figures.effect,
        target=figures.target,
        before_text=figures.baseline_text,
        now_text=figures.now_text,
        change_text=figures.effect_text,
        cases_text=whole(kpi.n) if figures.cases_text else "",
        target_text=figures.target_text,
    )
