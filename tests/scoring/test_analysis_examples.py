"""The worked examples of docs/scoring-method.md, sections 6, 10 and 11: each bold figure there, recomputed.

The text must state the figure as well, so that neither moves without the other.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from scoring.change_verdict import SIGNAL, change_verdict
from scoring.control_limits import control_limits
from scoring.double_counting import counted_twice
from scoring.flip_points import flip_points
from scoring.goal_seek import goal_seek, goal_seek_together
from scoring.importance import importance
from scoring.normalise import Goalposts
from scoring.opportunities import opportunities
from scoring.reweighted import with_pillar_share
from scoring.smoother import local_linear
from scoring.uncertainty import composites_under_weights, draw_weights, mean_interval, wilson_interval
from scoring.value_draws import Sample, draw_composites, draw_interval
from tests.scoring.conftest import TwoLevel

METHOD = (Path(__file__).resolve().parents[2] / "docs" / "scoring-method.md").read_text("utf-8")
PERCENT = Goalposts("higher_is_better", 0, 100)
COST = Goalposts("lower_is_better", 250, 80)
HOURS = Goalposts("target_is_best", 0, 13, 35, 100)


def stated(*texts: str) -> None:
    for text in texts:
        assert text in METHOD


def test_intervals_of_a_share_and_of_an_average() -> None:
    stated("50 % of 385 answers: 45 to 55 %", "70 with a spread of 10 over 100 answers: 68.0 to 72.0")
    assert_allclose(wilson_interval(0.5, 385), (0.45, 0.55), atol=0.005)
    assert_allclose(mean_interval(70, 10, 100), (68.0, 72.0), atol=0.05)


def test_two_pillars_in_doubt(two_level: TwoLevel) -> None:
    stated("= **2.5** points, so its interval is ± 4.9")
    sample = Sample(*(np.array([row]) for row in ([50.0, 60], [100.0, 100], [30.0, 40])), np.array([False, False]))
    tree = two_level([0, 1], [1, 1], [1, 1])
    drawn = draw_composites(sample, [PERCENT, PERCENT], tree, 40_000, np.random.default_rng(1)).composite
    low, high = draw_interval(drawn)
    assert_allclose(drawn.std(), 2.5, rtol=0.02)
    assert_allclose(high - low, 2 * 4.9, rtol=0.02)


def test_weights_in_doubt(two_level: TwoLevel) -> None:
    stated("= **1.96** points of standard deviation")
    tree = two_level([0, 1], [1, 1], [1, 1])
    weights = draw_weights(tree, 25, 40_000, np.random.default_rng(2))
    assert_allclose(composites_under_weights([[40.0, 60]], tree, *weights).std(), 1.96, rtol=0.02)


def test_importance_beside_weight(two_level: TwoLevel) -> None:
    stated("S = w² / Σw² = **66, 24 and 11 %**", "a third each: **80, 80 and 20 %**")
    scores = np.random.default_rng(3).uniform(0, 100, (1_200, 3))
    apart = importance(scores, two_level([0, 0, 0], [50, 30, 20], [1]))
    assert_allclose(apart.main_effect, [0.66, 0.24, 0.11], atol=0.05)
    scores[:, 1] = scores[:, 0]
    alike = importance(scores, two_level([0, 0, 0], [1, 1, 1], [1]))
    assert_allclose(alike.main_effect, [0.8, 0.8, 0.2], atol=0.05)


@pytest.mark.parametrize(("units", "squared", "effect"), [(10, 0.11, 0.19), (20, 0.05, 0.10), (50, 0.02, 0.05)])
def test_the_importance_of_nothing(units: int, squared: float, effect: float) -> None:
    stated("over 10 units **0.11** and **0.19**, over 20 **0.05** and **0.10**, over 50\n**0.02** and **0.05**")
    assert_allclose(1 / (units - 1), squared, atol=0.005)
    rng = np.random.default_rng(3)
    found = [local_linear(x, y).var() / y.var() for x, y in rng.normal(size=(400, 2, units))]
    assert_allclose(np.mean(found), effect, atol=0.015)


@pytest.mark.parametrize(("units", "low", "text"), [(20, 0.76, "begins at **0.76**"), (8, 0.53, "over 8 at 0.53")])
def test_what_a_correlation_of_nine_tenths_leaves_open(units: int, low: float, text: str) -> None:
    stated(text)
    x, apart = np.tile([1.0, -1.0], units // 2), np.repeat([1.0, -1.0], units // 2)
    scores = 50 + 10 * np.column_stack([x, 0.9 * x + np.sqrt(0.19) * apart])
    (pair,) = counted_twice(scores, [0, 0], threshold=0.899, min_units=8)
    assert_allclose(pair.low, low, atol=0.005)


def test_goals(two_level: TwoLevel) -> None:
    stated(
        "= **131**", "= **9.1** from below", "= **54.5** from above", "80, which makes 75", "by **35 %** of its range"
    )
    tree = two_level([0, 1], [1, 1], [1, 1])
    for posts, today, answer in [(COST, 240, 131), (HOURS, 3, 9.1), (HOURS, 90, 54.5)]:
        assert_allclose(goal_seek([today, 50], [posts, PERCENT], tree, 0, 60).value, answer)
    beyond = goal_seek([240, 50], [COST, PERCENT], tree, 0, 75.5)
    assert (beyond.outcome, beyond.value, beyond.composite) == ("not_reachable", 80, 75)
    assert_allclose(goal_seek_together([250, 50], [COST, PERCENT], tree, [0, 1], 60).share, 0.35)


def test_a_flip(two_level: TwoLevel) -> None:
    stated("they swap at t = **0.4**")
    tree = two_level([0, 1], [1, 1], [1, 1])
    assert_allclose(flip_points([80, 20], [50, 40], partial(with_pillar_share, tree, 0)).flips[0].share, 0.4)


def test_an_opportunity(two_level: TwoLevel) -> None:
    stated("With an effective weight of 12.5 % ten points more are worth **1.25** points")
    found = opportunities([165, 50], [COST, PERCENT], two_level([0, 0], [1, 7], [1]))
    assert_allclose(found.gain[0], 1.25)


def test_an_xmr_chart() -> None:
    stated("mean **4135.5**, mR **355.9**, limits **3188.7 to 5082.3**, range limit **1163.2**")
    text = METHOD.split("Wheeler's sixteen values ")[1].split(":")[0]
    found = control_limits([float(each) for each in text.split(", ")])
    figures = [found.mean, found.mean_range, found.lower, found.upper, found.range_limit]
    assert_allclose(figures, [4135.5, 355.9, 3188.7, 5082.3, 1163.2], atol=0.05)
    assert np.flatnonzero(found.outside).tolist() == np.flatnonzero(found.wide).tolist() == [15]


@pytest.mark.parametrize(("alike", "least", "most"), [(0.0, 0.008, 0.016), (0.5, 0.04, 0.055)])
def test_what_stands_out_by_chance(alike: float, least: float, most: float) -> None:
    stated("in about **1 of 100** series of 24 months", "in about **5 of 100** where months are much alike")
    scores = np.random.default_rng(5).normal(0, 5, (8000, 24))
    for month in range(1, 24):
        scores[:, month] += alike * scores[:, month - 1]
    assert least <= np.mean(change_verdict(50 + scores).verdict == SIGNAL) <= most
