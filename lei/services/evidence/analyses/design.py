"""From what a caller states of a study, and what the data tell, to the design that a grade is decided from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from lei.errors import InvalidError, Problem
from lei.evidence.balance import BaselineDifference
from lei.evidence.chain import ChainReading, LinkReading
from lei.evidence.claims import Units
from lei.evidence.estimate import Finding
from lei.evidence.links import Link, LinkStatus
from lei.evidence.study_design import AssignedBy, ComparisonPlan, OtherChange, StudyDesign
from lei.periods import Period
from lei.services.evidence.analyses.answer import Facts

Assignment = Literal["unknown", "random", "volunteers", "chosen_for_bad_results", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedDesign:
    """What a caller says of a study; everything that is left out counts as what is worst for the grade.

    assignment: how people or sites came to the program; unknown counts as volunteers. baselines: where the groups stood
    before, beside what the data tell; baselines_comparable: the same in one word, of a study whose baselines are not at
    hand. dropout: shares lost of both groups. links: the status of links of the chain; the others are missing.
    """

    assignment: Assignment = "unknown"
    assigned_by: AssignedBy | None = None
    population: str = ""
    window: tuple[Period, Period] | None = None
    baselines: tuple[BaselineDifference, ...] = ()
    baselines_comparable: bool | None = None
    dropout: tuple[float | None, float | None] = (None, None)
    other_changes: tuple[OtherChange, ...] = ()
    definition_or_sampling_changed: bool = False
    post_hoc: bool = False
    fixed_before_launch: bool = False
    months_before: int = 0
    months_after: int = 0
    links: Mapping[Link, LinkStatus] = field(default_factory=dict)

    def chain(self, kpi: LinkReading) -> ChainReading:
        """The chain with the links that are stated; the last one, where it is not, is what the data tell of the KPI."""
        stated = {link: LinkReading(link, self.links.get(link, LinkStatus.MISSING)) for link in Link}
        if kpi.link not in self.links:
            stated[kpi.link] = kpi
        return ChainReading(tuple(stated.values()))


def design_from(stated: StatedDesign, facts: Facts) -> StudyDesign:
    """The design of the study. What the data tell wins over what is stated.

    Raises InvalidError where sites are said to have been assigned and the rows do not tell them.
    """
    by = stated.assigned_by or _assigned_by(facts)
    if by is AssignedBy.SITE and facts.treated.sites is None:
        text = "Where whole sites were assigned, give the site of each row as its 'cluster'."
        raise InvalidError(text, [Problem("design.assigned_by", "sites_unknown", text)])
    fields = {"months_before": stated.months_before, "months_after": stated.months_after} | dict(facts.fields)
    compared, comparable = _baselines(stated, facts)
    dropout = _dropout(stated, facts)
    fields |= {"baselines_compared": compared, "baselines_comparable": comparable}
    return StudyDesign(
        **fields,
        treated=replace(facts.treated, dropout=dropout[0]),
        comparison=None if facts.comparison is None else replace(facts.comparison, dropout=dropout[1]),
        comparison_plan=_plan(stated, facts),
        assigned_by=by,
        chosen_because_results_were_bad=stated.assignment == "chosen_for_bad_results",
        volunteers=stated.assignment in ("unknown", "volunteers"),
        other_changes=stated.other_changes,
        definition_or_sampling_changed=stated.definition_or_sampling_changed,
        post_hoc=stated.post_hoc,
        fixed_before_launch=stated.fixed_before_launch and not stated.post_hoc,
    )


def _dropout(stated: StatedDesign, facts: Facts) -> tuple[float | None, float | None]:
    """The shares of both groups that dropped out: as stated, else as the rows tell."""
    nothing_stated = stated.dropout == (None, None)
    return facts.dropout if nothing_stated and facts.dropout is not None else stated.dropout


def findings_of_dropout(stated: StatedDesign, facts: Facts) -> tuple[Finding, ...]:
    """That the drop-out of a trial is that of its rows, where nobody states it."""
    by_rows = stated.dropout == (None, None) and facts.dropout is not None
    return (Finding("dropout_from_rows"),) if by_rows and stated.assignment == "random" else ()


def _assigned_by(facts: Facts) -> AssignedBy:
    """Sites, where the rows are of sites and nobody says that their people were assigned one by one."""
    sites = facts.units is Units.SITES and facts.treated.sites is not None
    return AssignedBy.SITE if sites else AssignedBy.PERSON


def _plan(stated: StatedDesign, facts: Facts) -> ComparisonPlan:
    if facts.comparison is None:
        return ComparisonPlan.NONE
    return ComparisonPlan.RANDOM if stated.assignment == "random" else ComparisonPlan.UNTRAINED_GROUP


def _baselines(stated: StatedDesign, facts: Facts) -> tuple[bool, bool | None]:
    """Whether baselines were compared, and whether the groups are comparable: in all that is known of them."""
    known = [facts.fields.get("baselines_comparable")] + [one.comparable for one in stated.baselines]
    told = [one for one in known if one is not None]
    if facts.adjusted:
        return True, True
    if told:
        return True, all(told)
    return stated.baselines_comparable is not None, stated.baselines_comparable
