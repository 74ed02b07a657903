"""How far a group that was chosen because its results were bad would have come back to the mean by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lei.errors import InvalidError
from lei.evidence.estimate import LEVEL, Bools, Finding, Floats, TooLittle
from lei.evidence.inputs import LARGEST, number
from lei.evidence.minimums import NO_OTHER, check

METHOD = "regression_to_mean"
# What it needs is that of a correlation over units; a reliability needs two periods.
SAME_AS = "correlation_units"
SMALLEST_UNITS, SMALLEST_PERIODS = 3, 2


@dataclass(frozen=True, slots=True)
class RegressionToMean:
    """The change to expect of the chosen without any program, with the range of its reliability, in the data's unit.

    expected, low, high: towards the mean of all units, `low` to `high` at 95 %. reliability, with its own range: 1
    where units keep their places from period to period, 0 where places are chance. observed: the change that was found.
    share: how much of it was to be expected, 0 where it went the other way; above 1, more was. finding: present where
    some was.
    """

    expected: float
    low: float
    high: float
    reliability: float
    reliability_low: float
    reliability_high: float
    observed: float
    share: float
    finding: Finding | None


def regression_to_mean(
    history: Floats, chosen: Bools, observed: float, at_least: Mapping[str, float] = NO_OTHER
) -> RegressionToMean | TooLittle:
    """What regression to the mean explains of the `observed` change (after minus before) of the chosen units.

    history [U, P]: results of all units from which some were chosen, in the P periods that they were chosen by. chosen
    [U]. Units with a gap are left out. Expected change = (1 - reliability) x (mean of all - mean of the chosen); the
    reliability of a mean of P periods is 1 - MSE / MSB of the two-way analysis of variance (units x periods, so that a
    change of all units alike does not count), with its F interval. Sources: Barnett et al. 2005, Int. J. Epidemiol. 34;
    Shrout and Fleiss 1979, Psychol. Bull. 86, ICC(3, k). Slow swings of a unit pass for its own level, so the true
    regression may be larger than is said here. Raises InvalidError for shapes that do not fit, infinite values, no unit
    chosen, and units or periods that do not vary.
    """
    table, picked = _complete(history, chosen)
    units, periods = table.shape
    number(observed, "observed change")
    needed = {name: max(amount, SMALLEST_UNITS) for name, amount in at_least.items()}
    lacking = check(SAME_AS, {"units": units}, needed)
    if lacking or periods < SMALLEST_PERIODS:
        short = lacking or TooLittle(METHOD, {"periods": SMALLEST_PERIODS}, {"periods": periods})
        return TooLittle(METHOD, short.needed, short.found)
    if not picked.any():
        raise InvalidError("None of the units with complete results was chosen, so nothing can be said about them.")
    distance = float(table.mean() - table[picked].mean())
    reliability, lowest, highest = _reliability(table)
    reach = sorted(((1 - lowest) * distance, (1 - highest) * distance))
    return _explained((1 - reliability) * distance, (reach[0], reach[1]), (reliability, lowest, highest), observed)


def _complete(history: Floats, chosen: Bools) -> tuple[Floats, Bools]:
    table = np.asarray(history, dtype=np.float64)
    picked = np.asarray(chosen, dtype=np.bool_)
    if table.ndim != 2 or picked.shape != table.shape[:1]:  # noqa: PLR2004 - units x periods
        raise InvalidError("The history must be a table of units and periods, with one choice for each unit.")
    if (np.abs(table[~np.isnan(table)]) > LARGEST).any():
        raise InvalidError("A result of the history is infinite or too large to compute with.")
    complete = ~np.isnan(table).any(axis=1)
    return table[complete], picked[complete]


def _reliability(table: Floats) -> tuple[float, float, float]:
    """Reliability of the units' means and its interval, each within 0 and 1."""
    from scipy import stats

    units, periods = table.shape
    means = table.mean(axis=1, keepdims=True)
    rest = table - means - table.mean(axis=0, keepdims=True) + table.mean()
    between = periods * float(means.var(ddof=1))
    within = float((rest**2).sum()) / ((units - 1) * (periods - 1))
    tiny = (1e-12 * float(np.abs(table).max())) ** 2
    if not (between > tiny and within > tiny):
        raise InvalidError("The units or their periods do not vary, so no regression to the mean can be expected.")
    ratio, freedom = between / within, (units - 1, (units - 1) * (periods - 1))
    highest = ratio * float(stats.f.ppf(0.5 + LEVEL / 2, freedom[1], freedom[0]))
    lowest = ratio / float(stats.f.ppf(0.5 + LEVEL / 2, *freedom))
    return max(1 - 1 / ratio, 0.0), max(1 - 1 / lowest, 0.0), max(1 - 1 / highest, 0.0)


def _explained(
    expected: float, reach: tuple[float, float], reliability: tuple[float, float, float], observed: float
) -> RegressionToMean:
    same_way = expected * observed > 0
    share = expected / observed if same_way else 0.0
    numbers = {"expected": expected, "low": reach[0], "high": reach[1], "observed": observed, "share": share}
    finding = Finding(METHOD, numbers | {"reliability": reliability[0]}) if same_way else None
    return RegressionToMean(expected, *reach, *reliability, observed, share, finding)
