"""Trees of any depth, with any mean and caps, against a slow calculation of the same index; what must always hold."""

from __future__ import annotations

import copy
import itertools
import math
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from plain_index import (
    ORDERS,
    Node,
    as_tree,
    composite_of,
    coverage_of,
    inner_nodes,
    leaves,
    random_score,
    random_tree,
    score_of,
    scores,
)

from scoring.change import PARTS, Decomposition, Situation, chain, decompose
from scoring.composite import Tree, contributions, effective_weights, evaluate, two_level
from scoring.errors import ScoringError
from scoring.means import MeanKind
from scoring.uncertainty import composite_bounds, composites_under_weights

seeds, depths, floors = st.integers(0, 2**32 - 1), st.integers(1, 4), st.sampled_from([1.0, 0.0, 5.0])
caps_of = st.integers(0, 3)
RULE = (2, 40.0)


def drawn(seed: int, depth: int, caps: int) -> tuple[random.Random, Node]:
    rng = random.Random(seed)  # noqa: S311 - drawn for a test
    return rng, random_tree(rng, depth, caps)


def or_nan(number: float | None) -> float:
    return math.nan if number is None else number


def clear_of_limits(root: Node, floor: float) -> bool:
    """Whether no gate and no coverage lies within a hair of its limit, where rounding decides."""
    for node in inner_nodes(root):
        if node is not root and abs(coverage_of(node) - node["min_coverage"]) < 1e-6 < node["min_coverage"]:
            return False
        for cap in node["caps"]:
            gate = score_of(cap["gate"], floor)
            if gate is not None and abs(gate - cap["below"]) < 1e-6:
                return False
    return True


@given(seeds, depths, caps_of, floors)
@settings(max_examples=300)
def test_every_node_against_a_plain_calculation(seed: int, depth: int, caps: int, floor: float) -> None:
    _, root = drawn(seed, depth, caps)
    assume(clear_of_limits(root, floor))
    found = evaluate(scores(root), as_tree(root, floor, RULE))
    inner = inner_nodes(root)
    composite, status = composite_of(root, floor, RULE)
    assert found.status == status
    assert_allclose(found.composite, or_nan(composite), rtol=1e-9, atol=1e-9)
    assert_allclose(found.coverage, coverage_of(root), atol=1e-9)
    assert_allclose(found.pillars, [or_nan(score_of(node, floor)) for node in inner[:-1]], rtol=1e-9, atol=1e-9)
    assert_allclose(found.pillar_coverage, [coverage_of(node) for node in inner[:-1]], atol=1e-9)
    free = [or_nan(score_of(node, floor, capped=False)) for node in inner[:-1]]
    assert_allclose(found.uncapped_pillars, free, rtol=1e-9, atol=1e-9)


@given(seeds, depths, caps_of, floors)
def test_shares_and_contributions_add_up_to_the_uncapped_composite(
    seed: int, depth: int, caps: int, floor: float
) -> None:
    _, root = drawn(seed, depth, caps)
    tree, found = as_tree(root, floor, RULE), scores(root)
    result = evaluate(found, tree)
    there = not math.isnan(float(result.composite))
    parts = contributions(found, tree)
    assert (parts >= 0).all()
    assert (parts[np.isnan(found)] == 0).all()
    assert_allclose(parts.sum(), result.uncapped if there else 0, rtol=1e-9, atol=1e-9)
    assert_allclose(effective_weights(found, tree).sum(), 1 if there else 0, atol=1e-9)


@given(seeds, depths, caps_of, floors)
def test_what_the_caps_took_adds_up_and_every_line_says_what_it_did(
    seed: int, depth: int, caps: int, floor: float
) -> None:
    _, root = drawn(seed, depth, caps)
    tree = as_tree(root, floor, RULE)
    result = evaluate(scores(root), tree)
    assert len(result.caps) == caps
    taken = math.fsum(float(line.taken_from_composite) for line in result.caps)
    if not math.isnan(float(result.composite)):
        assert_allclose(taken, result.uncapped - result.composite, atol=1e-9)
    for line in result.caps:
        assert line.active == bool(line.gate < line.cap.below - 1e-9)
        assert line.gate_missing == math.isnan(float(line.gate))
        assert bool(line.binding) == bool(line.taken > 0) or (line.binding and line.before - line.cap.at_most < 1e-9)
        assert not line.binding or (line.active and line.taken == line.before - line.cap.at_most)
    for node in {line.cap.on for line in result.caps}:
        assert sum(bool(line.binding) for line in result.caps if line.cap.on == node) <= 1


def test_the_pillar_of_a_measure_is_its_parent_among_the_inner_nodes() -> None:
    """Measures 0 and 1 below the first of two pillars, 2 below the second, 3 beside them at the root."""
    tree = Tree(4, np.array([4, 4, 5, 6, 6, 6]), np.ones(6))
    assert_array_equal(tree.pillar_of, [0, 0, 1, 2])


def test_what_floors_add_is_handed_down_through_all_levels() -> None:
    """Measures 0 and 0.5 make 0.25, which counts as 1 beside 100 in a geometric mean: 10, and all of it is put in."""
    tree = Tree(3, np.array([3, 3, 5, 4, 5]), np.ones(5), ("arithmetic", "arithmetic", "geometric"), min_part_weight=0)
    found = contributions([0, 0.5, 100], tree)
    assert evaluate([0, 0.5, 100], tree).composite == pytest.approx(10)
    # L(1, 10) and L(100, 10) of the logarithmic mean: weights 1 / 3.909 and 1 / 39.09, so 10/11 of 1 and 1/11 of 100.
    assert_allclose(found, [10 / 11 * 0.375, 10 / 11 * 0.625, 100 / 11], rtol=1e-9)


@given(seeds, st.sampled_from([-10, -2, "geometric", 0.05, 0.5, 2, 10]), floors)
def test_scores_next_to_0_and_of_0_break_nothing(seed: int, kind: MeanKind, floor: float) -> None:
    rng = random.Random(seed)  # noqa: S311 - drawn for a test
    tree = two_level([0, 0, 1, 1], np.ones(4), np.ones(2), kind, kind, floor=floor, min_coverage=0)
    pair = [np.array([rng.choice([0.0, 5e-324, 1e-40, 1e-12, 1e-9, 1.0, 100.0]) for _ in range(4)]) for _ in range(2)]
    for scores_ in pair:
        composite = evaluate(scores_, tree).composite
        assert 0 <= composite <= 100
        assert_allclose(contributions(scores_, tree).sum(), composite, atol=1e-9)
    decompose(*(Situation(each, tree) for each in pair))


@given(seeds, depths, caps_of, floors, st.floats(0, 100))
def test_a_better_measure_never_lowers_any_node(seed: int, depth: int, caps: int, floor: float, better: float) -> None:
    rng, root = drawn(seed, depth, caps)
    tree, before = as_tree(root, floor, RULE), scores(root)
    which = rng.randrange(before.size)
    assume(before[which] <= better)
    after = before.copy()
    after[which] = better
    first, second = evaluate(before, tree), evaluate(after, tree)
    for low, high in ((first.composite, second.composite), (first.pillars, second.pillars)):
        assert_array_equal(np.isnan(low), np.isnan(high))
        assert (np.isnan(low) | (high >= low - 1e-9)).all()


@given(seeds, depths, caps_of, floors)
def test_the_bounds_hold_every_completion_of_the_gaps(seed: int, depth: int, caps: int, floor: float) -> None:
    rng, root = drawn(seed, depth, caps)
    tree, found = as_tree(root, floor, RULE), scores(root)
    low, high = composite_bounds(found, tree)
    for _ in range(5):
        filled = np.where(np.isnan(found), [rng.choice([0.0, 100.0, rng.uniform(0, 100)]) for _ in found], found)
        value = evaluate(filled, tree).composite
        assert low - 1e-9 <= value <= high + 1e-9
    assert_array_equal(
        [low, high], [evaluate(np.where(np.isnan(found), end, found), tree).composite for end in (0, 100)]
    )


@given(seeds, depths, st.floats(1e-3, 1e3), caps_of)
def test_neither_the_scale_of_weights_nor_the_order_of_siblings_matters(
    seed: int, depth: int, factor: float, caps: int
) -> None:
    rng, root = drawn(seed, depth, caps)
    assume(clear_of_limits(root, 1.0))
    plain = evaluate(scores(root), as_tree(root, rule=RULE))
    other = copy.deepcopy(root)
    for node in inner_nodes(other):
        rng.shuffle(node["children"])
        for child in node["children"]:
            child["weight"] *= factor
    changed = evaluate(scores(other), as_tree(other, rule=RULE))
    assert changed.status == plain.status
    assert_allclose(changed.composite, plain.composite, rtol=1e-9, atol=1e-9)
    assert_allclose(changed.coverage, plain.coverage, atol=1e-9)


@given(seeds, st.sampled_from(ORDERS))
def test_leaving_a_child_out_is_filling_in_the_mean_of_its_siblings(seed: int, kind: str | float) -> None:
    rng = random.Random(seed)  # noqa: S311 - drawn for a test
    values = np.array([random_score(rng) or 20.0 for _ in range(5)])
    tree = Tree(
        5, np.full(5, 5), np.array([rng.uniform(0.1, 9) for _ in range(5)]), kind, min_parts=1, min_part_weight=0
    )
    gap = values.copy()
    gap[2] = np.nan
    alone = float(evaluate(gap, tree).composite)
    gap[2] = alone
    assert_allclose(evaluate(gap, tree).composite, alone, rtol=1e-9)


@given(seeds, depths, caps_of, floors)
@settings(max_examples=50)
def test_all_rows_are_worked_off_alike(seed: int, depth: int, caps: int, floor: float) -> None:
    rng, root = drawn(seed, depth, caps)
    tree = as_tree(root, floor, RULE)
    cube = np.array([[np.nan if (s := random_score(rng)) is None else s for _ in range(tree.leaves)] for _ in range(6)])
    together = evaluate(cube.reshape(2, 3, -1), tree)
    for row, place in zip(cube, np.ndindex(2, 3), strict=True):
        alone = evaluate(row, tree)
        assert_allclose(together.composite[place], alone.composite, rtol=1e-12, atol=1e-12)
        assert_allclose(together.pillars[place], alone.pillars, rtol=1e-12, atol=1e-12)
        for line, single in zip(together.caps, alone.caps, strict=True):
            assert line.active[place] == single.active
            assert_allclose(line.taken_from_composite[place], single.taken_from_composite, atol=1e-9)


class TestChange:
    @given(seeds, depths, caps_of, floors, st.booleans())
    @settings(max_examples=400)
    def test_all_parts_add_up_whatever_enters_leaves_or_changes(
        self, seed: int, depth: int, caps: int, floor: float, with_goalposts: bool
    ) -> None:
        before, after = self.situations(seed, depth, caps, floor, with_goalposts)
        ends = [float(evaluate(each.scores, each.tree).composite) for each in (before, after)]
        if any(math.isnan(end) for end in ends):
            with pytest.raises(ScoringError, match="has no composite"):
                decompose(before, after)
            return
        found = decompose(before, after)
        assert found.total == ends[1] - ends[0]
        assert abs(math.fsum(value for name in PARTS for value in getattr(found, name)) - found.total) <= 1e-9
        gone = np.isnan(before.scores) | np.isnan(after.scores)
        assert (found.performance[gone] == 0).all()
        assert with_goalposts or (found.goalposts == 0).all()
        backwards = decompose(after, before)
        for name in PARTS[:-1]:
            part = getattr(found, name)
            assert_allclose(getattr(backwards, name), -part, rtol=1e-6, atol=1e-8)
        taken = [
            {line.cap: float(line.taken_from_composite) for line in evaluate(each.scores, each.tree).caps}
            for each in (before, after)
        ]
        for cap, part in zip(found.cap_rules, found.caps, strict=True):
            assert part == taken[0].get(cap, 0.0) - taken[1].get(cap, 0.0)

    @staticmethod
    def situations(seed: int, depth: int, caps: int, floor: float, with_goalposts: bool) -> tuple[Situation, Situation]:
        rng, root = drawn(seed, depth, caps)

        def some() -> np.ndarray:
            return np.array([or_nan(random_score(rng)) for _ in leaves(root)])

        tree = as_tree(root, floor, RULE)
        before = Situation(some(), tree, some() if with_goalposts else None)
        for node in inner_nodes(root):
            for child in node["children"]:
                child["weight"] *= rng.choice([1.0, rng.uniform(0.1, 3)])
            if node["caps"] and rng.random() < 0.3:
                node["caps"].pop()
        return before, Situation(some(), as_tree(root, floor, RULE), some() if with_goalposts else None)

    @given(seeds, depths, caps_of)
    @settings(max_examples=50)
    def test_many_pairs_at_once_are_the_pairs_one_by_one(self, seed: int, depth: int, caps: int) -> None:
        rng, root = drawn(seed, depth, caps)
        tree = as_tree(root, rule=(1, 0.0))
        months = np.array([[rng.uniform(0, 100) for _ in leaves(root)] for _ in range(5)])
        months[:, 0] = np.where([rng.random() < 0.3 for _ in range(5)], np.nan, months[:, 0])
        assume(not np.isnan(evaluate(months, tree).composite).any())
        together = decompose(Situation(months[:-1], tree), Situation(months[1:], tree))
        steps = [decompose(Situation(a, tree), Situation(b, tree)) for a, b in itertools.pairwise(months)]
        for name in PARTS:
            assert_allclose(getattr(together, name), [getattr(step, name) for step in steps], atol=1e-9)
        for whole, single in zip(self.values(chain([together])), self.values(chain(steps)), strict=True):
            assert_allclose(whole, single, atol=1e-9)
        ends = evaluate(months[[0, -1]], tree).composite
        assert_allclose(chain(steps).total, ends[1] - ends[0], atol=1e-9)

    def test_a_mean_by_name_and_by_order_is_the_same_and_others_are_refused(self) -> None:
        trees = [two_level([0, 1], [1, 1], [1, 1], "arithmetic", mean) for mean in ("geometric", 0, -1)]
        first, second, third = (Situation([20, 45], tree) for tree in trees)
        assert decompose(first, second).total == 0
        with pytest.raises(ScoringError, match="same measures, pillars and means"):
            decompose(first, third)

    @staticmethod
    def values(found: Decomposition) -> list[np.ndarray]:
        return [np.asarray(getattr(found, name)) for name in PARTS]


@given(seeds, depths, caps_of, floors)
@settings(max_examples=50)
def test_draws_of_weights_are_trees_with_these_weights(seed: int, depth: int, caps: int, floor: float) -> None:
    rng, root = drawn(seed, depth, caps)
    for node in inner_nodes(root):
        node["min_coverage"] = 0.0
    tree, units = as_tree(root, floor, RULE), 3
    table = np.array([[or_nan(random_score(rng)) for _ in leaves(root)] for _ in range(units)])
    draws = np.array([[rng.uniform(0.1, 9) if w > 0 else 0.0 for w in tree.weights] for _ in range(4)])
    measures, inner = draws[:, : tree.leaves], draws[:, tree.leaves :]
    assume((measures.max(axis=1) > 0).all() and (not inner.size or (inner.max(axis=1) > 0).all()))
    found = composites_under_weights(table, tree, measures, inner)
    base = evaluate(table, tree).composite
    for draw, row in zip(draws, found, strict=True):
        again = Tree(tree.leaves, tree.parents, draw, tree.means, tree.min_coverage, 1, 0.0, floor, tree.caps)
        expected = np.where(np.isnan(base), np.nan, evaluate(table, again).composite)
        assert_allclose(row, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("parents", "more", "message"),
    [
        ([2, 2], {"leaves": 0}, "at least one measure"),
        ([2, 2], {"leaves": True}, "at least one measure"),
        ([2], {}, "an entry for every node but the root"),
        ([2, 1], {}, "a higher number than its own"),
        ([0, 2], {}, "a higher number than its own"),
        ([2, 2.5], {}, "a higher number than its own"),
        ([2, math.nan], {}, "a higher number than its own"),
        ([2, 3, 2], {"weights": [1, 1, 1]}, "a higher number than its own"),
        ([2, 3], {}, "a higher number than its own"),
        ([2, 2], {"weights": [1, 1, 1]}, "one group for each"),
        ([3, 3, 3], {"weights": [1, 1, 1]}, "node 2"),
        ([3, 3, 3], {"leaves": 1, "weights": [1, 1, 1]}, "node 1"),
        ([2, 2, 3], {"weights": [1, 1, 0]}, "no child with weight: node 3"),
        ([2, 2], {"means": ("geometric", "geometric")}, "one mean for all, or 1"),
        ([2, 2], {"floor": 100}, "floor"),
        ([2, 2], {"floor": math.nan}, "floor"),
        ([2, 2], {"min_parts": 0}, "whole number of 1 or more"),
        ([2, 2], {"min_parts": 1.5}, "whole number of 1 or more"),
        ([2, 2], {"min_part_weight": 101}, "between 0 and 100"),
        ([2, 2], {"min_part_weight": -0.5}, "between 0 and 100"),
        ([2, 2], {"min_coverage": [50, 50]}, "between 0 and 100"),
        ([2, 2], {"min_coverage": [[50]]}, "between 0 and 100"),
    ],
)
def test_trees_that_do_not_fit_are_refused(parents: list[float], more: dict[str, Any], message: str) -> None:
    with pytest.raises(ScoringError, match=message):
        Tree(**({"leaves": 2, "parents": np.array(parents), "weights": np.array([1.0, 1.0])} | more))
