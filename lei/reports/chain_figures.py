"""Puts a chain as `lei.evidence` reads it into figures: one signal for each link, and what all five say together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lei.evidence.amounts import decimals_between, level
from lei.evidence.chain import ChainReading, LinkReading
from lei.evidence.chain_words import LINK_NAMES, STATUS_NAMES, completeness_line, link_lines, rules_told
from lei.evidence.leading_to_lagging import Progress
from lei.evidence.links import ChainState, Link, LinkStatus
from lei.language import _
from lei.letters import first_upper
from lei.numbers import whole
from lei.periods import Period, period_label
from lei.reports.program_figures import ChainFigures, KpiFigures, LinkFigures
from lei.reports.wording import ARROW, short_months_text


@dataclass(frozen=True, slots=True)
class LinkContext:
    """What a plan says of a link: the months that it was read from (None: none yet), and who answers for it."""

    months: tuple[Period, Period] | None = None
    business_owner: str = ""
    learning_owner: str = ""


_NOTHING = LinkContext()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a program stands on its way to its KPI; progress: None without a KPI or a launch. text: in words."""

    progress: Progress | None
    text: str


def chain_figures(
    chain: ChainReading, standing: Standing, kpi: KpiFigures | None, around: Mapping[Link, LinkContext]
) -> ChainFigures:
    """The chain of a program; kpi: the one that carries its last link."""
    progress = standing.progress
    early = progress is not None and progress.state is ChainState.TOO_EARLY
    return ChainFigures(
        links=tuple(_link(reading, kpi, around.get(reading.link, _NOTHING)) for reading in chain.links),
        completeness=chain.completeness,
        completeness_text=completeness_line(chain),
        rules=rules_told(chain),
        state=progress.key if progress else "",
        state_text=standing.text,
        expected_text=period_label(progress.first_honest_month) if progress is not None and early else "",
    )


def _link(reading: LinkReading, kpi: KpiFigures | None, context: LinkContext) -> LinkFigures:
    name = first_upper(_(LINK_NAMES[reading.link]))
    carried = kpi if reading.link is Link.BUSINESS_KPI else None
    return LinkFigures(
        link=reading.link.value,
        name=name,
        status=reading.status.value,
        status_text=_(STATUS_NAMES[reading.status]),
        lines=(carried.claim,) if carried else link_lines(reading),
        business_owner=context.business_owner,
        learning_owner=context.learning_owner,
        **(_kpi_texts(carried) if carried else _signal_texts(reading, context)),
    )


def _signal_texts(reading: LinkReading, context: LinkContext) -> dict[str, str]:
    if not reading.signals:
        return {}
    signal = reading.signals[0]
    decimals = decimals_between(signal.before, signal.after)
    before, after = (level(value, signal.unit, decimals) for value in (signal.before, signal.after))
    thin = signal.status is LinkStatus.THIN
    # For translators: cases, in a narrow table: "4 of 20 needed".
    cases = _("{n} of {minimum} needed").format(n=whole(signal.n), minimum=whole(signal.minimum))
    return {
        "signal": first_upper(signal.name),
        # Below the minimum nothing but the number of cases is told.
        "change_text": "" if thin else f"{before} {ARROW} {after}",
        "cases_text": cases if thin else whole(signal.n),
        "period_text": short_months_text(context.months or (signal.period, signal.period)),
        "source": signal.source,
    }


def _kpi_texts(kpi: KpiFigures) -> dict[str, str]:
    known = kpi.baseline is not None and kpi.now is not None
    return {
        "signal": kpi.name,
        "change_text": f"{kpi.baseline_text} {ARROW} {kpi.now_text}" if known else "",
        "cases_text": kpi.cases_text,
        "period_text": kpi.window_text if known else "",
        "source": kpi.source,
    }
