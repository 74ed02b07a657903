"""What reading the chain of a program answers with: five links, who answers for each, and where the program stands."""

from __future__ import annotations

from dataclasses import dataclass

from lei.catalog.program_types import Delay
from lei.evidence.chain import ChainReading, LinkReading, Signal
from lei.evidence.leading_to_lagging import Progress
from lei.evidence.links import Link, LinkStatus
from lei.periods import Period
from lei.storage.program_plans import LinkOwners, PlannedKpi

Months = tuple[Period, Period]


@dataclass(frozen=True, slots=True)
class LinkView:
    """One link of a program's chain.

    lines: what is said of it, in words. owners: who answer for it (None: nobody yet). delay: months that it usually
    comes after the link before. before: the months that stand for the time before the program; after: those read since,
    None where none has come yet. read_from: the first month in which the link can show anything.
    """

    reading: LinkReading
    lines: tuple[str, ...]
    owners: LinkOwners | None
    delay: Delay
    before: Months | None
    after: Months | None
    read_from: Period | None

    @property
    def link(self) -> Link:
        """Which link it is."""
        return self.reading.link

    @property
    def status(self) -> LinkStatus:
        """What is known of it."""
        return self.reading.status

    @property
    def signals(self) -> tuple[Signal, ...]:
        """What it was read from; none of the last link, which its KPI carries."""
        return self.reading.signals


@dataclass(frozen=True, slots=True)
class KpiSignal:
    """What carries the last link. before, after: levels of the treated groups; effect and interval: as claimed.

    All numbers are in the unit of the KPI, None where there is none to show. n: cases of the treated groups. window:
    the months that count. source: where the values come from, empty where there are none.
    """

    measure: str
    name: str
    unit: str
    before: float | None
    after: float | None
    effect: float | None
    interval: tuple[float, float] | None
    n: float
    window: Months
    source: str


@dataclass(frozen=True, slots=True)
class ProgramChain:
    """The chain of a program as known at the end of a month, its last link carried by `kpi` (None: it has no KPI).

    progress: None where the plan has no launch month or no KPI. people_reached: who took part, 0 where nobody knows.
    completeness_line, state_sentence, rules: in words;
    rules: what the rules (a) to (d) ask to be said, empty where nothing is.
    """

    month: Period
    kpi: PlannedKpi | None
    links: tuple[LinkView, ...]
    kpi_signal: KpiSignal | None
    reading: ChainReading
    progress: Progress | None
    people_reached: int
    completeness_line: str
    state_sentence: str
    rules: tuple[str, ...]

    @property
    def completeness(self) -> float:
        """The share of links that are evidenced (0-1)."""
        return self.reading.completeness
