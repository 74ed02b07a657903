"""The change of the same people between two measurements, such as a test before and after a course."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from lei.errors import InvalidError
from lei.evidence.estimate import LEVEL, Estimate, Finding, Floats, Result
from lei.evidence.inputs import count, number, refuse_no_error, same_length, series, varies
from lei.evidence.minimums import NO_OTHER, check, short_of_good
from lei.evidence.relative import relative_to
from lei.evidence.t_interval import t_interval
from lei.language import N_, _

SIGNIFICANT = 1 - LEVEL
METHODS = ("paired", "skill_uplift")


@dataclass(frozen=True, slots=True)
class Differences:
    """The differences of so many pairs, after minus before: their mean and standard deviation (divisor n - 1)."""

    mean: float
    spread: float
    pairs: float


def paired_change(
    before: ArrayLike, after: ArrayLike, at_least: Mapping[str, float] = NO_OTHER, method: str = "paired"
) -> Result:
    """Mean change of people measured before [N] and after [N], with the t interval and Wilcoxon's test beside it.

    A person with NaN at either time is no pair and is left out (finding `unmatched`). Findings: `tests_disagree` where
    t and Wilcoxon differ on whether there is a change. details: mean_before, mean_after, wilcoxon_p, and the effect
    sizes d_z and d_av with their limits. method: `skill_uplift` asks for the minimum of a segment.
    Raises InvalidError for rows that do not fit together, infinite values, and changes that are all alike.
    """
    first, second = series(before, "results before"), series(after, "results after")
    same_length(first, second, "results before and after")
    complete = ~np.isnan(first) & ~np.isnan(second)
    unmatched, (first, second) = int((~complete).sum()), (first[complete], second[complete])
    changes = second - first
    if lacking := check(_known(method), {"pairs": changes.size}, _at_least_two(at_least)):
        return lacking
    if not varies(changes):
        raise InvalidError(_("All changes are alike, so nothing can be said about how sure their mean is."))
    differences = Differences(float(changes.mean()), float(changes.std(ddof=1)), changes.size)
    return _with_levels(_estimate(differences, method), first, second, unmatched)


def paired_change_from_summary(
    differences: Differences, at_least: Mapping[str, float] = NO_OTHER, method: str = "paired"
) -> Result:
    """As `paired_change`, where only mean, standard deviation and number of the differences are known.

    details hold d_z and its limits alone. Raises InvalidError for numbers that are not finite, and for a standard
    deviation that is not above 0.
    """
    number(differences.mean, "mean of the differences")
    count(differences.spread, "standard deviation of the differences")
    pairs = count(differences.pairs, "number of pairs")
    if lacking := check(_known(method), {"pairs": pairs}, _at_least_two(at_least)):
        return lacking
    return _estimate(differences, method)


def _estimate(differences: Differences, method: str) -> Estimate:
    mean, spread, pairs = differences.mean, differences.spread, differences.pairs
    refuse_no_error(
        spread,
        N_("The changes of the people do not differ from each other, so nothing shows how sure the difference is."),
    )
    found = t_interval(mean, spread / math.sqrt(pairs), pairs - 1)
    low, high = standardized_limits(differences)
    return Estimate(
        method=method,
        effect=mean,
        ci_low=found.low,
        ci_high=found.high,
        standard_error=found.standard_error,
        p_value=found.p_value,
        n_treated=pairs,
        before=1,
        after=1,
        degrees_of_freedom=found.degrees_of_freedom,
        findings=short_of_good(method, {"pairs": pairs}),
        details={"d_z": mean / spread, "d_z_low": low, "d_z_high": high},
    )


def standardized_limits(differences: Differences) -> tuple[float, float]:
    """The limits of d_z = mean / standard deviation of the differences: d_z -+ z sqrt(1 / n + d_z^2 / (2 n)).

    Source: Viechtbauer 2007, Journal of Educational and Behavioral Statistics 32. The exact limits by noncentral t lie
    within a few percent from 20 pairs on, and the library's search for them does not end where d_z is very large.
    """
    from scipy import stats

    effect_size = differences.mean / differences.spread
    error = math.sqrt((1 + effect_size**2 / 2) / differences.pairs)
    reach = float(stats.norm.ppf(0.5 + LEVEL / 2)) * error
    return effect_size - reach, effect_size + reach


def _with_levels(found: Estimate, first: Floats, second: Floats, unmatched: int) -> Estimate:
    """The estimate with what only the values themselves tell: levels, d_av, Wilcoxon's test."""
    from scipy import stats

    wilcoxon = float(stats.wilcoxon(second - first).pvalue)
    findings = found.findings
    if (found.p_value < SIGNIFICANT) != (wilcoxon < SIGNIFICANT):
        findings += (Finding("tests_disagree", {"t_p": found.p_value, "wilcoxon_p": wilcoxon}),)
    if unmatched:
        findings += (Finding("unmatched", {"people": unmatched}),)
    level = float(first.mean())
    levels = {"mean_before": level, "mean_after": float(second.mean()), "wilcoxon_p": wilcoxon}
    return replace(
        found,
        relative=relative_to(level, found.effect),
        findings=findings,
        details={**found.details, **_against_both_spreads(found, first, second), **levels},
    )


def _against_both_spreads(found: Estimate, first: Floats, second: Floats) -> dict[str, float]:
    """d_av = mean change / s_av, s_av^2 the mean of both variances (Cumming 2012, Understanding the new statistics).

    Unlike d_z it does not grow with the correlation of both results, so that it compares with studies of two groups.
    Its limits are those of d_z in units of s_av (Algina and Keselman 2003, Educ. Psychol. Meas. 63, approximate).
    """
    own = float((second - first).std(ddof=1))
    both = math.sqrt((float(first.var(ddof=1)) + float(second.var(ddof=1))) / 2)
    names = (("d_av", "d_z"), ("d_av_low", "d_z_low"), ("d_av_high", "d_z_high"))
    return {name: found.details[source] * own / both for name, source in names}


def _known(method: str) -> str:
    if method not in METHODS:
        raise InvalidError(f"Pairs are compared as one of {', '.join(METHODS)}, and not as '{method}'.")
    return method


def _at_least_two(at_least: Mapping[str, float]) -> Mapping[str, float]:
    """A measure may allow itself few pairs, but not one: it has no spread."""
    return {name: max(amount, 2) for name, amount in at_least.items()}
