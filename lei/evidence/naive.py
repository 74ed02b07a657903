"""The naive comparison that an adjusted one stands beside: its difference, and whether adjustment turns it round."""

from __future__ import annotations

from lei.evidence.estimate import Bools, Estimate, Finding, Floats
from lei.evidence.relative import relative_to
from lei.evidence.samples import sample_of, welch_error
from lei.evidence.t_interval import t_interval

METHOD = "naive_difference"


def naive_difference(outcomes: Floats, treated: Bools) -> Estimate:
    """Mean outcome [N] of those with the program minus that of the others, with Welch's interval; it proves nothing."""
    groups = sample_of(outcomes[treated]), sample_of(outcomes[~treated])
    effect = groups[0].mean - groups[1].mean
    interval = t_interval(effect, *welch_error(*groups))
    return Estimate(
        method=METHOD,
        effect=effect,
        ci_low=interval.low,
        ci_high=interval.high,
        standard_error=interval.standard_error,
        p_value=interval.p_value,
        n_treated=groups[0].cases,
        n_comparison=groups[1].cases,
        units_treated=int(groups[0].cases),
        units_comparison=int(groups[1].cases),
        degrees_of_freedom=interval.degrees_of_freedom,
        relative=relative_to(groups[1].mean, effect),
        details={"treated": groups[0].mean, "comparison": groups[1].mean},
    )


def sign_findings(naive: float, adjusted: float) -> tuple[Finding, ...]:
    """`sign_reversed` where the naive difference points the other way than the adjusted one."""
    if naive * adjusted < 0:
        return (Finding("sign_reversed", {"naive": naive, "adjusted": adjusted}),)
    return ()
