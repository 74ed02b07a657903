"""What stands beside the sentence of a claim: its caveat, why it has its grade, what is missing, what qualifies it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lei.evidence.chain_words import ADVERSE, MISSING, NONE_MISSING, links_listed
from lei.evidence.claims import Claim
from lei.evidence.estimate import Estimate, Finding, Result
from lei.evidence.finding_words import finding_sentence, finding_sentences, too_little_sentence
from lei.evidence.grade import Grade
from lei.evidence.grade_words import grade_explained
from lei.evidence.grades import GradeDecision
from lei.evidence.study_design import StudyDesign
from lei.language import N_, _
from lei.numbers import joined

CAVEATS: Mapping[Grade, str] = MappingProxyType(
    {
        Grade.E0: N_("There is no valid data of the KPI yet."),
        Grade.E1: N_("Taking part says nothing about the KPI."),
        Grade.E2: N_("A difference between before and after has many possible explanations."),
        Grade.E3: N_("An earlier trend cannot foresee what else happened in the window."),
        Grade.E4: N_("The groups were not formed at random, so they may differ in ways that nobody measured."),
        Grade.E5: N_("The result holds for this group and this period."),
    }
)
# For translators: {names}: what else changed, in the words of a planner.
OTHER_CHANGES_IN_BOTH = N_("In the same window both groups also had: {names}.")
# For translators: {reason}: a sentence without its full stop.
AVOIDED = N_("This KPI is advised against for programs of this type: {reason}.")


def notes(claim: Claim) -> tuple[str, ...]:
    """All sentences that a report prints beside the claim, in the order in which they matter; each is told once."""
    decision = claim.decision
    told = {finding.code for finding in (*decision.missing_for_next, *claim.downgrade_reasons, *decision.capped_by)}
    post_hoc = (Finding("post_hoc"),) if claim.post_hoc else ()
    others = [finding for finding in (*post_hoc, *claim.findings) if finding.code not in told]
    *adverse, missing = link_notes(claim)
    avoided = (avoided_note(claim),) if claim.avoided_because else ()
    lacking = (too_little_sentence(claim.too_little),) if claim.too_little else ()
    caveat = (claim.caveat,) if claim.caveat else ()
    sentences = (
        *caveat,
        *lacking,
        *adverse,
        *avoided,
        *grade_explained(decision, claim.findings),
        *finding_sentences(others),
        missing,
    )
    return tuple(dict.fromkeys(sentences))


def avoided_note(claim: Claim) -> str:
    """Why the KPI is advised against; empty where it is not."""
    reason = claim.avoided_because.rstrip(".")
    return _(AVOIDED).format(reason=reason) if reason else ""


def link_notes(claim: Claim) -> tuple[str, ...]:
    """Of these, what is said of the links: which moved the wrong way, where any did, and which are missing."""
    adverse = (_(ADVERSE).format(links=links_listed(claim.adverse_links)),) if claim.adverse_links else ()
    missing = _(MISSING).format(links=links_listed(claim.missing_links)) if claim.missing_links else _(NONE_MISSING)
    return (*adverse, missing)


def main_caveat(result: Result | None, decision: GradeDecision, design: StudyDesign) -> str:
    """The one sentence of caution, if nobody knows a better one.

    The first that there is of: a reason that lowered the grade, another change that both groups had, a finding of the
    statistic, and what is true of every claim of this grade.
    """
    if decision.downgrade_reasons:
        return finding_sentence(decision.downgrade_reasons[0])
    if design.other_changes:
        return _(OTHER_CHANGES_IN_BOTH).format(names=joined(change.within_sentence for change in design.other_changes))
    if isinstance(result, Estimate) and result.findings:
        return finding_sentence(result.findings[0])
    return _(CAVEATS[decision.grade])
