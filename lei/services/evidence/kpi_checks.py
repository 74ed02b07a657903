"""What is looked at beside the effect of a program on a KPI: were the groups alike, did they move alike, who is in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from lei.errors import InvalidError
from lei.evidence.balance import Balance, BaselineDifference, standardized_difference
from lei.evidence.estimate import Bools, Estimate, Floats, Result, TooLittle
from lei.evidence.mix import check_mix
from lei.evidence.panel_checks import usable
from lei.evidence.panel_data import NEVER, Panel
from lei.evidence.parallel_trends import parallel_trends, placebo
from lei.evidence.regression_to_mean import RegressionToMean, regression_to_mean
from lei.language import N_
from lei.services.evidence.kpi_assessment import Checks
from lei.storage.program_plans import ComparisonPlan

KPI_BASELINE = N_("the KPI")

Answer = TypeVar("Answer")


def check_kpi(panel: Panel, plan: ComparisonPlan | None, lag: int, observed: Result | None) -> Checks:
    """All checks that panel and plan give reason to. observed: the change before to after, for regression to the mean.

    Where units start at different times, those of the first start are held against all that start later or never, in
    the months before it.
    """
    first = int(panel.starts[panel.treated].min())
    one_start = len(np.unique(panel.starts[panel.treated])) == 1
    months = np.arange(panel.values.shape[1])
    by_first = _by_first_start(panel, first)
    there_are_others = bool((~by_first.treated).any())
    chosen = plan is not None and plan.chosen_because_results_were_bad
    return Checks(
        parallel_trends=_attempted(lambda: parallel_trends(by_first)) if there_are_others else None,
        placebo=_attempted(lambda: placebo(by_first)) if there_are_others else None,
        balance=compare_baselines(by_first, months < first, plan) if there_are_others else None,
        mix=check_mix(panel, months < first, months >= first + lag) if one_start else None,
        regression_to_mean=_regression(panel, first, observed) if chosen else None,
    )


def compare_baselines(panel: Panel, before: Bools, plan: ComparisonPlan | None) -> Balance | None:
    """How far the groups were apart at the start: in the KPI, and in what the plan states of them.

    The KPI: difference of the means over all cases before, in standard deviations of the monthly values of the units
    around the mean of their group; equal means are comparable whatever the spread. None without values of both groups.
    """
    cells = usable(panel) & before
    groups = cells & panel.treated[:, None], cells & ~panel.treated[:, None]
    if not all(group.any() for group in groups):
        return None
    means = [float(np.average(panel.values[group], weights=panel.cases[group])) for group in groups]
    spread = float(np.sqrt(np.mean([_variance(panel.values[group]) for group in groups])))
    kpi = BaselineDifference(KPI_BASELINE, means[0], means[1], standardized_difference(*_rounded(means), spread))
    stated = [
        BaselineDifference(
            one.what, one.treated, one.comparison, standardized_difference(one.treated, one.comparison, one.sd)
        )
        for one in (() if plan is None else plan.baselines)
    ]
    return Balance((kpi, *stated))


def _rounded(means: list[float]) -> tuple[float, float]:
    """Both means; equal ones where they differ by nothing but rounding."""
    one, other = means
    return (one, one) if np.isclose(one, other, rtol=1e-12, atol=0.0) else (one, other)


def _variance(values: Floats) -> float:
    return float(values.var(ddof=1)) if values.size > 1 else 0.0


def _by_first_start(panel: Panel, first: int) -> Panel:
    starts = np.where(panel.starts == first, first, NEVER)
    return Panel(panel.units, panel.values, panel.cases, starts, panel.clusters)


def _attempted(compute: Callable[[], Answer]) -> Answer | None:
    """None where nothing varies or nothing is there: a check that cannot be made shows nothing."""
    try:
        return compute()
    except InvalidError:
        return None


def _regression(panel: Panel, first: int, observed: Result | None) -> RegressionToMean | TooLittle | None:
    if not isinstance(observed, Estimate):
        return None
    history = np.where(usable(panel), panel.values, np.nan)[:, :first]
    return _attempted(lambda: regression_to_mean(history, panel.treated, observed.effect))
