"""Where the next points are: what the composite gains when one measure improves by a tenth of its goalpost range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.arrays import Floats, as_scores
from scoring.composite import Tree, evaluate
from scoring.curve_shape import best_range
from scoring.errors import ScoringError
from scoring.normalise import Goalposts, normalise_columns

TENTH = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Opportunities:
    """For each measure [..., M]: the value it would have, and the points that the composite would gain by it alone.

    Both are NaN for a measure without a value, the gain also where there is no composite. order [..., M]: positions of
    the measures, the largest gain first, equal gains as the measures stand, those without a gain to state last.
    """

    values: Floats
    gain: Floats
    order: NDArray[np.intp]


def opportunities(values: ArrayLike, goalposts: Sequence[Goalposts], tree: Tree, share: float = TENTH) -> Opportunities:
    """What each measure of values [..., M] is worth when it alone improves by `share` of its goalpost range.

    Raises ScoringError for a share that is not above 0, and for shapes that do not fit.
    """
    before = as_scores(values, len(goalposts), "values")
    after = improved(before, goalposts, share)
    scores, better = normalise_columns(before, goalposts), normalise_columns(after, goalposts)
    now = evaluate(scores, tree).composite
    gain = np.full(before.shape, np.nan)
    for measure in range(len(goalposts)):
        changed = scores.copy()
        changed[..., measure] = better[..., measure]
        gain[..., measure] = evaluate(changed, tree).composite - now
    gain[np.isnan(before)] = np.nan
    np.maximum(gain, 0.0, out=gain)  # a mean of higher scores may come out an ulp lower
    return Opportunities(after, gain, np.argsort(-gain, axis=-1, kind="stable"))


def improved(values: ArrayLike, goalposts: Sequence[Goalposts], share: float) -> Floats:
    """Values [..., M], each moved by `share` of its goalpost range towards its best, and never beyond.

    Lower is better: downwards; target is best: towards the target from either side; what has arrived, or is beyond
    goalpost_100 already, stays. So does a value on a piecewise curve whose step would end at a lower score.
    """
    if not 0 < share < float("inf"):
        raise ScoringError("The share of the goalpost range must be a finite number greater than 0.")
    before = as_scores(values, len(goalposts), "values")
    best = [best_range(posts) for posts in goalposts]
    goal = np.clip(before, [each.low for each in best], [each.high for each in best])
    down = -share * np.array([each.step_above for each in best])
    up = share * np.array([each.step_below for each in best])
    with np.errstate(over="ignore"):
        distance = goal - before
    after = np.where((distance >= down) & (distance <= up), goal, before + np.clip(distance, down, up))
    worse = normalise_columns(after, goalposts) < normalise_columns(before, goalposts)
    return np.where(worse, before, after)
