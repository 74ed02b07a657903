"""The formulas of observations: rows in, one value with its sample size for each group out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from lei.connectors.conditions import holds
from lei.connectors.recipe import Amount, Count, Kept, MatchedGain, Mean, Observed, Ratio, Sum
from lei.periods import month_start, parse_period

PERIOD = "_period"  # the ordinal of a month, or the text of a fixed period

Keys = Sequence[str]


def evaluate(frame: pd.DataFrame, keys: Keys, observed: Observed) -> pd.DataFrame:
    """The columns `keys`, `value` and `sample_size`, one row for each group; a group without a value has NA."""
    result = _FORMULAS[type(observed)](frame, keys, observed)
    return result[[*keys, "value", "sample_size"]]


def _totals(frame: pd.DataFrame, keys: Keys, amounts: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Sums by group, correctly rounded, so that the order of the rows does not matter."""
    table = frame[list(keys)].assign(**amounts)
    return table.groupby(list(keys), sort=True)[list(amounts)].agg(_sum).reset_index()


def _sum(values: pd.Series) -> float:
    return math.fsum(values)


def _divided(totals: pd.DataFrame, numerator: str, denominator: str, times: float) -> pd.Series:
    positive = totals[denominator].where(totals[denominator] > 0)
    return times * totals[numerator] / positive


def _count(frame: pd.DataFrame, keys: Keys, _observed: Count) -> pd.DataFrame:
    totals = _totals(frame, keys, {"value": pd.Series(1.0, index=frame.index)})
    return totals.assign(sample_size=totals["value"])


def _of_column(frame: pd.DataFrame, keys: Keys, column: str) -> pd.DataFrame:
    values = frame[column]
    return _totals(frame, keys, {"total": values.fillna(0.0), "sample_size": values.notna().astype("float64")})


def _sum_of(frame: pd.DataFrame, keys: Keys, observed: Sum) -> pd.DataFrame:
    totals = _of_column(frame, keys, observed.of)
    return totals.assign(value=totals["total"].where(totals["sample_size"] > 0))


def _mean(frame: pd.DataFrame, keys: Keys, observed: Mean) -> pd.DataFrame:
    totals = _of_column(frame, keys, observed.of)
    return totals.assign(value=_divided(totals, "total", "sample_size", 1.0))


def _ratio(frame: pd.DataFrame, keys: Keys, observed: Ratio) -> pd.DataFrame:
    amounts = {"above": _amount(frame, observed.numerator), "below": _amount(frame, observed.denominator)}
    totals = _totals(frame, keys, amounts)
    # A sample size is a whole number of people, events or hours, and at least one.
    size = totals["below"].round().clip(lower=1)
    return totals.assign(value=_divided(totals, "above", "below", observed.times), sample_size=size)


def _amount(frame: pd.DataFrame, amount: Amount) -> pd.Series:
    if amount.sum is not None:
        return frame[amount.sum].fillna(0.0).where(holds(frame, amount.where), 0.0) * amount.times
    conditions = amount.rows if isinstance(amount.rows, tuple) else amount.where
    return holds(frame, conditions).astype("float64") * amount.times


def _matched_gain(frame: pd.DataFrame, keys: Keys, observed: MatchedGain) -> pd.DataFrame:
    people = list(observed.person)
    scored = frame[frame[observed.of].notna()].sort_values(list(observed.order), kind="stable")
    first = scored[~scored.duplicated(people)]
    last = scored[~scored.duplicated(people, keep="last") & scored.duplicated(people)]  # those with a second value
    pairs = last.merge(first[[*people, observed.of]].rename(columns={observed.of: "_first"}), on=people)
    ones = pd.Series(1.0, index=pairs.index)
    totals = _totals(pairs, keys, {"first": pairs["_first"], "last": pairs[observed.of], "sample_size": ones})
    before, after = (_divided(totals, name, "sample_size", 1.0) for name in ("first", "last"))
    gain = 100 * (after - before) / (100 - before).where(before < observed.ceiling)
    return totals.assign(value=gain)


def _kept(frame: pd.DataFrame, keys: Keys, observed: Kept) -> pd.DataFrame:
    first, last = (parse_period(text).first_month for text in (observed.first_month, observed.last_month))
    months = [_kept_to(frame, keys, observed, month) for month in range(first, last + 1)]
    return pd.concat(months, ignore_index=True)


def _kept_to(frame: pd.DataFrame, keys: Keys, observed: Kept, month: int) -> pd.DataFrame:
    start = pd.Timestamp(month_start(month - observed.window_months + 1))
    after = pd.Timestamp(month_start(month + 1))
    left = frame[observed.left]
    there = frame[(frame[observed.entered] < start) & (left.isna() | (left >= start))].assign(**{PERIOD: month})
    stayed = (~(there[observed.left] < after)).astype("float64")
    totals = _totals(there, keys, {"stayed": stayed, "sample_size": pd.Series(1.0, index=there.index)})
    return totals.assign(value=_divided(totals, "stayed", "sample_size", 100.0))


_FORMULAS: Mapping[type[Observed], Callable[[pd.DataFrame, Keys, Any], pd.DataFrame]] = {
    Count: _count,
    Sum: _sum_of,
    Mean: _mean,
    Ratio: _ratio,
    MatchedGain: _matched_gain,
    Kept: _kept,
}
