"""The KPI chain in words: a line for each link, and where a program stands on the way from learning to its KPI."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from lei.evidence.amounts import decimals_between, level
from lei.evidence.chain import (
    ChainReading,
    LinkReading,
    Signal,
    adverse_links,
    learning_is_unlikely,
    missing_links,
    path_is_shown,
)
from lei.evidence.leading_to_lagging import LEADING_LINKS, Movement, Progress
from lei.evidence.links import ChainState, Link, LinkStatus
from lei.numbers import counted, joined, signed, whole
from lei.periods import period_label

LINK_NAMES: Mapping[Link, str] = MappingProxyType(
    {
        Link.LEARNING_ACTIVITY: "learning activity",
        Link.BEHAVIOR_CHANGE: "behavior change",
        Link.CAPABILITY_GROWTH: "capability growth",
        Link.WORKFORCE_READINESS: "workforce readiness",
        Link.BUSINESS_KPI: "business KPI",
    }
)
STATUS_NAMES: Mapping[LinkStatus, str] = MappingProxyType(
    {
        LinkStatus.EVIDENCED: "evidenced",
        LinkStatus.FLAT: "no material change",
        LinkStatus.ADVERSE: "moved the wrong way",
        LinkStatus.THIN: "too little data",
        LinkStatus.MISSING: "not measured",
    }
)
# One signal of a link. Below the minimum only the number of cases is told.
SIGNALS: Mapping[LinkStatus, str] = MappingProxyType(
    {
        LinkStatus.EVIDENCED: "{Signal} moved as planned, from {before} to {after} (score {change}; n = {n}).",
        LinkStatus.FLAT: "{Signal} did not change materially: {before}, then {after} (n = {n}).",
        LinkStatus.ADVERSE: "{Signal} moved the wrong way, from {before} to {after} (score {change}; n = {n}).",
        LinkStatus.THIN: "Too little data on {signal}: {n} of {minimum} cases.",
    }
)
WITHOUT_SIGNAL = "{Link}: {status}."
COMPLETENESS = "{evidenced} of {all} links are evidenced."
# The rules (a) to (d) of the chain.
PATH_NOT_SHOWN = "A path from learning to the KPI is not shown."
MOVED_WITHOUT_PATH = "The KPI moved; a path from learning is not shown."
MISSING = "Missing link: {links}."
ADVERSE = "Moved the wrong way: {links}."
UNLIKELY = "The KPI moved while people do not work differently: learning is an unlikely explanation."

STATES: Mapping[str, str] = MappingProxyType(
    {
        "too_early": "{Signals} moved as planned; this is expected to show in {kpi} from {month}.",
        "too_early_moved": "{Kpi} moved already, but the program is expected to show only from {month}: no claim yet.",
        "on_path": "{Signals} moved as planned, and so did {kpi}.",
        "chain_broken": "{Kpi} did not move although the expected delay has passed; the first link that did not move "
        "is {link}. {check}",
        "early_warning": "{Adverse} moved the wrong way; {kpi} may follow {delay}.",
        "other_cause_likely": "{Kpi} moved in the planned direction, but no leading signal did: another cause is "
        "likely, and nothing is claimed.",
        "no_change": "No leading signal moved, and {kpi} did not move either; nothing is claimed.",
        "no_change_fell": "No leading signal moved, and {kpi} moved the wrong way; nothing is claimed.",
        "adverse": "{Signals} moved as planned, but {kpi} moved the wrong way; look for another cause before any "
        "claim.",
        "not_measured": "Too little is measured to say where the program stands on its way to {kpi}.",
    }
)
CHECKS: Mapping[Link, str] = MappingProxyType(
    {
        Link.LEARNING_ACTIVITY: "Check whether the right people took part.",
        Link.BEHAVIOR_CHANGE: "Ask managers what keeps people from working differently.",
        Link.CAPABILITY_GROWTH: "Test the skill again after some weeks of use.",
        Link.WORKFORCE_READINESS: "Check what else the job asks for.",
        Link.BUSINESS_KPI: "Check whether this KPI can follow from these skills at all.",
    }
)
# Why there is no state to tell.
NO_PROGRESS: Mapping[str, str] = MappingProxyType(
    {
        "stops_at_readiness": "The program stops at readiness; no business KPI is claimed.",
        "no_launch": "The plan has no launch month yet, so nothing is read.",
        "no_kpi": "The plan has no KPI yet.",
    }
)
IN_MONTHS, AT_ONCE = "in {months}", "at once"


def link_lines(reading: LinkReading) -> tuple[str, ...]:
    """One line for each signal of a link, or one that says what is known of the link without any."""
    if reading.signals:
        return tuple(_signal_line(signal) for signal in reading.signals)
    name = LINK_NAMES[reading.link]
    return (WITHOUT_SIGNAL.format(Link=_capital(name), status=STATUS_NAMES[reading.status]),)


def completeness_line(chain: ChainReading) -> str:
    """How many links are evidenced: `3 of 5 links are evidenced.`"""
    return COMPLETENESS.format(evidenced=len(chain.with_status(LinkStatus.EVIDENCED)), all=len(chain.links))


def rules_told(chain: ChainReading) -> tuple[str, ...]:
    """What must be said of a chain whatever else is: no path, missing links, adverse ones, and an unlikely reason."""
    moved = chain.status(Link.BUSINESS_KPI) in (LinkStatus.EVIDENCED, LinkStatus.ADVERSE)
    told = []
    if not path_is_shown(chain):
        told.append(MOVED_WITHOUT_PATH if moved else PATH_NOT_SHOWN)
    if missing_links(chain):
        told.append(MISSING.format(links=links_listed(missing_links(chain))))
    if adverse_links(chain):
        told.append(ADVERSE.format(links=links_listed(adverse_links(chain))))
    return (*told, UNLIKELY) if learning_is_unlikely(chain) else tuple(told)


def links_listed(links: Iterable[Link]) -> str:
    """Links as a sentence lists them."""
    return joined(LINK_NAMES[link] for link in links)


def state_sentence(progress: Progress, chain: ChainReading, kpi_name: str) -> str:
    """Where the program stands, and what to do or when to look again. kpi_name: as in the middle of a sentence."""
    delay = IN_MONTHS.format(months=counted(progress.lag_months, "month", "months")) if progress.lag_months else AT_ONCE
    broken = progress.broken_at
    return STATES[_state(progress)].format(
        kpi=kpi_name,
        Kpi=_capital(kpi_name),
        month=period_label(progress.first_honest_month),
        delay=delay,
        Signals=_capital(_leading_names(chain, LinkStatus.EVIDENCED)),
        Adverse=_capital(_leading_names(chain, LinkStatus.ADVERSE)),
        link=LINK_NAMES[broken] if broken else "",
        check=CHECKS[broken] if broken else "",
    )


def _state(progress: Progress) -> str:
    if progress.state is ChainState.TOO_EARLY and progress.kpi is Movement.UP:
        return "too_early_moved"
    if progress.state is ChainState.NO_CHANGE and progress.kpi is Movement.DOWN:
        return "no_change_fell"
    return progress.state.value


def _leading_names(chain: ChainReading, status: LinkStatus) -> str:
    """The signals with this status, by name; the links where no signal of theirs is known."""
    readings = [reading for reading in chain.links if reading.link in LEADING_LINKS and reading.status is status]
    names = [name for reading in readings for name in _names(reading, status)]
    return joined(dict.fromkeys(names))


def _names(reading: LinkReading, status: LinkStatus) -> list[str]:
    return [signal.name for signal in reading.signals if signal.status is status] or [LINK_NAMES[reading.link]]


def _signal_line(signal: Signal) -> str:
    decimals = decimals_between(signal.before, signal.after)
    return SIGNALS[signal.status].format(
        signal=signal.name,
        Signal=_capital(signal.name),
        before=level(signal.before, signal.unit, decimals),
        after=level(signal.after, signal.unit, decimals),
        change=signed(signal.change),
        n=whole(signal.n),
        minimum=whole(signal.minimum),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
