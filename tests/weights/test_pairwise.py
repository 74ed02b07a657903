"""Weights out of pairwise judgements, against published cases of the analytic hierarchy process and values by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.linalg import eig
from scipy.optimize import minimize

from weights.completion import Completion
from weights.judgements import Judgement, combined_matrix, judgement_matrix
from weights.pairwise import pairwise_weights
from weights.profile import WeightsError
from weights.random_index import RANDOM_INDICES

NAMES_OF_TABLES = {
    "saaty_1980": "saaty_common_textbook",
    "saaty_2005": "saaty_ahpy",
    "donegan_dodd_1991": "donegan_dodd_ahpy",
    "tummala_ling_1998": "tummala_ling_pymcdm",
}


def upper(size: int) -> st.SearchStrategy[list[float]]:
    """Judgements of the pairs of that many things, on Saaty's scale."""
    pairs = size * (size - 1) // 2
    return st.lists(st.floats(1 / 9, 9), min_size=pairs, max_size=pairs)


def matrix_of(judgements: list[float]) -> np.ndarray[Any, Any]:
    """The reciprocal matrix with these judgements above its diagonal."""
    size = next(n for n in range(2, 20) if n * (n - 1) // 2 == len(judgements))
    matrix = np.ones((size, size))
    matrix[np.triu_indices(size, 1)] = judgements
    return np.triu(matrix) + np.tril(1 / matrix.T, -1)


LEAST: Completion = "least_eigenvalue"
matrices = st.integers(2, 7).flatmap(upper).map(matrix_of)


class TestWeights:
    def test_saatys_drinks(self, ahp: dict[str, Any]) -> None:
        matrix, expected = ahp["inputs"]["drinks"]["matrix"], ahp["expected"]["drinks"]
        found = pairwise_weights(matrix)
        assert_allclose(found.weights, expected["weights_4dp"], atol=ahp["tolerance"]["weights_4dp_abs"])
        assert_allclose(found.weights, expected["weights_3dp"], atol=ahp["tolerance"]["weights_3dp_abs"])
        assert found.consistent

    def test_contradictory_judgements_are_called_so(self, ahp: dict[str, Any]) -> None:
        found = pairwise_weights(ahp["inputs"]["six_criteria"]["matrix"])
        expected, tolerance = ahp["expected"]["six_criteria"], ahp["tolerance"]["six_criteria_abs"]
        assert_allclose(found.weights, expected["weights_4dp"], atol=tolerance)
        assert found.consistent is expected["consistent"]

    def test_two_levels_make_one_ranking_of_cities(self, ahp: dict[str, Any]) -> None:
        cities = ahp["inputs"]["cities"]
        criteria = pairwise_weights(cities["criteria_matrix"]).weights
        local = [pairwise_weights(cities["alternative_matrices"][name]).weights for name in cities["criteria"]]
        found = criteria @ np.array(local)
        expected = ahp["expected"]["cities"]["target_weights_4dp"]
        assert_allclose(found, [expected[name] for name in cities["alternatives"]], atol=ahp["tolerance"]["cities_abs"])

    def test_measured_ratios_are_given_back(self, ahp: dict[str, Any]) -> None:
        measured = ahp["inputs"]["measured_values"]
        pairs = [Judgement(a, b, measured[a] / measured[b]) for a, b in combinations(measured, 2)]
        found = pairwise_weights(judgement_matrix(list(measured), pairs))
        assert_allclose(found.weights, list(ahp["expected"]["measured_values"].values()), atol=5.1e-5)
        assert found.ratio < 1e-12

    @given(st.lists(st.floats(0.1, 10), min_size=1, max_size=15))
    def test_consistent_judgements_give_back_their_weights(self, weights: list[float]) -> None:
        found = pairwise_weights(np.divide.outer(weights, weights))
        assert_allclose(found.weights, np.array(weights) / sum(weights), rtol=1e-9)
        assert_allclose(found.eigenvalue, len(weights), rtol=1e-9)
        assert found.ratio < 1e-9

    @given(matrices)
    def test_weights_are_positive_and_sum_to_one(self, matrix: np.ndarray[Any, Any]) -> None:
        found = pairwise_weights(matrix)
        assert (found.weights > 0).all()
        assert_allclose(found.weights.sum(), 1)
        assert_allclose(matrix @ found.weights, found.eigenvalue * found.weights, rtol=1e-9)

    @given(matrices, st.randoms())
    def test_the_order_of_the_things_does_not_matter(self, matrix: np.ndarray[Any, Any], random: Any) -> None:
        order = random.sample(range(len(matrix)), len(matrix))
        found, turned = pairwise_weights(matrix), pairwise_weights(matrix[np.ix_(order, order)])
        assert_allclose(turned.weights, found.weights[order], rtol=1e-9)
        assert_allclose(turned.ratio, found.ratio, atol=1e-9)

    @pytest.mark.parametrize(
        ("judgements", "message"),
        [
            ([[1, 2]], "square"),
            ([], "square"),
            ("abc", "square"),
            ([[1, 2], [1, 1]], "reciprocal"),
            ([[2, 1], [1, 2]], "reciprocal"),
            ([[float("nan"), 2], [0.5, 1]], "reciprocal"),
            ([[1, float("nan")], [2, 1]], "reciprocal"),
            ([[1, 0], [1, 1]], "above 0"),
            ([[1, -2], [-0.5, 1]], "above 0"),
            ([[1, float("inf")], [0, 1]], "above 0"),
            ([[1, 1e300], [1e-300, 1]], "a millionth to a million"),
            ([[1, 1000000.5], [1 / 1000000.5, 1]], "a millionth to a million"),
            ([[1, np.nan, 2], [np.nan, 1, np.nan], [0.5, np.nan, 1]], "connects 'thing 2' with 'thing 1', 'thing 3'"),
            ([[1, 2, np.nan], [0.5, 1, np.nan], [np.nan, np.nan, 1]], "connects 'thing 3' with 'thing 1', 'thing 2'"),
            (np.ones((16, 16)), "ends at 15 things, and these are 16"),
        ],
    )
    def test_judgements_that_make_no_matrix_are_refused(self, judgements: object, message: str) -> None:
        with pytest.raises(WeightsError, match=message):
            pairwise_weights(judgements)  # type: ignore[arg-type]  # wrong ones on purpose

    def test_a_million_times_as_important_is_the_most_that_is_taken(self) -> None:
        expected = np.array([1e6, 1]) / (1e6 + 1)
        assert_allclose(pairwise_weights([[1, 1e6], [1e-6, 1]]).weights, expected)
        for pair in (Judgement("a", "b", 1e6), Judgement("b", "a", 1e-6)):
            assert_allclose(pairwise_weights(judgement_matrix("ab", [pair])).weights, expected)

    def test_one_thing_has_all_the_weight_and_nothing_to_contradict(self) -> None:
        found = pairwise_weights([[1]])
        assert (found.weights.tolist(), found.index, found.ratio) == ([1], 0, 0)

    def test_a_ratio_of_a_tenth_is_still_acceptable(self) -> None:
        found = pairwise_weights([[1, 2], [0.5, 1]])
        assert replace(found, ratio=0.1).consistent
        assert not replace(found, ratio=0.1001).consistent

    @pytest.mark.parametrize("size", range(3, 10))
    def test_judgements_without_a_contradiction_have_no_ratio_below_0(self, size: int) -> None:
        """In floats the eigenvalue may end an ulp below the number of things."""
        weights = np.arange(1.0, size + 1) ** 1.7
        found = pairwise_weights(np.divide.outer(weights, weights))
        assert 0 <= found.index < 1e-12


class TestRandomIndex:
    @pytest.mark.parametrize(("ours", "theirs"), NAMES_OF_TABLES.items())
    def test_the_tables_are_the_published_ones(self, ahp: dict[str, Any], ours: str, theirs: str) -> None:
        for size, published in enumerate(ahp["parameters"]["RI"][theirs], start=1):
            if published is not None:
                assert RANDOM_INDICES[ours].of(size) == published

    def test_the_ratio_depends_on_the_table_and_names_it(self, ahp: dict[str, Any]) -> None:
        matrix, expected = ahp["inputs"]["drinks"]["matrix"], ahp["expected"]["drinks"]
        saaty = pairwise_weights(matrix, RANDOM_INDICES["saaty_2005"])
        donegan = pairwise_weights(matrix, RANDOM_INDICES["donegan_dodd_1991"])
        assert_allclose(saaty.ratio, expected["CR_saaty"], atol=ahp["tolerance"]["CR_saaty_abs"])
        assert_allclose(donegan.ratio, expected["CR_donegan_dodd"], atol=ahp["tolerance"]["CR_donegan_dodd_abs"])
        assert (saaty.random_index.name, donegan.random_index.name) == ("saaty_2005", "donegan_dodd_1991")

    @pytest.mark.parametrize("table", RANDOM_INDICES.values(), ids=lambda table: table.name)
    def test_two_things_cannot_contradict_each_other(self, table: Any) -> None:
        assert table.of(1) == table.of(2) == 0
        assert pairwise_weights([[1, 4], [0.25, 1]], table).ratio == 0
        assert table.name.rpartition("_")[2] in table.source, "the year of the table is that of its source"


@pytest.fixture(scope="module")
def by_chance() -> list[float]:
    """Mean consistency index of 400 matrices of 3 to 15 things, each pair judged by chance on Saaty's scale."""
    rng = np.random.default_rng(1)
    scale = np.array([1 / k for k in range(9, 1, -1)] + list(range(1, 10)))
    found = []
    for size in range(3, 16):
        above = np.triu(rng.choice(scale, (400, size, size)), 1)
        below = np.divide(1.0, above, out=np.zeros_like(above), where=above > 0).swapaxes(1, 2)
        eigenvalues = np.linalg.eigvals(above + below + np.eye(size)).real.max(axis=1)
        found.append((eigenvalues.mean() - size) / (size - 1))
    return found


@pytest.mark.parametrize("table", RANDOM_INDICES.values(), ids=lambda table: table.name)
def test_published_random_indices_are_near_those_of_judgements_by_chance(table: Any, by_chance: list[float]) -> None:
    """Tables differ by how many matrices there were, and by the scale: none by more than 0.12."""
    assert_allclose(table.values[2:], by_chance[: len(table.values) - 2], atol=0.12)


class TestMatrixOfJudgements:
    def test_reciprocals_and_the_diagonal_are_filled_in_and_gaps_stay(self) -> None:
        found = judgement_matrix(["a", "b", "c"], [Judgement("b", "a", 4.0)])
        assert_allclose(found, [[1, 0.25, np.nan], [4, 1, np.nan], [np.nan, np.nan, 1]])

    @pytest.mark.parametrize(
        ("judgements", "field", "message"),
        [
            ([("a", "x", 2.0)], "judgements.0", "no pair of 'a' and 'x'"),
            ([("a", "a", 1.0)], "judgements.0", "no pair"),
            ([("a", "b", 0.0)], "judgements.0.times", "above 0"),
            ([("a", "b", float("nan"))], "judgements.0.times", "above 0"),
            ([("a", "b", 1000000.5)], "judgements.0.times", "a millionth to a million"),
            ([("a", "b", "two")], "judgements.0.times", "above 0"),
            ([("a", "b", 2.0), ("b", "a", 0.5)], "judgements.1", "judged twice"),
        ],
    )
    def test_faulty_judgements_are_named(self, judgements: list[Any], field: str, message: str) -> None:
        with pytest.raises(WeightsError, match=message) as caught:
            judgement_matrix(["a", "b", "c"], [Judgement(*each) for each in judgements])
        assert caught.value.problems[0][0] == field


class TestIncomplete:
    def test_the_published_case_with_the_least_eigenvalue(self, ahp: dict[str, Any]) -> None:
        case, expected, tolerance = ahp["inputs"]["incomplete"], ahp["expected"]["incomplete"], ahp["tolerance"]
        given = judgement_matrix(case["names"], [Judgement(*known) for known in case["known"]])
        found = pairwise_weights(given, RANDOM_INDICES["donegan_dodd_1991"], "least_eigenvalue")
        assert_allclose(found.weights, expected["weights_4dp"], atol=tolerance["incomplete_weights_abs"])
        c, d = (case["names"].index(name) for name in case["missing"])
        assert_allclose(found.matrix[c, d], expected["missing_c_d"], rtol=tolerance["missing_rel"])
        assert_allclose(found.ratio, expected["CR_donegan_dodd"], atol=tolerance["CR_donegan_dodd_abs"])
        assert found.gaps == 1

    def test_harker_fills_a_gap_with_the_ratio_of_the_weights_that_come_out(self, ahp: dict[str, Any]) -> None:
        case = ahp["inputs"]["incomplete"]
        given = judgement_matrix(case["names"], [Judgement(*known) for known in case["known"]])
        found = pairwise_weights(given)
        assert_allclose(found.matrix[2, 3], found.weights[2] / found.weights[3], rtol=1e-12)
        assert_allclose(found.matrix @ found.weights, found.eigenvalue * found.weights, rtol=1e-12)

    @pytest.mark.parametrize("completion", ["harker", "least_eigenvalue"])
    def test_a_chain_of_judgements_is_followed(self, completion: Any) -> None:
        """a = 2 b and b = 3 c: the weights are as 6, 3 and 1, by hand."""
        given = judgement_matrix(["a", "b", "c"], [Judgement("a", "b", 2), Judgement("c", "b", 1 / 3)])
        found = pairwise_weights(given, completion=completion)
        assert_allclose(found.weights, [0.6, 0.3, 0.1])
        assert_allclose(found.matrix[0, 2], 6)
        assert found.ratio < 1e-12

    @given(matrices)
    def test_with_nothing_missing_both_ways_are_the_complete_method(self, matrix: np.ndarray[Any, Any]) -> None:
        found = [pairwise_weights(matrix, completion=each) for each in ("harker", "least_eigenvalue")]
        assert_allclose(found[0].weights, found[1].weights, rtol=0)
        assert_allclose(found[0].matrix, matrix, rtol=0)
        assert found[0].gaps == 0

    @given(upper(5).map(matrix_of), st.lists(st.floats(-0.5, 0.5), min_size=3, max_size=3))
    def test_no_other_completion_has_a_smaller_eigenvalue(
        self, matrix: np.ndarray[Any, Any], steps: list[float]
    ) -> None:
        missing = [(0, 2), (1, 3), (2, 4)]
        given_ones = matrix.copy()
        for i, j in missing:
            given_ones[i, j] = given_ones[j, i] = np.nan
        found = pairwise_weights(given_ones, completion="least_eigenvalue")
        other = found.matrix.copy()
        for (i, j), step in zip(missing, steps, strict=True):
            other[i, j] *= np.exp(step)
            other[j, i] = 1 / other[i, j]
        assert max(np.linalg.eigvals(other).real) >= found.eigenvalue - 1e-9
        assert pairwise_weights(given_ones, completion="harker").eigenvalue >= found.eigenvalue - 1e-9

    @pytest.mark.parametrize("seed", range(3))
    def test_the_gaps_are_those_of_a_plain_search(self, seed: int) -> None:
        """Five things whose judgements contradict each other, three gaps: the least eigenvalue over logarithms."""
        rng = np.random.default_rng(seed)
        matrix = matrix_of(rng.choice([1 / 5, 1 / 3, 1 / 2, 1, 2, 3, 5], 10).tolist())
        rows, columns = np.array([0, 1, 2]), np.array([2, 3, 4])

        def filled(logarithms: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
            whole = matrix.copy()
            whole[rows, columns], whole[columns, rows] = np.exp(logarithms), np.exp(-logarithms)
            return whole

        searched = minimize(lambda at: np.linalg.eigvals(filled(at)).real.max(), np.zeros(3), method="BFGS")
        found = pairwise_weights(filled(np.full(3, np.nan)), completion="least_eigenvalue")
        assert_allclose(np.log(found.matrix[rows, columns]), searched.x, atol=1e-4)
        assert found.eigenvalue > 5.05

    def test_judgements_that_contradict_each_other_wildly_are_completed_too(self) -> None:
        """Five things, four gaps: the stationary point of the eigenvalue a_ij^2 = w_i v_j / (w_j v_i), which is its
        least value, with both eigenvectors by scipy."""
        known = [("a", "c", 1 / 8), ("a", "e", 3), ("b", "d", 6), ("c", "d", 1 / 7), ("c", "e", 3), ("d", "e", 1 / 5)]
        found = pairwise_weights(judgement_matrix("abcde", [Judgement(*each) for each in known]), completion=LEAST)
        values, left, right = eig(found.matrix, left=True)
        at = values.real.argmax()
        stationary = np.sqrt(np.abs(np.divide.outer(right[:, at] / left[:, at], right[:, at] / left[:, at])))
        for i, j in ((0, 1), (0, 3), (1, 2), (1, 4)):
            assert_allclose(found.matrix[i, j], stationary[i, j], rtol=1e-8)
        assert found.ratio > 0.5

    @pytest.mark.parametrize("times", [2.0, 9.0, 1e6])
    @pytest.mark.parametrize("size", [4, 5, 8])
    def test_a_ring_of_judgements_is_completed_with_equals(self, size: int, times: float) -> None:
        """Each beats the next by as much, the last the first: turned round it is the same, so that all weigh the same,
        gaps are 1, and the eigenvalue is the sum of a row."""
        keys = [str(number) for number in range(size)]
        ring = [Judgement(key, following, times) for key, following in zip(keys, keys[1:] + keys[:1], strict=True)]
        found = pairwise_weights(judgement_matrix(keys, ring), completion=LEAST)
        assert_allclose(found.weights, 1 / size)
        assert_allclose(found.eigenvalue, times + 1 / times + size - 2)

    def test_a_long_chain_of_millions_is_followed(self) -> None:
        """Each of fifteen things is worth a million of the next: gaps are powers of it."""
        keys = [str(number) for number in range(15)]
        chain = [Judgement(key, following, 1e6) for key, following in pairwise(keys)]
        found = pairwise_weights(judgement_matrix(keys, chain), completion=LEAST)
        assert_allclose(np.log10(found.matrix[0]), 6 * np.arange(15), atol=1e-9)

    def test_a_million_fold_contradiction_has_the_eigenvalue_of_its_ring_at_least(self) -> None:
        """A ring of three things alone has 1 + 10^6 + 10^-6; two more that hang on it add what is small beside that."""
        known = [("a", "b", 1e6), ("d", "a", 1e6), ("c", "d", 1e6), ("e", "c", 1e6), ("d", "e", 1e6)]
        found = pairwise_weights(judgement_matrix("abcde", [Judgement(*each) for each in known]), completion=LEAST)
        assert 1 + 1e6 < found.eigenvalue < 1.001e6

    def test_what_no_judgement_connects_is_named(self) -> None:
        keys = ["reach", "depth", "cost", "impact"]
        given = judgement_matrix(keys, [Judgement("reach", "depth", 2), Judgement("depth", "cost", 2)])
        with pytest.raises(WeightsError, match="No judgement connects 'impact' with 'reach', 'depth', 'cost'"):
            pairwise_weights(given, keys=keys)


class TestGroup:
    def test_of_each_pair_the_geometric_mean_counts(self) -> None:
        """Two people say 2 and 8: together 4, by hand."""
        found = combined_matrix([[[1, 2], [0.5, 1]], [[1, 8], [1 / 8, 1]]])
        assert_allclose(found, [[1, 4], [0.25, 1]])

    def test_who_did_not_judge_a_pair_leaves_it_to_the_others(self) -> None:
        keys = ["a", "b", "c"]
        one = judgement_matrix(keys, [Judgement("a", "b", 2)])
        other = judgement_matrix(keys, [Judgement("b", "c", 3), Judgement("a", "b", 8)])
        found = combined_matrix([one, other])
        assert_allclose(found, [[1, 4, np.nan], [0.25, 1, 3], [np.nan, 1 / 3, 1]])

    @given(st.lists(upper(4).map(matrix_of), min_size=1, max_size=4), st.randoms())
    def test_the_order_of_the_people_does_not_matter_and_reciprocals_stay(
        self, people: list[np.ndarray[Any, Any]], random: Any
    ) -> None:
        found = combined_matrix(people)
        assert_allclose(found * found.T, 1.0)
        assert_allclose(combined_matrix(random.sample(people, len(people))), found)

    @pytest.mark.parametrize("people", [[], [np.ones((2, 2)), np.ones((3, 3))]])
    def test_a_group_judges_the_same_things(self, people: Any) -> None:
        with pytest.raises(WeightsError, match="about the same things"):
            combined_matrix(people)


@pytest.mark.parametrize("cell", ["3", True, [1, 2], object()])
def test_only_numbers_are_judgements(cell: object) -> None:
    with pytest.raises(WeightsError):
        pairwise_weights([[1, cell], [1 / 3, 1]])  # type: ignore[list-item]  # what is refused
