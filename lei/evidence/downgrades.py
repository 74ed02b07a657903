"""What lowers a grade of evidence by one each (kpi-chain rules, section 5): one function for each reason."""

from __future__ import annotations

from lei.evidence.clustered import FEW_SITES
from lei.evidence.estimate import Finding
from lei.evidence.methods import Basis
from lei.evidence.study_design import AssignedBy, ComparisonPlan, Hit, StudyDesign

# From this share of people without a result on, a group is no longer the one that was compared (our own policy).
HIGH_DROP_OUT = 0.20


def downgrade_reasons(basis: Basis, design: StudyDesign) -> tuple[Finding, ...]:
    """Every reason that holds, once each; several other changes are one reason that names them all.

    basis: what the effect is measured against. Only an effect against a comparison group is safe from a change that
    reached both groups equally.
    """
    reasons = (
        _other_change(basis, design),
        _regression_to_mean(basis, design),
        _volunteers(design),
        _definition(design),
        _dropout(design),
        _unknown_balance(design),
        _few_sites(basis, design),
    )
    return tuple(reason for reason in reasons if reason is not None)


def _other_change(basis: Basis, design: StudyDesign) -> Finding | None:
    names = tuple(
        change.within_sentence
        for change in design.other_changes
        if basis is not Basis.COMPARISON or change.hit is Hit.TREATED_ONLY
    )
    return Finding("other_change", names=names) if names else None


def _regression_to_mean(basis: Basis, design: StudyDesign) -> Finding | None:
    alone = basis is not Basis.COMPARISON
    return Finding("chosen_for_bad_results") if design.chosen_because_results_were_bad and alone else None


def _volunteers(design: StudyDesign) -> Finding | None:
    return Finding("volunteers") if design.volunteers and not design.baselines_compared else None


def _definition(design: StudyDesign) -> Finding | None:
    return Finding("definition_changed") if design.definition_or_sampling_changed else None


def _dropout(design: StudyDesign) -> Finding | None:
    """A trial that does not say how many dropped out is no better than one in which many did."""
    worst = design.worst_dropout
    if worst is not None and worst >= HIGH_DROP_OUT:
        return Finding("high_drop_out", {"dropout": worst, "limit": HIGH_DROP_OUT})
    unknown = any(arm.dropout is None for arm in design.arms)
    return Finding("dropout_unknown") if unknown and _is_trial(design) else None


def _unknown_balance(design: StudyDesign) -> Finding | None:
    """Chance makes groups alike on average, not each time."""
    unknown = design.baselines_comparable is None
    return Finding("baselines_unknown") if unknown and _is_trial(design) else None


def _is_trial(design: StudyDesign) -> bool:
    return design.comparison_plan is ComparisonPlan.RANDOM


def _few_sites(basis: Basis, design: StudyDesign) -> Finding | None:
    """Only where sites were assigned to one of two groups: chance between few sites looks like an effect."""
    if design.assigned_by is not AssignedBy.SITE or basis is not Basis.COMPARISON:
        return None
    fewest = min((arm.sites for arm in design.arms if arm.sites is not None), default=FEW_SITES)
    return Finding("few_sites", {"limit": FEW_SITES, "found": fewest}) if fewest < FEW_SITES else None
