"""Weights out of judgements, against published cases of the analytic hierarchy process and values by hand."""

from __future__ import annotations

import json
import math
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from weights.elicit import allocated_weights, judgement_matrix, pairwise_weights, rank_order_weights
from weights.profile import WeightsError


@pytest.fixture(scope="module")
def ahp(shared: Path) -> dict[str, Any]:
    """Cases published with AHPy 2.1 and pymcdm 1.4 (both MIT), two of them Saaty's own."""
    found: dict[str, Any] = json.loads((shared / "reference/scoring/ahp_weights.json").read_text("utf-8"))
    return found


class TestPairwise:
    def test_saatys_drinks(self, ahp: dict[str, Any]) -> None:
        matrix, expected = ahp["inputs"]["drinks"]["matrix"], ahp["expected"]["drinks"]
        found = pairwise_weights(matrix)
        assert_allclose(found.weights, expected["weights_4dp"], atol=ahp["tolerance"]["weights_4dp_abs"])
        assert found.consistent

    def test_the_consistency_ratio_depends_on_the_table_it_is_taken_from(self, ahp: dict[str, Any]) -> None:
        matrix, tables = ahp["inputs"]["drinks"]["matrix"], ahp["parameters"]["RI"]
        saaty = pairwise_weights(matrix, tables["saaty_ahpy"]).ratio
        donegan = pairwise_weights(matrix, tables["donegan_dodd_ahpy"]).ratio
        assert_allclose(saaty, ahp["expected"]["drinks"]["CR_saaty"], atol=ahp["tolerance"]["CR_saaty_abs"])
        assert_allclose(
            donegan, ahp["expected"]["drinks"]["CR_donegan_dodd"], atol=ahp["tolerance"]["CR_donegan_dodd_abs"]
        )

    def test_contradictory_judgements_are_called_so(self, ahp: dict[str, Any]) -> None:
        found = pairwise_weights(ahp["inputs"]["six_criteria"]["matrix"])
        assert_allclose(found.weights, ahp["expected"]["six_criteria"]["weights_4dp"], atol=5.1e-5)
        assert not found.consistent

    def test_two_levels_make_one_ranking_of_cities(self, ahp: dict[str, Any]) -> None:
        cities = ahp["inputs"]["cities"]
        criteria = pairwise_weights(cities["criteria_matrix"]).weights
        local = [pairwise_weights(cities["alternative_matrices"][name]).weights for name in cities["criteria"]]
        found = criteria @ np.array(local)
        expected = ahp["expected"]["cities"]["target_weights_4dp"]
        assert_allclose(found, [expected[name] for name in cities["alternatives"]], atol=ahp["tolerance"]["cities_abs"])

    def test_measured_ratios_are_given_back(self, ahp: dict[str, Any]) -> None:
        measured = ahp["inputs"]["measured_values"]
        pairs = {(a, b): measured[a] / measured[b] for a, b in combinations(measured, 2)}
        found = pairwise_weights(judgement_matrix(list(measured), pairs))
        assert_allclose(found.weights, list(ahp["expected"]["measured_values"].values()), atol=5.1e-5)
        assert found.ratio < 1e-12

    @given(st.lists(st.floats(0.1, 10), min_size=1, max_size=10))
    def test_consistent_judgements_give_back_their_weights(self, weights: list[float]) -> None:
        found = pairwise_weights(np.divide.outer(weights, weights))
        assert_allclose(found.weights, np.array(weights) / sum(weights), rtol=1e-9)
        assert_allclose(found.eigenvalue, len(weights), rtol=1e-9)

    @pytest.mark.parametrize(
        ("judgements", "message"),
        [
            ([[1, 2]], "square"),
            ([], "square"),
            ("abc", "square"),
            ([[1, 2], [1, 1]], "reciprocal"),
            ([[2, 1], [1, 2]], "reciprocal"),
            ([[1, 0], [1, 1]], "above 0"),
            ([[1, float("nan")], [1, 1]], "above 0"),
            (np.ones((11, 11)), "at most 10"),
        ],
    )
    def test_judgements_that_make_no_matrix_are_refused(self, judgements: object, message: str) -> None:
        with pytest.raises(WeightsError, match=message):
            pairwise_weights(judgements)  # type: ignore[arg-type]  # wrong ones on purpose


class TestJudgementMatrix:
    def test_one_judgement_for_each_pair_is_enough(self) -> None:
        assert_allclose(judgement_matrix(["a", "b"], {("b", "a"): 4.0}), [[1, 0.25], [4, 1]])

    @pytest.mark.parametrize(
        ("judgements", "message"),
        [
            ({("a", "b"): 2.0}, "'a' against 'c' is missing"),
            ({("a", "x"): 2.0}, "no pair of 'a' and 'x'"),
            ({("a", "a"): 1.0}, "no pair"),
            ({("a", "b"): 0.0}, "above 0"),
            ({("a", "b"): "two"}, "above 0"),
            ({("a", "b"): 2.0, ("b", "a"): 0.5}, "judged twice"),
        ],
    )
    def test_faulty_judgements_are_named(self, judgements: dict[tuple[str, str], Any], message: str) -> None:
        with pytest.raises(WeightsError, match=message):
            judgement_matrix(["a", "b", "c"], judgements)


class TestPoints:
    def test_points_become_shares(self) -> None:
        assert allocated_weights({"a": 60, "b": 30, "c": 10, "d": 0}) == {"a": 0.6, "b": 0.3, "c": 0.1, "d": 0.0}

    @pytest.mark.parametrize("points", [{"a": -1.0}, {"a": "many"}, {"a": True}, {"a": 0, "b": 0}, {}])
    def test_faulty_points_are_refused(self, points: dict[str, Any]) -> None:
        with pytest.raises(WeightsError):
            allocated_weights(points)


class TestRanks:
    def test_published_centroid_weights(self) -> None:
        """Barron and Barrett 1996: four ranks give .5208, .2708, .1458 and .0625."""
        found = rank_order_weights({"d": 4, "a": 1, "c": 3, "b": 2})
        assert_allclose([found[key] for key in "abcd"], [0.5208, 0.2708, 0.1458, 0.0625], atol=5e-5)

    def test_equal_ranks_share_their_places(self) -> None:
        found = rank_order_weights({"a": 1, "b": 2, "c": 2})
        assert_allclose([found["a"], found["b"], found["c"]], [11 / 18, 7 / 36, 7 / 36])
        assert found == rank_order_weights({"a": 1, "b": 5, "c": 5})

    @given(st.lists(st.integers(1, 12), min_size=1, max_size=12))
    def test_weights_sum_to_one_and_follow_the_order(self, ranks: list[int]) -> None:
        found = rank_order_weights({str(place): rank for place, rank in enumerate(ranks)})
        assert_allclose(sum(found.values()), 1)
        for (rank, weight), (next_rank, next_weight) in pairwise(sorted(zip(ranks, found.values(), strict=True))):
            assert math.isclose(weight, next_weight) if rank == next_rank else weight > next_weight

    @pytest.mark.parametrize("ranks", [{}, {"a": 0}, {"a": 1.5}, {"a": "first"}, {"a": None}])
    def test_faulty_ranks_are_refused(self, ranks: dict[str, Any]) -> None:
        with pytest.raises(WeightsError):
            rank_order_weights(ranks)
