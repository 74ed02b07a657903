"""The interval and the p-value of an effect by Student's distribution."""

from __future__ import annotations

from dataclasses import dataclass

from lei.errors import InvalidError
from lei.evidence.estimate import LEVEL


@dataclass(frozen=True, slots=True)
class Student:
    """An effect's interval at `level`, the p-value of 'no effect' (two-sided), and what both were computed from."""

    low: float
    high: float
    p_value: float
    standard_error: float
    degrees_of_freedom: float


def student(effect: float, standard_error: float, degrees_of_freedom: float, level: float = LEVEL) -> Student:
    """effect -+ t(level, df) x standard error, and the p-value of effect / standard error.

    Raises InvalidError for a level that is not between 0 and 1, and where nothing varies: without variation there is
    no telling how sure an effect is.
    """
    from scipy import stats

    if not 0 < level < 1:
        raise InvalidError(f"The level of an interval lies between 0 and 1, and it is {level}.")
    if not standard_error > 0:
        raise InvalidError("The values do not vary, so nothing can be said about how sure their difference is.")
    reach = float(stats.t.ppf(0.5 + level / 2, degrees_of_freedom)) * standard_error
    p_value = 2 * float(stats.t.sf(abs(effect / standard_error), degrees_of_freedom))
    return Student(effect - reach, effect + reach, p_value, standard_error, degrees_of_freedom)
