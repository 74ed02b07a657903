"""Statistics that carry no claim about a program: relations, segments, changes of pairs and trends, told as such."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lei.errors import InvalidError, Problem
from lei.evidence.correlation import Correlation
from lei.evidence.estimate import Floats, Result, TooLittle
from lei.evidence.lag_correlation import correlate_at_lag, search_lags
from lei.evidence.month_series import Detrend
from lei.evidence.samples import Sample, Share
from lei.evidence.segments import SegmentCheck, SegmentSamples, SegmentShares, check_samples, check_shares
from lei.evidence.trend import trend
from lei.evidence.unit_correlation import correlate_units
from lei.services.evidence.analyses.answer import Analysis, Cell
from lei.services.evidence.analyses.periods import label, refuse_twice, span
from lei.services.evidence.analyses.rows import TREATED, Rows, all_have

Options = Mapping[str, Any]
SIGNS = {"same_direction": 1, "opposite_direction": -1}


def lagged_correlation(rows: Rows, options: Options) -> Analysis:
    """Two monthly series: at the lag that was planned, or over all lags with a correction for the search."""
    measure, kpi = _by_period(rows, "measure"), _by_period(rows, "kpi")
    detrend = Detrend(options["detrend"])
    if options["lag"] is not None:
        result = correlate_at_lag(measure, kpi, options["lag"], detrend, options["window_months"])
        return Analysis(results={"planned_lag": result})
    found = search_lags(measure, kpi, SIGNS[options["expected"]], detrend, options["window_months"])  # type: ignore[arg-type]  # 1 or -1
    if isinstance(found, TooLittle):
        return Analysis(results={"best_lag": found})
    lags = [_lag(number, one) for number, one in enumerate(found.lags)]
    results: dict[str, Result] = {} if found.best is None else {"best_lag": found.best}
    return Analysis(results=results, tables={"lags": lags}, search=found)


def unit_correlation(rows: Rows, _options: Options) -> Analysis:
    """A measure and a KPI across units, and whether the relation holds within sites."""
    sites = rows.texts("site") if all_have(rows, "site") else None
    return Analysis(results={"unit_correlation": correlate_units(rows.numbers("measure"), rows.numbers("kpi"), sites)})


def segments(rows: Rows, _options: Options) -> Analysis:
    """Two groups in segments, in total and at the same mix of segments, which is told first."""
    names = tuple(dict.fromkeys(rows.texts("segment")))
    found: SegmentCheck | TooLittle
    if rows.shape == "counts":
        shares = [
            SegmentShares(name, *(Share(*_row(rows, name, group, ("count", "n"))) for group in _GROUPS))
            for name in names
        ]
        found = check_shares(shares)
    else:
        samples = [
            SegmentSamples(name, *(Sample(*_row(rows, name, group, ("mean", "sd", "n"))) for group in _GROUPS))
            for name in names
        ]
        found = check_samples(samples)
    if isinstance(found, TooLittle):
        return Analysis(results={"total": found})
    results: dict[str, Result] = {"at_the_same_mix": found.standardized, "total": found.pooled}
    return Analysis(results=results, within=found.within, findings=found.findings)


def monthly_trend(rows: Rows, options: Options) -> Analysis:
    """The robust trend of one series, and at most three months of what it leads to."""
    values = _by_period(rows, "value")
    first = int(rows.periods().min())
    cases = float(np.nansum(rows.numbers("n"))) if rows.has("n") else float(np.isfinite(values).sum())
    found = trend(values, options["ahead"], cases)
    if isinstance(found, TooLittle):
        return Analysis(results={"trend": found})
    ahead: list[dict[str, Cell]] = [
        {"period": label(first + values.size + place, months=rows.months), "forecast": f, "low": low, "high": high}
        for place, (f, low, high) in enumerate(
            zip(found.forecast.tolist(), found.low.tolist(), found.high.tolist(), strict=True)
        )
    ]
    labels = [label(first + place, months=rows.months) for place in range(values.size)]
    series: dict[str, Any] = {"periods": labels, "observed": found.observed, "line": found.line}
    return Analysis(results={"trend": found.estimate}, tables={"forecast": ahead}, series=series)


_GROUPS = (TREATED, "comparison")


def _row(rows: Rows, segment: str, group: str, names: tuple[str, ...]) -> tuple[float, ...]:
    """The numbers of one segment and group; nothing where it has no row."""
    places = [
        place
        for place, found in enumerate(zip(rows.texts("segment"), rows.texts("group"), strict=True))
        if found == (segment, group)
    ]
    if len(places) > 1:
        text = f"There are two rows of the segment '{segment}' and the group '{group}'."
        raise InvalidError(text, [Problem("segment", "twice", text, row=places[1] + 1)])
    return tuple(float(rows.columns[name][places[0]]) if places else 0.0 for name in names)


def _by_period(rows: Rows, name: str) -> Floats:
    """A column in the order of its periods, NaN where one is missing."""
    periods = rows.periods()
    refuse_twice(periods)
    values = np.full(span(periods), np.nan)
    values[periods - periods.min()] = rows.numbers(name)
    return values


def _lag(lag: int, found: Correlation) -> dict[str, Cell]:
    return {
        "lag": lag,
        "r": found.r,
        "ci_low": found.ci_low,
        "ci_high": found.ci_high,
        "p_value": found.p_value,
        "pairs": found.pairs,
        "n_effective": found.n_effective,
        "spearman": found.spearman,
        "significant": found.significant,
    }
