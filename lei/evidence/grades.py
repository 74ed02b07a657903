"""Assigns the grade of evidence of a result, with every reason for it; people may only lower what is assigned here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lei.errors import InvalidError
from lei.evidence.downgrades import downgrade_reasons
from lei.evidence.estimate import Estimate, Finding, Result
from lei.evidence.grade import Grade
from lei.evidence.grade_requirements import unmet_requirements
from lei.evidence.methods import basis_of
from lei.evidence.study_design import StudyDesign

LOWEST_BY_LOWERING = Grade.E1
POST_HOC_CAP = Grade.E2


@dataclass(frozen=True, slots=True)
class LoweredByPerson:
    """Somebody's decision to claim less than the system would: from which grade, and why."""

    assigned: Grade
    reason: str


@dataclass(frozen=True, slots=True)
class GradeDecision:
    """A grade, and how it came about.

    reached: the highest grade whose requirements are all met. unmet: for every grade above it, what is missing there.
    downgrade_reasons: each lowered the grade by one, down to E1 at the lowest. capped_by: what kept it down besides.
    """

    grade: Grade
    reached: Grade
    unmet: Mapping[Grade, tuple[Finding, ...]]
    downgrade_reasons: tuple[Finding, ...] = ()
    capped_by: tuple[Finding, ...] = ()
    lowered_by_person: LoweredByPerson | None = None

    @property
    def missing_for_next(self) -> tuple[Finding, ...]:
        """The requirements of the grade just above `reached` that are not met; none at E5."""
        return () if self.reached is Grade.E5 else self.unmet[Grade(self.reached + 1)]


def assign_grade(result: Result | None, design: StudyDesign) -> GradeDecision:
    """The grade that a result deserves; None stands for a KPI without any series.

    The highest grade whose requirements are all met, less one for each reason to lower (E1 at the lowest), at most E2
    for a KPI that was added after launch. A correlation counts as no result. Raises InvalidError for an estimate
    of a method that is not known.
    """
    unmet = unmet_requirements(result, design)
    reached = max((grade for grade, missing in unmet.items() if not missing), default=Grade.E0)
    reasons: tuple[Finding, ...] = ()
    if isinstance(result, Estimate) and reached > Grade.E1:
        reasons = downgrade_reasons(basis_of(result.method), design)
    lowered = Grade(max(reached - len(reasons), min(reached, LOWEST_BY_LOWERING)))
    capped = (Finding("post_hoc"),) if design.post_hoc and lowered > POST_HOC_CAP else ()
    return GradeDecision(
        grade=min(lowered, POST_HOC_CAP) if capped else lowered,
        reached=reached,
        unmet={grade: missing for grade, missing in unmet.items() if grade > reached},
        downgrade_reasons=reasons,
        capped_by=capped,
    )


def best_graded(results: Sequence[Result], design: StudyDesign) -> tuple[Result | None, GradeDecision]:
    """Of several results for one KPI and window, the one with the highest grade; the first of equals.

    A caller lists them by the simplest first, so that stronger words are used only where they are earned.
    """
    graded = [(result, assign_grade(result, design)) for result in results]
    return max(graded, key=lambda pair: pair[1].grade, default=(None, assign_grade(None, design)))


def lower_by_person(decision: GradeDecision, grade: Grade, reason: str) -> GradeDecision:
    """The decision with a lower grade, by somebody who knows more than the data.

    Raises InvalidError when the grade would not be lower, would be E0 (which says that there is no data), or when
    there is no reason.
    """
    if grade >= decision.grade:
        raise InvalidError(
            f"The grade is {decision.grade.name}; people may lower it, never raise it, so {grade.name} is refused."
        )
    if grade < LOWEST_BY_LOWERING:
        raise InvalidError("A grade can be lowered to E1 at the lowest: E0 says that there is no valid data at all.")
    if not reason.strip():
        raise InvalidError("Say why the grade is lowered: the reason is printed beside the claim.")
    assigned = decision.lowered_by_person.assigned if decision.lowered_by_person else decision.grade
    return replace(decision, grade=grade, lowered_by_person=LoweredByPerson(assigned, reason.strip()))
