"""Grades of evidence in words: their names, their legend, and why a claim has the grade that it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from lei.evidence.estimate import Finding
from lei.evidence.finding_words import finding_sentences
from lei.evidence.grade import Grade
from lei.evidence.grades import POST_HOC_CAP, GradeDecision

GRADE_NAMES: Mapping[Grade, str] = MappingProxyType(
    {
        Grade.E0: "not measured",
        Grade.E1: "activity only",
        Grade.E2: "before and after",
        Grade.E3: "against its earlier trend",
        Grade.E4: "against a comparable group",
        Grade.E5: "random assignment",
    }
)
BADGE = "{grade} {name}"
LEGEND = "Evidence: E0 {E0}; E1 {E1}; E2 {E2}; E3 {E3}; E4 {E4}; E5 {E5}."
WHY_NOT = "Why {reached} and not {next}: {sentences}"
LOWERED_FROM = "Lowered from {reached}, by one grade for each reason down to E1: {sentences}"
CAPPED = "Held at {grade}: {sentences}"
LOWERED_BY_PERSON = "Lowered from {assigned} by a person: {reason}"


def badge(grade: Grade) -> str:
    """A grade as a badge has it: `E4 against a comparable group`."""
    return BADGE.format(grade=grade.name, name=GRADE_NAMES[grade])


def legend() -> str:
    """All grades in one sentence, for the footer of a scorecard."""
    return LEGEND.format_map({grade.name: name for grade, name in GRADE_NAMES.items()})


def grade_explained(decision: GradeDecision, found: Iterable[Finding] = ()) -> tuple[str, ...]:
    """Why the grade is what it is: what is missing for the next one, what lowered it, what capped it.

    found: findings of the statistic; one with the code of a reason takes its place, for it has more numbers.
    """
    known = {finding.code: finding for finding in found}
    told = []
    if decision.missing_for_next:
        following = Grade(decision.reached + 1)
        sentences = _sentences(decision.missing_for_next, known)
        told.append(WHY_NOT.format(reached=decision.reached.name, next=following.name, sentences=sentences))
    if decision.downgrade_reasons:
        sentences = _sentences(decision.downgrade_reasons, known)
        told.append(LOWERED_FROM.format(reached=decision.reached.name, sentences=sentences))
    if decision.capped_by:
        told.append(CAPPED.format(grade=POST_HOC_CAP.name, sentences=_sentences(decision.capped_by, known)))
    if decision.lowered_by_person:
        by = decision.lowered_by_person
        told.append(LOWERED_BY_PERSON.format(assigned=by.assigned.name, reason=by.reason))
    return tuple(told)


def why_not(decision: GradeDecision, grade: Grade) -> str:
    """Why a grade above the one that was reached is not; empty where it was."""
    if grade not in decision.unmet:
        return ""
    sentences = _sentences(decision.unmet[grade], {})
    return WHY_NOT.format(reached=decision.reached.name, next=grade.name, sentences=sentences)


def _sentences(findings: Iterable[Finding], known: Mapping[str, Finding]) -> str:
    return " ".join(finding_sentences(known.get(finding.code, finding) for finding in findings))
