"""What is known of one group of people: their mean and spread, or how many of them reached something."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lei.errors import InvalidError
from lei.evidence.checked_arrays import LARGEST, finite, refuse_no_error
from lei.evidence.estimate import Floats
from lei.evidence.t_interval import combined_degrees

# A standard deviation needs two values.
LEAST_VALUES = 2


@dataclass(frozen=True, slots=True)
class ArmSummary:
    """Mean and standard deviation (n - 1) of n values. InvalidError for what cannot be one."""

    mean: float
    sd: float
    n: int

    def __post_init__(self) -> None:
        if self.n < LEAST_VALUES:
            raise InvalidError("A mean with a spread needs at least two values in each group.")
        if not abs(self.mean) <= LARGEST or not 0 <= self.sd <= LARGEST:
            raise InvalidError("A mean must be a finite number, and a standard deviation one of 0 or more.")


@dataclass(frozen=True, slots=True)
class ArmCount:
    """`count` of n people. InvalidError for what cannot be one."""

    count: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.n or self.n < 1:
            raise InvalidError("A count lies between 0 and the number of people, of whom there is at least one.")

    @property
    def share(self) -> float:
        """count / n, from 0 to 1."""
        return self.count / self.n


def welch_error(treated: ArmSummary, comparison: ArmSummary) -> tuple[float, float]:
    """Standard error of the difference of two means, and its degrees of freedom (Welch 1947, Biometrika 34).

    Raises InvalidError where neither group varies.
    """
    variances = treated.sd**2 / treated.n, comparison.sd**2 / comparison.n
    error = math.sqrt(sum(variances))
    refuse_no_error(error, "values of the people")
    return error, combined_degrees(variances, (treated.n - 1, comparison.n - 1))


def summary_of(values: Floats) -> ArmSummary:
    """The summary of values [N]; a spread that is nothing but rounding is 0."""
    checked = finite(values, "values")
    if len(checked) < LEAST_VALUES:
        raise InvalidError("A mean with a spread needs at least two values in each group.")
    alike = bool((checked == checked[0]).all())
    mean = float(checked[0]) if alike else math.fsum(checked) / len(checked)
    return ArmSummary(mean, 0.0 if alike else float(checked.std(ddof=1)), len(checked))
