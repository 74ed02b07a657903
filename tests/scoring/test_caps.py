"""Caps by hand: which bound, what they took, how that is carried upward, and what they do to a change."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from scoring.caps import Cap
from scoring.change import PARTS, Situation, chain, decompose
from scoring.composite import Tree, contributions, evaluate, two_level
from scoring.errors import ScoringError
from scoring.uncertainty import composite_bounds

NAN = math.nan
# Measures 0..2 in pillars 3 (0 and 1) and 4 (2), composite 5. The weights are even.
SHAPE = ([0, 0, 1], [1, 1, 1], [1, 1])
COMPOSITE, FIRST, SECOND = 5, 3, 4


def capped(*caps: Cap, mean: str = "arithmetic", floor: float = 1.0) -> Tree:
    return two_level(*SHAPE, pillar_mean=mean, caps=caps, floor=floor, min_coverage=0)  # type: ignore[arg-type]  # a name


class TestOneCap:
    """The composite scores 60 at most while measure 1 scores below 40."""

    TREE = capped(Cap(COMPOSITE, 60, 1, 40))

    def test_the_worked_example(self) -> None:
        """Pillars 60 (90 and 30) and 80: 70 without the cap, 60 with it. It took 10 points."""
        found = evaluate([90, 30, 80], self.TREE)
        (line,) = found.caps
        assert (found.composite, found.uncapped) == (60, 70)
        assert (line.active, line.binding, line.gate, line.before) == (True, True, 30, 70)
        assert (line.taken, line.taken_from_composite) == (10, 10)
        assert_allclose(contributions([90, 30, 80], self.TREE).sum(), 70)

    def test_at_its_limit_the_gate_is_not_below_it(self) -> None:
        found = evaluate([90, 40, 80], self.TREE)
        assert found.composite == found.uncapped == 72.5
        assert (found.caps[0].active, found.caps[0].taken) == (False, 0)

    def test_a_tenth_below_its_limit_the_gate_is_below_it(self) -> None:
        found = evaluate([90, 39.9, 80], self.TREE)
        assert (found.composite, found.caps[0].active) == (60, True)

    def test_a_score_that_is_lower_anyway_loses_nothing(self) -> None:
        found = evaluate([30, 30, 40], self.TREE)
        assert (found.composite, found.caps[0].active, found.caps[0].binding) == (35, True, False)

    def test_a_score_that_stands_at_the_limit_already_is_not_bound(self) -> None:
        """Pillars 60 (90 and 30) and 60: 60 with and without the cap."""
        found = evaluate([90, 30, 60], self.TREE)
        assert (found.composite, found.uncapped) == (60, 60)
        assert (found.caps[0].active, found.caps[0].binding, found.caps[0].taken) == (True, False, 0)

    def test_without_its_gate_the_cap_is_off_and_says_so(self) -> None:
        found = evaluate([90, NAN, 80], self.TREE)
        (line,) = found.caps
        assert (found.composite, line.active, line.gate_missing, line.taken) == (85, False, True, 0)

    def test_without_a_composite_nothing_is_taken_from_it(self) -> None:
        found = evaluate([90, 30, NAN], self.TREE)
        (line,) = found.caps
        assert (line.active, line.binding, line.taken, line.taken_from_composite) == (True, False, 0, 0)
        assert np.isnan(found.composite)
        assert np.isnan(line.before)

    def test_a_measure_without_weight_may_be_the_gate(self) -> None:
        tree = two_level([0, 0], [1, 0], [1], caps=[Cap(3, 50, 1, 40)])
        assert evaluate([90, 10], tree).composite == 50

    def test_the_gap_left_open_counts_the_cap(self) -> None:
        """Measure 1 missing: at 0 the pillars are 45 and 80, and the cap makes 62.5 to 60; at 100, 95 and 80."""
        assert_allclose(composite_bounds([90, NAN, 80], self.TREE), [60, 87.5])


class TestSeveralCaps:
    def test_the_lowest_limit_counts_and_is_named(self) -> None:
        tree = capped(Cap(COMPOSITE, 60, 1, 40), Cap(COMPOSITE, 50, 0, 95), Cap(COMPOSITE, 20, 2, 10))
        found = evaluate([90, 30, 80], tree)
        assert found.composite == 50
        assert [bool(line.active) for line in found.caps] == [True, True, False]
        assert [bool(line.binding) for line in found.caps] == [False, True, False]
        assert [float(line.taken) for line in found.caps] == [0, 20, 0]

    def test_of_equal_limits_the_first_is_named(self) -> None:
        found = evaluate([90, 30, 80], capped(Cap(COMPOSITE, 60, 1, 40), Cap(COMPOSITE, 60, 1, 50)))
        assert [bool(line.binding) for line in found.caps] == [True, False]

    def test_a_gate_is_seen_as_it_is_shown_after_its_own_caps(self) -> None:
        """Measure 1 holds the first pillar at 35, and that holds the composite at 45."""
        tree = capped(Cap(FIRST, 35, 1, 40), Cap(COMPOSITE, 45, FIRST, 40))
        found = evaluate([90, 30, 80], tree)
        assert_array_equal(found.pillars, [35, 80])
        assert found.composite == 45
        # The first took 25 of the pillar, half of that of the composite: 70 -> 57.5 -> 45.
        assert [float(line.taken) for line in found.caps] == [25, 12.5]
        assert [float(line.taken_from_composite) for line in found.caps] == [12.5, 12.5]


class TestCarriedUpward:
    def test_a_geometric_mean_hands_a_cap_up_exactly(self) -> None:
        """Pillars 90 and 40: 60. The first is held at 10: sqrt(10 x 40) = 20, so the cap took 80 there and 40 above."""
        tree = capped(Cap(FIRST, 10, 1, 100), mean="geometric")
        found = evaluate([90, 90, 40], tree)
        assert_allclose([found.uncapped, found.composite], [60, 20])
        assert_allclose([found.caps[0].taken, found.caps[0].taken_from_composite], [80, 40])

    def test_two_capped_pillars_share_what_the_composite_lost_by_their_log_changes(self) -> None:
        """90 -> 30 and 40 -> 20 under sqrt: 60 -> 24.49; shares ln 3 and ln 2 of ln 6."""
        tree = capped(Cap(FIRST, 30, 1, 100), Cap(SECOND, 20, 1, 100), mean="geometric")
        found = evaluate([90, 90, 40], tree)
        lost = 60 - math.sqrt(600)
        expected = [lost * math.log(3) / math.log(6), lost * math.log(2) / math.log(6)]
        assert_allclose([float(line.taken_from_composite) for line in found.caps], expected)

    def test_a_cap_at_0_without_a_floor_takes_everything(self) -> None:
        found = evaluate([90, 90, 40], capped(Cap(FIRST, 0, 1, 100), mean="geometric", floor=0))
        assert found.composite == 0
        assert_allclose(found.caps[0].taken_from_composite, 60)

    def test_a_node_without_a_score_gets_none_by_a_cap_below_it(self) -> None:
        """Measure 0 makes node 3, held at 30; half of node 4 above it is missing, so that measure 2 is all there is."""
        parents, cap = np.array([3, 4, 5, 4, 5]), Cap(3, 30, 0, 100)
        tree = Tree(
            3, parents, np.ones(5), min_coverage=np.array([0, 60.0]), min_parts=1, min_part_weight=0, caps=(cap,)
        )
        found = evaluate([90, NAN, 80], tree)
        assert_array_equal(found.pillars, [30, NAN])
        assert (found.composite, found.caps[0].taken, found.caps[0].taken_from_composite) == (80, 60, 0)

    def test_where_no_cap_binds_nothing_is_recomputed(self) -> None:
        """Not even the last digit moves, so that nobody reads a cap out of it."""
        rng = np.random.default_rng(4)
        rows, weights, cap = rng.uniform(0, 100, (500, 9)), rng.uniform(1, 9, 9), Cap(9, 99.9, 1, 100)
        for mean in ("arithmetic", "geometric"):
            found = evaluate(rows, two_level(np.arange(9), np.ones(9), weights, pillar_mean=mean, caps=[cap]))
            unbound = ~found.caps[0].binding
            assert_array_equal(found.composite[unbound], found.uncapped[unbound])


class TestChange:
    def test_a_cap_that_falls_away_is_a_part_of_its_own(self) -> None:
        """Measure 1 from 30 to 50: uncapped 70 -> 75, of which 5 by measure 1; the cap no longer takes 10: +15."""
        tree = TestOneCap.TREE
        found = decompose(Situation([90, 30, 80], tree), Situation([90, 50, 80], tree))
        assert_allclose(found.performance, [0, 5, 0], atol=1e-12)
        assert_allclose(found.caps, [10])
        assert found.total == 15
        assert found.cap_rules == tree.caps

    def test_a_cap_that_is_new_takes_points_and_an_old_one_gives_them_back(self) -> None:
        before, after = capped(Cap(COMPOSITE, 60, 1, 40)), capped(Cap(COMPOSITE, 40, 1, 40))
        found = decompose(Situation([90, 30, 80], before), Situation([90, 30, 80], after))
        assert [cap.at_most for cap in found.cap_rules] == [40, 60]
        assert_allclose(found.caps, [-30, 10])
        assert_allclose(found.total, -20)

    def test_caps_of_single_steps_are_chained_by_rule(self) -> None:
        cap, scores = Cap(COMPOSITE, 60, 1, 40), ([90, 30, 80], [90, 50, 80], [90, 20, 80])
        trees = (capped(cap), capped(), capped(cap))
        months = [Situation(each, tree) for each, tree in zip(scores, trees, strict=True)]
        quarter = chain([decompose(months[0], months[1]), decompose(months[1], months[2])])
        assert quarter.cap_rules == (cap,)
        assert_allclose(quarter.caps, [10 - 7.5])
        assert_allclose(quarter.total, 0, atol=1e-12)
        assert_allclose(sum(np.sum(getattr(quarter, name)) for name in PARTS), 0, atol=1e-12)

    def test_a_step_that_does_not_know_a_cap_adds_nothing_to_it(self) -> None:
        trees = capped(Cap(COMPOSITE, 60, 1, 40)), capped(), capped()
        months = [Situation([90, 30, 80], tree) for tree in trees]
        quarter = chain([decompose(months[0], months[1]), decompose(months[1], months[2])])
        assert_allclose(quarter.caps, [10])


@pytest.mark.parametrize(
    ("cap", "message"),
    [
        (Cap(0, 60, 1, 40), "inner node of the tree, a whole number from 3 to 5"),
        (Cap(6, 60, 1, 40), "inner node"),
        (Cap(COMPOSITE, 60, -1, 40), "looks at a node"),
        (Cap(COMPOSITE, 60, 6, 40), "looks at a node"),
        (Cap(COMPOSITE, 60, 1.5, 40), "looks at a node"),  # type: ignore[arg-type]  # wrong on purpose
        (Cap(COMPOSITE, 60, True, 40), "looks at a node"),
        (Cap(COMPOSITE, 101, 1, 40), "from 0 to 100"),
        (Cap(COMPOSITE, -0.5, 1, 40), "from 0 to 100"),
        (Cap(COMPOSITE, NAN, 1, 40), "from 0 to 100"),
        (Cap(COMPOSITE, 60, 1, 0), "greater than 0"),
        (Cap(COMPOSITE, 60, 1, math.inf), "at most 100"),
        (Cap(COMPOSITE, 60, 1, 100.5), "at most 100"),
        (Cap(COMPOSITE, 60, COMPOSITE, 40), "its own outcome"),
        (Cap(FIRST, 60, COMPOSITE, 40), "its own outcome"),
    ],
)
def test_caps_that_make_no_sense_are_refused(cap: Cap, message: str) -> None:
    with pytest.raises(ScoringError, match=message):
        capped(cap)


def test_limits_may_lie_at_the_ends_of_the_scale() -> None:
    caps = Cap(COMPOSITE, 100, 1, 100), Cap(FIRST, 0, 0, 0.5)
    assert evaluate([0, 90, 80], capped(*caps)).composite == 40


def test_caps_that_wait_for_each_other_are_refused() -> None:
    with pytest.raises(ScoringError, match="its own outcome"):
        capped(Cap(FIRST, 60, SECOND, 40), Cap(SECOND, 60, FIRST, 40))
