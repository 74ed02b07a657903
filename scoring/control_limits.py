"""Signal or noise in a series of months: the XmR chart (individual values and moving ranges) on arrays.

Limits: mean -+ 2.66 x mean moving range; a moving range is unusual above 3.268 x mean moving range. Signals: a point
outside its limits, a range above its limit, eight points in a row on one side of the mean. Sources: Wheeler 1993,
Understanding Variation; Wheeler and Chambers 1992, Understanding Statistical Process Control. The smallest number of
points is our own policy. Values that overlap in time (trailing twelve months) do not qualify: their moving ranges are
small by construction, so that the limits would be too narrow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.arrays import Bools, Floats, as_floats
from scoring.bands import TOLERANCE
from scoring.errors import ScoringError

# 3 / d2 and D4 for ranges of two values: d2 = 1.128, D4 = 3.268.
LIMIT_FACTOR = 2.66
RANGE_FACTOR = 3.268
MIN_POINTS = 12
MIN_RANGES = 6
RUN_LENGTH = 8
TOO_FEW_POINTS = (
    f"Fewer than {MIN_POINTS} months (or fewer than {MIN_RANGES} pairs of neighbouring months): "
    "too little to tell a signal from the usual variation, so there are no limits."
)


@dataclass(frozen=True, slots=True, eq=False)
class ControlLimits:
    """The XmR chart of series [..., T]: the first five arrays are [...], and NaN where `enough` is False.

    enough [...]: whether there are enough points for limits. mean, lower, upper: centre and natural process limits.
    mean_range, range_limit: of the moving ranges. ranges [..., T]: |value - value of the month before|, NaN at the
    start and beside a gap. outside [..., T]: +1 above the upper limit, -1 below the lower one, else 0. wide [..., T]:
    a moving range above its limit. runs [..., T]: +1 where a point belongs to eight or more in a row above the mean,
    -1 below it, else 0.
    """

    enough: Bools
    mean: Floats
    lower: Floats
    upper: Floats
    mean_range: Floats
    range_limit: Floats
    ranges: Floats
    outside: NDArray[np.int8]
    wide: Bools
    runs: NDArray[np.int8]


def control_limits(series: ArrayLike) -> ControlLimits:
    """The XmR chart of each series [..., T] of consecutive months in time order; NaN is a gap.

    A gap is bridged by nothing: it makes no moving range and interrupts a run, and so does a point on the mean. A
    constant series has limits equal to its mean and no signal. Raises ScoringError for infinite values and no axis.
    """
    array = as_floats(series, "series")
    if not array.ndim or not array.shape[-1]:
        raise ScoringError("A series needs at least one month.")
    if np.isinf(array).any():
        raise ScoringError("A value of the series is infinite; a missing value is NaN.")
    ranges = np.full(array.shape, np.nan)
    ranges[..., 1:] = np.abs(np.diff(array, axis=-1))
    enough = (_count(array) >= MIN_POINTS) & (_count(ranges) >= MIN_RANGES)
    mean = np.where(enough, _mean(array), np.nan)
    mean_range = np.where(enough, _mean(ranges), np.nan)
    reach, range_limit = LIMIT_FACTOR * mean_range, RANGE_FACTOR * mean_range
    above = array - mean[..., np.newaxis]  # NaN without limits, and NaN compares as False
    outside = _sides(above, reach[..., np.newaxis] + TOLERANCE)
    wide = ranges > range_limit[..., np.newaxis] + TOLERANCE
    runs = _runs(_sides(above, TOLERANCE))
    return ControlLimits(enough, mean, mean - reach, mean + reach, mean_range, range_limit, ranges, outside, wide, runs)


def _sides(above: Floats, margin: Floats | float) -> NDArray[np.int8]:
    return (above > margin).astype(np.int8) - (above < -margin).astype(np.int8)


def _runs(sides: NDArray[np.int8]) -> NDArray[np.int8]:
    """The side [..., T] of every point that belongs to a run of at least RUN_LENGTH on this side; else 0."""
    found = np.zeros_like(sides)
    for side in (1, -1):
        on_side = sides == side
        for start in range(sides.shape[-1] - RUN_LENGTH + 1):
            window = slice(start, start + RUN_LENGTH)
            found[..., window][on_side[..., window].all(axis=-1)] = side
    return found


def _count(array: Floats) -> NDArray[np.intp]:
    return np.asarray((~np.isnan(array)).sum(axis=-1))


def _mean(array: Floats) -> Floats:
    count = _count(array)
    mean = np.divide(np.nansum(array, axis=-1), count, out=np.full(count.shape, np.nan), where=count > 0)
    return np.asarray(mean, dtype=np.float64)
