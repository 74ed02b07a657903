"""A warning where two siblings may count the same thing twice, because their scores move together almost perfectly.

The OECD/JRC Handbook on Constructing Composite Indicators (2008) asks for a threshold beyond which a correlation is a
symptom of double counting, and leaves its value open; 0.9 is the default of COINr (`get_corr_flags`). The smallest
number of units is our own: over 20 units the 95 % interval of a correlation of 0.9 begins at 0.76, over 8 at 0.53.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scoring.arrays import Bools, Floats, as_floats, as_scores, check_scores
from scoring.errors import ScoringError

ALIKE = 0.9
MIN_UNITS = 20
Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class CountedTwice:
    """Two siblings (positions of measures), their correlation over `units` units and its 95 % interval (Fisher z)."""

    first: int
    second: int
    correlation: float
    low: float
    high: float
    units: int

    def sentence(self, first_name: str, second_name: str) -> str:
        """The warning in words for a reader who knows the measures by these names."""
        return (
            f"{first_name} and {second_name} rise and fall together in almost every unit (correlation "
            f"{self.correlation:.2f} over {self.units} units). If both record the same thing, it counts twice: "
            "keep one of them, or let the two share one weight."
        )


def counted_twice(
    scores: ArrayLike, siblings: ArrayLike, threshold: float = ALIKE, min_units: int = MIN_UNITS
) -> list[CountedTwice]:
    """Pairs of siblings whose scores [S, M] correlate at `threshold` or more over at least `min_units` units.

    siblings [M]: the number of the group (pillar) of each measure. Scores are oriented, so only a positive correlation
    is double counting. A unit counts for a pair where both are present; a measure that is the same everywhere moves
    with nothing. Each row is one unit: months of one unit move together anyway. Strongest pair first.
    Raises ScoringError for shapes that do not fit, a threshold that is not above 0 and at most 1, and below 4 units.
    """
    groups = as_floats(siblings, "groups of siblings")
    if groups.ndim != 1 or not np.isfinite(groups).all():
        raise ScoringError("The groups of siblings must be a list of numbers, one for each measure.")
    if not 0 < threshold <= 1 or min_units < 4:  # noqa: PLR2004 - Fisher's interval divides by sqrt(n - 3)
        raise ScoringError("The threshold must be above 0 and at most 1, over at least 4 units.")
    units = as_scores(scores, groups.size)
    if units.ndim != 2:  # noqa: PLR2004 - units x measures
        raise ScoringError("The scores must be a table: one row for each unit, one column for each measure.")
    check_scores(units)
    correlations, counts = pairwise_correlations(units)
    alike = np.triu(groups[:, np.newaxis] == groups, k=1) & (counts >= min_units)
    found = np.argwhere(alike & (np.nan_to_num(correlations) >= threshold))
    pairs = [_pair(int(i), int(j), float(correlations[i, j]), int(counts[i, j])) for i, j in found]
    return sorted(pairs, key=lambda pair: (-pair.correlation, pair.first, pair.second))


def pairwise_correlations(columns: Floats) -> tuple[Floats, Floats]:
    """Pearson correlations [M, M] of columns [S, M] over the rows where both are present, and their number [M, M].

    NaN where a column is constant over these rows, or fewer than two are left.
    """
    correlations = np.full((columns.shape[1],) * 2, np.nan)
    present = ~np.isnan(columns)
    counts = present.T.astype(np.float64) @ present
    for index in range(columns.shape[1]):
        both = present & present[:, index : index + 1]
        others = _centred(columns, both)
        own = _centred(np.broadcast_to(columns[:, index : index + 1], columns.shape), both)
        spread = np.sqrt((own**2).sum(axis=0)) * np.sqrt((others**2).sum(axis=0))
        products = (own * others).sum(axis=0)
        np.divide(products, spread, out=correlations[index], where=spread > 0)
    return np.clip(correlations, -1.0, 1.0), counts


def _centred(columns: Floats, counted: Bools) -> Floats:
    """Columns less their mean over the rows that count, 0 elsewhere; exactly 0 for a constant column."""
    count = np.maximum(counted.sum(axis=0), 1)
    values = np.where(counted, columns, 0.0)
    least = np.min(columns, axis=0, where=counted, initial=np.inf)
    constant = np.max(columns, axis=0, where=counted, initial=-np.inf) <= least
    return np.where(counted & ~constant, values - values.sum(axis=0) / count, 0.0)


def _pair(first: int, second: int, correlation: float, units: int) -> CountedTwice:
    """Fisher 1921: atanh(r) is nearly normal with the standard deviation 1 / sqrt(n - 3)."""
    within = math.nextafter(1.0, 0.0)
    middle, reach = math.atanh(min(correlation, within)), Z_95 / math.sqrt(units - 3)
    return CountedTwice(
        first, second, correlation, math.tanh(middle - reach), max(math.tanh(middle + reach), correlation), units
    )
