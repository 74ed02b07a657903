"""The effects that the plan of a program allows to compute for a KPI, the simplest first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from lei.errors import InvalidError
from lei.evidence import before_after, did, interrupted, randomized, staggered
from lei.evidence.estimate import Bools, Estimate, Finding, Floats, Result, TooLittle
from lei.evidence.interrupted import InterruptedSeries
from lei.evidence.panel_checks import unit_means
from lei.evidence.panel_data import Panel
from lei.evidence.study_design import ComparisonPlan
from lei.language import N_
from lei.services.evidence.kpi_assessment import NotComputed
from lei.services.evidence.kpi_panel import KpiPanel

# For translators: a baseline, beside others such as tenure.
KPI_BEFORE = N_("the KPI before")
# What a statistic lacks that could not be computed because nothing differs.
NOTHING_VARIES = "series_that_vary"

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """All effects in the order of their demands, and those among them that a grade is given to.

    One statistic for each kind of evidence is graded, whatever it finds: which one, the plan decides. interrupted: the
    time series with its band, for the chart.
    """

    results: tuple[Result, ...]
    graded: tuple[Result, ...]
    not_computed: tuple[NotComputed, ...]
    interrupted: InterruptedSeries | None


def compute_effects(found: KpiPanel, plan: ComparisonPlan, lag: int) -> Effects:
    """Before and after, the earlier trend, and what the plan compares with.

    One common start: difference-in-differences; several: a staggered rollout. Where chance decided, units are compared
    after the start as well, adjusted for where they stood before; with enough of them that is what is graded.
    """
    attempts = _Attempts()
    panel = found.compared
    before = attempts.take(before_after.METHOD, lambda: before_after.before_after(panel, lag))
    series = _trend(found, lag, attempts)
    alone = [result for result in (before, _estimate_of(series)) if result is not None]
    compared = _compared(panel, plan, lag, attempts)
    results = (*alone, *compared)
    graded = (*alone, *_preferred(compared))
    interrupted_series = series if isinstance(series, InterruptedSeries) else None
    return Effects(results, graded, tuple(attempts.failed), interrupted_series)


class _Attempts:
    """Statistics are tried one by one; what cannot be computed is kept with its reason."""

    def __init__(self) -> None:
        self.failed: list[NotComputed] = []

    def take(self, method: str, compute: Callable[[], Answer]) -> Answer | TooLittle:
        """What is computed, or that nothing varies: the sentence that says so is kept."""
        try:
            return compute()
        except InvalidError as error:
            self.failed.append(NotComputed(method, str(error)))
            return TooLittle(method, {NOTHING_VARIES: 1.0}, {NOTHING_VARIES: 0.0})


def _trend(found: KpiPanel, lag: int, attempts: _Attempts) -> InterruptedSeries | TooLittle | None:
    """The interrupted series of the treated group as a whole; None where its units start at different times."""
    starts = np.unique(found.full.starts[found.full.treated])
    if len(starts) != 1:
        return None
    values, cases = pooled(found.full, found.full.treated)
    start = int(starts[0])
    series = attempts.take(
        interrupted.METHOD,
        lambda: interrupted.interrupted_time_series(values, start, lag, float(cases.sum())),
    )
    if isinstance(series, TooLittle):
        return series
    return replace(series, estimate=_without_gap(series.estimate, found.skipped))


def _without_gap(estimate: Estimate, skipped: int) -> Estimate:
    """The months between baseline and start were left out on purpose; they are no gaps."""
    findings = []
    for finding in estimate.findings:
        if finding.code == "gaps" and skipped:
            months = finding.numbers["months"] - skipped
            findings += [Finding("gaps", {"months": months})] if months else []
        else:
            findings.append(finding)
    return replace(estimate, findings=tuple(findings))


def _estimate_of(series: InterruptedSeries | TooLittle | None) -> Result | None:
    return series.estimate if isinstance(series, InterruptedSeries) else series


def _compared(panel: Panel, plan: ComparisonPlan, lag: int, attempts: _Attempts) -> list[Result]:
    """Comparisons with another group, the simplest first; none where nobody is there at the same time."""
    starts = np.unique(panel.starts[panel.treated])
    if not plan.has_group_at_the_same_time or (panel.treated.all() and len(starts) == 1):
        return []
    if len(starts) > 1:
        rollout = attempts.take(staggered.METHOD, lambda: staggered.staggered_rollout(panel, lag=lag))
        return [rollout if isinstance(rollout, TooLittle) else rollout.estimate]
    both = attempts.take(did.METHOD, lambda: did.difference_in_differences(panel, lag=lag))
    return [both, *(_of_units(panel, int(starts[0]), lag, attempts) if plan is ComparisonPlan.RANDOM else [])]


def _of_units(panel: Panel, start: int, lag: int, attempts: _Attempts) -> list[Result]:
    """The units of two random groups after the start, plain and adjusted for where they stood before."""
    months = np.arange(panel.values.shape[1])
    before, after = unit_means(panel, months < start), unit_means(panel, months >= start + lag)
    kept = (before.cases > 0) & (after.cases > 0)
    trial = randomized.Trial(after.means[kept], panel.treated[kept], None, before.means[kept][:, None], (KPI_BEFORE,))
    compared = attempts.take(randomized.METHOD, lambda: randomized.randomized_comparison(trial))
    if isinstance(compared, TooLittle):
        return [compared]
    return [compared.plain, *([] if compared.adjusted is None else [compared.adjusted])]


def _preferred(compared: list[Result]) -> list[Result]:
    """The comparison to grade: adjusted for the baseline with enough units, else what comes first."""
    for one in compared:
        if isinstance(one, Estimate) and one.method == randomized.ADJUSTED:
            return [one]
    return compared[:1]


def pooled(panel: Panel, members: Bools) -> tuple[Floats, Floats]:
    """The group as a whole by month [T]: the mean of its units weighted by cases (NaN without any), and its cases."""
    values, cases = panel.values[members], np.where(np.isnan(panel.values[members]), 0.0, panel.cases[members])
    total: Floats = cases.sum(axis=0)
    sums = (np.nan_to_num(values) * cases).sum(axis=0)
    return np.divide(sums, total, out=np.full(total.shape, np.nan), where=total > 0), total
