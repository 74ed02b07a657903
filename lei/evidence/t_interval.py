"""From an effect and its standard error to its interval and its p-value, by Student's t or the normal distribution."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from lei.evidence.estimate import LEVEL


@dataclass(frozen=True, slots=True)
class Interval:
    """The ends of an interval, the two-sided p-value of 'no effect', and what both were computed from.

    degrees_of_freedom: None for the normal distribution.
    """

    low: float
    high: float
    p_value: float
    standard_error: float
    degrees_of_freedom: float | None = None

    @property
    def excludes_zero(self) -> bool:
        """Whether it lies on one side of zero."""
        return self.low > 0 or self.high < 0


def t_interval(
    effect: float, standard_error: float, degrees_of_freedom: float | None = None, level: float = LEVEL
) -> Interval:
    """effect -+ t · standard_error; degrees_of_freedom None takes the normal distribution.

    Without any error the interval is the effect itself, and p is 0, or 1 for an effect of exactly 0: that may be shown
    beside others, and never be what is said of a program. What is said refuses it first (`inputs.refuse_no_error`).
    """
    if standard_error == 0:
        return Interval(effect, effect, float(effect == 0), 0.0, degrees_of_freedom)
    reach = _quantile(0.5 + level / 2, degrees_of_freedom) * standard_error
    beyond = _lower_tail(-abs(effect) / standard_error, degrees_of_freedom)
    p_value = min(1.0, 2 * beyond)
    return Interval(effect - reach, effect + reach, p_value, standard_error, degrees_of_freedom)


def combined_degrees(variances: tuple[float, ...], degrees: tuple[float, ...]) -> float:
    """Degrees of freedom of a sum of independent variance estimates: (Σ v)² / Σ (v² / d).

    Source: Satterthwaite 1946, Biometrics Bulletin 2; Welch 1947, Biometrika 34. At least one variance is above 0.
    """
    total = math.fsum(variances)
    return 1 / math.fsum((variance / total) ** 2 / own for variance, own in zip(variances, degrees, strict=True))


def _quantile(probability: float, degrees_of_freedom: float | None) -> float:
    if degrees_of_freedom is None:
        return NormalDist().inv_cdf(probability)
    from scipy.special import stdtrit

    return float(stdtrit(degrees_of_freedom, probability))


def _lower_tail(deviate: float, degrees_of_freedom: float | None) -> float:
    if degrees_of_freedom is None:
        return NormalDist().cdf(deviate)
    from scipy.special import stdtr

    return float(stdtr(degrees_of_freedom, deviate))
