"""Over how many months a value looks back, and what comes with LEI beside measures and KPIs."""

from __future__ import annotations

import pytest

from lei.catalog.loader import default_kpis, default_measures, roster_measures
from lei.catalog.measure import parse_measure
from lei.errors import InvalidError
from lei.evidence.lag_correlation import search_lags


def months_of(window: str) -> int | None:
    """The months that a measure with this window looks back over."""
    plain = {"key": "own", "kind": "kpi", "pillar": "", "display_name": "Own", "unit": "percent"}
    return parse_measure({**plain, "direction": "higher_is_better", "window": window}).window_months


@pytest.mark.parametrize(
    ("window", "months"),
    [
        ("month", 1),
        ("month end", 1),
        ("quarter", 3),
        ("quarter end", 3),
        ("year", 12),
        ("trailing 12 months", 12),
        ("trailing 6 months", 6),
        ("trailing 1 month", 1),
        ("program to date", None),
        ("latest rating cycle", None),
        ("Monthly", None),
        ("", None),
    ],
)
def test_windows(window: str, months: int | None) -> None:
    assert months_of(window) == months


def test_retention_is_a_figure_of_twelve_months() -> None:
    kpis = {kpi.key: kpi for kpi in default_kpis()}
    assert (kpis["kpi_retention"].window_months, kpis["kpi_retention"].time_rollup) == (12, "last")
    looking_back = {kpi.key for kpi in default_kpis() if kpi.window_months != 1}
    assert looking_back == {"kpi_retention", "kpi_annual_engagement_score"}
    assert {kpi.time_rollup for kpi in default_kpis() if kpi.window == "month"} == {"weighted_mean"}


def test_correlations_with_lag_refuse_what_looks_back() -> None:
    series = [float(month % 5) for month in range(24)]
    with pytest.raises(InvalidError, match="looks back over 12 months"):
        search_lags(series, series, 1, window_months=months_of("trailing 12 months"))
    with pytest.raises(InvalidError, match="looks back over a time that is not known"):
        search_lags(series, series, 1, window_months=months_of("program to date"))


def test_figures_of_rosters_stand_beside_the_measures_and_are_never_scored() -> None:
    assert len(default_measures()) == 52
    keys = {measure.key for measure in roster_measures()}
    assert len(keys) == 7
    assert not keys & {measure.key for measure in (*default_measures(), *default_kpis())}
    assert not any(measure.scorable for measure in roster_measures())
    of_people = {measure.key for measure in roster_measures() if measure.min_group_size}
    assert keys - of_people == {"roster_required_heads", "roster_planned_arrivals"}
    assert {measure.min_group_size for measure in roster_measures()} == {0, 5}
