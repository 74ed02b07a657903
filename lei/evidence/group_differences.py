"""The difference of two independent groups of which only a summary is known: percents and means.

Percents are in percent (0 to 100) and their differences in percentage points, as KPIs and measures are.
"""

from __future__ import annotations

from collections.abc import Mapping

from lei.evidence.estimate import LEVEL, Estimate, Result, TooLittle
from lei.evidence.minimums import NO_OTHER, check, short_of_good
from lei.evidence.relative import relative_to
from lei.evidence.samples import LEAST_VALUES, PERCENT, Sample, Share, equal_shares_p, newcombe_limits, welch_error
from lei.evidence.t_interval import t_interval


def percent_difference(share: Share, other: Share, at_least: Mapping[str, float] = NO_OTHER) -> Result:
    """The percent of one group minus that of an independent other group, in points, with Newcombe's interval.

    The interval is that of `newcombe_limits`, the p-value that of the score test of equal shares. standard_error: of a
    normal interval as wide as this one. Both groups need the minimum of a percent.
    """
    from scipy import stats

    cases = min(share.cases, other.cases)
    if lacking := _lacking("percent", cases, at_least, 1):
        return lacking
    limits = newcombe_limits(share, other)
    difference = share.percent - other.percent
    # Rounding may carry a limit of -100, 0 or 100 points an ulp beyond the difference.
    low, high = min(PERCENT * limits[0], difference), max(PERCENT * limits[1], difference)
    return Estimate(
        method="percent_difference",
        effect=difference,
        ci_low=low,
        ci_high=high,
        standard_error=(high - low) / (2 * float(stats.norm.ppf(0.5 + LEVEL / 2))),
        p_value=equal_shares_p(share, other),
        n_treated=share.cases,
        n_comparison=other.cases,
        relative=relative_to(other.percent, difference),
        findings=short_of_good("percent", {"cases": cases}),
        details={"percent": share.percent, "percent_other": other.percent},
    )


def mean_difference(sample: Sample, other: Sample, at_least: Mapping[str, float] = NO_OTHER) -> Result:
    """The mean of one group minus that of an independent other group, with the interval of Welch.

    Both groups need the minimum of a mean. Raises InvalidError where neither of them varies.
    """
    cases = min(sample.cases, other.cases)
    if lacking := _lacking("mean", cases, at_least, LEAST_VALUES):
        return lacking
    difference = sample.mean - other.mean
    found = t_interval(difference, *welch_error(sample, other))
    return Estimate(
        method="mean_difference",
        effect=difference,
        ci_low=found.low,
        ci_high=found.high,
        standard_error=found.standard_error,
        p_value=found.p_value,
        n_treated=sample.cases,
        n_comparison=other.cases,
        degrees_of_freedom=found.degrees_of_freedom,
        relative=relative_to(other.mean, difference),
        findings=short_of_good("mean", {"cases": cases}),
        details={"mean": sample.mean, "mean_other": other.mean},
    )


def _lacking(method: str, cases: float, at_least: Mapping[str, float], smallest: float) -> TooLittle | None:
    """As `check`; a measure may allow itself few cases, but not fewer than the formula can do with."""
    own = {name: max(amount, smallest) for name, amount in at_least.items()}
    return check(method, {"cases": cases}, own)
