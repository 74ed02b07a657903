"""Drop-out from a randomised comparison: people who were assigned and have no result."""

from __future__ import annotations

from dataclasses import dataclass

from lei.errors import InvalidError
from lei.evidence.estimate import Finding
from lei.evidence.samples import Share, newcombe_limits

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
    arms = {"treated": treated, "comparison": comparison}
    if any(flow.assigned < 1 for flow in arms.values()):
        raise InvalidError("Drop-out is a share of those who were assigned to a group, and nobody was.")
    lost = {name: Share(flow.assigned - flow.observed, flow.assigned) for name, flow in arms.items()}
    numbers = {name: share.fraction for name, share in lost.items()}
    high = tuple(name for name, share in numbers.items() if share >= HIGH_DROP_OUT)
    findings = [Finding("high_drop_out", {**numbers, "limit": HIGH_DROP_OUT}, high)] if high else []
    from_here, to_here = newcombe_limits(lost["treated"], lost["comparison"])
    if from_here > 0 or to_here < 0:
        findings.append(Finding("unequal_drop_out", numbers))
    return tuple(findings)
