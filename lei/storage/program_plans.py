"""What a program promises, planned backward: problem, KPIs, behavior, competencies, and learning content last.

All of it is plain frozen data, kept as one JSON document. Months are ordinals (`lei.periods`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import msgspec

from lei.catalog.measure import Direction
from lei.evidence.links import Link

Role = Literal["primary", "secondary"]
Design = Literal["none", "earlier_cohort", "untrained_group", "phased_rollout", "random"]
AssignedBy = Literal["person", "site"]
Hits = Literal["treated", "both"]


@dataclass(frozen=True, slots=True)
class Baseline:
    """The months before the program that a KPI is compared with, both included; `value` None: computed from data."""

    first_month: int
    last_month: int
    value: float | None = None

    @property
    def months(self) -> int:
        """How many months the window has."""
        return self.last_month - self.first_month + 1


@dataclass(frozen=True, slots=True)
class ValuePerUnit:
    """What one unit of a KPI is worth, as finance states it."""

    amount: float
    currency: str
    owner: str
    stated_on: date


@dataclass(frozen=True, slots=True)
class PlannedKpi:
    """A KPI that the program is for.

    direction: that of the catalogue when the KPI was chosen. where: dimension values that its series is narrowed by: it
    is that of `group.where | kpi.where` for each group, and of `kpi.where` alone where the plan has no groups; the
    segment of the program (`Plan.where`) is for what learning reports. note, avoided_because: why it was chosen
    although it should be avoided, and what the reason against it is; both empty for other KPIs. post_hoc: it, or what
    was promised of it, came after the freeze or the launch. units_per_month: how often what the KPI is counted in comes
    up in a month: 180 where it is errors per 100 tickets and there are 18,000 tickets. A change of the KPI, times that,
    times `value_per_unit`, is money a month. None: nobody has said.
    """

    kpi_key: str
    role: Role
    kpi_owner: str
    baseline: Baseline
    target: float
    direction: Direction
    expected_lag_months: int
    where: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    avoided_because: str = ""
    post_hoc: bool = False
    value_per_unit: ValuePerUnit | None = None
    units_per_month: float | None = None


@dataclass(frozen=True, slots=True)
class Competency:
    """Something that people must be able to do, and the observable behavior that it serves."""

    name: str
    behavior: str


@dataclass(frozen=True, slots=True)
class Activity:
    """Learning content: what people take part in, and for how many hours."""

    name: str
    competency: str
    hours: float | None = None


@dataclass(frozen=True, slots=True)
class TreatedGroup:
    """A group that gets the program, from its own first month on."""

    where: Mapping[str, str]
    start_month: int


@dataclass(frozen=True, slots=True)
class ComparisonGroup:
    """A group that does not get the program."""

    where: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DropOut:
    """How many people began and how many of them left before the end, in both arms."""

    treated_started: int
    treated_left: int
    comparison_started: int = 0
    comparison_left: int = 0

    @property
    def share(self) -> float:
        """The larger share of the two arms that left, 0 to 1."""
        arms = ((self.treated_left, self.treated_started), (self.comparison_left, self.comparison_started))
        return max((left / started for left, started in arms if started), default=0.0)


@dataclass(frozen=True, slots=True)
class StatedBaseline:
    """Where both groups stood before in something that LEI has no data of, such as tenure, or the share of a role.

    treated, comparison: the means of the groups; sd: the standard deviation between people, in the same unit.
    """

    what: str
    treated: float
    comparison: float
    sd: float


@dataclass(frozen=True, slots=True)
class ComparisonPlan:
    """With what the program is compared. Groups are split by `cluster_dimension` into the units that are counted.

    population: how a sentence calls those with the program, `the sites with the new onboarding`; empty: by its name.
    """

    design: Design
    treated: tuple[TreatedGroup, ...] = ()
    comparison: tuple[ComparisonGroup, ...] = ()
    assigned_by: AssignedBy | None = None
    cluster_dimension: str | None = None
    chosen_because_results_were_bad: bool = False
    volunteers: bool = False
    baselines: tuple[StatedBaseline, ...] = ()
    population: str = ""


@dataclass(frozen=True, slots=True)
class KnownChange:
    """Something else that changes in the time of the program, such as a new tool, and whom it hits."""

    what: str
    month: int
    hits: Hits


@dataclass(frozen=True, slots=True)
class Owner:
    """A person who answers for something."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class LinkOwners:
    """The two who answer for a link of the chain."""

    business: Owner
    learning: Owner


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is planned of a program.

    where: its segment in the data. stops_at_readiness: it has no business outcome of its own and claims none.
    link_signals: measures that carry a link, where they are not the default ones. Sections that are named in RUNNING
    are no promises: they may change while the program runs.
    """

    name: str
    program_type: str
    business_problem: str
    where: Mapping[str, str]
    launch_month: int | None = None
    kpis: tuple[PlannedKpi, ...] = ()
    stops_at_readiness: bool = False
    behavior_statement: str = ""
    competencies: tuple[Competency, ...] = ()
    activities: tuple[Activity, ...] = ()
    audience_rule: str = ""
    comparison_plan: ComparisonPlan | None = None
    link_signals: Mapping[Link, tuple[str, ...]] = field(default_factory=dict)
    known_other_changes: tuple[KnownChange, ...] = ()
    owners: Mapping[Link, LinkOwners] = field(default_factory=dict)
    review_dates: tuple[date, ...] = ()
    drop_out: DropOut | None = None
    intangibles: tuple[str, ...] = ()

    @property
    def primary_kpi(self) -> PlannedKpi | None:
        """The KPI that the program is judged by first; None where it has none."""
        return next((kpi for kpi in self.kpis if kpi.role == "primary"), None)

    def kpi(self, key: str) -> PlannedKpi | None:
        """The planned KPI of that key."""
        return next((kpi for kpi in self.kpis if kpi.kpi_key == key), None)


RUNNING = frozenset(("activities", "known_other_changes", "owners", "review_dates", "drop_out", "intangibles"))


def plan_as_dict(plan: Plan) -> dict[str, Any]:
    """The plan as plain data that JSON can hold; `plan_from_dict` reads it back."""
    plain: dict[str, Any] = msgspec.to_builtins(plan)
    return plain


def plan_from_dict(plain: Mapping[str, Any]) -> Plan:
    """A plan from plain data of the right shape; raises msgspec.ValidationError for any other."""
    return msgspec.convert(plain, Plan)
