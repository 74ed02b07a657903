"""Two series over the same months, made fit to be compared: single months, no long gap, trends removed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from lei.evidence.estimate import Bools, Floats, TooLittle
from lei.evidence.minimums import check
from lei.evidence.number_checks import checked_series, refusal
from lei.evidence.season import SEASON_NEEDS
from lei.periods import MONTHS_A_YEAR

# Our own policy: a single month may be missing, and is dropped, never filled.
LONGEST_GAP = 1
# A line and eleven months beside the mean: each costs a case.
SEASON_AND_TREND = 12


class Detrend(StrEnum):
    """How what two series share by growing alone is taken out before they are compared."""

    DIFFERENCES = "first_differences"
    TREND_AND_SEASON = "trend_and_season"


@dataclass(frozen=True, slots=True, eq=False)
class MonthPair:
    """A leading measure x and a KPI y [T] in the same consecutive months, NaN where one is missing."""

    x: Floats
    y: Floats

    @property
    def months(self) -> int:
        """How many months have both."""
        return int(self.both.sum())

    @property
    def both(self) -> Bools:
        """The months [T] that have both."""
        known: Bools = ~(np.isnan(self.x) | np.isnan(self.y))
        return known


def month_pair(x: ArrayLike, y: ArrayLike, window_months: int | None = 1) -> MonthPair:
    """x and y [T] in the months that both reach over; NaN where one is missing.

    window_months: over how many months a value of either looks back; None: not known. Raises InvalidError unless it is
    one (values that overlap move together by construction), for two lengths and for infinite values.
    """
    if window_months != 1:
        back = "a time that is not known" if window_months is None else f"{window_months} months"
        text = f"A value looks back over {back}, so that neighbours overlap; give values of single months."
        raise refusal("window_months", text)
    leading, kpi = checked_series(x, "measure", "The measure"), checked_series(y, "kpi", "The KPI")
    if leading.size != kpi.size:
        text = f"The measure has {leading.size} months and the KPI {kpi.size}; give both over the same months."
        raise refusal("kpi", text)
    pair = MonthPair(leading, kpi)
    reached = np.flatnonzero(pair.both)
    if reached.size == 0:
        return MonthPair(leading[:0], kpi[:0])
    span = slice(int(reached[0]), int(reached[-1]) + 1)
    return MonthPair(leading[span], kpi[span])


def lacks(pair: MonthPair, method: str) -> TooLittle | None:
    """What `method` (a key of the minimums) lacks: months, or months without a long gap between them."""
    short = check(method, {"months": pair.months})
    if short is not None:
        return short
    gap = float(_longest_gap(pair.both))
    if gap > LONGEST_GAP:
        return TooLittle(method, {"months_missing_in_a_row": LONGEST_GAP}, {"months_missing_in_a_row": gap})
    return None


def detrended(series: Floats, how: Detrend) -> Floats:
    """The series [T] without its trend: T - 1 changes from month to month, or T residuals of line and month of year.

    A change beside a missing month is missing too. Raises InvalidError where a season is to be removed of less than 24
    months: it would be made of single values.
    """
    if how is Detrend.DIFFERENCES:
        return np.diff(series)
    if int((~np.isnan(series)).sum()) < SEASON_NEEDS:
        raise refusal("detrend", "Trend and season can be removed of 24 months or more; take first differences.")
    months = np.arange(series.size)
    season = (months[:, None] % MONTHS_A_YEAR == np.arange(MONTHS_A_YEAR)).astype(np.float64)
    design = np.column_stack([months - months.mean(), season])
    known = ~np.isnan(series)
    coefficients, *_ = np.linalg.lstsq(design[known], series[known], rcond=None)
    return np.asarray(series - design @ coefficients)


def cases_lost(how: Detrend) -> int:
    """How many cases the removal costs beside those that it drops."""
    return SEASON_AND_TREND if how is Detrend.TREND_AND_SEASON else 0


def _longest_gap(known: Bools) -> int:
    """The most months in a row that are missing between two that are not."""
    return int(np.diff(np.flatnonzero(known)).max(initial=1)) - 1
