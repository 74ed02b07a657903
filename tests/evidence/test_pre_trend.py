"""What a grade is told of the months before: clear differences, clear likeness, and the much that lies between."""

from __future__ import annotations

import numpy as np
import pytest
from studies import estimate

from lei.evidence.estimate import TooLittle
from lei.evidence.parallel_trends import ParallelTrends
from lei.evidence.pre_trend import pre_trend_for_grade
from lei.evidence.study_design import PreTrend

EFFECT = estimate("difference_in_differences", -1.2, -1.8, -0.6)


def trends(verdict: PreTrend, slope: float = 0.0) -> ParallelTrends:
    return ParallelTrends(verdict, estimate("parallel_trends", slope, slope - 1, slope + 1), 0.4, ())


@pytest.mark.parametrize("verdict", [PreTrend.PARALLEL, PreTrend.NOT_PARALLEL])
def test_a_verdict_stands(verdict: PreTrend) -> None:
    assert pre_trend_for_grade(trends(verdict, 0.01), None, EFFECT, 6) == (verdict, ())


def test_a_made_up_start_that_finds_something_speaks_against_it() -> None:
    found = estimate("placebo", -0.5, -0.9, -0.1)
    assert pre_trend_for_grade(trends(PreTrend.PARALLEL), found, EFFECT, 6)[0] is PreTrend.NOT_PARALLEL


def test_a_noisy_drift_is_held_against_the_effect() -> None:
    """0.05 a month over six months is 0.3, a quarter of 1.2; 0.1 is a half, which is too much."""
    unsure = PreTrend.CANNOT_TELL
    verdict, told = pre_trend_for_grade(trends(unsure, -0.05), None, EFFECT, 6)
    assert (verdict, told[0].code) == (PreTrend.PARALLEL, "drift_small_beside_effect")
    assert told[0].numbers["share"] == pytest.approx(0.25)
    assert pre_trend_for_grade(trends(unsure, -0.1), None, EFFECT, 6) == (PreTrend.CANNOT_TELL, ())


def test_a_drift_against_the_effect_explains_none_of_it() -> None:
    verdict, told = pre_trend_for_grade(trends(PreTrend.CANNOT_TELL, 0.3), None, EFFECT, 6)
    assert (verdict, told[0].numbers["share"]) == (PreTrend.PARALLEL, 0)


def test_without_an_effect_nothing_is_harmless() -> None:
    short = TooLittle("difference_in_differences", {"months_after": 3.0}, {"months_after": 1.0})
    assert pre_trend_for_grade(trends(PreTrend.CANNOT_TELL, 0.0), None, short, 6)[0] is PreTrend.CANNOT_TELL
    assert pre_trend_for_grade(short, None, EFFECT, 6)[0] is PreTrend.CANNOT_TELL
    assert pre_trend_for_grade(None, None, EFFECT, 6) == (None, ())


def test_how_often_noise_alone_would_be_called_parallel() -> None:
    """With three flat months of noise the share is small beside a large effect, and not beside one as small as noise.

    The slope over three months has the error s / root(2) by site; six sites, six months apart.
    """
    rng = np.random.default_rng(1)
    slopes = rng.normal(0, 0.2 / np.sqrt(2) * np.sqrt(2 / 3), 2000)

    def kept(effect: float) -> float:
        result = estimate("difference_in_differences", effect, effect - 1, effect + 1)
        verdicts = [pre_trend_for_grade(trends(PreTrend.CANNOT_TELL, s), None, result, 6)[0] for s in slopes]
        return verdicts.count(PreTrend.PARALLEL) / len(verdicts)

    assert kept(-2.0) > 0.9
    assert kept(-0.2) < 0.6
