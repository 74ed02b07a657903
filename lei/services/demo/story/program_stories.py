"""What a program of the story is: its plan, what it costs, and what was recorded around it, with the days of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lei.evidence.links import Link
from lei.periods import month_start
from lei.storage.program_costs import Costs, Estimate
from lei.storage.program_cycles import Decision, Experiment, Review, Side
from lei.storage.program_plans import Baseline, LinkOwners, Owner, Plan


@dataclass(frozen=True, slots=True)
class Months:
    """Months and days of the story, by months after its last one: that one is 0, a year before it -12."""

    last: int

    def month(self, offset: int) -> int:
        """The ordinal of a month."""
        return self.last + offset

    def day(self, offset: int, day: int) -> date:
        """A day of a month."""
        return month_start(self.last + offset).replace(day=day)

    def baseline(self, launch: int, months: int) -> Baseline:
        """So many months up to the one before the launch."""
        return Baseline(self.month(launch - months), self.month(launch - 1))


@dataclass(frozen=True, slots=True)
class Amended:
    """A change of the plan after it was frozen: on which day, the sections that it replaces, and why."""

    on: date
    sections: Mapping[str, object]
    reason: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A decision, and on which day it was asked for."""

    on: date
    decision: Decision


@dataclass(frozen=True, slots=True)
class Tried:
    """An experiment, and on which day its effect was written down (None: not yet)."""

    experiment: Experiment
    seen_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramStory:
    """One program. unsigned: sides of links whose owners have not signed for the last quarter; all others have."""

    key: str
    plan: Plan
    costs: Costs
    estimates: tuple[Estimate, ...] = ()
    reviews: tuple[Review, ...] = ()
    amended: tuple[Amended, ...] = ()
    asked: tuple[Asked, ...] = ()
    tried: tuple[Tried, ...] = ()
    unsigned: frozenset[tuple[Link, Side]] = frozenset()


def asked(months: Months, what: str, owner: Owner, cost: float) -> Asked:
    """A decision that is asked of somebody when the figures of the last month have come in, and is still open."""
    return Asked(months.day(1, 1), Decision(what, owner.name, owner.email, months.day(3, 15), cost, "EUR"))


def person(name: str) -> Owner:
    """Somebody of Halden Group."""
    return Owner(name, f"{name.lower().replace(' ', '.')}@halden.example")


def owners(business: Owner, learning: Owner, readiness: Owner, links: Sequence[Link]) -> Mapping[Link, LinkOwners]:
    """Who answers for these links; for readiness it is somebody else of the business."""
    return {link: LinkOwners(readiness if link is Link.WORKFORCE_READINESS else business, learning) for link in links}
