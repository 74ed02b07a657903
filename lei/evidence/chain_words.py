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
from lei.language import N_, _, ngettext
from lei.letters import first_upper
from lei.numbers import joined, signed, whole
from lei.periods import period_label

# The name of a signal or of a KPI may be singular or plural, masculine or feminine, and stands without an article and
# without inflection: in other languages `{Signal}: moved as planned, …` avoids a verb that must follow it.
LINK_NAMES: Mapping[Link, str] = MappingProxyType(
    {
        # For translators: the five links of the KPI chain; inside of a sentence, or as headings with a capital letter.
        Link.LEARNING_ACTIVITY: N_("learning activity"),
        # For translators: what people do differently at work.
        Link.BEHAVIOR_CHANGE: N_("behavior change"),
        Link.CAPABILITY_GROWTH: N_("capability growth"),
        Link.WORKFORCE_READINESS: N_("workforce readiness"),
        Link.BUSINESS_KPI: N_("business KPI"),
    }
)
STATUS_NAMES: Mapping[LinkStatus, str] = MappingProxyType(
    {
        # For translators: what is known of a link of the chain: moved as planned, and enough data show it.
        LinkStatus.EVIDENCED: N_("evidenced"),
        LinkStatus.FLAT: N_("no material change"),
        LinkStatus.ADVERSE: N_("moved the wrong way"),
        LinkStatus.THIN: N_("too little data"),
        LinkStatus.MISSING: N_("not measured"),
    }
)
# One signal of a link. Below the minimum only the number of cases is told.
SIGNALS: Mapping[LinkStatus, str] = MappingProxyType(
    {
        # For translators: {Signal}: the name of a measure; {before}, {after}: its levels, "47%"; {change}: points of
        # its score, "+12".
        LinkStatus.EVIDENCED: N_("{Signal} moved as planned, from {before} to {after} (score {change}; n = {n})."),
        LinkStatus.FLAT: N_("{Signal} did not change materially: {before}, then {after} (n = {n})."),
        LinkStatus.ADVERSE: N_("{Signal} moved the wrong way, from {before} to {after} (score {change}; n = {n})."),
        LinkStatus.THIN: N_("Too little data on {signal}: {n} of {minimum} cases."),
    }
)
WITHOUT_SIGNAL = "{Link}: {status}."
COMPLETENESS = N_("{evidenced} of {all} links are evidenced.")
# The rules (a) to (d) of the chain.
PATH_NOT_SHOWN = N_("A path from learning to the KPI is not shown.")
MOVED_WITHOUT_PATH = N_("The KPI moved; a path from learning is not shown.")
# For translators: {links}: one link of the chain or several, "behavior change and workforce readiness".
MISSING = N_("Missing link: {links}.")
NONE_MISSING = N_("Missing link: none.")
# For translators: {links}: one link of the chain or several, "behavior change and workforce readiness".
ADVERSE = N_("Moved the wrong way: {links}.")
UNLIKELY = N_("The KPI moved while people do not work differently: learning is an unlikely explanation.")

STATES: Mapping[str, str] = MappingProxyType(
    {
        # For translators: {Signals}: one measure or several, "Pass rate and skill uplift"; {month}: "March 2027".
        "too_early": N_("{Signals} moved as planned; this is expected to show in {kpi} from {month}."),
        "too_early_moved": N_(
            "{Kpi} moved already, but the program is expected to show only from {month}: no claim yet."
        ),
        # For translators: {Signals}: one measure or several.
        "on_path": N_("{Signals} moved as planned, and so did {kpi}."),
        # For translators: {link}: a link of the chain, "behavior change"; {check}: a whole sentence.
        "chain_broken": N_(
            "{Kpi} did not move although the expected delay has passed; the first link that did not move is {link}. "
            "{check}"
        ),
        # For translators: {Adverse}: one measure or several; {delay}: "in 3 months" or "at once".
        "early_warning": N_("{Adverse} moved the wrong way; {kpi} may follow {delay}."),
        "other_cause_likely": N_(
            "{Kpi} moved in the planned direction, but no leading signal did: another cause is likely, and nothing is "
            "claimed."
        ),
        "no_change": N_("No leading signal moved, and {kpi} did not move either; nothing is claimed."),
        "no_change_fell": N_("No leading signal moved, and {kpi} moved the wrong way; nothing is claimed."),
        # For translators: {Signals}: one measure or several.
        "adverse": N_(
            "{Signals} moved as planned, but {kpi} moved the wrong way; look for another cause before any claim."
        ),
        "not_measured": N_("Too little is measured to say where the program stands on its way to {kpi}."),
    }
)
CHECKS: Mapping[Link, str] = MappingProxyType(
    {
        Link.LEARNING_ACTIVITY: N_("Check whether the right people took part."),
        Link.BEHAVIOR_CHANGE: N_("Ask managers what keeps people from working differently."),
        Link.CAPABILITY_GROWTH: N_("Test the skill again after some weeks of use."),
        Link.WORKFORCE_READINESS: N_("Check what else the job asks for."),
        Link.BUSINESS_KPI: N_("Check whether this KPI can follow from these skills at all."),
    }
)
# Why there is no state to tell.
NO_PROGRESS: Mapping[str, str] = MappingProxyType(
    {
        "stops_at_readiness": N_("The program stops at readiness; no business KPI is claimed."),
        "no_launch": N_("The plan has no launch month yet, so nothing is read."),
        "no_kpi": N_("The plan has no KPI yet."),
    }
)


def link_lines(reading: LinkReading) -> tuple[str, ...]:
    """One line for each signal of a link, or one that says what is known of the link without any."""
    if reading.signals:
        return tuple(_signal_line(signal) for signal in reading.signals)
    name = first_upper(_(LINK_NAMES[reading.link]))
    return (WITHOUT_SIGNAL.format(Link=name, status=_(STATUS_NAMES[reading.status])),)


def completeness_line(chain: ChainReading) -> str:
    """How many links are evidenced: `3 of 5 links are evidenced.`"""
    return _(COMPLETENESS).format(evidenced=len(chain.with_status(LinkStatus.EVIDENCED)), all=len(chain.links))


def rules_told(chain: ChainReading) -> tuple[str, ...]:
    """What must be said of a chain whatever else is: no path, missing links, adverse ones, and an unlikely reason."""
    moved = chain.status(Link.BUSINESS_KPI) in (LinkStatus.EVIDENCED, LinkStatus.ADVERSE)
    told = []
    if not path_is_shown(chain):
        told.append(_(MOVED_WITHOUT_PATH if moved else PATH_NOT_SHOWN))
    if missing_links(chain):
        told.append(_(MISSING).format(links=links_listed(missing_links(chain))))
    if adverse_links(chain):
        told.append(_(ADVERSE).format(links=links_listed(adverse_links(chain))))
    return (*told, _(UNLIKELY)) if learning_is_unlikely(chain) else tuple(told)


def links_listed(links: Iterable[Link]) -> str:
    """Links as a sentence lists them."""
    return joined(_(LINK_NAMES[link]) for link in links)


def state_sentence(progress: Progress, chain: ChainReading, kpi_name: str) -> str:
    """Where the program stands, and what to do or when to look again. kpi_name: as in the middle of a sentence."""
    broken = progress.broken_at
    return _(STATES[_state(progress)]).format(
        kpi=kpi_name,
        Kpi=first_upper(kpi_name),
        month=period_label(progress.first_honest_month),
        delay=_delay(progress.lag_months),
        Signals=first_upper(_leading_names(chain, LinkStatus.EVIDENCED)),
        Adverse=first_upper(_leading_names(chain, LinkStatus.ADVERSE)),
        link=_(LINK_NAMES[broken]) if broken else "",
        check=_(CHECKS[broken]) if broken else "",
    )


def _delay(months: int) -> str:
    # For translators: stands in "the KPI may follow in 3 months".
    later = ngettext("in {number} month", "in {number} months", months)
    return later.format(number=whole(months)) if months else _("at once")


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
    return [signal.name for signal in reading.signals if signal.status is status] or [_(LINK_NAMES[reading.link])]


def _signal_line(signal: Signal) -> str:
    decimals = decimals_between(signal.before, signal.after)
    return _(SIGNALS[signal.status]).format(
        signal=signal.name,
        Signal=first_upper(signal.name),
        before=level(signal.before, signal.unit, decimals),
        after=level(signal.after, signal.unit, decimals),
        change=signed(signal.change),
        n=whole(signal.n),
        minimum=whole(signal.minimum),
    )
