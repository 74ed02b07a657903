"""A weighted mean between two states of its children: what a step of a child is worth in points of the mean, exactly.

With f the transform of the mean, S0 and S1 its two results and Y0 and Y1 those before the inverse, a step of f(s) by
one, at full weight, is worth K = (S1 - S0) / (Y1 - Y0) points (the derivative of the inverse where nothing changed;
for the geometric mean K is the logarithmic mean of S0 and S1). So the sum of K W (f(s1) - f(s0)) is S1 - S0.

Where a floor of 0 lets a single 0 make a mean of order 0 or below 0, f is infinite there. The limit of the same
formulas, as the zeros come from ever smaller scores, is that of an f which is -1 at 0 and 0 elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.arrays import Bools, Floats
from scoring.means import Mean

_ANY_SCORE = 50.0  # in place of a mean that is missing: its children have no weight, so it meets zeros only


@dataclass(frozen=True, slots=True, eq=False)
class MeanStep:
    """G nodes with C children in two states.

    Scores [..., C] have no gaps, weights [..., C] are renormalised and 0 where absent, means [..., G] may be missing.
    parent [C] and member [C, G] say which child belongs to which node. `factor` [..., C] is the K
    of each child's node, `wiped` [..., C] tells where one of both means is 0 because of a single 0.
    """

    mean: Mean
    parent: NDArray[np.intp]
    factor: Floats
    wiped: Bools

    @classmethod
    def between(
        cls,
        mean: Mean,
        tie: tuple[NDArray[np.intp], Floats],
        scores: tuple[Floats, Floats],
        weights: tuple[Floats, Floats],
        means: tuple[Floats, Floats],
    ) -> MeanStep:
        """The step from the first of each pair to the second; `tie` is (parent, member)."""
        parent, member = tie
        first, second = (np.nan_to_num(mean.floored(each), nan=_ANY_SCORE) for each in means)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            factor = 1.0 / mean.slope(second, first)
        factor = np.where(np.isfinite(factor), factor, 0.0)  # both means 0: nothing moved
        wiped = (np.minimum(first, second) <= 0) & mean.zero_wins
        if wiped.any():
            at_zero = [(share * mean.at_zero(score)) @ member for score, share in zip(scores, weights, strict=True)]
            fall = at_zero[0] - at_zero[1]
            moved = np.divide(second - first, fall, out=np.zeros(fall.shape), where=fall != 0)
            factor = np.where(wiped, moved, factor)
        return cls(mean, parent, factor[..., parent], wiped[..., parent])

    def transformed(self, scores: Floats) -> Floats:
        """f of the children's scores [..., C]."""
        plain = self.mean.transform(self._seen(scores))
        return np.where(self.wiped, -1.0 * self.mean.at_zero(scores), plain) if self.mean.zero_wins else plain

    def worth(self, first: Floats, second: Floats) -> Floats:
        """Points of the mean, at full weight, for one point of the step of each child from `first` to `second`."""
        slopes = self._slope(second, first)
        plain = np.where(np.isfinite(slopes), slopes, 0.0)  # a child at 0 in both states: nothing moved
        if not self.mean.zero_wins:
            return self.factor * plain
        crossed = self.mean.at_zero(first) != self.mean.at_zero(second)
        wiped = crossed / np.where(crossed, np.abs(second - first), 1.0)
        return self.factor * np.where(self.wiped, wiped, plain)

    def _seen(self, scores: Floats) -> Floats:
        """The scores as f sees them: floored, or with a 1 for a 0 that would win.

        Where no mean is 0, a child at 0 has no weight there; any finite number may stand for its f.
        """
        return np.where(self.mean.at_zero(scores), 1.0, scores) if self.mean.zero_wins else self.mean.floored(scores)

    def _slope(self, a: Floats, b: Floats) -> Floats:
        """(f(a) - f(b)) / (a - b) of the scores as f sees them: 0 where both ends lie below the floor."""
        gap, seen = a - b, (self._seen(a), self._seen(b))
        above = np.where(a >= self.mean.floor, 1.0, 0.0)
        passed = np.divide(seen[0] - seen[1], gap, out=above, where=gap != 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.mean.slope(*seen) * passed, dtype=np.float64)


def renormalised(weights: Floats, present: Bools, tie: tuple[NDArray[np.intp], Floats]) -> Floats:
    """Weights [..., C] as shares of what is present among the children of each node; 0 where nothing is."""
    parent, member = tie
    kept = weights * present
    sums = (kept @ member)[..., parent]
    return np.divide(kept, sums, out=np.zeros(kept.shape), where=sums > 0)
