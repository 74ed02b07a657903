"""Goal seek: answers by hand in the measures' own units, and a dense grid that must agree that none is missed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from scoring.caps import Cap
from scoring.composite import evaluate
from scoring.curve_shape import turning_points
from scoring.errors import ScoringError
from scoring.goal_seek import goal_seek, goal_seek_together
from scoring.means import MeanName
from scoring.normalise import Goalposts, normalise, normalise_columns
from scoring.tree import Tree
from tests.scoring.conftest import TwoLevel

NAN = math.nan
PERCENT = Goalposts("higher_is_better", 0, 100)
COST = Goalposts("lower_is_better", 250, 80)
HOURS = Goalposts("target_is_best", 0, 13, 35, 100)
REACH = Goalposts("higher_is_better", 40, 95)
DAYS = Goalposts("lower_is_better", 100, 10, curve="lognormal")
SPEND = Goalposts("higher_is_better", 1, 100, curve="lognormal")
STEPS = Goalposts("higher_is_better", 0, 10, curve="piecewise", knots=((0, 0), (4, 60), (6, 60), (10, 100)))
HUMPS = Goalposts("target_is_best", 0, 8, curve="piecewise", knots=((0, 0), (2, 80), (4, 20), (8, 100), (9, 0)))
ALL = [COST, HOURS, REACH, DAYS, SPEND, STEPS, HUMPS]


class TestByHand:
    """Two pillars of the same weight, one measure each; the other one, REACH, is at 67.5 and so scores 50."""

    @pytest.mark.parametrize(
        ("posts", "today", "target", "expected"),
        [
            (REACH, 40, 60, 40 + 0.7 * 55),  # needs 70 points
            (COST, 240, 60, 250 - 0.7 * 170),
            (HOURS, 2, 60, 0.7 * 13),  # from below the target
            (HOURS, 99, 60, 100 - 0.7 * 65),  # from above
            (STEPS, 1, 45, 40 / 15),  # 40 points on the first line of 15 points a step
            (STEPS, 1, 55, 4),  # 60 points: the near end of the flat stretch
            (STEPS, 1, 60, 7),  # 70 points on the last line
            (HUMPS, 0.5, 60, 70 / 40),  # 70 points on the first hump
            (HUMPS, 3, 60, 2 + 10 / 30),  # 70 points: 0.67 down the way, and 3.5 up
            (HUMPS, 4.2, 40, 4.5),  # 30 points: 0.3 up the way, and 0.53 down
            (HUMPS, 3, 70, 4 + 4 * 70 / 80),  # 90 points on the second hump alone
            (HUMPS, 9, 70, 9 - 0.9),  # 90 points, from above
            (DAYS, 80, 50, math.sqrt(1000)),  # 50 points lie at the geometric mean of the posts
            (SPEND, 2, 70, 100),  # 90 points lie at goalpost_100
        ],
    )
    def test_the_value_that_is_needed(
        self, posts: Goalposts, today: float, target: float, expected: float, two_level: TwoLevel
    ) -> None:
        tree = two_level([0, 1], [1, 1], [1, 1])
        found = goal_seek([today, 67.5], [posts, REACH], tree, 0, target)
        assert found.outcome == "reachable"
        assert_allclose(found.value, expected, rtol=1e-9)
        assert_allclose(found.composite, target, atol=1e-9)

    @pytest.mark.parametrize(
        ("posts", "today", "best"),
        [(REACH, 40, 95), (COST, 240, 80), (HOURS, 2, 13), (HOURS, 99, 35), (STEPS, 1, 10), (HUMPS, 3, 8)],
    )
    def test_where_no_value_reaches_the_target_the_best_is_said(
        self, posts: Goalposts, today: float, best: float, two_level: TwoLevel
    ) -> None:
        found = goal_seek([today, 67.5], [posts, REACH], two_level([0, 1], [1, 1], [1, 1]), 0, 75.5)
        assert (found.outcome, found.value, found.composite) == ("not_reachable", best, 75.0)

    def test_a_target_that_is_reached_exactly_at_the_best_is_reachable(self, two_level: TwoLevel) -> None:
        found = goal_seek([40, 67.5], [REACH, REACH], two_level([0, 1], [1, 1], [1, 1]), 0, 75)
        assert (found.outcome, found.value) == ("reachable", 95)

    def test_what_the_best_falls_short_of_by_rounding_alone_is_reachable(self, two_level: TwoLevel) -> None:
        found = goal_seek([40, 67.5], [REACH, REACH], two_level([0, 1], [1, 1], [1, 1]), 0, 75 + 5e-10)
        assert (found.outcome, found.value, found.composite) == ("reachable", 95, 75)

    def test_what_is_reached_already_is_said(self, two_level: TwoLevel) -> None:
        found = goal_seek([95, 67.5], [REACH, REACH], two_level([0, 1], [1, 1], [1, 1]), 0, 60)
        assert (found.outcome, found.value, found.composite) == ("reached_already", 95, 75)

    def test_targets_from_0_to_100_can_be_asked_for(self, two_level: TwoLevel) -> None:
        tree = two_level([0, 1], [1, 1], [1, 1])
        assert goal_seek([40, 40], [REACH, REACH], tree, 0, 0).outcome == "reached_already"
        low = goal_seek([40, 40], [REACH, REACH], tree, 0, 0.5)
        assert_allclose(low.value, 40.55)
        full = goal_seek([40, 95], [REACH, REACH], tree, 0, 100)
        assert (full.outcome, full.value, full.composite) == ("reachable", 95, 100)

    def test_a_measure_without_a_value_that_may_be_at_its_worst(self, two_level: TwoLevel) -> None:
        """Worst is 30 points at 40, in the middle of its curve; with 50 of the other measure that makes 40."""
        trough = Goalposts("target_is_best", 0, 100, curve="piecewise", knots=((0, 100), (40, 30), (100, 90)))
        found = goal_seek([NAN, 67.5], [trough, REACH], two_level([0, 1], [1, 1], [1, 1]), 0, 35)
        assert (found.outcome, found.value, found.composite) == ("reachable", 40, 40)

    def test_a_measure_can_only_have_the_values_that_are_possible(self, two_level: TwoLevel) -> None:
        """60 takes a value of 78.5; with at most 67.5 it scores 50 points."""
        tree = two_level([0, 1], [1, 1], [1, 1])
        found = goal_seek([40, 67.5], [REACH, REACH], tree, 0, 60, possible=(0, 67.5))
        assert (found.outcome, found.value, found.composite) == ("not_reachable", 67.5, 50)

    def test_a_measure_without_a_value_is_sought_from_its_worst_on(self, two_level: TwoLevel) -> None:
        """Without it the composite is that of the other measure, 50; with it 60 takes 70 points: 78.5."""
        tree = two_level([0, 0], [2, 2], [1])
        found = goal_seek([NAN, 67.5], [REACH, REACH], tree, 0, 60)
        assert found.outcome == "reachable"
        assert_allclose(found.value, 78.5)

    def test_where_too_much_else_is_missing_there_is_no_composite_to_seek(self, two_level: TwoLevel) -> None:
        found = goal_seek([50, NAN], [REACH, REACH], two_level([0, 1], [1, 1], [1, 1]), 0, 60)
        assert found.outcome == "no_composite"
        assert math.isnan(found.composite)


@st.composite
def questions(draw: st.DrawFn) -> tuple[list[float], int, float, MeanName, list[float]]:
    share = st.floats(-0.2, 1.2)
    ends = [(250, 80), (0, 100), (40, 95), (120, 5), (0.5, 130), (0, 10), (0, 9)]
    values = [low + draw(share) * (high - low) for low, high in ends]
    weights = draw(st.lists(st.floats(0.05, 1), min_size=7, max_size=7))
    mean: MeanName = draw(st.sampled_from(["arithmetic", "geometric", "harmonic"]))
    return values, draw(st.integers(0, 6)), draw(st.floats(1, 100)), mean, weights


@given(questions())
def test_the_answer_gives_the_target_or_truly_no_value_does(
    two_level: TwoLevel, question: tuple[list[float], int, float, MeanName, list[float]]
) -> None:
    values, measure, target, mean, weights = question
    tree = two_level([0, 0, 0, 1, 1, 2, 2], weights, [1, 1, 1], mean)
    found = goal_seek(values, ALL, tree, measure, target)

    def composites(candidates: np.ndarray) -> np.ndarray:
        rows = np.tile(normalise_columns(values, ALL), (candidates.size, 1))
        rows[:, measure] = normalise(candidates, ALL[measure])
        return np.asarray(evaluate(rows, tree).composite)

    turns = turning_points(ALL[measure])
    grid = np.concatenate([np.linspace(turns[0], turns[-1], 500), np.geomspace(1e-3, 1e4, 200), turns])
    reached = composites(grid) >= target + 1e-9
    at_answer = composites(np.array([found.value]))[0]
    assert_allclose(at_answer, found.composite, atol=1e-12)
    if found.outcome == "reached_already":
        assert found.value == values[measure]
        assert found.composite >= target - 1e-9
    elif found.outcome == "reachable":
        assert_allclose(found.composite, target, atol=1e-9)
        nearer = np.abs(grid - values[measure]) < np.abs(found.value - values[measure]) - 1e-9
        assert not (reached & nearer).any()
    else:
        assert found.outcome == "not_reachable"
        assert not reached.any()
        assert found.composite >= composites(grid).max() - 1e-6


def test_a_goal_beyond_a_cap_is_the_value_that_lifts_it() -> None:
    """Measures 0 and 1 of the same weight at 40 and 80; below 50 the first caps the composite, 60, at 45. For 50 the
    first must reach 50, whereupon it is 65 at once; for 45 all is reached already."""
    tree = Tree(2, np.array([2, 2]), np.ones(2), caps=(Cap(2, 45, 0, 50),))
    posts = [Goalposts("higher_is_better", 0, 100)] * 2
    found = goal_seek([40, 80], posts, tree, 0, 50)
    assert found.outcome == "reachable"
    assert_allclose([found.value, found.composite], [50, 65], atol=1e-8)
    assert goal_seek([40, 80], posts, tree, 0, 45).outcome == "reached_already"
    to_the_cap = goal_seek([0, 80], posts, tree, 0, 45)  # from 10 to 50 the composite stays at 45
    assert_allclose([to_the_cap.value, to_the_cap.composite], [10, 45], rtol=1e-12)


@pytest.mark.parametrize("posts", [DAYS, SPEND, Goalposts("lower_is_better", 90, 3, curve="lognormal")])
def test_a_lognormal_curve_ends_where_it_is_as_good_as_flat(posts: Goalposts) -> None:
    """50 erfc(5), 7.7e-11 points, from 0 and from 100, which is what the curve makes of its ends."""
    left = 50 * math.erfc(5)
    first, last = normalise(turning_points(posts), posts)
    assert_allclose(min(first, last), left, rtol=1e-6)
    assert_allclose(100 - max(first, last), left, atol=5e-14)


def test_a_logarithmic_curve(two_level: TwoLevel) -> None:
    """50 points of 100 -> 75,000 lie at their geometric mean."""
    income = Goalposts("higher_is_better", 100, 75_000, curve="logarithmic")
    found = goal_seek([200, 50], [income, PERCENT], two_level([0, 1], [1, 1], [1, 1]), 0, 50)
    assert_allclose(found.value, math.sqrt(100 * 75_000))


class TestTogether:
    def test_two_measures_move_by_the_same_share_of_their_range(self, two_level: TwoLevel) -> None:
        """Scores 0 and 50 of the same weight; both gain 100 x share: 25 + 100 share = 60, share 0.35."""
        tree = two_level([0, 1], [1, 1], [1, 1])
        found = goal_seek_together([250, 67.5], [COST, REACH], tree, [0, 1], 60)
        assert found.outcome == "reachable"
        assert_allclose(found.share, 0.35)
        assert_allclose(found.values, [250 - 0.35 * 170, 67.5 + 0.35 * 55])
        assert_allclose(found.composite, 60, atol=1e-9)

    def test_one_that_has_arrived_waits_for_the_other(self, two_level: TwoLevel) -> None:
        """From 50 and 0 to 90: the first is at 100 from a share of 0.5 on, the other needs 0.8."""
        found = goal_seek_together([67.5, 250], [REACH, COST], two_level([0, 1], [1, 1], [1, 1]), [0, 1], 90)
        assert_allclose(found.values, [95, 250 - 0.8 * 170])
        assert_allclose(found.share, 0.8)

    def test_the_other_outcomes(self, two_level: TwoLevel) -> None:
        tree = two_level([0, 1], [1, 1], [1, 1])
        for target in (70, 75):
            already = goal_seek_together([95, 67.5], [REACH, REACH], tree, [0], target)
            assert (already.outcome, already.share, already.composite) == ("reached_already", 0, 75)
            assert already.values.tolist() == [95, 67.5]
        beyond = goal_seek_together([40, 67.5], [REACH, REACH], tree, [0], 80)
        assert (beyond.outcome, beyond.share, beyond.composite) == ("not_reachable", 1, 75)
        assert beyond.values.tolist() == [95, 67.5]
        missing = goal_seek_together([40, NAN], [REACH, REACH], tree, [0], 80)
        assert missing.outcome == "no_composite"
        assert np.isnan([missing.share, missing.composite]).all()

    def test_the_best_share_is_no_more_than_it_takes_to_be_at_the_best(self, two_level: TwoLevel) -> None:
        """COST is half a range above its best; REACH, at 67.5, half a range below, beside a sibling without a value."""
        half = goal_seek_together([165, 67.5], [COST, REACH], two_level([0, 1], [1, 1], [1, 1]), [0], 80)
        assert (half.outcome, half.share, half.composite) == ("not_reachable", 0.5, 75)
        assert half.values.tolist() == [80, 67.5]
        tree = two_level([0, 0, 1], [1, 2, 1], [1, 1])
        beside = goal_seek_together([NAN, 67.5, 67.5], [REACH] * 3, tree, [0, 1], 80)
        assert (beside.outcome, beside.share, beside.composite) == ("not_reachable", 0.5, 75)

    @settings(max_examples=30)
    @given(st.lists(st.floats(-0.1, 1.1), min_size=3, max_size=3), st.floats(5, 100))
    def test_the_share_gives_the_target(self, two_level: TwoLevel, at: list[float], target: float) -> None:
        posts = [COST, HOURS, REACH]
        tree = two_level([0, 1, 1], [1, 2, 1], [1, 3])
        found = goal_seek_together([250 - 170 * at[0], 100 * at[1], 40 + 55 * at[2]], posts, tree, [0, 1, 2], target)
        assume(found.outcome != "reached_already")
        assert found.outcome == "reachable"  # all at their best make 100
        assert_allclose(evaluate(normalise_columns(found.values, posts), tree).composite, target, atol=1e-9)


@pytest.mark.parametrize(
    ("values", "measure", "target", "possible"),
    [
        ([50, 50], 2, 60, (0, 100)),
        ([50, 50], -1, 60, (0, 100)),
        ([50, 50], 0, 101, (0, 100)),
        ([50, 50], 0, -0.5, (0, 100)),
        ([50, 50], 0, NAN, (0, 100)),
        ([50, 50], 0, 60, (60, 60)),
        ([50, 50], 0, 60, (100, 0)),
        ([50], 0, 60, (0, 100)),
        ([[50, 50]], 0, 60, (0, 100)),
        ([math.inf, 50], 0, 60, (0, 100)),
    ],
)
def test_impossible_questions_are_refused(
    values: list[float], measure: int, target: float, possible: tuple[float, float], two_level: TwoLevel
) -> None:
    tree = two_level([0, 1], [1, 1], [1, 1])
    with pytest.raises(ScoringError):
        goal_seek(values, [REACH, REACH], tree, measure, target, possible)


def test_several_measures_are_at_least_one(two_level: TwoLevel) -> None:
    tree = two_level([0, 1], [1, 1], [1, 1])
    for measures in ([], [2], [0, 2], [-1, 0]):
        with pytest.raises(ScoringError):
            goal_seek_together([50, 50], [REACH, REACH], tree, measures, 60)
