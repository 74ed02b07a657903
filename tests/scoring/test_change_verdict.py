"""What is said of the newest change: by the thresholds for a material change and by the series' own variation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from scoring.change_verdict import (
    NO_COMPARISON,
    NOISE,
    NOT_MATERIAL,
    SIGNAL,
    TOO_EARLY,
    WORDS,
    change_verdict,
)
from scoring.errors import ScoringError

NAN = math.nan
CALM = [60.0, 60.4, 59.8, 60.2, 60.0, 60.4, 59.8, 60.2, 60.0, 60.4, 59.8, 60.2]
LIVELY = [60.0, 66, 58, 65, 57, 64, 60, 66, 58, 65, 57, 64]


def verdict_of(series: list[float], level: str = "composite") -> int:
    return int(change_verdict(series, level).verdict)  # type: ignore[arg-type]  # a wrong level is refused


def test_less_than_a_point_is_no_material_change_even_where_it_stands_out() -> None:
    """Twelve months at 60 and one at 60.9: outside limits that allow next to nothing, and still below 1.0."""
    found = change_verdict([60.0] * 12 + [60.9])
    assert found.limits.outside[-1] == 1
    assert found.verdict == NOT_MATERIAL


def test_the_thresholds_are_one_point_of_the_composite_and_two_of_a_pillar() -> None:
    """59.9 to 60.9 is 1.0 on paper and an ulp less in floats."""
    assert verdict_of([*LIVELY, 59.9, 60.9]) == NOISE
    assert verdict_of([*LIVELY, 59.9, 60.9], "pillar") == NOT_MATERIAL
    assert verdict_of([*LIVELY, 58.9, 60.9], "pillar") == NOISE


def test_a_material_change_within_the_usual_variation_is_noise() -> None:
    """The months of this series differ by four to eight points; its limits lie about 18 points off."""
    assert verdict_of([*LIVELY, 58.0]) == NOISE


def test_a_change_out_of_the_limits_is_a_signal() -> None:
    found = change_verdict([*CALM, 66.0])
    assert found.verdict == SIGNAL
    assert_allclose(found.change, 5.8)


def test_ordinary_steps_that_lead_out_of_the_limits_are_a_signal() -> None:
    """Up by 0.5 and by 1.1: ranges 4.6 in all, .5 and 1.1, sum 6.2 / 13 = 0.477, so a step may be 1.559; mean
    843.7 / 14 = 60.264, upper limit 60.264 + 2.66 x 0.477 = 61.53."""
    found = change_verdict([*CALM, 60.7, 61.8])
    assert_allclose(found.limits.upper, 61.53, atol=0.005)
    assert not found.limits.wide[-1]
    assert found.verdict == SIGNAL


def test_a_return_into_the_limits_is_a_signal_only_by_its_moving_range() -> None:
    """66 and back to 60.2: the point is ordinary again, the step to it is not. Ranges .4 .6 .4 .2 .4 .6 .4 .2 .4 .6 .4
    5.8 5.8, sum 16.2 / 13 = 1.246; limit 3.268 x 1.246 = 4.07."""
    found = change_verdict([*CALM, 66.0, 60.2])
    assert found.limits.outside[-1] == 0
    assert found.limits.wide[-1]
    assert found.verdict == SIGNAL


def test_the_eighth_point_on_one_side_makes_a_rise_a_signal() -> None:
    """Eight at 58 and 60, eight between 62 and 64; no point outside, no wide range; the last step is up by 2."""
    series = [58.0, 60, 58, 60, 58, 60, 58, 60, 62, 64, 62, 64, 62, 64, 62, 64]
    found = change_verdict(series)
    assert not found.limits.outside.any()
    assert not found.limits.wide.any()
    assert found.verdict == SIGNAL
    assert verdict_of(series[:-1]) == NOISE  # seven on this side
    assert verdict_of([*series, 62.0]) == NOISE  # nine, but the last step is down, against the side of the run


def test_a_small_step_back_from_outside_the_limits_is_noise() -> None:
    """66 after 60.2 stood out; 64 after it is still above the limits, but the step down by 2 is an ordinary one:
    ranges 4.6 in all, 5.8 and 2.0, sum 12.4 / 13 = 0.954; limit 3.268 x 0.954 = 3.1."""
    found = change_verdict([*CALM, 66.0, 64.0])
    assert found.limits.outside[-1] == 1
    assert not found.limits.wide[-1]
    assert found.verdict == NOISE


def test_with_fewer_than_twelve_months_it_is_too_early() -> None:
    assert verdict_of([*CALM[:10], 66.0]) == TOO_EARLY
    assert verdict_of([50.0, 60.0]) == TOO_EARLY


@pytest.mark.parametrize("series", [[*CALM, NAN], [*CALM, NAN, 66.0], [60.0]])
def test_without_a_month_before_there_is_no_comparison(series: list[float]) -> None:
    assert verdict_of(series) == NO_COMPARISON


def test_many_segments_at_once() -> None:
    found = change_verdict(np.array([[*CALM, 66.0], [*LIVELY, 58.0], [*CALM, 60.3]]))
    assert found.verdict.tolist() == [SIGNAL, NOISE, NOT_MATERIAL]
    assert all(WORDS[int(each)].endswith(".") for each in found.verdict)
    assert len(WORDS) == 5
    assert change_verdict([[*CALM, 66.0]]).verdict.tolist() == [SIGNAL]
    assert change_verdict([[60.0], [61.0]]).verdict.tolist() == [NO_COMPARISON] * 2


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ScoringError, match="level"):
        verdict_of(CALM, "measure")
