"""Whether the two groups of a comparison moved alike before the program, and what a false start would have found."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lei.evidence.clustered import (
    LEAST_SITES,
    TWO_SITES_EACH,
    ClusteredDifference,
    clustered_difference,
    few_cluster_findings,
)
from lei.evidence.did import compare_changes
from lei.evidence.estimate import LEVEL, Bools, Estimate, Finding, Floats, Result, TooLittle
from lei.evidence.inputs import ROUNDING
from lei.evidence.minimums import check, short_of_good
from lei.evidence.panel_checks import clusters_among, common_start, months_of_both, unit_means, usable
from lei.evidence.panel_data import Panel
from lei.evidence.study_design import PreTrend

METHOD = "parallel_trends"
PLACEBO = "placebo"
# A drift is small below this share of the spread of baselines, as comparable groups differ by less (our own policy).
SMALL_DRIFT = 0.25


@dataclass(frozen=True, slots=True)
class MonthGap:
    """The gap treated - comparison in a month before the start (-2 is two months ahead of it), against that of -1.

    stands_out: whether it differs from 0 at 95 % for all months together (Bonferroni).
    """

    month: int
    effect: float
    ci_low: float
    ci_high: float
    stands_out: bool


@dataclass(frozen=True, slots=True)
class ParallelTrends:
    """The verdict; slope: by how much per month the gap grew; drift: over all months, in sd of the baseline values."""

    verdict: PreTrend
    slope: Estimate
    drift: float
    gaps: tuple[MonthGap, ...]


def parallel_trends(panel: Panel) -> ParallelTrends | TooLittle:
    """Compares the slopes of both groups in the months before the common start, and each of these months with the last.

    Slopes are least squares by unit, weighted by cases; their difference has the errors of `clustered_difference`, as
    have the gaps. not_parallel: the interval of the slope excludes 0, or that of a single month, corrected for how many
    months there are (Bonferroni). parallel: neither does, and the drift between first and last month is below 0.25 sd
    of the baseline values. cannot_tell: the drift is not small, and too uncertain to be called one. That nothing is
    found does not prove that trends are parallel (Roth 2022, American Economic Review: Insights 4). Raises InvalidError
    as `difference_in_differences` does.
    """
    start = _months_before(panel)
    months = np.arange(panel.values.shape[1])
    early: Bools = months < start
    slopes, kept = _slopes(panel, early)
    amounts = _amounts(panel, early, kept)
    short = check(METHOD, amounts, TWO_SITES_EACH)
    if short:
        return short
    cases = unit_means(panel, early).cases
    difference = _difference(panel, slopes, cases, kept)
    spread = _baseline_spread(panel, early)
    drift = abs(difference.effect) * (start - 1) / spread if spread > 0 else 0.0
    slope = _estimate(difference, panel, kept, cases, amounts)
    gaps = _gaps(panel, start)
    return ParallelTrends(_verdict(slope, drift, gaps), slope, drift, gaps)


def placebo(panel: Panel) -> Result:
    """The difference-in-differences of a start that never was, halfway through the months before: it should find none.

    Needs six months before the real start. Carries the finding `placebo_found_effect` where its interval excludes 0:
    then the groups differ in something else than the program. Raises InvalidError as `difference_in_differences` does.
    """
    start = _months_before(panel)
    early: Bools = np.arange(panel.values.shape[1]) < start
    short = check(PLACEBO, {"months_before": months_of_both(panel, early)})
    if short:
        return short
    half = start // 2
    pretended = np.where(panel.treated, half, panel.starts)
    cut = replace(panel, values=panel.values[:, :start], cases=panel.cases[:, :start], starts=pretended)
    result = compare_changes(cut, half, lag=0)
    if isinstance(result, TooLittle):
        return replace(result, method=PLACEBO)
    found = (Finding("placebo_found_effect", {"effect": result.effect}),) if result.excludes_zero else ()
    return replace(result, method=PLACEBO, findings=(*found, *result.findings))


def _months_before(panel: Panel) -> int:
    """How many months of the panel lie before the common start; all of them where it is still to come."""
    months = int(panel.values.shape[1])
    return min(common_start(panel), months)


def _slopes(panel: Panel, months: Bools) -> tuple[Floats, Bools]:
    """The slope per month of each unit [U], and which units have values in at least two months."""
    cells = usable(panel) & months
    weights = np.where(cells, panel.cases, 0.0)
    values = np.where(cells, panel.values, 0.0)
    kept: Bools = cells.sum(axis=1) > 1
    total = np.where(kept, weights.sum(axis=1), 1.0)
    time = np.arange(cells.shape[1])
    distance = time - (weights @ time / total)[:, None]
    squares = (weights * distance**2).sum(axis=1)
    slopes = (weights * distance * values).sum(axis=1) / np.where(kept, squares, 1.0)
    flat = np.abs(slopes) <= ROUNDING * np.abs(values).max(initial=0.0)
    return np.where(kept, np.where(flat, 0.0, slopes), np.nan), kept


def _amounts(panel: Panel, months: Bools, kept: Bools) -> dict[str, float]:
    amounts = {"months_before": float(months_of_both(panel, months))}
    for group, members in (("treated", panel.treated & kept), ("comparison", ~panel.treated & kept)):
        amounts[f"sites_{group}"] = float(clusters_among(panel, members))
    return amounts


def _difference(panel: Panel, values: Floats, weights: Floats, kept: Bools) -> ClusteredDifference:
    clusters = np.asarray(panel.clusters)[kept].tolist()
    return clustered_difference(values[kept], weights[kept], panel.treated[kept], clusters)


def _baseline_spread(panel: Panel, months: Bools) -> float:
    """The standard deviation of the values before the start around the mean of their group, both groups alike."""
    cells = usable(panel) & months
    groups = (panel.values[cells & panel.treated[:, None]], panel.values[cells & ~panel.treated[:, None]])
    return float(np.sqrt(np.mean([np.var(group, ddof=1) for group in groups])))


def _gaps(panel: Panel, start: int) -> tuple[MonthGap, ...]:
    """The gap of each month before the last one, where both months are known in two clusters of each group."""
    cells = usable(panel)
    last = start - 1
    found = []
    for month in range(last):
        kept = cells[:, month] & cells[:, last]
        amounts = _amounts(panel, np.arange(cells.shape[1]) == month, kept)
        if min(amounts["sites_treated"], amounts["sites_comparison"]) >= LEAST_SITES:
            weights = panel.cases[:, month] + panel.cases[:, last]
            change = panel.values[:, month] - panel.values[:, last]
            found.append((month - start, _difference(panel, change, weights, kept)))
    return tuple(_month_gap(month, difference, len(found)) for month, difference in found)


def _month_gap(month: int, difference: ClusteredDifference, tested: int) -> MonthGap:
    interval, strict = difference.interval(), difference.interval(1 - (1 - LEVEL) / tested)
    return MonthGap(month, difference.effect, interval.low, interval.high, strict.excludes_zero)


def _verdict(slope: Estimate, drift: float, gaps: tuple[MonthGap, ...]) -> PreTrend:
    if slope.excludes_zero or any(gap.stands_out for gap in gaps):
        return PreTrend.NOT_PARALLEL
    return PreTrend.PARALLEL if drift < SMALL_DRIFT else PreTrend.CANNOT_TELL


def _estimate(
    difference: ClusteredDifference, panel: Panel, kept: Bools, cases: Floats, amounts: dict[str, float]
) -> Estimate:
    interval = difference.interval()
    treated, comparison = panel.treated & kept, ~panel.treated & kept
    findings = few_cluster_findings(difference.clusters_treated, difference.clusters_comparison)
    return Estimate(
        method=METHOD,
        effect=difference.effect,
        ci_low=interval.low,
        ci_high=interval.high,
        standard_error=difference.standard_error,
        p_value=interval.p_value,
        n_treated=float(cases[treated].sum()),
        n_comparison=float(cases[comparison].sum()),
        units_treated=int(treated.sum()),
        units_comparison=int(comparison.sum()),
        before=int(amounts["months_before"]),
        degrees_of_freedom=difference.degrees_of_freedom,
        findings=(*findings, *short_of_good(METHOD, amounts)),
        details={"slope_treated": difference.treated, "slope_comparison": difference.comparison},
    )
