"""From the check of parallel trends to what a grade is decided by: few months can neither show nor deny much."""

from __future__ import annotations

from lei.evidence.estimate import Estimate, Finding, Result, TooLittle
from lei.evidence.parallel_trends import ParallelTrends
from lei.evidence.study_design import PreTrend

# A drift that would explain less than this share of the effect does not decide what is said of it (our own policy).
HARMLESS_SHARE = 0.5


def pre_trend_for_grade(
    trends: ParallelTrends | TooLittle | None, placebo: Result | None, effect: Result | None, months_apart: float
) -> tuple[PreTrend | None, tuple[Finding, ...]]:
    """How the groups moved before, for `StudyDesign.pre_trend`, with what a reader must know of it.

    not_parallel: the trends clearly differ, or a made-up start finds a difference as well. parallel: as the check says;
    also where three or more months are too noisy to tell, nothing in them differs clearly, and the drift that they
    show would, had it gone on at its rate for `months_apart` (from the middle of the months before to that of the
    months after), explain less than half of the effect. Of noise alone three months almost always show some drift, and
    a grade that asked for none would ask for silent data; one that ignored a drift as large as the effect would call
    that drift an effect. In the same spirit: Rambachan and Roth 2023, Review of Economic Studies 90.
    """
    if not isinstance(trends, ParallelTrends):
        return (None if trends is None else PreTrend.CANNOT_TELL), ()
    found = isinstance(placebo, Estimate) and placebo.excludes_zero
    if found or trends.verdict is PreTrend.NOT_PARALLEL:
        return PreTrend.NOT_PARALLEL, placebo.findings[:1] if found and isinstance(placebo, Estimate) else ()
    if trends.verdict is PreTrend.PARALLEL:
        return PreTrend.PARALLEL, ()
    share = _share_explained(trends, effect, months_apart)
    if share is None or share >= HARMLESS_SHARE:
        return PreTrend.CANNOT_TELL, ()
    return PreTrend.PARALLEL, (Finding("drift_small_beside_effect", {"share": max(share, 0.0)}),)


def _share_explained(trends: ParallelTrends, effect: Result | None, months_apart: float) -> float | None:
    """The share of the effect that the drift would bring about; below 0 where it points the other way."""
    if not isinstance(effect, Estimate) or effect.effect == 0:
        return None
    return trends.slope.effect * months_apart / effect.effect
