"""Periods of rows as positions, and as they were written."""

from __future__ import annotations

import numpy as np

from lei.errors import InvalidError, Problem
from lei.evidence.estimate import Ints
from lei.periods import Grain, Period

# Twenty years of months; and as many values of units and periods together as fit into memory with ease.
MOST_PERIODS, MOST_CELLS = 240, 1_000_000


def span(periods: Ints) -> int:
    """How many periods lie between the first and the last one, both included. Raises InvalidError for too many."""
    length = int(periods.max() - periods.min()) + 1
    if length > MOST_PERIODS:
        text = f"The periods reach over {length}; the most that can be looked at is {MOST_PERIODS}."
        raise InvalidError(text, [Problem("period", "too_many_periods", text)])
    return length


def refuse_too_large(units: int, periods: int) -> None:
    """InvalidError where the table of all units and periods would be too large."""
    if units * periods > MOST_CELLS:
        found = f"{units:,} units over {periods:,} periods are {units * periods:,} values"
        text = f"{found}; at most {MOST_CELLS:,} are taken."
        raise InvalidError(text, [Problem("rows", "too_many_rows", text)])


def position(start: int | None, first: int, length: int) -> int:
    """A start as a position, behind the last period where it is still to come. Raises InvalidError for one before."""
    if start is None or start < first:
        text = "The start lies before the first period, so there is nothing before it to compare with."
        raise InvalidError(text, [Problem("start", "out_of_range", text)])
    return min(start - first, length)


def label(period: int, *, months: bool) -> str:
    """A period as it was written."""
    return str(Period(period, Grain.MONTH)) if months else str(period)


def window_of(first: int, last: int, *, months: bool) -> tuple[Period, Period] | None:
    """The window of a claim; None where the periods are no months."""
    return (Period(first, Grain.MONTH), Period(last, Grain.MONTH)) if months and first <= last else None


def refuse_twice(periods: Ints) -> None:
    """InvalidError where two rows of one series have the same period."""
    seen: set[int] = set()
    for place, period in enumerate(np.asarray(periods).tolist(), start=1):
        if period in seen:
            text = "There are two rows of the same period."
            raise InvalidError(text, [Problem("period", "twice", text, row=place)])
        seen.add(period)
