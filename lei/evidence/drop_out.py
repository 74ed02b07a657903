"""Drop-out from a randomised comparison: people who were assigned and have no result."""

from __future__ import annotations

from dataclasses import dataclass

from lei.evidence.arms import ArmCount
from lei.evidence.estimate import Finding

# From this share of people without a result on, an arm is no longer the one that chance made (our own policy).
HIGH_DROP_OUT = 0.20


@dataclass(frozen=True, slots=True)
class ArmFlow:
    """How many people were assigned to an arm, and for how many of them there is a result."""

    assigned: int
    observed: int


def drop_out(treated: ArmFlow, comparison: ArmFlow) -> tuple[Finding, ...]:
    """`high_drop_out` from 20 % in an arm on (names say which), `unequal_drop_out` where the arms clearly differ.

    Clearly: Newcombe's 95 % interval of the difference excludes 0. Raises InvalidError for impossible numbers.
    """
    from statsmodels.stats.proportion import confint_proportions_2indep

    arms = {"treated": treated, "comparison": comparison}
    lost = {name: ArmCount(flow.assigned - flow.observed, flow.assigned) for name, flow in arms.items()}
    numbers = {name: count.share for name, count in lost.items()}
    high = tuple(name for name, share in numbers.items() if share >= HIGH_DROP_OUT)
    findings = [Finding("high_drop_out", {**numbers, "limit": HIGH_DROP_OUT}, high)] if high else []
    one, other = lost["treated"], lost["comparison"]
    low, up = confint_proportions_2indep(one.count, one.n, other.count, other.n, method="newcomb", compare="diff")
    if low > 0 or up < 0:
        findings.append(Finding("unequal_drop_out", numbers))
    return tuple(findings)
