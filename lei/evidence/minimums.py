"""The minimum data of each statistic: below it nothing is computed, and below the good amount that is said.

The numbers are our own policy, with the reasons of each in the table of minimum data per statistic (how large an effect
so many cases find, or how wide an interval they leave).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lei.evidence.estimate import Finding, TooLittle

BELOW_GOOD = "below_good"


@dataclass(frozen=True, slots=True)
class Minimum:
    """What a statistic needs to be shown, and with what it is good, both by the name of what is counted."""

    needed: Mapping[str, float]
    good: Mapping[str, float] = field(default_factory=dict)


_OVER_TIME = Minimum(
    {"people_treated": 20, "people_comparison": 20, "months_before": 3, "months_after": 3},
    {"people_treated": 63, "people_comparison": 63, "months_before": 6},
)
MINIMUMS: Mapping[str, Minimum] = MappingProxyType(
    {
        "mean": Minimum({"cases": 20}, {"cases": 50}),
        "percent": Minimum({"cases": 30}, {"cases": 100}),
        "paired": Minimum({"pairs": 20}, {"pairs": 32}),
        "before_after": Minimum(
            {"months_before": 3, "months_after": 3, "people": 20}, {"months_before": 6, "months_after": 6}
        ),
        "trend": Minimum({"months": 6}, {"months": 12}),
        "interrupted_time_series": Minimum(
            {"months_before": 6, "months_after": 3}, {"months_before": 12, "months_after": 12}
        ),
        "difference_in_differences": _OVER_TIME,
        # The table has no rows for these; what checks or varies the difference-in-differences follows that row.
        "staggered_rollout": _OVER_TIME,
        "parallel_trends": Minimum({"months_before": 3}, {"months_before": 6}),
        "placebo": Minimum({"months_before": 6}),
        "matched_comparison": Minimum(
            {"people_treated": 20, "people_comparison": 20, "share_matched": 0.5},
            {"people_treated": 63, "people_comparison": 63, "share_matched": 0.9},
        ),
        # As many units as a correlation over units needs, and a third of them on either side.
        "panel_regression": Minimum(
            {"units": 30, "units_treated": 10, "units_comparison": 10, "periods": 2}, {"units": 100}
        ),
        "cross_section": Minimum({"units": 30, "units_treated": 10, "units_comparison": 10}, {"units": 100}),
        "randomized_comparison": Minimum(
            {"people_treated": 44, "people_comparison": 44}, {"people_treated": 175, "people_comparison": 175}
        ),
        "correlation_months": Minimum({"months": 12}, {"months": 24}),
        "correlation_lagged": Minimum({"months": 18}, {"months": 36}),
        "correlation_units": Minimum({"units": 30}, {"units": 250}),
        "skill_uplift": Minimum({"pairs": 20}, {"pairs": 50}),
    }
)
NO_OTHER: Mapping[str, float] = MappingProxyType({})


def check(method: str, found: Mapping[str, float], at_least: Mapping[str, float] = NO_OTHER) -> TooLittle | None:
    """What `method` (a key of MINIMUMS) lacks, or None where it may be computed.

    found: how much there is, for every name that the method needs. at_least: amounts that win over the table, such as
    a measure's own smallest reliable number.
    """
    needed = {**MINIMUMS[method].needed, **at_least}
    short = {name: amount for name, amount in needed.items() if not found[name] >= amount}
    if not short:
        return None
    return TooLittle(method, short, {name: float(found[name]) for name in short})


def short_of_good(method: str, found: Mapping[str, float]) -> tuple[Finding, ...]:
    """One finding `below_good` for each amount that is enough to show the statistic and not enough to call it good."""
    return tuple(
        Finding(BELOW_GOOD, {"found": float(found[name]), "good": float(good)}, (name,))
        for name, good in MINIMUMS[method].good.items()
        if found[name] < good
    )
