"""Whether two groups were alike before the program: standardised differences of their baselines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lei.errors import InvalidError
from lei.evidence.estimate import Bools, Finding, Floats
from lei.evidence.inputs import finite
from lei.evidence.samples import Sample, sample_of

# Comparable groups differ by less than this, in standard deviations, in each baseline (our own policy; What Works
# Clearinghouse, Standards Handbook 4.1, has the same limit for studies that may be adjusted).
COMPARABLE = 0.25


@dataclass(frozen=True, slots=True)
class BaselineDifference:
    """One baseline in both groups. standardized: (treated - comparison) / sd; None for unequal ones that never vary."""

    name: str
    treated: float
    comparison: float
    standardized: float | None

    @property
    def comparable(self) -> bool:
        """Whether the groups differ by less than 0.25 sd."""
        return self.standardized is not None and abs(self.standardized) < COMPARABLE


@dataclass(frozen=True, slots=True)
class Balance:
    """All baselines of a comparison."""

    differences: tuple[BaselineDifference, ...]

    @property
    def comparable(self) -> bool:
        """Whether each baseline is."""
        return all(difference.comparable for difference in self.differences)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """`baselines_differ` with the names of those that do, the largest first; none where groups are comparable."""
        apart = sorted((d for d in self.differences if not d.comparable), key=_size, reverse=True)
        if not apart:
            return ()
        known = [_size(difference) for difference in apart if difference.standardized is not None]
        numbers = {"limit": COMPARABLE, **({"largest": max(known)} if known else {})}
        return (Finding("baselines_differ", numbers, tuple(difference.name for difference in apart)),)


def balance(names: Sequence[str], treated: Sequence[Sample], comparison: Sequence[Sample]) -> Balance:
    """Standardised mean differences of baselines that are known as summaries, such as those of sites.

    d = (m1 - m0) / sqrt((s1² + s0²) / 2). Source: Austin 2009, Statistics in Medicine 28. Shares of roles enter as
    columns of 0 and 1. Raises InvalidError where names and summaries do not fit, and where there are none.
    """
    if not names or not len(names) == len(treated) == len(comparison):
        raise InvalidError("Each baseline needs a name and a summary of each group, and there must be one baseline.")
    return Balance(tuple(map(_difference, names, treated, comparison)))


def balance_of_values(names: Sequence[str], values: Floats, treated: Bools) -> Balance:
    """The same of values [N, K] of N people or units, of which `treated` [N] had the program."""
    table = finite(values, "baselines", dimensions=2)
    members = np.asarray(treated, dtype=bool)
    if table.shape != (len(members), len(names)):
        raise InvalidError("Baselines need a row for each person or unit and a column for each name.")
    groups = ([sample_of(column) for column in table[group].T] for group in (members, ~members))
    return balance(names, *groups)


def standardized_difference(treated: float, comparison: float, spread: float) -> float | None:
    """(treated - comparison) / spread; 0 for equal means, None for unequal ones that never vary."""
    if treated == comparison:
        return 0.0
    return float((treated - comparison) / spread) if spread > 0 else None


def pooled_spread(treated: Sample, comparison: Sample) -> float:
    """sqrt((s1² + s0²) / 2)."""
    return math.sqrt((treated.spread**2 + comparison.spread**2) / 2)


def _difference(name: str, treated: Sample, comparison: Sample) -> BaselineDifference:
    standardized = standardized_difference(treated.mean, comparison.mean, pooled_spread(treated, comparison))
    return BaselineDifference(name, treated.mean, comparison.mean, standardized)


def _size(difference: BaselineDifference) -> float:
    return math.inf if difference.standardized is None else abs(difference.standardized)
