"""What is known of how a comparison came about: the facts that a grade of evidence is decided from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lei.errors import InvalidError


class ComparisonPlan(StrEnum):
    """Whom the trained are compared with, as written down in the plan of the program."""

    NONE = "none"
    EARLIER_COHORT = "earlier_cohort"
    UNTRAINED_GROUP = "untrained_group"
    PHASED_ROLLOUT = "phased_rollout"
    RANDOM = "random"

    @property
    def has_group_at_the_same_time(self) -> bool:
        """Whether others, not yet or never trained, live through the same months; an earlier cohort does not."""
        return self in _AT_THE_SAME_TIME


_AT_THE_SAME_TIME = frozenset({ComparisonPlan.UNTRAINED_GROUP, ComparisonPlan.PHASED_ROLLOUT, ComparisonPlan.RANDOM})


class AssignedBy(StrEnum):
    """What was assigned to the program: single people, or whole sites or teams."""

    PERSON = "person"
    SITE = "site"


class Hit(StrEnum):
    """Whom another change reached. What reached the trained group more strongly counts as `treated_only`."""

    TREATED_ONLY = "treated_only"
    BOTH_EQUALLY = "both_equally"


class PreTrend(StrEnum):
    """What the months before the start say of the assumption that both groups would have gone on alike."""

    PARALLEL = "parallel"
    NOT_PARALLEL = "not_parallel"
    CANNOT_TELL = "cannot_tell"


class Band(StrEnum):
    """Where the months after the start lie against the 95 % band projected from the old trend and season."""

    OUTSIDE = "outside"
    INSIDE = "inside"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class OtherChange:
    """Something else that changed in the window: a tool, a bonus, a price, a reorganization, in a user's words."""

    what: str
    hit: Hit

    @property
    def within_sentence(self) -> str:
        """What changed, without the full stop that its planner may have set."""
        return self.what.rstrip(" .")


@dataclass(frozen=True, slots=True)
class Arm:
    """One of the groups compared. people, sites: how many; dropout: share (0-1) lost by the end, None if unknown."""

    people: int
    sites: int | None = None
    dropout: float | None = None

    def __post_init__(self) -> None:
        if self.people < 0 or (self.sites is not None and self.sites < 0):
            raise InvalidError("A group cannot have fewer than 0 people or sites.")
        if self.dropout is not None and not 0 <= self.dropout <= 1:
            raise InvalidError(f"Drop-out is a share between 0 and 1, not {self.dropout:g}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyDesign:
    """How a KPI of a program is looked at.

    treated, comparison: the two groups; there is no second one without a comparison.
    months_before, months_after: months with a KPI value on either side of the start.
    baselines_compared: whether KPI, tenure and role mix at the start were set side by side; baselines_comparable:
    whether each differed by less than 0.25 standard deviations, or was matched or adjusted for (None: not known).
    pre_trend: how the groups moved before; band: where the months after lie against the old trend (None: not computed).
    post_hoc: the KPI was added after launch. fixed_before_launch: KPI and window were both written down before it.
    Raises InvalidError where the facts contradict each other.
    """

    treated: Arm
    comparison: Arm | None = None
    comparison_plan: ComparisonPlan = ComparisonPlan.NONE
    assigned_by: AssignedBy = AssignedBy.PERSON
    months_before: int = 0
    months_after: int = 0
    chosen_because_results_were_bad: bool = False
    volunteers: bool = False
    baselines_compared: bool = False
    baselines_comparable: bool | None = None
    other_changes: tuple[OtherChange, ...] = ()
    definition_or_sampling_changed: bool = False
    post_hoc: bool = False
    fixed_before_launch: bool = False
    pre_trend: PreTrend | None = None
    band: Band | None = None

    def __post_init__(self) -> None:
        if self.post_hoc and self.fixed_before_launch:
            raise InvalidError("A KPI that was added after launch cannot have been fixed before launch.")
        if self.baselines_comparable is not None and not self.baselines_compared:
            raise InvalidError("Baselines that were not compared cannot be called comparable or not comparable.")
        if self.comparison is not None and self.comparison_plan is ComparisonPlan.NONE:
            raise InvalidError("There is a comparison group, so the plan of the comparison cannot be 'none'.")
        if self.assigned_by is AssignedBy.SITE and any(arm.sites is None for arm in self.arms):
            raise InvalidError("Where whole sites were assigned, say how many sites each group has.")
        if self.months_before < 0 or self.months_after < 0:
            raise InvalidError("A number of months cannot be below 0.")

    @property
    def arms(self) -> tuple[Arm, ...]:
        """The groups there are, the trained one first."""
        return (self.treated,) if self.comparison is None else (self.treated, self.comparison)

    @property
    def worst_dropout(self) -> float | None:
        """The largest drop-out of the groups, as far as it is known; None where none is."""
        return max((arm.dropout for arm in self.arms if arm.dropout is not None), default=None)
