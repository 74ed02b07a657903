"""Puts a chain as `lei.evidence` reads it into figures: one signal for each link, and what all five say together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lei.evidence.amounts import decimals_between, level
from lei.evidence.chain import ChainReading, LinkReading, adverse_links, missing_links
from lei.evidence.chain_words import LINK_NAMES, STATUS_NAMES, completeness_line, link_lines, state_sentence
from lei.evidence.claim_notes import ADVERSE, MISSING, NONE_MISSING
from lei.evidence.leading_to_lagging import Progress
from lei.evidence.links import ChainState, Link, LinkStatus
from lei.numbers import joined, whole
from lei.periods import period_label
from lei.reports.program_figures import ChainFigures, KpiFigures, LinkFigures
from lei.reports.wording import ARROW


@dataclass(frozen=True, slots=True)
class LinkOwnerNames:
    """Who answers for a link; empty where nobody is named."""

    business: str = ""
    learning: str = ""


NOBODY = LinkOwnerNames()


def chain_figures(
    chain: ChainReading,
    progress: Progress | None,
    kpi: KpiFigures | None,
    kpi_name: str,
    owners: Mapping[Link, LinkOwnerNames],
) -> ChainFigures:
    """The chain of a program; progress: None where the program has no KPI to follow, or no launch yet.

    kpi_name: as in the middle of a sentence.
    """
    missing = joined(LINK_NAMES[link] for link in missing_links(chain)) or NONE_MISSING
    adverse = joined(LINK_NAMES[link] for link in adverse_links(chain))
    early = progress is not None and progress.state is ChainState.TOO_EARLY
    return ChainFigures(
        links=tuple(_link(reading, kpi, owners.get(reading.link, NOBODY)) for reading in chain.links),
        completeness=chain.completeness,
        completeness_text=completeness_line(chain),
        missing_text=MISSING.format(links=missing),
        adverse_text=ADVERSE.format(links=adverse) if adverse else "",
        state=progress.key if progress else "",
        state_text=state_sentence(progress, chain, kpi_name) if progress else "",
        expected_text=period_label(progress.first_honest_month) if progress is not None and early else "",
    )


def _link(reading: LinkReading, kpi: KpiFigures | None, owners: LinkOwnerNames) -> LinkFigures:
    name = LINK_NAMES[reading.link]
    return LinkFigures(
        link=reading.link.value,
        name=name[:1].upper() + name[1:],
        status=reading.status.value,
        status_text=STATUS_NAMES[reading.status],
        lines=link_lines(reading),
        business_owner=owners.business,
        learning_owner=owners.learning,
        **(_kpi_texts(kpi) if reading.link is Link.BUSINESS_KPI and kpi else _signal_texts(reading)),
    )


def _signal_texts(reading: LinkReading) -> dict[str, str]:
    if not reading.signals:
        return {}
    signal = reading.signals[0]
    decimals = decimals_between(signal.before, signal.after)
    before, after = (level(value, signal.unit, decimals) for value in (signal.before, signal.after))
    thin = signal.status is LinkStatus.THIN
    return {
        "signal": signal.name[:1].upper() + signal.name[1:],
        # Below the minimum nothing but the number of cases is told.
        "change_text": "" if thin else f"{before} {ARROW} {after}",
        "cases_text": f"{whole(signal.n)} of {whole(signal.minimum)} needed" if thin else whole(signal.n),
        "period_text": period_label(signal.period),
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
