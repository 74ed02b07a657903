"""Which share of a change is credited to a program, and how sure the estimators are: medians, under ceilings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lei.evidence.estimate import Finding
from lei.evidence.grade import Grade
from lei.evidence.number_checks import checked_number, refusal

# Our own policy (kpi-chain section 8). Below E2 there is no return to state; from E4 on the difference is measured.
CEILINGS: Mapping[Grade, float] = {Grade.E2: 0.25, Grade.E3: 0.40}
DOCUMENTED_CEILING = 0.60
# Tukey's fences (1977): an answer is extreme when it lies farther from the middle half than 1.5 times its width. With
# fewer than five answers there is no middle half to speak of; a tenth beside it is never extreme.
FEWEST_TO_DROP = 5
FENCE = 1.5
NEVER_EXTREME = 0.10
# How far a range reaches at least on both sides of a factor, since nobody estimates a share to the percent.
REACH = 0.20

IsolationBasis = Literal["measured", "estimated", "documented"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What several estimators say of one factor: the median of the answers kept, and their lowest and highest.

    dropped: extreme answers, which count for nothing.
    """

    median: float
    low: float
    high: float
    kept: tuple[float, ...]
    dropped: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor as it is used, from 0 to 1, and the span that a range goes over."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Credit:
    """Isolation (the share of the change credited to the program) and confidence (how sure the estimators are).

    basis: `measured` by a comparison group, `estimated` under the ceiling of the grade, or `documented`: an estimate
    above it that the organisation permits.
    """

    isolation: Factor
    confidence: Factor
    basis: IsolationBasis
    findings: tuple[Finding, ...] = ()


def judge(answers: Sequence[float], field: str) -> Judgement:
    """The median of answers from 0 to 1, each asked separately; extreme ones are dropped first.

    Of five answers or more those are dropped that lie beyond the quartiles by more than 1.5 times their distance, and
    by more than 0.10. Raises InvalidError for no answer, and for one that is no share.
    """
    if not len(answers):
        raise refusal(field, f"Nobody was asked for the {field} factor; at least one estimator must be.")
    given = np.array([checked_number(answer, field, f"The {field} factor", 0, 1) for answer in answers])
    kept = given
    if given.size >= FEWEST_TO_DROP:
        lower, upper = np.quantile(given, [0.25, 0.75])
        fence = max(FENCE * (upper - lower), NEVER_EXTREME) + 1e-12
        kept = given[(given >= lower - fence) & (given <= upper + fence)]
    dropped = tuple(answer for answer in given.tolist() if answer not in kept)
    return Judgement(float(np.median(kept)), float(kept.min()), float(kept.max()), tuple(kept.tolist()), dropped)


def credit_at(
    grade: Grade, isolation: Sequence[float], confidence: Sequence[float], *, documented: bool = False
) -> Credit:
    """The factors at a grade from E2 on; isolation: answers, which a measured difference (E4, E5) does not need.

    documented: the organisation permits a documented estimate up to 0.60 instead of the ceiling of the grade.
    Raises InvalidError at E0 and E1, for answers that are no shares, and for none where they are needed.
    """
    if grade < Grade.E2:
        raise refusal("grade", f"At grade {grade.name} nothing is credited: there is no KPI before and after.")
    sure = judge(confidence, "confidence")
    findings = _dropped(sure, "confidence")
    trust = Factor(sure.median, _lower(sure), min(max(sure.high, sure.median + REACH), 1.0))
    if grade >= Grade.E4:
        return Credit(Factor(1.0, 1.0, 1.0), trust, "measured", findings)
    share = judge(isolation, "isolation")
    ceiling = DOCUMENTED_CEILING if documented else CEILINGS[grade]
    used = min(share.median, ceiling)
    factor = Factor(used, min(_lower(share), max(used - REACH, 0.0)), min(max(share.high, used + REACH), ceiling))
    basis: IsolationBasis = "documented" if used > CEILINGS[grade] else "estimated"
    findings += _dropped(share, "isolation")
    if share.median > ceiling:
        findings += (Finding("isolation_capped", {"asked": share.median, "ceiling": ceiling}),)
    if basis == "documented":
        findings += (Finding("credited_share_is_an_estimate", {"isolation": used, "ceiling": CEILINGS[grade]}),)
    return Credit(factor, trust, basis, findings)


def _lower(judged: Judgement) -> float:
    return max(min(judged.low, judged.median - REACH), 0.0)


def _dropped(judged: Judgement, name: str) -> tuple[Finding, ...]:
    if not judged.dropped:
        return ()
    return (Finding("extreme_answers_dropped", {"dropped": len(judged.dropped), "kept": len(judged.kept)}, (name,)),)
