"""The shape of a measure's curve from value to score: where it turns, where it is best, how long its range is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from scoring.arrays import Floats
from scoring.normalise import ERFINV_08, Goalposts

# Beyond this argument of erfc a log-normal curve is within 1e-10 points of 0 and of 100: 50 erfc(5) = 8e-11.
FLAT_FROM = 5.0


@dataclass(frozen=True, slots=True)
class BestRange:
    """Values from `low` to `high` (infinite where more is never worse) earn the most that the goalposts ask for.

    step_below and step_above: the length of the whole goalpost range on the way there from below and from above.
    """

    low: float
    high: float
    step_below: float
    step_above: float


def best_range(goalposts: Goalposts) -> BestRange:
    """Where a measure has arrived: at goalpost_100 and beyond, within the target, or at the knots with most points."""
    if goalposts.curve == "piecewise":
        return _best_knots(goalposts)
    g0, g100 = goalposts.goalpost_0, goalposts.goalpost_100
    span = abs(g100 - g0)
    upper_100, upper_0 = goalposts.goalpost_100_upper, goalposts.goalpost_0_upper
    if upper_100 is not None and upper_0 is not None:
        return BestRange(g100, upper_100, span, upper_0 - upper_100)
    return BestRange(g100, math.inf, span, span) if g100 > g0 else BestRange(-math.inf, g100, span, span)


def turning_points(goalposts: Goalposts) -> list[float]:
    """Values, ascending, between which the score only rises or only falls, and beyond which it stays as it is.

    The ends of a log-normal curve are those within 1e-10 points of what it approaches.
    """
    if goalposts.curve == "piecewise":
        return [value for value, _ in goalposts.knots]
    if goalposts.curve == "lognormal":
        return _lognormal_ends(goalposts)
    posts = (
        goalposts.goalpost_0,
        goalposts.goalpost_100,
        goalposts.goalpost_100_upper,
        goalposts.goalpost_0_upper,
    )
    return sorted({post for post in posts if post is not None})


def _best_knots(goalposts: Goalposts) -> BestRange:
    values = [value for value, _ in goalposts.knots]
    most = max(points for _, points in goalposts.knots)
    best = [value for value, points in goalposts.knots if points == most]
    span = values[-1] - values[0]
    low = -math.inf if best[0] == values[0] else best[0]  # flat beyond the outer knots
    high = math.inf if best[-1] == values[-1] else best[-1]
    return BestRange(low, high, span, span)


def _lognormal_ends(goalposts: Goalposts) -> list[float]:
    middle = (math.log(goalposts.goalpost_0) + math.log(goalposts.goalpost_100)) / 2
    reach = abs(math.log(goalposts.goalpost_100) - middle) * FLAT_FROM / ERFINV_08
    ends: Floats = np.exp(np.clip([middle - reach, middle + reach], -700.0, 700.0))
    return [float(ends[0]), float(ends[1])]
