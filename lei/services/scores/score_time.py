"""From roll-ups to one value per period, measure, segment and source: the roll-up over time.

What was reported for exactly the period wins; else finer reports are rolled up; a coarser one serves only the period
that it ends in, and only where nothing finer was reported. Nothing is counted twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lei.periods import MONTHS_A_QUARTER, MONTHS_A_YEAR, Grain
from lei.storage.rollup_columns import Floats, Ints, RollupColumns

_MONTH, _DAY = 1, 0


@dataclass(frozen=True, slots=True)
class PeriodRows:
    """One row for each (period, measure, segment, source) with data; arrays of equal length.

    period, measure: positions on the axes asked for; segment, source: ids. n: the sample behind the value; people: the
    most behind any one month, which is what privacy looks at, since the same people come back month after month.
    """

    period: Ints
    measure: Ints
    segment: Ints
    source: Ints
    value: Floats
    n: Floats
    people: Floats

    def take(self, rows: Ints | npt.NDArray[np.bool_]) -> PeriodRows:
        """Some rows only, by index or mask."""
        return PeriodRows(
            self.period[rows],
            self.measure[rows],
            self.segment[rows],
            self.source[rows],
            self.value[rows],
            self.n[rows],
            self.people[rows],
        )


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Consecutive periods of one grain: the first month's ordinal, and how many."""

    grain: Grain
    first_month: int
    periods: int


def roll_up_time(columns: RollupColumns, axis: TimeAxis, measure_ids: Ints, rules: list[str]) -> PeriodRows:
    """One value per period, measure, segment and source.

    measure_ids: the measure axis; rules: the time roll-up of each (`weighted_mean`, `sum`, `last`).
    """
    measure = _position(measure_ids, columns.measure_id)
    length = axis.grain.months
    period = (columns.month - axis.first_month) // length
    wanted = (measure >= 0) & (period >= 0) & (period < axis.periods)
    ends_here = (columns.month - axis.first_month) % length == length - 1
    wanted &= (columns.span <= length) | ends_here
    columns, measure, period = columns.take(wanted), measure[wanted], period[wanted]
    keep = _not_counted_twice(columns, period, length)
    return _summed(columns.take(keep), measure[keep], period[keep], np.array(rules))


def group_starts(*keys: Ints) -> tuple[Ints, Ints]:
    """How to sort rows by several keys, and where each group of equal keys starts in that order."""
    order = np.lexsort(keys[::-1])
    if order.size == 0:
        return order, order
    changed = np.zeros(order.size, dtype=bool)
    changed[0] = True
    for key in keys:
        in_order = key[order]
        changed[1:] |= in_order[1:] != in_order[:-1]
    return order, np.flatnonzero(changed)


def group_numbers(*keys: Ints) -> Ints:
    """The number of the group of equal keys that each row belongs to, counted from 0 in sorted order."""
    order, starts = group_starts(*keys)
    numbers = np.zeros(order.size, dtype=np.int64)
    marks = np.zeros(order.size, dtype=np.int64)
    marks[starts[1:]] = 1
    numbers[order] = np.cumsum(marks)
    return numbers


def _position(axis: Ints, values: Ints) -> Ints:
    """Where each value stands on the axis, -1 where it does not."""
    table = np.full(int(max(axis.max(initial=0), values.max(initial=0))) + 1, -1, dtype=np.int64)
    table[axis] = np.arange(axis.size)
    return table[values]


def _not_counted_twice(columns: RollupColumns, period: Ints, length: int) -> Ints:
    """The rows that count, where one stretch of time was reported as days, months, quarters or years at once."""
    rows = np.arange(columns.month.size)
    if not np.any(columns.span != _MONTH):
        return rows
    keys = (columns.measure_id, columns.segment_id, columns.source_id)
    alive = np.ones(rows.size, dtype=bool)
    steps = [(_MONTH, columns.month)]
    if length >= MONTHS_A_QUARTER:
        steps.append((MONTHS_A_QUARTER, columns.month // MONTHS_A_QUARTER))
    if length >= MONTHS_A_YEAR:
        steps.append((MONTHS_A_YEAR, columns.month // MONTHS_A_YEAR))
    for span, stretch in steps:
        group = group_numbers(*keys, stretch)
        reported = np.zeros(rows.size, dtype=bool)
        reported[group[columns.span == span]] = True
        alive &= ~(reported[group] & (columns.span < span))
    group = group_numbers(*keys, period)
    smallest = np.full(rows.size, np.iinfo(np.int64).max)
    np.minimum.at(smallest, group[alive], np.maximum(columns.span[alive], length))
    alive &= columns.span <= smallest[group]
    return rows[alive]


def _summed(columns: RollupColumns, measure: Ints, period: Ints, rules: npt.NDArray[np.str_]) -> PeriodRows:
    order, starts = group_starts(period, measure, columns.segment_id, columns.source_id)
    if order.size == 0:
        none = np.empty(0, dtype=np.int64)
        nothing = np.empty(0)
        return PeriodRows(none, none, none, none, nothing, nothing, nothing)
    ordered = columns.take(order)
    head = order[starts]
    rule = rules[measure[head]]
    n = np.add.reduceat(ordered.sample_size, starts)
    mean = np.add.reduceat(ordered.weighted_sum, starts) / n
    total = np.add.reduceat(ordered.value_sum, starts)
    newest = _newest(ordered, starts)
    last = rule == "last"
    return PeriodRows(
        period[head],
        measure[head],
        columns.segment_id[head],
        columns.source_id[head],
        np.where(last, ordered.last_value[newest], np.where(rule == "sum", total, mean)),
        np.where(last, ordered.last_sample_size[newest], n),
        np.where(last, ordered.last_sample_size[newest], _most_people(ordered, starts)),
    )


def _newest(ordered: RollupColumns, starts: Ints) -> Ints:
    """The row of each group with the newest month and day."""
    days_a_month = 32
    instant = ordered.month * days_a_month + ordered.last_day
    newest = np.maximum.reduceat(instant, starts)
    group = np.zeros(instant.size, dtype=np.int64)
    group[starts[1:]] = 1
    group = np.cumsum(group)
    rows = np.zeros(starts.size, dtype=np.int64)
    is_newest = instant == newest[group]
    rows[group[is_newest]] = np.flatnonzero(is_newest)
    return rows


def _most_people(ordered: RollupColumns, starts: Ints) -> Floats:
    """The largest sample of any one month of each group; days of one month add up."""
    if starts.size == ordered.month.size:
        return ordered.sample_size
    group = np.zeros(ordered.month.size, dtype=np.int64)
    group[starts[1:]] = 1
    group = np.cumsum(group)
    order, month_starts = group_starts(group, ordered.month)
    by_month = np.add.reduceat(ordered.sample_size[order], month_starts)
    most = np.zeros(starts.size)
    np.maximum.at(most, group[order][month_starts], by_month)
    return most
