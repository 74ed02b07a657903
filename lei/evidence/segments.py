"""Whether a difference between two groups is one within segments, or comes from their different mix of segments.

The pooled difference may be far from, and even opposite to, what holds in every segment (Simpson 1951, J. R. Stat. Soc.
B 13). The standardized difference compares like with like: a weighted mean of the differences within segments.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lei.errors import InvalidError
from lei.evidence.estimate import Estimate, Finding, Result, TooLittle
from lei.evidence.group_differences import mean_difference, percent_difference
from lei.evidence.inputs import refuse_no_error
from lei.evidence.minimums import MINIMUMS, NO_OTHER
from lei.evidence.samples import PERCENT, Sample, Share
from lei.evidence.t_interval import t_interval
from lei.language import N_

# The pooled difference is much larger from this many times the standardized one on: our own policy.
MUCH_LARGER = 2.0


@dataclass(frozen=True, slots=True)
class SegmentShares:
    """One segment's shares in the group of interest and in the other one."""

    name: str
    share: Share
    other: Share


@dataclass(frozen=True, slots=True)
class SegmentSamples:
    """One segment's means in the group of interest and in the other one."""

    name: str
    sample: Sample
    other: Sample


@dataclass(frozen=True, slots=True)
class SegmentCheck:
    """The pooled and the standardized difference, and those within segments by name, TooLittle where one is thin."""

    pooled: Estimate
    standardized: Result
    within: Mapping[str, Result]
    findings: tuple[Finding, ...] = ()


def check_shares(
    segments: Sequence[SegmentShares], at_least: Mapping[str, float] = NO_OTHER
) -> SegmentCheck | TooLittle:
    """Percents of two groups in segments: pooled, within each segment, and standardized by Mantel and Haenszel.

    All in points, group of interest minus other. The standardized difference uses every segment in which both groups
    have cases. Findings: `simpson_reversal` where it and the pooled one point in opposite ways, `mix_of_segments` where
    they point the same way and the pooled one is at least MUCH_LARGER times as large, both with the names of the
    segments that are opposite to the pooled one; `segments_left_out` names those that could not be standardized.
    TooLittle where the pooled groups are below the minimum of a percent; segments below it are not compared singly.
    Raises InvalidError for no segment, names that repeat, and shares that do not vary.
    """
    _check_names([segment.name for segment in segments])
    pooled = percent_difference(
        _all_shares([one.share for one in segments]), _all_shares([one.other for one in segments]), at_least
    )
    if isinstance(pooled, TooLittle):
        return pooled
    within = {one.name: percent_difference(one.share, one.other, at_least) for one in segments}
    usable = [one for one in segments if one.share.cases > 0 and one.other.cases > 0]
    left_out = [one.name for one in segments if one not in usable]
    standardized = _mantel_haenszel(usable) if usable else _no_segment("percent", at_least)
    return SegmentCheck(pooled, standardized, within, _findings(pooled, standardized, within, left_out))


def check_samples(
    segments: Sequence[SegmentSamples], at_least: Mapping[str, float] = NO_OTHER
) -> SegmentCheck | TooLittle:
    """Means of two groups in segments, as `check_shares`; standardized with the inverse of their variances as weights.

    Only segments in which both groups reach the minimum of a mean are standardized: small ones have no trustworthy
    variance. Raises InvalidError for no segment, names that repeat, and a segment in which nothing varies.
    """
    _check_names([segment.name for segment in segments])
    pooled = mean_difference(
        _all_samples([one.sample for one in segments]), _all_samples([one.other for one in segments]), at_least
    )
    if isinstance(pooled, TooLittle):
        return pooled
    within = {one.name: mean_difference(one.sample, one.other, at_least) for one in segments}
    usable = [found for found in within.values() if isinstance(found, Estimate)]
    left_out = [name for name, found in within.items() if isinstance(found, TooLittle)]
    standardized = _inverse_variance(usable) if usable else _no_segment("mean", at_least)
    return SegmentCheck(pooled, standardized, within, _findings(pooled, standardized, within, left_out))


def _mantel_haenszel(segments: Sequence[SegmentShares]) -> Estimate:
    """The risk difference of Mantel and Haenszel, in points, with the variance of Sato.

    With a of n1 and b of n0 in a segment of N = n1 + n0: difference = sum (a n0 - b n1) / N over sum n1 n0 / N; its
    variance holds with few large segments and with many small ones. Sources: Greenland and Robins 1985, Biometrics 41;
    Sato 1989, Biometrics 45.
    """
    above = weight = skew = spread = 0.0
    for one in segments:
        a, n1, b, n0 = one.share.of_interest, one.share.cases, one.other.of_interest, one.other.cases
        total = n1 + n0
        above += (a * n0 - b * n1) / total
        weight += n1 * n0 / total
        skew += (n1**2 * b - n0**2 * a + n1 * n0 * (n0 - n1) / 2) / total**2
        spread += (a * (n0 - b) + b * (n1 - a)) / (2 * total)
    difference = above / weight
    error = math.sqrt(max(difference * skew + spread, 0)) / weight
    cases = sum(one.share.cases for one in segments), sum(one.other.cases for one in segments)
    return _normal("mantel_haenszel", PERCENT * difference, PERCENT * error, cases)


def _inverse_variance(within: Sequence[Estimate]) -> Estimate:
    """sum w d / sum w with w = 1 / se^2 and standard error 1 / sqrt(sum w) (Cochran 1954, Biometrics 10)."""
    weights = [one.standard_error**-2 for one in within]
    difference = sum(weight * one.effect for weight, one in zip(weights, within, strict=True)) / sum(weights)
    cases = sum(one.n_treated for one in within), sum(one.n_comparison for one in within)
    return _normal("inverse_variance", difference, sum(weights) ** -0.5, cases)


def _normal(method: str, difference: float, error: float, cases: tuple[float, float]) -> Estimate:
    refuse_no_error(
        error,
        N_("The cases within the segments do not differ from each other, so nothing shows how sure the difference is."),
    )
    found = t_interval(difference, error)
    return Estimate(method, difference, found.low, found.high, error, found.p_value, *cases)


def _findings(
    pooled: Estimate, standardized: Result, within: Mapping[str, Result], left_out: Sequence[str]
) -> tuple[Finding, ...]:
    findings: tuple[Finding, ...] = ()
    if isinstance(standardized, Estimate):
        numbers = {"pooled": pooled.effect, "standardized": standardized.effect}
        opposite = tuple(
            name for name, one in within.items() if isinstance(one, Estimate) and one.effect * pooled.effect < 0
        )
        if pooled.effect * standardized.effect < 0:
            findings += (Finding("simpson_reversal", numbers, opposite),)
        elif pooled.effect and abs(pooled.effect) >= MUCH_LARGER * abs(standardized.effect):
            findings += (Finding("mix_of_segments", numbers, opposite),)
    if left_out:
        findings += (Finding("segments_left_out", {"segments": len(left_out)}, tuple(left_out)),)
    return findings


def _no_segment(method: str, at_least: Mapping[str, float]) -> TooLittle:
    return TooLittle(method, {**MINIMUMS[method].needed, **at_least}, {"cases": 0.0})


def _all_shares(shares: Sequence[Share]) -> Share:
    return Share(sum(one.of_interest for one in shares), sum(one.cases for one in shares))


def _all_samples(samples: Sequence[Sample]) -> Sample:
    """Mean and standard deviation of all cases together, from those of the parts."""
    samples = [one for one in samples if one.cases > 0]
    cases = sum(one.cases for one in samples)
    if cases <= 1:
        return Sample(0.0, 0.0, cases)
    mean = sum(one.mean * one.cases for one in samples) / cases
    squares = sum(one.spread**2 * max(one.cases - 1, 0) + (one.mean - mean) ** 2 * one.cases for one in samples)
    return Sample(mean, math.sqrt(squares / (cases - 1)), cases)


def _check_names(names: Sequence[str]) -> None:
    if not names:
        raise InvalidError("There is no segment to compare in.")
    if len(set(names)) < len(names):
        raise InvalidError("Each segment must have a name of its own.")
