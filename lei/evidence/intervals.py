"""How sure a percent, a mean and a net promoter score are, and the difference of two independent ones.

Percents are in percent (0 to 100) and their differences in percentage points, as KPIs and measures are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from lei.errors import InvalidError
from lei.evidence.estimate import LEVEL, Estimate, Finding, Result, TooLittle
from lei.evidence.inputs import count, number
from lei.evidence.minimums import NO_OTHER, check, short_of_good
from lei.evidence.relative import relative_to
from lei.evidence.student import student

PERCENT = 100.0
# Rocks 2016: cases that are added to detractors, passives and promoters.
ADDED_AT_ENDS, ADDED_BETWEEN = 0.75, 1.5


@dataclass(frozen=True, slots=True)
class Interval:
    """A level and where it may lie, in the unit of the data: `low` to `high` at `level`, from so many cases."""

    method: str
    value: float
    low: float
    high: float
    cases: float
    level: float = LEVEL
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many cases: 18 of 20 passed."""

    of_interest: float
    cases: float

    @property
    def percent(self) -> float:
        """The share in percent; a share of no cases has none."""
        return PERCENT * self.of_interest / self.cases


@dataclass(frozen=True, slots=True)
class Sample:
    """The mean of so many cases and their standard deviation (divisor n - 1)."""

    mean: float
    spread: float
    cases: float


def percent_interval(share: Share, at_least: Mapping[str, float] = NO_OTHER) -> Interval | TooLittle:
    """Wilson's score interval of a percent (Wilson 1927, J. Am. Stat. Assoc. 22), in percent.

    Raises InvalidError for counts that are not finite or do not fit together.
    """
    from statsmodels.stats.proportion import proportion_confint

    checked_share(share)
    if lacking := _lacking("percent", share.cases, at_least, 1):
        return lacking
    low, high = proportion_confint(share.of_interest, share.cases, alpha=1 - LEVEL, method="wilson")
    # Rounding may carry a limit of 0 or 100 percent an ulp beyond the value.
    low, high = min(PERCENT * float(low), share.percent), max(PERCENT * float(high), share.percent)
    findings = short_of_good("percent", {"cases": share.cases})
    return Interval("percent", share.percent, low, high, share.cases, findings=findings)


def mean_interval(sample: Sample, at_least: Mapping[str, float] = NO_OTHER) -> Interval | TooLittle:
    """mean -+ t s / sqrt(n) with n - 1 degrees of freedom; cases that are all alike have an interval without width.

    Raises InvalidError for numbers that are not finite and a negative standard deviation.
    """
    checked_sample(sample)
    if lacking := _lacking("mean", sample.cases, at_least, 2):
        return lacking
    low = high = sample.mean
    if sample.spread > 0:
        found = student(sample.mean, sample.spread / math.sqrt(sample.cases), sample.cases - 1)
        low, high = found.low, found.high
    findings = short_of_good("mean", {"cases": sample.cases})
    return Interval("mean", sample.mean, low, high, sample.cases, findings=findings)


def nps_interval(
    promoters: float, passives: float, detractors: float, at_least: Mapping[str, float] = NO_OTHER
) -> Interval | TooLittle:
    """The net promoter score (-100 to 100) and its adjusted Wald interval.

    Three answers are added, a quarter of them at either end; then score -+ z sqrt((P + D - (P - D)^2) / n). It holds
    its level where the plain one does not: near the ends and with few cases. Source: Rocks 2016, Interval estimation
    for the Net Promoter Score, The American Statistician 70. Raises InvalidError for counts below 0.
    """
    from scipy import stats

    counts = [count("number of promoters", promoters), count("number of passives", passives)]
    counts.append(count("number of detractors", detractors))
    cases = sum(counts)
    if lacking := _lacking("nps", cases, at_least, 1):
        return lacking
    total = cases + 2 * ADDED_AT_ENDS + ADDED_BETWEEN
    likely, unlikely = (promoters + ADDED_AT_ENDS) / total, (detractors + ADDED_AT_ENDS) / total
    centre = likely - unlikely
    reach = float(stats.norm.ppf(0.5 + LEVEL / 2)) * math.sqrt((likely + unlikely - centre**2) / total)
    low, high = PERCENT * max(centre - reach, -1), PERCENT * min(centre + reach, 1)
    findings = short_of_good("nps", {"cases": cases})
    return Interval("nps", PERCENT * (promoters - detractors) / cases, low, high, cases, findings=findings)


def percent_difference(share: Share, other: Share, at_least: Mapping[str, float] = NO_OTHER) -> Result:
    """The percent of one group minus that of an independent other group, in points, with Newcombe's interval.

    The interval joins the Wilson intervals of both (Newcombe 1998, Statistics in Medicine 17, method 10); the p-value
    is that of the score test of equal shares. standard_error: of a normal interval as wide as this one. Both groups
    need the minimum of a percent. Raises InvalidError as `percent_interval` does.
    """
    from scipy import stats
    from statsmodels.stats.proportion import confint_proportions_2indep

    cases = min(checked_share(share).cases, checked_share(other).cases)
    if lacking := _lacking("percent", cases, at_least, 1):
        return lacking
    counts = (share.of_interest, share.cases, other.of_interest, other.cases)
    limits = confint_proportions_2indep(*counts, method="newcomb", compare="diff", alpha=1 - LEVEL)
    difference = share.percent - other.percent
    # Rounding may carry a limit of -100, 0 or 100 points an ulp beyond the difference.
    low, high = min(PERCENT * float(limits[0]), difference), max(PERCENT * float(limits[1]), difference)
    return Estimate(
        method="percent_difference",
        effect=difference,
        ci_low=low,
        ci_high=high,
        standard_error=(high - low) / (2 * float(stats.norm.ppf(0.5 + LEVEL / 2))),
        p_value=_score_test(share, other),
        n_treated=share.cases,
        n_comparison=other.cases,
        relative=relative_to(other.percent, difference),
        findings=short_of_good("percent", {"cases": cases}),
        details={"percent": share.percent, "percent_other": other.percent},
    )


def mean_difference(sample: Sample, other: Sample, at_least: Mapping[str, float] = NO_OTHER) -> Result:
    """The mean of one group minus that of an independent other group, with the interval of Welch.

    Standard deviations may differ; degrees of freedom by Welch and Satterthwaite (Welch 1947, Biometrika 34). Both
    groups need the minimum of a mean. Raises InvalidError as `mean_interval` does, and where neither group varies.
    """
    cases = min(checked_sample(sample).cases, checked_sample(other).cases)
    if lacking := _lacking("mean", cases, at_least, 2):
        return lacking
    difference = sample.mean - other.mean
    found = student(difference, *welch(sample, other))
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


def welch(sample: Sample, other: Sample) -> tuple[float, float]:
    """Standard error and degrees of freedom of the difference of two means (Welch 1947); (0, 0) where neither varies.

    The degrees of freedom are (v1 + v2)^2 / (v1^2 / (n1 - 1) + v2^2 / (n2 - 1)) with v = s^2 / n.
    """
    one, two = sample.spread**2 / sample.cases, other.spread**2 / other.cases
    if not one + two > 0:
        return 0.0, 0.0
    share = one / (one + two)
    return math.sqrt(one + two), 1 / (share**2 / (sample.cases - 1) + (1 - share) ** 2 / (other.cases - 1))


def checked_share(share: Share) -> Share:
    """The share; InvalidError where counts are not finite, below 0, or more of interest than there are cases."""
    if count("number of cases of interest", share.of_interest) > count("number of cases", share.cases):
        raise InvalidError(f"There cannot be {share.of_interest:g} cases of interest among {share.cases:g} cases.")
    return share


def checked_sample(sample: Sample) -> Sample:
    """The sample; InvalidError where a number is not finite or a standard deviation or count is below 0."""
    number("mean", sample.mean)
    count("standard deviation", sample.spread)
    count("number of cases", sample.cases)
    return sample


def _lacking(method: str, cases: float, at_least: Mapping[str, float], smallest: float) -> TooLittle | None:
    """As `check`; a measure may allow itself few cases, but not fewer than the formula can do with."""
    own = {name: max(amount, smallest) for name, amount in at_least.items()}
    return check(method, {"cases": cases}, own)


def _score_test(share: Share, other: Share) -> float:
    from scipy import stats

    pooled = (share.of_interest + other.of_interest) / (share.cases + other.cases)
    variance = pooled * (1 - pooled) * (1 / share.cases + 1 / other.cases)
    if variance <= 0:  # all or none of both groups: no sign of a difference
        return 1.0
    difference = share.of_interest / share.cases - other.of_interest / other.cases
    return 2 * float(stats.norm.sf(abs(difference) / math.sqrt(variance)))
