"""A staggered rollout: units that start at different times, compared only with units that have not started yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lei.errors import InvalidError
from lei.evidence.clustered import LEAST_SITES, TWO_SITES_EACH, effective_degrees, few_cluster_findings
from lei.evidence.estimate import Bools, Estimate, Finding, Floats, Ints, TooLittle
from lei.evidence.inputs import refuse_no_error, without_rounding
from lei.evidence.minimums import MINIMUMS, check, short_of_good
from lei.evidence.panel_checks import UnitMeans, check_panel, clusters_among, unit_means, usable
from lei.evidence.panel_data import NEVER, Panel
from lei.evidence.relative import relative_to
from lei.evidence.t_interval import combined_degrees, t_interval
from lei.language import N_

METHOD = "staggered_rollout"


@dataclass(frozen=True, slots=True)
class GroupTimeEffect:
    """The effect in one month on the units that started together in `start`; weight: its share of the whole."""

    start: int
    month: int
    effect: float
    weight: float


@dataclass(frozen=True, slots=True)
class StaggeredRollout:
    """The effect over all units and months with the program, and what it is the mean of."""

    estimate: Estimate
    effects: tuple[GroupTimeEffect, ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    """One start and one month: changes from the mean before the start, of those who started and of their comparison.

    treated, comparison: positions of units. gains: changes of the treated minus `trend`, the mean of `changes`, which
    are those of the comparison; weights and shares [as they]: of the treated in cases, of the comparison as parts of 1.
    """

    start: int
    month: int
    treated: Ints
    gains: Floats
    weights: Floats
    levels: Floats
    comparison: Ints
    changes: Floats
    shares: Floats

    @property
    def trend(self) -> float:
        """The change that the treated would have had."""
        return float(self.changes @ self.shares)


@dataclass(frozen=True, slots=True)
class _Spread:
    """Each cluster's part [G] in the deviation of the estimate, and its share of the weight."""

    parts: Floats
    shares: Floats

    @property
    def scaled(self) -> Floats:
        """Parts that are unbiased for their variance: divided by the root of 1 - share (HC2)."""
        scaled: Floats = self.parts / np.sqrt(1 - self.shares)
        return scaled

    @property
    def variance(self) -> float:
        """The variance from this group alone."""
        return float((self.scaled**2).sum())


def staggered_rollout(panel: Panel, *, lag: int = 0) -> StaggeredRollout | TooLittle:
    """The mean effect over units and months with the program, from the first month after `lag` on.

    ATT(g, t) = mean of (Y_t - mean of Y before g) of the units that start in g
              - the same of the units that never start, or start after t; then averaged by weight.
    Source: Callaway and Sant'Anna 2021, Journal of Econometrics 225 (not-yet-treated comparison), with the mean of all
    months before g in place of the last one, which is steadier where months are noisy. Unlike two-way fixed effects it
    never compares with a unit that has the program already, which can turn the sign round (de Chaisemartin and
    D'Haultfœuille 2020, American Economic Review 110). Weights: cases in t, so that the effect is that on a case.
    Errors: deviations of the treated from the overall effect and of the comparison from its mean, summed by cluster,
    with the correction and degrees of freedom of `clustered_difference`; effects that truly differ between units widen
    the interval. Starts with less than 3 months before them, and months with less than two clusters to compare with,
    are left out, as findings say. Raises InvalidError for panels that mean nothing, and where nothing varies.
    """
    check_panel(panel)
    if lag < 0:
        raise InvalidError("The lag must be a number of months of 0 or more.")
    cells, findings = _cells(panel, lag)
    amounts = _amounts(panel, cells)
    short = check(METHOD, amounts, TWO_SITES_EACH)
    if short:
        return short
    findings = (
        *few_cluster_findings(int(amounts["sites_treated"]), int(amounts["sites_comparison"])),
        *short_of_good(METHOD, amounts),
        *findings,
    )
    return StaggeredRollout(_estimate(panel, cells, amounts, findings), _effects(cells))


def _cells(panel: Panel, lag: int) -> tuple[list[_Cell], tuple[Finding, ...]]:
    """All starts and months that can be compared, and what had to be left out."""
    least = MINIMUMS[METHOD].needed["months_before"]
    starts = np.unique(panel.starts[panel.treated])
    early = [int(start) for start in starts if start < least]
    cells: list[_Cell] = []
    alone = 0
    for start in (int(start) for start in starts if start >= least):
        before = unit_means(panel, np.arange(panel.values.shape[1]) < start)
        for month in range(start + lag, panel.values.shape[1]):
            cell = _cell(panel, before, start, month)
            alone += cell is None
            cells += [cell] if cell else []
    findings = (
        Finding("starts_left_out", {"starts": float(len(early)), "months_needed": float(least)}),
        Finding("months_without_comparison", {"cells": float(alone)}),
    )
    return cells, tuple(finding for finding, applies in zip(findings, (early, alone), strict=True) if applies)


def _cell(panel: Panel, before: UnitMeans, start: int, month: int) -> _Cell | None:
    known: Bools = usable(panel)[:, month] & (before.cases > 0)
    treated = np.flatnonzero(known & (panel.starts == start))
    comparison = np.flatnonzero(known & ((panel.starts == NEVER) | (panel.starts > month)))
    if not len(treated) or len({panel.clusters[unit] for unit in comparison}) < LEAST_SITES:
        return None
    weights = np.where(known, panel.cases[:, month], 0.0)
    change = panel.values[:, month] - before.means
    shares = weights[comparison] / weights[comparison].sum()
    trend = change[comparison] @ shares
    return _Cell(
        start=start,
        month=month,
        treated=treated,
        gains=change[treated] - trend,
        weights=weights[treated],
        levels=before.means[treated] + trend,
        comparison=comparison,
        changes=change[comparison],
        shares=shares,
    )


def _amounts(panel: Panel, cells: list[_Cell]) -> dict[str, float]:
    """What the cells rest on: months, clusters, and cases (the smaller of the sums before and after)."""
    units, months = panel.values.shape
    amounts = {
        "months_before": float(min((cell.start for cell in cells), default=0)),
        "months_after": float(len({cell.month - cell.start for cell in cells})),
    }
    cases = np.where(usable(panel), panel.cases, 0.0)
    for group in ("treated", "comparison"):
        before, after = np.zeros((units, months), dtype=bool), np.zeros((units, months), dtype=bool)
        for cell in cells:
            members = cell.treated if group == "treated" else cell.comparison
            before[members, : cell.start] = True
            after[members, cell.month] = True
        amounts[f"people_{group}"] = float(min(cases[before].sum(), cases[after].sum()))
        amounts[f"units_{group}"] = float(after.any(axis=1).sum())
        amounts[f"sites_{group}"] = float(clusters_among(panel, np.asarray(after.any(axis=1))))
    return amounts


def _estimate(panel: Panel, cells: list[_Cell], amounts: dict[str, float], findings: tuple[Finding, ...]) -> Estimate:
    weights = np.concatenate([cell.weights for cell in cells])
    effect = float(np.average(np.concatenate([cell.gains for cell in cells]), weights=weights))
    without = float(np.average(np.concatenate([cell.levels for cell in cells]), weights=weights))
    error, degrees = _error(panel, cells, effect, float(weights.sum()))
    interval = t_interval(effect, error, degrees)
    return Estimate(
        method=METHOD,
        effect=effect,
        ci_low=interval.low,
        ci_high=interval.high,
        standard_error=error,
        p_value=interval.p_value,
        n_treated=amounts["people_treated"],
        n_comparison=amounts["people_comparison"],
        units_treated=int(amounts["units_treated"]),
        units_comparison=int(amounts["units_comparison"]),
        before=int(amounts["months_before"]),
        after=int(amounts["months_after"]),
        degrees_of_freedom=degrees,
        relative=relative_to(without, effect),
        findings=findings,
        details={"treated_after": without + effect, "counterfactual": without},
    )


def _error(panel: Panel, cells: list[_Cell], effect: float, total: float) -> tuple[float, float]:
    """The standard error of the effect, and its degrees of freedom."""
    names, codes = np.unique(np.asarray(panel.clusters), return_inverse=True)
    parts, shares = np.zeros((2, len(names))), np.zeros((2, len(names)))
    for cell in cells:
        weights, whole = cell.weights / total, cell.weights.sum() / total
        np.add.at(parts[0], codes[cell.treated], weights * (cell.gains - effect))
        np.add.at(shares[0], codes[cell.treated], weights)
        np.add.at(parts[1], codes[cell.comparison], -whole * cell.shares * (cell.changes - cell.trend))
        np.add.at(shares[1], codes[cell.comparison], whole * cell.shares)
    treated, comparison = (_Spread(part, share) for part, share in zip(parts, shares, strict=True))
    error = float(np.sqrt(((treated.scaled + comparison.scaled) ** 2).sum()))
    size = max(float(np.abs(cell.levels).max()) for cell in cells)
    refuse_no_error(
        without_rounding(error, size),
        N_(
            "The changes of the units within the groups do not differ from each other, so nothing shows how sure the "
            "difference is."
        ),
    )
    degrees = tuple(effective_degrees(spread.shares[spread.shares > 0]) for spread in (treated, comparison))
    return error, combined_degrees((treated.variance, comparison.variance), degrees)


def _effects(cells: list[_Cell]) -> tuple[GroupTimeEffect, ...]:
    total = sum(float(cell.weights.sum()) for cell in cells)
    return tuple(
        GroupTimeEffect(
            cell.start,
            cell.month,
            float(np.average(cell.gains, weights=cell.weights)),
            float(cell.weights.sum()) / total,
        )
        for cell in cells
    )
