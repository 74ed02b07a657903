"""Weights out of points to allocate, such as 100 points over five pillars."""

from __future__ import annotations

from collections.abc import Mapping

from weights.profile import WeightsError, shares_of
from weights.refusal import refuse
from weights.sections import as_number


def allocated_weights(points: Mapping[str, float]) -> dict[str, float]:
    """Weights that sum to 1 out of points given to each key; how many points there were does not matter.

    Raises WeightsError that names every key whose points are no number of 0 or more, and when all are 0.
    """
    numbers = {key: as_number(value) for key, value in points.items()}
    checked = {key: number for key, number in numbers.items() if number is not None and number >= 0}
    faulty = [key for key in points if key not in checked]
    if faulty:
        raise WeightsError(
            [(f"points.{key}", f"The points of '{key}' must be a number of 0 or more.") for key in faulty]
        )
    if not any(checked.values()):
        refuse("points", "At least one point must be allocated.")
    return shares_of(checked)
