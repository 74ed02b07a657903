"""Reads a KPI chain: what the signals of each link say, and what their statuses together permit.

The rules are those of the KPI chain (sections 2 and 10); 2 score points as the size of a material change is our own
policy, the same as for a pillar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lei.errors import InvalidError
from lei.evidence.estimate import Estimate, Result
from lei.evidence.links import Link, LinkStatus
from lei.periods import Period

MATERIAL_POINTS = 2.0
_TOLERANCE = 1e-9
# What a link with several signals is: what went wrong is never hidden by another signal that went well.
_PRECEDENCE = (LinkStatus.ADVERSE, LinkStatus.EVIDENCED, LinkStatus.FLAT, LinkStatus.THIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A measure that a link of the chain is read from.

    measure: its key. name: as a sentence has it. before, after: values in `unit`. change: in score points, above 0 in
    the planned direction whatever the direction of the measure. n, minimum: cases, and how many are needed. interval:
    of the change, in score points, at 95 %; None where none is known. source: where the values come from.
    """

    measure: str
    name: str
    before: float
    after: float
    unit: str
    change: float
    n: float
    minimum: float
    period: Period
    source: str
    interval: tuple[float, float] | None = None

    @property
    def status(self) -> LinkStatus:
        """Thin below the minimum; else whether the change is material, and in which direction."""
        if self.n < self.minimum:
            return LinkStatus.THIN
        if not self._material:
            return LinkStatus.FLAT
        return LinkStatus.EVIDENCED if self.change > 0 else LinkStatus.ADVERSE

    @property
    def _material(self) -> bool:
        clear = self.interval is None or self.interval[0] > 0 or self.interval[1] < 0
        return clear and abs(self.change) >= MATERIAL_POINTS - _TOLERANCE


@dataclass(frozen=True, slots=True)
class LinkReading:
    """What is known of one link; `signals` are all that were read, those that decided its status first."""

    link: Link
    status: LinkStatus
    signals: tuple[Signal, ...] = ()


@dataclass(frozen=True, slots=True)
class ChainReading:
    """The five links of a program at one time, in their order. Raises InvalidError unless each is there once."""

    links: tuple[LinkReading, ...]

    def __post_init__(self) -> None:
        if [reading.link for reading in self.links] != list(Link):
            raise InvalidError("A chain has five links, each once and in their order.")

    def status(self, link: Link) -> LinkStatus:
        """What is known of that link."""
        return next(reading.status for reading in self.links if reading.link is link)

    def with_status(self, *wanted: LinkStatus) -> tuple[Link, ...]:
        """The links in one of these states, in the order of the chain."""
        return tuple(reading.link for reading in self.links if reading.status in wanted)

    @property
    def completeness(self) -> float:
        """The share of links that are evidenced (0-1)."""
        return len(self.with_status(LinkStatus.EVIDENCED)) / len(self.links)


def read_link(link: Link, signals: Sequence[Signal]) -> LinkReading:
    """The status of a link from its signals; without any it is missing.

    With several, adverse wins over evidenced, evidenced over flat, flat over thin.
    """
    for status in _PRECEDENCE:
        if any(signal.status is status for signal in signals):
            ordered = sorted(signals, key=lambda signal: signal.status is not status)
            return LinkReading(link, status, tuple(ordered))
    return LinkReading(link, LinkStatus.MISSING)


def read_kpi(result: Result | None, *, lower_is_better: bool) -> LinkReading:
    """The status of the last link, from the result of its KPI: the interval alone decides whether it moved.

    A KPI has no goalposts, so the size in score points that other links must reach does not exist for it.
    """
    if result is None:
        return LinkReading(Link.BUSINESS_KPI, LinkStatus.MISSING)
    if not isinstance(result, Estimate):
        return LinkReading(Link.BUSINESS_KPI, LinkStatus.THIN)
    if not result.excludes_zero:
        return LinkReading(Link.BUSINESS_KPI, LinkStatus.FLAT)
    better = (result.effect < 0) == lower_is_better
    return LinkReading(Link.BUSINESS_KPI, LinkStatus.EVIDENCED if better else LinkStatus.ADVERSE)


def read_chain(signals: Mapping[Link, Sequence[Signal]], kpi: LinkReading) -> ChainReading:
    """All five links: four from their signals, the last as `read_kpi` found it."""
    inner = [read_link(link, signals.get(link, ())) for link in Link if link is not Link.BUSINESS_KPI]
    return ChainReading((*inner, kpi))


def path_is_shown(chain: ChainReading) -> bool:
    """Rule (a): activity, and at least one of behavior, capability and readiness, are evidenced."""
    evidenced = chain.with_status(LinkStatus.EVIDENCED)
    between = {Link.BEHAVIOR_CHANGE, Link.CAPABILITY_GROWTH, Link.WORKFORCE_READINESS}
    return Link.LEARNING_ACTIVITY in evidenced and not between.isdisjoint(evidenced)


def missing_links(chain: ChainReading) -> tuple[Link, ...]:
    """Rule (b): the links that a report names as missing."""
    return chain.with_status(LinkStatus.MISSING)


def adverse_links(chain: ChainReading) -> tuple[Link, ...]:
    """Rule (c): the links that moved the wrong way, which are always shown."""
    return chain.with_status(LinkStatus.ADVERSE)


def learning_is_unlikely(chain: ChainReading) -> bool:
    """Rule (d): the KPI moved while behavior did not."""
    moved = chain.status(Link.BUSINESS_KPI) in (LinkStatus.EVIDENCED, LinkStatus.ADVERSE)
    return moved and chain.status(Link.BEHAVIOR_CHANGE) is LinkStatus.FLAT
