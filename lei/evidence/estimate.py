"""What a statistic answers with: an effect with its interval, or what it would have needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a reader of a result must know: its `code`, and the numbers that its words need.

    A finding is never a sentence: words are made in one place (`lei.evidence.words`).
    """

    code: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """An effect in the unit of the data, and how sure it is.

    method: its key, such as `difference_in_differences`. interval: at `level`, of `degrees_of_freedom` (None: normal).
    n_treated, n_comparison: cases behind it (sums of sample sizes); units_*: sites, teams or people that were counted.
    before, after: periods. relative: the effect as a share of what would have been without it (0.16 is 16 percent);
    None where that makes no sense. findings: what limits or qualifies it. details: further numbers by name, such as
    the level before and after, which a report shows beside the effect.
    """

    method: str
    effect: float
    ci_low: float
    ci_high: float
    standard_error: float
    p_value: float
    n_treated: float
    n_comparison: float = 0.0
    units_treated: int = 0
    units_comparison: int = 0
    before: int = 0
    after: int = 0
    level: float = LEVEL
    degrees_of_freedom: float | None = None
    relative: float | None = None
    findings: tuple[Finding, ...] = ()
    details: Mapping[str, float] = field(default_factory=dict)

    @property
    def excludes_zero(self) -> bool:
        """Whether the interval lies on one side of zero: only then is there a clear difference."""
        return self.ci_low > 0 or self.ci_high < 0


@dataclass(frozen=True, slots=True)
class TooLittle:
    """A statistic that was not computed: what it needs and what there is, by name (`months_before`, `pairs`).

    Only names that fall short are listed; both mappings have the same.
    """

    method: str
    needed: Mapping[str, float]
    found: Mapping[str, float]


Result = Estimate | TooLittle
