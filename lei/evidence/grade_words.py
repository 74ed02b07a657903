"""Grades of evidence in words: their names, their legend, and why a claim has the grade that it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from lei.evidence.estimate import Finding
from lei.evidence.finding_words import finding_sentences
from lei.evidence.grade import Grade
from lei.evidence.grades import POST_HOC_CAP, GradeDecision
from lei.language import N_, _

GRADE_NAMES: Mapping[Grade, str] = MappingProxyType(
    {
        # For translators: the names of the grades of evidence, from the weakest to the strongest.
        Grade.E0: N_("not measured"),
        Grade.E1: N_("activity only"),
        Grade.E2: N_("before and after"),
        Grade.E3: N_("against its earlier trend"),
        Grade.E4: N_("against a comparable group"),
        Grade.E5: N_("random assignment"),
    }
)
# The grade stands first in every language: what draws a badge parts it from its name.
BADGE = "{grade} {name}"
# For translators: {E0} to {E5} are the names of the grades.
LEGEND = N_("Evidence: E0 {E0}; E1 {E1}; E2 {E2}; E3 {E3}; E4 {E4}; E5 {E5}.")
# For translators: {reached}, {next}: grades, "E3" and "E4"; {sentences}: whole sentences.
WHY_NOT = N_("Why {reached} and not {next}: {sentences}")
# For translators: {reached}: a grade, "E4"; {sentences}: whole sentences.
LOWERED_FROM = N_("Lowered from {reached}, by one grade for each reason down to E1: {sentences}")
# For translators: {grade}: "E2", as high as the evidence may count at most; {sentences}: whole sentences.
CAPPED = N_("Held at {grade}: {sentences}")
# For translators: {assigned}: the grade before, "E3"; {reason}: in the words of that person.
LOWERED_BY_PERSON = N_("Lowered from {assigned} by a person: {reason}")


def badge(grade: Grade) -> str:
    """A grade as a badge has it: `E4 against a comparable group`."""
    return BADGE.format(grade=grade.name, name=_(GRADE_NAMES[grade]))


def legend() -> str:
    """All grades in one sentence, for the footer of a scorecard."""
    return _(LEGEND).format_map({grade.name: _(name) for grade, name in GRADE_NAMES.items()})


def grade_explained(decision: GradeDecision, found: Iterable[Finding] = ()) -> tuple[str, ...]:
    """Why the grade is what it is: what is missing for the next one, what lowered it, what capped it.

    found: findings of the statistic; one with the code of a reason takes its place, for it has more numbers.
    """
    known = {finding.code: finding for finding in found}
    told = []
    if decision.missing_for_next:
        following = Grade(decision.reached + 1)
        sentences = _sentences(decision.missing_for_next, known)
        told.append(_(WHY_NOT).format(reached=decision.reached.name, next=following.name, sentences=sentences))
    if decision.downgrade_reasons:
        sentences = _sentences(decision.downgrade_reasons, known)
        told.append(_(LOWERED_FROM).format(reached=decision.reached.name, sentences=sentences))
    if decision.capped_by:
        told.append(_(CAPPED).format(grade=POST_HOC_CAP.name, sentences=_sentences(decision.capped_by, known)))
    if decision.lowered_by_person:
        by = decision.lowered_by_person
        told.append(_(LOWERED_BY_PERSON).format(assigned=by.assigned.name, reason=by.reason))
    return tuple(told)


def why_not(decision: GradeDecision, grade: Grade) -> str:
    """Why a grade above the one that was reached is not; empty where it was."""
    if grade not in decision.unmet:
        return ""
    sentences = _sentences(decision.unmet[grade], {})
    return _(WHY_NOT).format(reached=decision.reached.name, next=grade.name, sentences=sentences)


def _sentences(findings: Iterable[Finding], known: Mapping[str, Finding]) -> str:
    return " ".join(finding_sentences(known.get(finding.code, finding) for finding in findings))
