"""The curve of a measure as the engine takes it; which curves make sense, the engine alone says."""

from __future__ import annotations

from lei.catalog.measure import Measure
from lei.errors import InvalidError, Problem
from scoring.errors import ScoringError
from scoring.normalise import Goalposts


def goalposts_of(measure: Measure) -> Goalposts:
    """The goalposts and the curve of a scorable measure.

    Raises ScoringError where they do not fit together.
    """
    low, high = measure.goalpost_0, measure.goalpost_100
    if measure.curve == "piecewise":
        # The knots alone decide; without posts of its own, the outer knots stand for them.
        low = measure.knots[0][0] if low is None else low
        high = measure.knots[-1][0] if high is None else high
    if low is None or high is None:
        raise ScoringError(f"'{measure.key}' needs goalposts to be scored.")
    return Goalposts(
        direction=measure.direction,
        goalpost_0=low,
        goalpost_100=high,
        goalpost_100_upper=measure.goalpost_100_upper,
        goalpost_0_upper=measure.goalpost_0_upper,
        curve=measure.curve,
        knots=measure.knots,
    )


def check_curve(measure: Measure) -> None:
    """Raises InvalidError, with the field at fault, where the engine could not score a measure by its curve.

    Every score takes in every scorable measure, so a single one that the engine refuses would leave nobody a score.
    """
    if not measure.scorable:
        return
    try:
        goalposts_of(measure)
    except ScoringError as error:
        field = "knots" if measure.curve == "piecewise" else "curve"
        raise InvalidError(str(error), [Problem(field, "invalid_curve", str(error))]) from error
