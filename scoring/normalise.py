"""From a value to a score of 0..100 by fixed goalposts, so that another unit or month never moves history.

Sources: linear goalposts as in UNDP's Human Development Index (technical note 1); the four posts of `target_is_best`
and all defaults are our own policy; the log-normal curve with two control points is the one Lighthouse uses.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from scoring.arrays import Floats, as_floats, as_scores, row_blocks
from scoring.errors import ScoringError

Direction = Literal["higher_is_better", "lower_is_better", "target_is_best"]
Curve = Literal["linear", "logarithmic", "lognormal", "piecewise"]
DIRECTIONS: tuple[str, ...] = get_args(Direction)
LOWEST, HIGHEST = 0.0, 100.0
# Points at the two control points of the log-normal curve, and erfinv(0.8), which belongs to the upper one.
HALF_POINTS, NINETY_POINTS = 50.0, 90.0
ERFINV_08 = 0.9061938024368232
_BELOW_NINETY, _BELOW_HALF = math.nextafter(NINETY_POINTS, LOWEST), math.nextafter(HALF_POINTS, LOWEST)


@dataclass(frozen=True, slots=True)
class Goalposts:
    """The values of a measure that are worth 0 and 100 points, and the curve between them.

    linear: `goalpost_0` scores 0 and `goalpost_100` scores 100; `target_is_best` also has the two posts on the far
    side, goalpost_0 < goalpost_100 <= goalpost_100_upper < goalpost_0_upper.
    logarithmic: as linear, but on the logarithm of the value; both posts above 0. Not for `target_is_best`.
    lognormal: both posts above 0; because the curve only approaches 0 and 100, `goalpost_0` scores 10 and
    `goalpost_100` scores 90, and their geometric mean 50. Not for `target_is_best`.
    piecewise: straight lines through `knots` (value, points), values ascending; flat beyond the outer knots. The
    knots alone decide; the two goalposts are kept for display.
    Raises ScoringError where the posts do not fit together.
    """

    direction: Direction
    goalpost_0: float
    goalpost_100: float
    goalpost_100_upper: float | None = None
    goalpost_0_upper: float | None = None
    curve: Curve = "linear"
    knots: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        if self.direction not in DIRECTIONS:
            raise ScoringError(f"The direction must be one of: {', '.join(DIRECTIONS)}.")
        if self.curve not in CURVES:
            raise ScoringError(f"The curve must be one of: {', '.join(CURVES)}.")
        _check_posts(self)
        if self.curve in ("logarithmic", "lognormal"):
            _check_above_zero(self)
        if self.curve == "piecewise":
            _check_knots(self)


def normalise(values: ArrayLike, goalposts: Goalposts) -> Floats:
    """Scores 0..100 of the same shape as `values`; NaN (missing) stays NaN, infinite values raise ScoringError."""
    array = as_floats(values, "values")
    _refuse_infinite(array)
    return CURVES[goalposts.curve](array, goalposts)


def normalise_columns(values: ArrayLike, goalposts: Sequence[Goalposts]) -> Floats:
    """Scores [..., M] of values [..., M], the last axis having one entry for each of the M `goalposts`."""
    array = as_scores(values, len(goalposts), "values")
    columns = array.reshape(-1, len(goalposts))
    scores = np.empty_like(columns)
    start, span = _first_slopes(goalposts)
    odd = [index for index, posts in enumerate(goalposts) if not _is_plain(posts)]
    for block in row_blocks(*columns.shape):
        _refuse_infinite(columns[block])
        _straight(columns[block], start, span, scores[block])
        for index in odd:
            scores[block, index] = CURVES[goalposts[index].curve](columns[block, index], goalposts[index])
    return scores.reshape(array.shape)


def linear(values: Floats, goalposts: Goalposts) -> Floats:
    """clamp(100 (x - g0) / (g100 - g0), 0, 100); with four posts, the lower of the rising and the falling line."""
    scores = _straight(values, goalposts.goalpost_0, goalposts.goalpost_100 - goalposts.goalpost_0)
    if goalposts.direction == "target_is_best":
        upper_0, upper_100 = _upper_posts(goalposts)
        scores = np.minimum(scores, _straight(values, upper_0, upper_100 - upper_0))
    return scores


def beyond_goalposts(values: ArrayLike, goalposts: Goalposts) -> Floats:
    """100 (x - g0) / (g100 - g0) of a straight curve, not kept within 0 to 100: how far beyond its posts a value lies.

    For analysis; such a number is no score. Raises ScoringError for other curves and for target ranges.
    """
    if not _is_plain(goalposts):
        raise ScoringError("How far beyond the goalposts a value lies is defined for the straight line between two.")
    array = as_floats(values, "values")
    _refuse_infinite(array)
    return 100.0 * (array - goalposts.goalpost_0) / (goalposts.goalpost_100 - goalposts.goalpost_0)


def logarithmic(values: Floats, goalposts: Goalposts) -> Floats:
    """clamp(100 (ln x - ln g0) / (ln g100 - ln g0), 0, 100): equal steps in percent earn equal points.

    A value of 0 or less lies beyond the lower post. Source: the income index of the Human Development Index (UNDP,
    technical note 1).
    """
    start, end = math.log(goalposts.goalpost_0), math.log(goalposts.goalpost_100)
    with np.errstate(divide="ignore"):  # ln 0 is minus infinity, which is clamped like all beyond the post
        logarithms = np.log(np.maximum(values, 0.0))
    return _straight(logarithms, start, end - start)


def lognormal(values: Floats, goalposts: Goalposts) -> Floats:
    """The log-normal curve with 10 points at `goalpost_0` and 90 at `goalpost_100`; see `log_normal_points`."""
    ninety = goalposts.goalpost_100
    half = math.sqrt(goalposts.goalpost_0) * math.sqrt(ninety)
    return log_normal_points(values, half, ninety)


def log_normal_points(values: ArrayLike, half: float, ninety: float) -> Floats:
    """Points 0..100 on the complementary log-normal distribution through two control points.

    `half` scores exactly 50 (Lighthouse calls it the median), `ninety` exactly 90 (its p10). With ninety < half lower
    values are better, with ninety > half higher ones. points = 50 erfc(erfinv(0.8) ln(x / half) / ln(half / ninety))
    with the sign that follows from the direction. A value of 0 or less is the best (or the worst) there can be.
    Rounding never carries a value across a control point: one beyond it scores strictly less.
    Source: Lighthouse, `shared/statistics.js`; the distribution itself is textbook. Raises ScoringError.
    """
    if not (0 < half < math.inf and 0 < ninety < math.inf) or half == ninety:
        raise ScoringError("The control points of a log-normal curve must be two different numbers above 0.")
    array, falling = as_floats(values, "values"), ninety < half
    smallest, largest = math.ulp(0.0), float(np.finfo(np.float64).max)
    scale = ERFINV_08 / math.log(min(max(half / ninety, smallest), largest))
    with np.errstate(over="ignore"):
        ratio = np.clip(array / half, smallest, largest)
    arguments = np.log(ratio) * scale
    points = 50.0 * np.fromiter(map(math.erfc, arguments.ravel()), np.float64, arguments.size).reshape(array.shape)
    reached_ninety, reached_half = (array <= ninety, array <= half) if falling else (array >= ninety, array >= half)
    low = np.where(reached_ninety, NINETY_POINTS, np.where(reached_half, HALF_POINTS, LOWEST))
    high = np.where(reached_ninety, HIGHEST, np.where(reached_half, _BELOW_NINETY, _BELOW_HALF))
    points = np.clip(points, low, high)
    known = [np.isnan(array), array <= 0, array == ninety, array == half]
    limit = HIGHEST if falling else LOWEST
    return np.select(known, [np.nan, limit, NINETY_POINTS, HALF_POINTS], points)


def piecewise(values: Floats, goalposts: Goalposts) -> Floats:
    """Straight lines through the knots, flat beyond the first and the last one."""
    knots = np.array(goalposts.knots, dtype=np.float64)
    return np.asarray(np.interp(values, knots[:, 0], knots[:, 1]), dtype=np.float64)


CURVES: dict[str, Callable[[Floats, Goalposts], Floats]] = {
    "linear": linear,
    "logarithmic": logarithmic,
    "lognormal": lognormal,
    "piecewise": piecewise,
}


def _straight(values: Floats, start: Floats | float, span: Floats | float, out: Floats | None = None) -> Floats:
    """clamp(100 (x - start) / span, 0, 100), written into `out` when given."""
    with np.errstate(over="ignore"):  # far beyond a goalpost is clamped like just beyond it
        scores = np.subtract(values, start, out=out)
        scores = np.divide(scores, span, out=out)
        scores = np.multiply(scores, HIGHEST, out=out)
    return np.clip(scores, LOWEST, HIGHEST, out=out)


def _is_plain(goalposts: Goalposts) -> bool:
    return goalposts.curve == "linear" and goalposts.direction != "target_is_best"


def _first_slopes(goalposts: Sequence[Goalposts]) -> tuple[Floats, Floats]:
    starts = np.array([posts.goalpost_0 for posts in goalposts], dtype=np.float64)
    spans = np.array([posts.goalpost_100 - posts.goalpost_0 for posts in goalposts], dtype=np.float64)
    return starts, spans


def _upper_posts(goalposts: Goalposts) -> tuple[float, float]:
    if goalposts.goalpost_0_upper is None or goalposts.goalpost_100_upper is None:
        raise ScoringError("'target_is_best' needs four goalposts: the two upper ones are missing.")
    return goalposts.goalpost_0_upper, goalposts.goalpost_100_upper


def _refuse_infinite(values: Floats) -> None:
    if np.isinf(values).any():
        raise ScoringError("A value is infinite; a missing value is NaN.")


def _check_posts(goalposts: Goalposts) -> None:
    low, high = goalposts.goalpost_0, goalposts.goalpost_100
    upper = [post for post in (goalposts.goalpost_100_upper, goalposts.goalpost_0_upper) if post is not None]
    if not np.isfinite(as_floats([low, high, *upper], "goalposts")).all() or not math.isfinite(high - low):
        raise ScoringError("Goalposts must be finite numbers.")
    if goalposts.curve == "piecewise":
        return  # the knots alone decide, and are checked on their own
    if goalposts.direction == "target_is_best":
        upper_0, upper_100 = _upper_posts(goalposts)
        if not low < high <= upper_100 < upper_0:
            raise ScoringError(
                "'target_is_best' needs goalpost_0 < goalpost_100 <= goalpost_100_upper < goalpost_0_upper."
            )
    elif goalposts.goalpost_100_upper is not None or goalposts.goalpost_0_upper is not None:
        raise ScoringError("Upper goalposts belong to 'target_is_best' alone.")
    elif goalposts.direction == "higher_is_better" and not low < high:
        raise ScoringError("'higher_is_better' needs goalpost_0 below goalpost_100.")
    elif goalposts.direction == "lower_is_better" and not low > high:
        raise ScoringError("'lower_is_better' needs goalpost_0 above goalpost_100.")


def _check_above_zero(goalposts: Goalposts) -> None:
    kind = {"logarithmic": "logarithmic", "lognormal": "log-normal"}[goalposts.curve]
    if goalposts.direction == "target_is_best":
        raise ScoringError(f"A {kind} curve rises or falls; it cannot be used with 'target_is_best'.")
    if not (goalposts.goalpost_0 > 0 and goalposts.goalpost_100 > 0):
        raise ScoringError(f"The goalposts of a {kind} curve must be greater than 0.")
    if goalposts.curve == "logarithmic" and math.log(goalposts.goalpost_0) == math.log(goalposts.goalpost_100):
        raise ScoringError("The goalposts of a logarithmic curve lie so close that they cannot be told apart.")


def _check_knots(goalposts: Goalposts) -> None:
    knots = as_floats(goalposts.knots, "knots")
    if knots.ndim != 2 or knots.shape[0] < 2 or knots.shape[1] != 2:  # noqa: PLR2004 - pairs, and two of them
        raise ScoringError("A piecewise curve needs at least two knots, each a pair of value and points.")
    if not np.isfinite(knots).all() or (np.diff(knots[:, 0]) <= 0).any():
        raise ScoringError("The values of the knots must be finite and strictly ascending.")
    if (knots[:, 1] < LOWEST).any() or (knots[:, 1] > HIGHEST).any():
        raise ScoringError("The points of the knots must lie between 0 and 100.")
    rise = np.diff(knots[:, 1]) * {"higher_is_better": 1, "lower_is_better": -1}.get(goalposts.direction, 0)
    if (rise < 0).any():
        raise ScoringError(f"The points of the knots run against '{goalposts.direction}'.")
