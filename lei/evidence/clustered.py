"""The difference of two weighted means whose errors are clustered: what comparisons of sites and teams rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lei.evidence.estimate import LEVEL, Bools, Finding, Floats, Ints
from lei.evidence.inputs import without_rounding
from lei.evidence.t_interval import Interval, combined_degrees, t_interval

# An error between sites needs two of them in each group.
LEAST_SITES = 2
TWO_SITES_EACH: Mapping[str, float] = {"sites_treated": LEAST_SITES, "sites_comparison": LEAST_SITES}
# Our own policy: with fewer than three sites in a group chance among sites cannot be told from the program (a lower
# grade); with fewer than about ten an interval that relies on clusters is rough (Cameron and Miller 2015).
FEW_SITES = 3
FEW_CLUSTERS = 10


@dataclass(frozen=True, slots=True)
class ClusteredDifference:
    """treated - comparison, its standard error with degrees of freedom, and how many clusters are behind it."""

    treated: float
    comparison: float
    standard_error: float
    degrees_of_freedom: float
    clusters_treated: int
    clusters_comparison: int

    @property
    def effect(self) -> float:
        """The difference of the two means."""
        return without_rounding(self.treated - self.comparison, max(abs(self.treated), abs(self.comparison)))

    def interval(self, level: float = LEVEL) -> Interval:
        """The interval of the effect, by Student's t."""
        return t_interval(self.effect, self.standard_error, self.degrees_of_freedom, level)


def clustered_difference(
    values: Floats, weights: Floats, treated: Bools, clusters: Sequence[str]
) -> ClusteredDifference:
    """Difference of the weighted means of two groups of units; values, weights (above 0) and treated [N].

    Where every cluster lies in one group: clusters are taken together (weighted means), and each group's mean has the
    error V = Σ w² e² / (1 - w) over its clusters, with w their shares of the weight and e their distances from the mean
    (HC2, unbiased where the variance of a cluster falls with its weight; the classical s²/G for equal weights). Its
    degrees of freedom are those of Bell and McCaffrey 2002 (Survey Methodology 28; Imbens and Kolesár 2016, Rev. Econ.
    Stat. 98): G - 1 for equal weights, fewer where one cluster dominates; both groups are combined as by Welch.
    Where clusters reach into both groups: weighted least squares with the usual clustered errors (G / (G - 1) · (N - 1)
    / (N - 2)) and G - 1 degrees of freedom. Each group needs at least two clusters.
    """
    names, codes = np.unique(np.asarray(clusters), return_inverse=True)
    in_treated = np.unique(codes[treated])
    in_comparison = np.unique(codes[~treated])
    counts = len(in_treated), len(in_comparison)
    if len(np.intersect1d(in_treated, in_comparison)):
        return _across_groups(values, weights, treated, codes, counts)
    totals: Floats = np.bincount(codes, weights, len(names)).astype(np.float64)
    means: Floats = np.bincount(codes, weights * values, len(names)) / totals
    return _within_groups(means, totals, np.isin(np.arange(len(names)), in_treated), counts)


def few_cluster_findings(clusters_treated: int, clusters_comparison: int) -> tuple[Finding, ...]:
    """`few_sites` below 3 clusters in a group (lowers the grade), `few_clusters` below 10 (the interval is rough)."""
    numbers = {"treated": float(clusters_treated), "comparison": float(clusters_comparison)}
    smaller = min(clusters_treated, clusters_comparison)
    limits = (("few_sites", FEW_SITES), ("few_clusters", FEW_CLUSTERS))
    return tuple(Finding(code, {**numbers, "limit": float(limit)}) for code, limit in limits if smaller < limit)


def _within_groups(means: Floats, weights: Floats, treated: Bools, counts: tuple[int, int]) -> ClusteredDifference:
    import statsmodels.api as sm

    groups = np.column_stack((treated, ~treated)).astype(np.float64)
    fit = sm.WLS(means, groups, weights).fit(cov_type="HC2", use_t=True)
    size = float(np.abs(means).max())
    variances = tuple(without_rounding(float(error), size) ** 2 for error in fit.bse)
    degrees = effective_degrees(weights[treated]), effective_degrees(weights[~treated])
    total = sum(variances)
    joint = combined_degrees(variances, degrees) if total > 0 else min(degrees)
    with_program, without = map(float, fit.params)
    return ClusteredDifference(with_program, without, float(np.sqrt(total)), joint, *counts)


def effective_degrees(weights: Floats) -> float:
    """Bell and McCaffrey's degrees of freedom of the HC2 error of a weighted mean; weights [G] above 0.

    With shares w, a = w² / (1 - w) and the covariance B = diag(1/w) - 1 of the residuals they are
    (Σ a B_cc)² / Σ a a' B² = 1 / (Σ w² + (Σ a)² - Σ a²), because a B_cc = w.
    """
    shares = weights / weights.sum()
    factors = np.sort(shares**2 / (1 - shares))
    # (Σ a)² - Σ a² as twice the sum over pairs: nothing cancels where one cluster has nearly all the weight.
    pairs = factors[1:] @ np.cumsum(factors)[:-1]
    return float(1 / ((shares**2).sum() + 2 * pairs))


def _across_groups(
    values: Floats, weights: Floats, treated: Bools, codes: Ints, counts: tuple[int, int]
) -> ClusteredDifference:
    import statsmodels.api as sm

    design = np.column_stack((np.ones(len(values)), treated)).astype(np.float64)
    fit = sm.WLS(values, design, weights).fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)
    # Rounding may carry a variance of nothing an ulp below 0.
    variance = max(0.0, float(fit.cov_params()[1, 1]))
    error = without_rounding(float(np.sqrt(variance)), float(np.abs(values).max()))
    comparison, effect = map(float, fit.params)
    degrees = float(len(np.unique(codes)) - 1)
    return ClusteredDifference(comparison + effect, comparison, error, degrees, *counts)
