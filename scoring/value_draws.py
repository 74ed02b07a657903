"""How sure measured values are, by their sample sizes, and what that leaves of the pillars and the composite.

A value is the observed share of n people (Wilson's interval), or the average of n with a known spread (s / sqrt(n)), or
it is taken as exact, and said to be. Draws of values pass through the goalposts and the whole tree, one by one; ready
intervals are never combined. Errors of different measures are independent: nobody knows who answered both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.arrays import Bools, Floats, as_floats, frozen, row_blocks
from scoring.composite import Tree, evaluate
from scoring.curve_shape import turning_points
from scoring.errors import ScoringError
from scoring.normalise import Goalposts, normalise_columns
from scoring.uncertainty import (
    deviate,
    draw_weights,
    mean_interval,
    percentiles,
    tree_under_weights,
    wilson_interval,
    wilson_limit,
)

MISSING: Final = -1
EXACT: Final = 0
SHARE: Final = 1
AVERAGE: Final = 2
BASIS_WORDS: dict[int, str] = {
    MISSING: "no value",
    EXACT: "taken as exact: neither a share of a known number of people nor an average with a known spread",
    SHARE: "a share of n people (Wilson's interval)",
    AVERAGE: "an average of n with a known spread (s / sqrt(n))",
}
PERCENT = 100.0


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """What was measured in S units: values, sizes and spreads [S, M], NaN where there is none or it is not known.

    is_share [M]: whether a measure is the percentage, 0 to 100, of its `sizes` people that have something; the percent
    sign alone does not say so (a change in percent is none). spreads: standard deviations among the `sizes` cases.
    Raises ScoringError for shapes that do not fit, infinite numbers, shares outside 0..100, sizes below 1 and spreads
    below 0.
    """

    values: Floats
    sizes: Floats
    spreads: Floats
    is_share: Bools

    def __post_init__(self) -> None:
        values, sizes, spreads = (as_floats(getattr(self, name), name) for name in ("values", "sizes", "spreads"))
        is_share = np.asarray(self.is_share, dtype=np.bool_)
        if values.ndim != 2 or not values.size or not values.shape == sizes.shape == spreads.shape:  # noqa: PLR2004
            raise ScoringError("Values, sizes and spreads must be tables of the same shape: units by measures.")
        if is_share.shape != values.shape[1:]:
            raise ScoringError("For each measure it must be said whether it is a share of people.")
        if any(np.isinf(each).any() for each in (values, sizes, spreads)):
            raise ScoringError("A value, size or spread is infinite; one that is not known is NaN.")
        if ((values < 0) | (values > PERCENT))[:, is_share].any():
            raise ScoringError("A share of people lies between 0 and 100 percent.")
        if (sizes < 1).any() or (spreads < 0).any():
            raise ScoringError("A sample size is at least 1, and a spread at least 0.")
        for name, array in (("values", values), ("sizes", sizes), ("spreads", spreads), ("is_share", is_share)):
            object.__setattr__(self, name, frozen(array.copy()))

    def take(self, measures: NDArray[np.intp]) -> Sample:
        """The same units with some of the measures, by their positions."""
        columns = self.values[:, measures], self.sizes[:, measures], self.spreads[:, measures]
        return Sample(*columns, self.is_share[measures])

    @property
    def basis(self) -> NDArray[np.int8]:
        """What each value [S, M] is known by: MISSING, EXACT, SHARE or AVERAGE."""
        sized = ~np.isnan(self.sizes)
        choices = [np.isnan(self.values), sized & self.is_share, sized & ~np.isnan(self.spreads)]
        return np.select(choices, [MISSING, SHARE, AVERAGE], EXACT).astype(np.int8)


@dataclass(frozen=True, slots=True, eq=False)
class CompositeDraws:
    """Composites [D, S] and pillars [D, S, P] of S units in D draws; NaN where the tree gives no score."""

    composite: Floats
    pillars: Floats


def value_intervals(sample: Sample, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """The interval (low, high) [S, M] of each value in its own unit; both are the value itself where it is exact."""
    low, high = sample.values.copy(), sample.values.copy()
    share, average = sample.basis == SHARE, sample.basis == AVERAGE
    limits = wilson_interval(sample.values[share] / PERCENT, sample.sizes[share], confidence)
    low[share], high[share] = PERCENT * limits[0], PERCENT * limits[1]
    means = mean_interval(sample.values[average], sample.spreads[average], sample.sizes[average], confidence)
    low[average], high[average] = means
    return low, high


def score_intervals(sample: Sample, goalposts: Sequence[Goalposts], confidence: float = 0.95) -> tuple[Floats, Floats]:
    """The lowest and the highest score [S, M] that a value within its interval can have, by the measures' goalposts.

    Found at the ends of the interval and at the turning points between them, since a target may lie inside.
    """
    low, high = value_intervals(sample, confidence)
    turns = _turning_points(goalposts)
    turns = np.broadcast_to(turns[:, np.newaxis], (len(turns), *low.shape))
    candidates = np.clip(np.concatenate([low[np.newaxis], high[np.newaxis], turns]), low, high)
    scores = normalise_columns(candidates, goalposts)
    return scores.min(axis=0), scores.max(axis=0)


def draw_composites(
    sample: Sample,
    goalposts: Sequence[Goalposts],
    tree: Tree,
    draws: int,
    rng: np.random.Generator,
    concentration: float | None = None,
) -> CompositeDraws:
    """Composites and pillars of the units in each of `draws` draws of their values, the whole tree recomputed.

    concentration: where it is given, each draw also has its own weights, Dirichlet around those of the tree for each
    group of siblings, the same for all units: values and weights in doubt together. Every draw of a value is Wilson's
    limit, or mean + z s / sqrt(n), at a standard normal z, so that the middle 95 % of its draws are its 95 % interval.
    Chance goes to the measures that the tree looks at alone: another one beside them, without weight, changes no draw.
    Memory stays at that of the answer. Raises ScoringError for fewer than 1 draw.
    """
    if draws < 1:
        raise ScoringError("At least one draw is needed.")
    weights = None if concentration is None else draw_weights(tree, concentration, draws, rng)
    observed = evaluate(normalise_columns(sample.values, goalposts), tree)
    composite = np.empty((draws, *observed.composite.shape))
    pillars = np.empty((draws, *observed.pillars.shape))
    looked_at = tree.leaves_looked_at
    part, posts = sample.take(looked_at), [goalposts[leaf] for leaf in looked_at]
    for block in row_blocks(draws, sample.values.size):
        scores = np.full((block.stop - block.start, *sample.values.shape), np.nan)
        scores[..., looked_at] = normalise_columns(draw_values(part, len(scores), rng), posts)
        if weights is None:
            result = evaluate(scores, tree)
            composite[block], pillars[block] = result.composite, result.pillars
        else:
            drawn = tree_under_weights(scores, tree, weights[0][block], weights[1][block])
            composite[block], pillars[block] = drawn
    return CompositeDraws(composite, pillars)


def draw_values(sample: Sample, draws: int, rng: np.random.Generator) -> Floats:
    """Random values [D, S, M] by what is known of each: those taken as exact, and missing ones, stay as they are."""
    basis = sample.basis
    share, average = basis == SHARE, basis == AVERAGE
    scale = np.where(share, PERCENT, 1.0)
    sizes = np.where(share, sample.sizes, np.inf)  # of an infinite number of people a share is exact
    errors = np.where(average, sample.spreads / np.sqrt(sample.sizes), 0.0)
    z = rng.standard_normal((draws, *basis.shape))
    values = wilson_limit(sample.values / scale, sizes, z)
    values *= scale
    np.clip(values, np.where(share, 0.0, -np.inf), np.where(share, PERCENT, np.inf), out=values)
    z *= errors
    values += z
    return values


def draw_interval(draws: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """The middle `confidence` of draws [D, ...]: (low, high) [...], NaN where there is no score in a draw."""
    array = as_floats(draws, "draws")
    if array.ndim < 2 or not array.size or np.isinf(array).any():  # noqa: PLR2004 - draws, and what was drawn
        raise ScoringError("The draws must be a table of finite numbers with one row for each draw.")
    deviate(confidence)
    tail = 50.0 * (1 - confidence)
    low, high = percentiles(array, (tail, 100.0 - tail))
    return low, high


def _turning_points(goalposts: Sequence[Goalposts]) -> Floats:
    """Values [T, M] between which every curve only rises or only falls; a measure with fewer repeats its first."""
    points = [turning_points(posts) for posts in goalposts]
    most = max(map(len, points))
    return np.array([each + each[:1] * (most - len(each)) for each in points], dtype=np.float64).T
