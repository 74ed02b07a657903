"""Results, claims and findings as routes about evidence answer them: plain data, with every finding in words."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from lei.evidence.balance import Balance
from lei.evidence.claim_notes import notes
from lei.evidence.claims import Claim
from lei.evidence.estimate import Estimate, Finding, Floats, Result
from lei.evidence.finding_words import finding_sentence, too_little_sentence
from lei.evidence.grade_words import badge, grade_explained
from lei.evidence.grades import GradeDecision
from lei.evidence.words import effect_with_interval, sentence


def plain_findings(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Each finding with its code and its sentence, the same one once."""
    told = {finding_sentence(finding): finding.code for finding in findings}
    return [{"code": code, "sentence": said} for said, code in told.items()]


def plain_result(result: Result) -> dict[str, Any]:
    """An effect with all its numbers, or, in words, what there was too little of: then its numbers are null."""
    if not isinstance(result, Estimate):
        return _NOTHING | {
            "method": result.method,
            "too_little": too_little_sentence(result),
            "needed": dict(result.needed),
            "found": dict(result.found),
        }
    degrees = result.degrees_of_freedom
    return {
        "method": result.method,
        "effect": result.effect,
        "ci_low": result.ci_low,
        "ci_high": result.ci_high,
        "level": result.level,
        "standard_error": result.standard_error,
        "p_value": result.p_value,
        "degrees_of_freedom": degrees if degrees is not None and math.isfinite(degrees) else None,
        "relative": result.relative,
        "n_treated": result.n_treated,
        "n_comparison": result.n_comparison,
        "units_treated": result.units_treated,
        "units_comparison": result.units_comparison,
        "periods_before": result.before,
        "periods_after": result.after,
        "excludes_zero": result.excludes_zero,
        "findings": plain_findings(result.findings),
        "details": {name: number for name, number in result.details.items() if math.isfinite(number)},
        "too_little": None,
        "needed": {},
        "found": {},
    }


_NOTHING: dict[str, Any] = {
    **dict.fromkeys(("effect", "ci_low", "ci_high", "level", "standard_error", "p_value", "degrees_of_freedom")),
    **dict.fromkeys(("relative", "n_treated", "n_comparison", "units_treated", "units_comparison")),
    **dict.fromkeys(("periods_before", "periods_after", "excludes_zero")),
    "findings": [],
    "details": {},
}


def plain_claim(claim: Claim) -> dict[str, Any]:
    """What every claim carries, and its words: the sentence, the number for a table, the notes beside it."""
    return {
        "kpi_key": claim.kpi_key,
        "population": claim.population,
        "window": None if claim.window is None else {"from": str(claim.window[0]), "to": str(claim.window[1])},
        "effect": claim.effect,
        "unit": claim.unit,
        "ci_low": claim.ci_low,
        "ci_high": claim.ci_high,
        "n_treated": claim.n_treated,
        "n_comparison": claim.n_comparison,
        "grade": claim.grade.key,
        "downgrade_reasons": plain_findings(claim.downgrade_reasons),
        "missing_links": [link.value for link in claim.missing_links],
        "caveat": claim.caveat,
        "sentence": sentence(claim),
        "sentence_with_interval": sentence(claim, with_interval=True),
        "effect_in_words": effect_with_interval(claim),
        "notes": list(notes(claim)),
    }


def plain_decision(decision: GradeDecision, findings: Iterable[Finding] = ()) -> dict[str, Any]:
    """How a grade came about: what is missing for the next one, what lowered it, what holds it down."""
    lowered = decision.lowered_by_person
    return {
        "grade": decision.grade.key,
        "badge": badge(decision.grade),
        "reached": decision.reached.key,
        "unmet": {grade.key: plain_findings(missing) for grade, missing in decision.unmet.items()},
        "missing_for_next": plain_findings(decision.missing_for_next),
        "downgrade_reasons": plain_findings(decision.downgrade_reasons),
        "capped_by": plain_findings(decision.capped_by),
        "lowered_by_person": None if lowered is None else {"from": lowered.assigned.key, "reason": lowered.reason},
        "explained": list(grade_explained(decision, findings)),
    }


def plain_balance(balance: Balance) -> dict[str, Any]:
    """All baselines of a comparison, and whether the groups are alike in each."""
    return {
        "comparable": balance.comparable,
        "baselines": [
            {
                "name": one.name,
                "treated": one.treated,
                "comparison": one.comparison,
                "standardized": one.standardized,
                "comparable": one.comparable,
            }
            for one in balance.differences
        ],
    }


def plain_series(values: Floats) -> list[float | None]:
    """Numbers of a chart; null where there is none."""
    return [None if math.isnan(value) else value for value in values.tolist()]
