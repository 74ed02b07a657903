"""Weights out of points and ranks, against published values and values by hand."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from weights.points import allocated_weights
from weights.profile import WeightsError
from weights.ranks import RANK_RULES, comparison_weights, rank_comparison_weights, rank_order_weights

points = st.dictionaries(st.text(min_size=1), st.floats(0, 1e6), min_size=1).filter(lambda p: max(p.values()) > 1e-3)


class TestPoints:
    def test_points_become_shares(self) -> None:
        assert allocated_weights({"a": 60, "b": 30, "c": 10, "d": 0}) == {"a": 0.6, "b": 0.3, "c": 0.1, "d": 0.0}

    @given(points, st.floats(0.01, 100))
    def test_how_many_points_there_were_does_not_matter(self, given_points: dict[str, float], factor: float) -> None:
        found = allocated_weights(given_points)
        scaled = allocated_weights({key: value * factor for key, value in given_points.items()})
        assert_allclose(list(scaled.values()), list(found.values()), atol=1e-12)
        assert_allclose(sum(found.values()), 1)
        assert min(found.values()) >= 0

    @pytest.mark.parametrize(
        ("faulty", "field"),
        [
            ({"a": -1.0}, "points.a"),
            ({"a": "many"}, "points.a"),
            ({"a": True}, "points.a"),
            ({"a": float("nan")}, "points.a"),
            ({"a": 0, "b": 0}, "points"),
            ({}, "points"),
        ],
    )
    def test_faulty_points_are_named(self, faulty: dict[str, Any], field: str) -> None:
        with pytest.raises(WeightsError) as caught:
            allocated_weights(faulty)
        assert [where for where, _ in caught.value.problems] == [field]


class TestRanks:
    def test_published_centroid_weights(self) -> None:
        """Barron and Barrett 1996: four ranks give .5208, .2708, .1458 and .0625."""
        found = rank_order_weights({"d": 4, "a": 1, "c": 3, "b": 2})
        assert_allclose([found[key] for key in "abcd"], [0.5208, 0.2708, 0.1458, 0.0625], atol=5e-5)

    def test_equal_ranks_share_their_places(self) -> None:
        found = rank_order_weights({"a": 1, "b": 2, "c": 2})
        assert_allclose([found["a"], found["b"], found["c"]], [11 / 18, 7 / 36, 7 / 36])
        assert found == rank_order_weights({"a": 1, "b": 5, "c": 5})

    def test_comparing_ranks_falls_evenly(self) -> None:
        found = rank_comparison_weights({"b": 2, "a": 1, "c": 3})
        assert_allclose([found[key] for key in "abc"], [5 / 9, 3 / 9, 1 / 9])

    def test_published_comparisons(self, objective: dict[str, Any]) -> None:
        (case,) = (c for c in objective["inputs"]["cases"] if c["method"] == "rancom")
        expected, tolerance = objective["expected"]["rancom"], objective["tolerance"]["rancom"]
        assert_allclose(comparison_weights(case["matrix"]), expected, atol=tolerance)

    def test_ranks_give_the_published_comparisons(self, objective: dict[str, Any]) -> None:
        """The published comparisons are those of these ranks: row 3 is beaten by three, row 4 by all others."""
        found = rank_comparison_weights(dict(zip("abcdefg", (1, 1, 4, 7, 6, 5, 3), strict=True)))
        assert_allclose(list(found.values()), objective["expected"]["rancom"], atol=objective["tolerance"]["rancom"])

    @pytest.mark.parametrize(
        "comparisons",
        [[[0.5, 1]], [[0.5, 1], [1, 0.5]], [[0.5, 0.7], [0.3, 0.5]], [[0.5, 1, 1], [0, 0.5, 1]], [[1]], [], "abc"],
    )
    def test_faulty_comparisons_are_refused(self, comparisons: Any) -> None:
        with pytest.raises(WeightsError, match="both sides of a pair sum to 1"):
            comparison_weights(comparisons)

    @pytest.mark.parametrize("rule", RANK_RULES)
    @given(ranks=st.lists(st.integers(1, 12), min_size=1, max_size=12))
    def test_weights_sum_to_one_and_follow_the_order(self, rule: str, ranks: list[int]) -> None:
        found = RANK_RULES[rule]({str(place): rank for place, rank in enumerate(ranks)})
        assert_allclose(sum(found.values()), 1)
        for (rank, weight), (next_rank, next_weight) in pairwise(sorted(zip(ranks, found.values(), strict=True))):
            assert math.isclose(weight, next_weight) if rank == next_rank else weight > next_weight > 0

    @pytest.mark.parametrize("rule", RANK_RULES)
    @pytest.mark.parametrize("ranks", [{}, {"a": 0}, {"a": 1.5}, {"a": "first"}, {"a": None}])
    def test_faulty_ranks_are_refused(self, rule: str, ranks: dict[str, Any]) -> None:
        with pytest.raises(WeightsError):
            RANK_RULES[rule](ranks)
