"""Difference-in-differences: the change of the units with the program minus that of the units without it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lei.errors import InvalidError
from lei.evidence.clustered import TWO_SITES_EACH, ClusteredDifference, clustered_difference, few_cluster_findings
from lei.evidence.estimate import Bools, Estimate, Finding, Floats, Result
from lei.evidence.inputs import refuse_no_error
from lei.evidence.minimums import check, short_of_good
from lei.evidence.panel_checks import clusters_among, common_start, months_of_both, unit_means, usable
from lei.evidence.panel_data import Panel
from lei.evidence.relative import relative_to
from lei.language import N_

METHOD = "difference_in_differences"


@dataclass(frozen=True, slots=True)
class _Changes:
    """Means of the units before and after, their weights, and which units have both [U]; how much is behind them."""

    before: Floats
    after: Floats
    weights: Floats
    kept: Bools
    amounts: dict[str, float]


def difference_in_differences(panel: Panel, *, lag: int = 0) -> Result:
    """(treated after - before) - (comparison after - before), with an interval clustered by `panel.clusters`.

    Before: all months ahead of the common start. After: all months from the start on, without the first `lag`, in
    which no effect is expected yet; those are left out in both groups.
    Each unit's months become one mean before and one after, weighted by cases, as Bertrand, Duflo and Mullainathan
    advise (2004, Quarterly Journal of Economics 119): months of one unit are not independent. Units weigh
    b·a / (b + a), with b and a their cases before and after: in proportion to how exactly their change is known, as
    much as their cases where those do not change. All four means (`details`) have the same weights, so the effect is
    exactly their double difference. Errors: `clustered_difference`. relative: effect / counterfactual, the level that
    the treated units would have had with the change of the others; None where that is not above 0.
    Cases of a group are the smaller of its sums before and after. Raises InvalidError where starts differ, where there
    is no comparison, and where units of a group all changed alike.
    """
    return compare_changes(panel, common_start(panel), lag)


def compare_changes(panel: Panel, start: int, lag: int) -> Result:
    """The comparison of `difference_in_differences` with a start that is given."""
    if lag < 0:
        raise InvalidError("The lag must be a number of months of 0 or more.")
    changes = _changes(panel, start, lag)
    short = check(METHOD, changes.amounts, TWO_SITES_EACH)
    if short:
        return short
    kept, treated = changes.kept, panel.treated[changes.kept]
    clusters = np.asarray(panel.clusters)[kept].tolist()
    difference = clustered_difference(
        changes.after[kept] - changes.before[kept], changes.weights[kept], treated, clusters
    )
    refuse_no_error(
        difference.standard_error,
        N_(
            "The changes of the units within the groups do not differ from each other, so nothing shows how sure the "
            "difference is."
        ),
    )
    levels = _levels(changes, treated)
    findings = (
        *few_cluster_findings(difference.clusters_treated, difference.clusters_comparison),
        *short_of_good(METHOD, changes.amounts),
        *_gaps(panel, start, lag, kept),
    )
    return _estimate(difference, changes, levels, findings, treated)


def _changes(panel: Panel, start: int, lag: int) -> _Changes:
    months = np.arange(panel.values.shape[1])
    early, late = months < start, months >= start + lag
    before, after = unit_means(panel, early), unit_means(panel, late)
    kept = (before.cases > 0) & (after.cases > 0)
    weights = np.divide(before.cases * after.cases, before.cases + after.cases, out=np.zeros(len(kept)), where=kept)
    amounts = {"months_before": months_of_both(panel, early), "months_after": months_of_both(panel, late)}
    for group, members in (("treated", panel.treated & kept), ("comparison", ~panel.treated & kept)):
        amounts[f"people_{group}"] = min(before.cases[members].sum(), after.cases[members].sum())
        amounts[f"sites_{group}"] = clusters_among(panel, members)
    found = {name: float(amount) for name, amount in amounts.items()}
    return _Changes(before.means, after.means, weights, kept, found)


def _levels(changes: _Changes, treated: Bools) -> dict[str, float]:
    """The four means, and where the treated units would be with the change of the others."""
    weights = changes.weights[changes.kept]
    levels: dict[str, float] = {}
    for group, members in (("treated", treated), ("comparison", ~treated)):
        for time, means in (("before", changes.before), ("after", changes.after)):
            levels[f"{group}_{time}"] = float(np.average(means[changes.kept][members], weights=weights[members]))
    trend = levels["comparison_after"] - levels["comparison_before"]
    return {**levels, "counterfactual": levels["treated_before"] + trend}


def _gaps(panel: Panel, start: int, lag: int, kept: Bools) -> tuple[Finding, ...]:
    """Units left out because they have nothing before or after, and months that are missing in the others."""
    months = np.arange(panel.values.shape[1])
    wanted = (months < start) | (months >= start + lag)
    missing = int((~usable(panel)[kept][:, wanted]).sum())
    left_out = tuple(panel.units[unit] for unit in np.flatnonzero(~kept))
    findings = [Finding("units_left_out", {"units": float(len(left_out))}, left_out)] if left_out else []
    return (*findings, Finding("months_missing", {"cells": float(missing)})) if missing else tuple(findings)


def _estimate(
    difference: ClusteredDifference,
    changes: _Changes,
    levels: dict[str, float],
    findings: tuple[Finding, ...],
    treated: Bools,
) -> Estimate:
    interval = difference.interval()
    without = levels["counterfactual"]
    return Estimate(
        method=METHOD,
        effect=difference.effect,
        ci_low=interval.low,
        ci_high=interval.high,
        standard_error=difference.standard_error,
        p_value=interval.p_value,
        n_treated=changes.amounts["people_treated"],
        n_comparison=changes.amounts["people_comparison"],
        units_treated=int(treated.sum()),
        units_comparison=int((~treated).sum()),
        before=int(changes.amounts["months_before"]),
        after=int(changes.amounts["months_after"]),
        degrees_of_freedom=difference.degrees_of_freedom,
        relative=relative_to(without, difference.effect),
        findings=findings,
        details=levels,
    )
