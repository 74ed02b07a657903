"""Flip points: solved by hand, and properties that must hold at every one of them."""

from __future__ import annotations

import math
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from scoring.caps import Cap
from scoring.composite import evaluate
from scoring.errors import ScoringError
from scoring.flip_points import flip_points
from scoring.means import MeanName
from scoring.reweighted import with_measure_share, with_pillar_share, without_measure
from scoring.tree import Tree
from tests.scoring.conftest import TwoLevel

NAN = math.nan


def leaders(first: list[float], second: list[float], two_level: TwoLevel, mean: MeanName = "arithmetic") -> list[str]:
    tree = two_level([0, 1], [1, 1], [1, 1], mean)
    return [each.leader for each in flip_points(first, second, partial(with_pillar_share, tree, 0)).sections]


class TestByHand:
    def test_two_pillars(self, two_level: TwoLevel) -> None:
        """80 and 20 against 50 and 40: 30 t = 20 (1 - t), t = 0.4."""
        tree = two_level([0, 1], [1, 1], [1, 1])
        found = flip_points([80, 20], [50, 40], partial(with_pillar_share, tree, 0))
        assert [(flip.leader_below, flip.leader_above, flip.jump) for flip in found.flips] == [
            ("second", "first", False)
        ]
        assert_allclose(found.flips[0].share, 0.4, rtol=1e-14)
        assert_allclose([found.sections[0].high, found.sections[1].low], found.flips[0].share)
        assert found.ties == ()

    def test_a_straight_line_is_solved_at_once(self, two_level: TwoLevel) -> None:
        """30 t = 21 (1 - t), t = 7/17: besides the 201 shares of the grid and both ends of its step, the first secant
        is asked for, and once more to see whether both meet there."""
        tree, asked = two_level([0, 1], [1, 1], [1, 1]), []

        def tree_at(share: float) -> Tree:
            asked.append(share)
            return with_pillar_share(tree, 0, share)

        found = flip_points([80, 20], [50, 41], tree_at)
        assert_allclose(found.flips[0].share, 7 / 17, rtol=1e-14)
        assert len(asked) == 201 + 2 + 1 + 1

    def test_the_other_weights_keep_their_proportions(self, two_level: TwoLevel) -> None:
        """The others weigh 3 to 1: rests 0.75 x 20 + 0.25 x 60 = 30 against 40 and 40; 10 t = 10 (1 - t)."""
        tree = two_level([0, 1, 2], [1, 1, 1], [5, 3, 1])
        found = flip_points([50, 20, 60], [40, 40, 40], partial(with_pillar_share, tree, 0))
        assert_allclose(found.flips[0].share, 0.5, rtol=1e-14)

    def test_a_measure_within_its_pillar(self, two_level: TwoLevel) -> None:
        """Pillars of the same weight; 90 t + 10 (1 - t) + 50 against 30 + 60: 80 t = 30."""
        tree = two_level([0, 0, 1], [1, 1, 1], [1, 1])
        found = flip_points([90, 10, 50], [30, 30, 60], partial(with_measure_share, tree, 0))
        assert_allclose(found.flips[0].share, 0.375, rtol=1e-14)

    def test_a_touch_beside_a_flip(self, two_level: TwoLevel) -> None:
        """100 and 0 against 0 and 100, under a first weight of 1/2 + (t - 1/4)^2 (t - 3/4): equal where that is 1/2."""

        def tree_at(share: float) -> Tree:
            weight = 0.5 + (share - 0.25) ** 2 * (share - 0.75)
            return two_level([0, 1], [1, 1], [weight, 1 - weight])

        found = flip_points([100, 0], [0, 100], tree_at)
        assert_allclose([flip.share for flip in found.flips], [0.75], atol=1e-9)
        assert found.ties == (0.25,)

    def test_a_geometric_mean(self, two_level: TwoLevel) -> None:
        """t ln 80 + (1 - t) ln 20 = t ln 40 + (1 - t) ln 80: t ln 2 = (1 - t) ln 4, t = 2/3."""
        tree = two_level([0, 1], [1, 1], [1, 1], "geometric")
        found = flip_points([80, 20], [40, 80], partial(with_pillar_share, tree, 0))
        assert_allclose(found.flips[0].share, 2 / 3, atol=1e-12)

    def test_a_flip_at_a_share_of_the_grid_is_no_tie_beside_it(self, two_level: TwoLevel) -> None:
        """t ln 80 + (1 - t) ln 20 = ln 40 at t = 1/2, which is one of the shares that are tried."""
        tree = two_level([0, 1], [1, 1], [1, 1], "geometric")
        found = flip_points([80, 20], [40, 40], partial(with_pillar_share, tree, 0))
        assert_allclose(found.flips[0].share, 0.5, atol=1e-12)
        assert found.ties == ()

    def test_a_flip_next_to_a_share_of_the_grid_is_no_tie_beside_it(self, two_level: TwoLevel) -> None:
        """100 and 0 against 0 and 100 meet where the first weighs 1/2: 2e-12 beyond 1/4, where they seem to be tied."""

        def tree_at(share: float) -> Tree:
            weight = 0.5 + (share - 0.25 - 2e-12) / 2
            return two_level([0, 1], [1, 1], [weight, 1 - weight])

        found = flip_points([100, 0], [0, 100], tree_at)
        assert_allclose([flip.share for flip in found.flips], [0.25], atol=1e-11)
        assert found.ties == ()

    def test_touches_near_each_other_and_near_a_flip_are_told_apart(self, two_level: TwoLevel) -> None:
        """Where the first weighs 1/2: 0.25 and 0.26, two shares of the grid apart, and 0.2675, one and a half further
        on, where alone the sign of (t - 0.25)^2 (t - 0.26)^2 (t - 0.2675) changes."""

        def tree_at(share: float) -> Tree:
            weight = min(max(0.5 + 1e4 * (share - 0.25) ** 2 * (share - 0.26) ** 2 * (share - 0.2675), 0), 1)
            return two_level([0, 1], [1, 1], [weight, 1 - weight])

        found = flip_points([100, 0], [0, 100], tree_at)
        assert_allclose([flip.share for flip in found.flips], [0.2675], atol=1e-6)
        assert found.ties == (0.25, 0.26)

    def test_a_tie_from_0_on_is_a_stretch(self, two_level: TwoLevel) -> None:
        def tree_at(share: float) -> Tree:
            return two_level([0, 1], [1, 1], [0.5, 0.5] if share < 0.0075 else [0.6, 0.4])

        found = flip_points([100, 0], [0, 100], tree_at)
        assert [each.leader for each in found.sections] == ["tied", "first"]
        assert_allclose(found.sections[0].high, 0.0075, atol=1e-11)
        assert found.ties == ()

    def test_a_jump_to_next_to_nothing_is_found(self, two_level: TwoLevel) -> None:
        """Ahead by 10 below a share of 0.4012, behind by 10^-6 from there on: secants alone would creep there."""

        def tree_at(share: float) -> Tree:
            weight = 0.55 if share < 0.4012 else 0.5 - 5e-9
            return two_level([0, 1], [1, 1], [weight, 1 - weight])

        found = flip_points([100, 0], [0, 100], tree_at)
        assert [(flip.leader_below, flip.leader_above, flip.jump) for flip in found.flips] == [
            ("first", "second", True)
        ]
        assert_allclose(found.flips[0].share, 0.4012, atol=1e-11)

    def test_several_flips_where_one_unit_has_a_gap(self, two_level: TwoLevel) -> None:
        """The first unit has 70 in the pillar X, 40 in two others and a gap: 40 + 30 x 3 t / (2 + t). The second: 74 t
        + 42 (1 - t). Both are 50 at t = 1/4 and 58 at 1/2. Below t + 2 (1 - t) / 3 = 0.7 the first has no composite."""
        tree = two_level([0, 1, 2, 3], [1] * 4, [1] * 4)
        found = flip_points([70, 40, 40, NAN], [74, 42, 42, 42], partial(with_pillar_share, tree, 0))
        assert [each.leader for each in found.sections] == ["none", "second", "first", "second"]
        assert_allclose([each.low for each in found.sections], [0, 0.1, 0.25, 0.5], atol=1e-9)
        assert_allclose([flip.share for flip in found.flips], [0.25, 0.5], atol=1e-11)
        assert found.ties == ()

    def test_a_rule_for_coverage_may_change_the_order_at_once(self, two_level: TwoLevel) -> None:
        """The second unit lacks measure 0: beyond 40 % of the pillar's weight it has no score there, and only the
        other pillars count. Before: 20 and 60, 60, 60, after: 60. The first has 55 throughout."""
        tree = two_level([0, 0, 1, 2, 3], [1] * 5, [1, 1, 1, 1])
        found = flip_points([55] * 5, [NAN, 20, 60, 60, 60], partial(with_measure_share, tree, 0))
        assert [(flip.leader_below, flip.leader_above, flip.jump) for flip in found.flips] == [
            ("first", "second", True)
        ]
        assert_allclose(found.flips[0].share, 0.4, atol=1e-9)


class TestNoneAndTies:
    def test_one_that_is_better_in_everything_leads_throughout(self, two_level: TwoLevel) -> None:
        assert leaders([80, 60], [50, 40], two_level) == ["first"]
        assert leaders([50, 40], [80, 60], two_level) == ["second"]

    def test_equal_units_are_tied_throughout(self, two_level: TwoLevel) -> None:
        assert leaders([80, 60], [80, 60], two_level) == ["tied"]
        tree = two_level([0, 1], [1, 1], [1, 1])
        assert flip_points([80, 60], [80, 60], partial(with_pillar_share, tree, 0)).ties == ()

    def test_a_tie_at_one_end_is_named_and_is_no_flip(self, two_level: TwoLevel) -> None:
        tree = two_level([0, 1], [1, 1], [1, 1])
        found = flip_points([80, 40], [50, 40], partial(with_pillar_share, tree, 0))
        assert (found.flips, found.ties) == ((), (0.0,))
        assert [each.leader for each in found.sections] == ["first"]

    def test_a_unit_without_a_composite_leads_nowhere(self, two_level: TwoLevel) -> None:
        """Without its second pillar the first unit has a composite only where that has no weight at all."""
        assert leaders([80, NAN], [50, 40], two_level) == ["none", "first"]
        assert leaders([NAN, NAN], [50, 40], two_level) == ["none"]


@settings(max_examples=25)
@given(
    st.lists(st.integers(0, 100), min_size=5, max_size=5),
    st.lists(st.integers(0, 100), min_size=5, max_size=5),
    st.sampled_from(["arithmetic", "geometric", "harmonic"]),
    st.integers(0, 4),
    st.booleans(),
)
def test_at_a_flip_both_are_equal_and_on_either_side_the_order_differs(
    two_level: TwoLevel, first: list[float], second: list[float], mean: MeanName, position: int, of_pillar: bool
) -> None:
    tree = two_level([0, 0, 0, 1, 1], [3, 2, 1, 1, 1], [2, 1], mean)
    tree_at = (
        partial(with_pillar_share, tree, position % 2) if of_pillar else partial(with_measure_share, tree, position)
    )
    found = flip_points(first, second, tree_at)

    def gap(share: float) -> float:
        above, below = evaluate(np.array([first, second], dtype=float), tree_at(share)).composite
        return float(above - below)

    for flip in found.flips:
        assert not flip.jump
        assert abs(gap(flip.share)) <= 1e-9
        low = next(each.low for each in found.sections if each.high == flip.share)
        high = next(each.high for each in found.sections if each.low == flip.share)
        sign = 1 if flip.leader_above == "first" else -1
        assert gap((flip.share + high) / 2) * sign > 0
        assert gap((low + flip.share) / 2) * sign < 0
    grid = np.linspace(0.003, 0.997, 60)
    signs = [np.sign(value) for value in map(gap, grid) if abs(value) > 1e-9]
    changes = sum(a != b for a, b in pairwise(signs))
    assert changes == 0 or found.flips or "tied" in {each.leader for each in found.sections}
    assert (found.sections[0].low, found.sections[-1].high) == (0, 1)


class TestTreesWithAnotherWeight:
    def test_shares(self, two_level: TwoLevel) -> None:
        tree = two_level([0, 0, 0, 1], [3, 2, 1, 1], [30, 10])
        measures = with_measure_share(tree, 1, 0.6).measure_weights
        assert_allclose(measures[:3] / measures[:3].sum(), [0.3, 0.6, 0.1])
        pillars = with_pillar_share(tree, 1, 0.7).pillar_weights
        assert_allclose(pillars / pillars.sum(), [0.3, 0.7])

    def test_a_pillar_goes_with_its_only_measure(self, two_level: TwoLevel) -> None:
        tree = without_measure(two_level([0, 0, 0, 1], [3, 2, 1, 1], [30, 10]), 3)
        assert evaluate([60.0, 60, 60, 10], tree).composite == 60

    def test_a_measure_takes_every_node_with_it_that_had_nothing_else(self) -> None:
        """Measure 0 is alone in node 2, which is alone in node 3; measure 1 is alone in node 4."""
        chain = without_measure(Tree(2, np.array([2, 4, 3, 5, 5]), np.ones(5)), 0)
        assert evaluate([10.0, 60], chain).composite == 60

    def test_a_gate_changes_the_order_at_once(self) -> None:
        """Node 3 is measures 0 and 1; below 50 it caps the composite at 30. The first has 100 and 0 there, the second
        55 and 55; both 60 in measure 2, which weighs as much. At a share of 0.5 of measure 0 the first jumps ahead of
        30 to 55 and meets 57.5 at 0.55."""
        tree = Tree(3, np.array([3, 3, 4, 4]), np.ones(4), caps=(Cap(4, 30, 3, 50),))
        found = flip_points([100, 0, 60], [55, 55, 60], partial(with_measure_share, tree, 0))
        assert_allclose([flip.share for flip in found.flips], [0.55])
        higher = flip_points([100, 0, 60], [45, 52, 60], partial(with_measure_share, tree, 0))
        assert [each.leader for each in higher.sections] == ["second", "tied", "first"]
        assert higher.ties == ()

    @pytest.mark.parametrize("share", [-0.5, 1.5, NAN])
    def test_a_share_is_a_part_of_the_whole(self, share: float, two_level: TwoLevel) -> None:
        with pytest.raises(ScoringError, match="A share of the weight lies between 0 and 1"):
            with_pillar_share(two_level([0, 1], [1, 1], [1, 1]), 0, share)

    def test_what_cannot_be_done_is_refused(self, two_level: TwoLevel) -> None:
        tree = two_level([0, 1], [1, 1], [1, 1])
        single = two_level([0], [1], [1])
        for question in (
            lambda: with_pillar_share(tree, 2, 0.5),
            lambda: with_pillar_share(tree, 0, 1.5),
            lambda: with_pillar_share(tree, 0, NAN),
            lambda: with_measure_share(tree, 0, 0.5),  # it has no sibling
            lambda: with_measure_share(tree, -1, 0.5),
            lambda: without_measure(single, 0),
            lambda: without_measure(tree, 2),
            lambda: flip_points([1, 2], [1, 2, 3], partial(with_pillar_share, tree, 0)),
            lambda: flip_points([1, 200], [1, 2], partial(with_pillar_share, tree, 0)),
        ):
            with pytest.raises(ScoringError):
                question()
