"""Whether units (teams, cohorts) with more of a measure have more of a KPI, and whether that holds within sites.

Below 30 units there is no answer: a few units correlate by chance alone. Estimates settle near 250 (Schoenbrodt and
Perugini 2013, At what sample size do correlations stabilize?). A correlation over all units may come from what tells
sites apart, and be the opposite within every one of them (Simpson 1951).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from lei.evidence.correlation import Correlation, correlate, critical_r, fisher_interval, pearson, t_test, varies
from lei.evidence.estimate import Estimate, Finding, Floats, TooLittle
from lei.evidence.minimums import check, short_of_good
from lei.evidence.number_checks import checked_series, refusal
from lei.language import _
from lei.numbers import with_decimals

METHOD = "correlation_units"


def correlate_units(measure: ArrayLike, kpi: ArrayLike, sites: Sequence[str] | None = None) -> Estimate | TooLittle:
    """The correlation of two values [U] across units, NaN where a unit has none; sites [U]: where each unit belongs.

    Units are taken as independent. Those of one site are often alike; then the interval over all units is too narrow,
    and the one within sites is the one to believe.
    Details, where sites with several units are known: `within_sites`, `within_ci_low`, `within_ci_high`. Findings:
    `reversed_within_sites`, `not_clear_within_sites`, `sites_unknown`, `outlier_driven`, `below_good`. Raises
    InvalidError for infinite values and unequal lengths.
    """
    x, y = checked_series(measure, "measure", "The measure"), checked_series(kpi, "kpi", "The KPI")
    if x.size != y.size or (sites is not None and len(sites) != x.size):
        raise refusal("kpi", "Give the measure, the KPI and the site of the same units, one for each.")
    known = ~(np.isnan(x) | np.isnan(y))
    x, y = x[known], y[known]
    short = check(METHOD, {"units": x.size})
    if short is not None:
        return short
    moving = int(varies(x, x)) + int(varies(y, y))
    found = correlate(x, y) if moving == 2 else None  # noqa: PLR2004 - both
    if found is None:
        return TooLittle(METHOD, {"series_that_vary": 2}, {"series_that_vary": min(moving, 1)})
    details, findings = _within(x, y, _numbers(sites, np.flatnonzero(known).tolist()), found)
    if found.outlier_driven:
        findings = (*findings, Finding("outlier_driven", {"r": found.r, "spearman": found.spearman}))
    return Estimate(
        method=METHOD,
        effect=found.r,
        ci_low=found.ci_low,
        ci_high=found.ci_high,
        standard_error=found.standard_error,
        p_value=found.p_value,
        n_treated=float(found.pairs),
        units_treated=found.pairs,
        degrees_of_freedom=found.n_effective - 2,
        findings=(*findings, *short_of_good(METHOD, {"units": x.size})),
        details={"spearman": found.spearman, **details},
    )


def chance_words(short: TooLittle) -> str:
    """Why so few units say nothing: how high a correlation is that one in twenty of them reaches without any link."""
    units = int(short.found.get("units", 0))
    needed = int(short.needed.get("units", 0))
    if units < 4:  # noqa: PLR2004 - with three, every correlation is possible
        # For translators: {units}: 0 to 3; {needed}: a number.
        told = _("{units} units say nothing about a relation; {needed} are needed.")
        return told.format(units=units, needed=needed)
    # For translators: {r}: a correlation, "0.82".
    told = _(
        "With {units} units, pure chance alone reaches a correlation of {r} or more (up or down) in one of twenty "
        "comparisons, so none is shown; {needed} units are needed, and 250 for one that is stable."
    )
    return told.format(units=units, r=with_decimals(critical_r(units), 2), needed=needed)


def _numbers(sites: Sequence[str] | None, rows: list[int]) -> list[str] | None:
    return None if sites is None else [sites[row] for row in rows]


def _within(
    x: Floats, y: Floats, sites: Sequence[str] | None, overall: Correlation
) -> tuple[dict[str, float], tuple[Finding, ...]]:
    """The correlation of what is left when each unit is compared with the mean of its site."""
    number = np.unique(sites, return_inverse=True)[1] if sites is not None else np.arange(x.size)
    several = np.bincount(number)[number] > 1
    groups = np.unique(number[several]).size
    # Each site's mean costs a case; what is left must be more than a handful.
    cases = float(several.sum() - groups + 1)
    dx, dy = _less_site_mean(x, number)[several], _less_site_mean(y, number)[several]
    inside = pearson(dx, dy) if cases > 3 and varies(dx, x) and varies(dy, y) else None  # noqa: PLR2004 - Fisher
    if inside is None:
        return {}, (Finding("sites_unknown"),)
    low, high = fisher_interval(inside, cases)
    numbers = {"overall": overall.r, "within_sites": inside}
    details = {"within_sites": inside, "within_ci_low": low, "within_ci_high": high}
    if inside * overall.r < 0 and (overall.significant or t_test(inside, cases) < 1 - overall.level):
        return details, (Finding("reversed_within_sites", numbers),)
    if overall.significant and low <= 0 <= high:
        return details, (Finding("not_clear_within_sites", numbers),)
    return details, ()


def _less_site_mean(values: Floats, number: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Floats:
    means = np.bincount(number, weights=values) / np.bincount(number)
    return np.asarray(values - means[number])
