"""Who is like whom: nearest neighbours on baselines, among those close enough in each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lei.errors import InvalidError
from lei.evidence.balance import pooled_spread
from lei.evidence.estimate import Bools, Floats, Ints
from lei.evidence.samples import sample_of

# Neighbours of the same group from which the spread of an outcome is read.
NEIGHBOURS = 2
# Distances that are equal on paper differ by ulps.
TIE = 1e-9
# A direction in which baselines vary by less than this, in standard deviations squared, is none of its own.
NO_VARIANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Baselines:
    """Baselines of N people. scaled [N, K]: in standard deviations; coordinates [N, K]: their plain distance is that of
    Mahalanobis by the covariance within groups; treated [N].
    """

    scaled: Floats
    coordinates: Floats
    treated: Bools


@dataclass(frozen=True, slots=True)
class Matches:
    """The M treated people who found somebody [M], and who stands for them, with equal shares [M].

    weights [N]: for how many treated each person of the comparison stands (sum of shares); squares [N]: Σ shares².
    """

    treated: Ints
    nearest: tuple[Ints, ...]
    weights: Floats
    squares: Floats

    @property
    def used(self) -> Bools:
        """Who stands for somebody [N]."""
        used: Bools = self.weights > 0
        return used


def spreads_of(values: Floats, treated: Bools) -> Floats:
    """The pooled standard deviation of each baseline [K] of `values` [N, K]; that of all where neither group varies."""
    pairs = [(sample_of(column[treated]), sample_of(column[~treated])) for column in values.T]
    return np.array([pooled_spread(*pair) or column.std() for pair, column in zip(pairs, values.T, strict=True)])


def baselines_of(values: Floats, treated: Bools) -> Baselines:
    """Scales baselines [N, K]. Raises InvalidError where some of them say the same within the groups."""
    scaled = values / spreads_of(values, treated)
    within = scaled.copy()
    for group in (treated, ~treated):
        within[group] -= scaled[group].mean(axis=0)
    variances, directions = np.linalg.eigh(within.T @ within / len(within))
    if variances[0] < NO_VARIANCE:
        raise InvalidError("Some of the baselines say the same as others or as the group; leave one of them out.")
    return Baselines(scaled, scaled @ (directions / np.sqrt(variances)), treated)


def match(baselines: Baselines, caliper: float) -> Matches:
    """For each treated person the nearest of the comparison among those within `caliper` sd in every baseline.

    Ties share. With replacement, so that the order of people does not matter; who finds nobody is left out.
    """
    pool = np.flatnonzero(~baselines.treated)
    found: dict[int, Ints] = {}
    for person in map(int, np.flatnonzero(baselines.treated)):
        alike = (np.abs(baselines.scaled[pool] - baselines.scaled[person]) <= caliper + TIE).all(axis=1)
        if alike.any():
            found[person] = _closest(baselines, person, pool[alike], 1)
    weights, squares = np.zeros(len(baselines.treated)), np.zeros(len(baselines.treated))
    for partners in found.values():
        weights[partners] += 1 / len(partners)
        squares[partners] += 1 / len(partners) ** 2
    return Matches(np.array(list(found), dtype=np.int64), tuple(found.values()), weights, squares)


def spread_among_neighbours(values: Floats, baselines: Baselines, people: Ints) -> Floats:
    """σ² of the `values` [N] of each of `people` of the comparison: J / (J + 1) · (own - mean of the J nearest)².

    The J nearest are two others of the comparison, more where distances tie. Source: Abadie and Imbens 2006,
    Econometrica 74, section 4.
    """
    pool = np.flatnonzero(~baselines.treated)
    spreads = np.empty(len(people))
    for position, person in enumerate(map(int, people)):
        others = _closest(baselines, person, pool[pool != person], NEIGHBOURS)
        spreads[position] = len(others) / (len(others) + 1) * (values[person] - values[others].mean()) ** 2
    return spreads


def _closest(baselines: Baselines, person: int, pool: Ints, count: int) -> Ints:
    """The `count` of the pool that are nearest to the person, and all that are as near as the last of them."""
    distances = np.sqrt(((baselines.coordinates[pool] - baselines.coordinates[person]) ** 2).sum(axis=1))
    nearest: Ints = pool[distances <= np.partition(distances, count - 1)[count - 1] + TIE]
    return nearest
