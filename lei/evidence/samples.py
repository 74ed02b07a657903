"""What is known of one group: the mean and spread of its cases, or how many of them are of interest."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lei.errors import InvalidError
from lei.evidence.estimate import LEVEL, Floats
from lei.evidence.inputs import count, finite, number, refuse_no_error
from lei.evidence.t_interval import combined_degrees
from lei.language import N_

# A standard deviation needs two values.
LEAST_VALUES = 2
PERCENT = 100.0


@dataclass(frozen=True, slots=True)
class Sample:
    """The mean of so many cases and their standard deviation (divisor n - 1). InvalidError for what cannot be one."""

    mean: float
    spread: float
    cases: float

    def __post_init__(self) -> None:
        number(self.mean, "mean")
        count(self.spread, "standard deviation")
        count(self.cases, "number of cases")


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many cases: 18 of 20 passed. InvalidError for what cannot be one."""

    of_interest: float
    cases: float

    def __post_init__(self) -> None:
        if count(self.of_interest, "number of cases of interest") > count(self.cases, "number of cases"):
            text = f"There cannot be {self.of_interest:g} cases of interest among {self.cases:g} cases."
            raise InvalidError(text)

    @property
    def fraction(self) -> float:
        """The share from 0 to 1; a share of no cases has none."""
        return self.of_interest / self.cases

    @property
    def percent(self) -> float:
        """The share in percent; a share of no cases has none."""
        return PERCENT * self.of_interest / self.cases


def sample_of(values: Floats) -> Sample:
    """The sample of two or more values [N]; a spread that is nothing but rounding is 0."""
    checked = finite(values, "values")
    if len(checked) < LEAST_VALUES:
        raise InvalidError("A mean with a spread needs at least two values in each group.")
    alike = bool((checked == checked[0]).all())
    mean = float(checked[0]) if alike else math.fsum(checked) / len(checked)
    return Sample(mean, 0.0 if alike else float(checked.std(ddof=1)), len(checked))


def welch_error(sample: Sample, other: Sample) -> tuple[float, float]:
    """Standard error of the difference of two means, and its degrees of freedom (Welch 1947, Biometrika 34).

    Both have two cases or more. Raises InvalidError where neither varies.
    """
    variances = sample.spread**2 / sample.cases, other.spread**2 / other.cases
    error = math.sqrt(sum(variances))
    refuse_no_error(
        error,
        N_(
            "The values of the cases within the groups do not differ from each other, so nothing shows how sure the "
            "difference is."
        ),
    )
    return error, combined_degrees(variances, (sample.cases - 1, other.cases - 1))


def newcombe_limits(share: Share, other: Share) -> tuple[float, float]:
    """The interval of share - other (-1 to 1), joined from the Wilson intervals of both, each of one case or more.

    Source: Newcombe 1998, Statistics in Medicine 17, method 10. Rounding may carry a limit an ulp beyond the
    difference.
    """
    from statsmodels.stats.proportion import confint_proportions_2indep

    counts = (share.of_interest, share.cases, other.of_interest, other.cases)
    low, high = confint_proportions_2indep(*counts, method="newcomb", compare="diff", alpha=1 - LEVEL)
    return max(-1.0, float(low)), min(1.0, float(high))


def equal_shares_p(share: Share, other: Share) -> float:
    """The two-sided p-value of the score test of equal shares: z by the pooled share, 1 where it is 0 or all."""
    from scipy import stats

    pooled = (share.of_interest + other.of_interest) / (share.cases + other.cases)
    variance = pooled * (1 - pooled) * (1 / share.cases + 1 / other.cases)
    if variance <= 0:  # all or none of both groups: no sign of a difference
        return 1.0
    return 2 * float(stats.norm.sf(abs(share.fraction - other.fraction) / math.sqrt(variance)))
