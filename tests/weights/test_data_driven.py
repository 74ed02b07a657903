"""Data-driven weights against published cases, and what every method must do with data that nobody planned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose
from scipy.stats import spearmanr

from weights.data_driven import (
    critic_weights,
    deviation_weights,
    entropy_weights,
    gini_weights,
    principal_axis_weights,
    share_of_principal_axis,
)
from weights.data_methods import DATA_METHODS
from weights.data_removal import cilos_weights, idocriw_weights, merec_weights
from weights.data_table import data_table, require_above_0, require_at_least_0
from weights.profile import WeightsError

PUBLISHED: dict[str, Callable[..., Any]] = {
    "entropy": lambda case, costs: entropy_weights(case["matrix"]),
    "std": lambda case, costs: deviation_weights(case["matrix"]),
    "gini": lambda case, costs: gini_weights(case["matrix"]),
    "critic": lambda case, costs: critic_weights(
        case["matrix"], costs, scaled=case["scale"], by_rank=case["correlation"] == "spearman"
    ),
    "merec": lambda case, costs: merec_weights(case["matrix"], costs),
    "cilos": lambda case, costs: cilos_weights(case["matrix"], costs),
    "idocriw": lambda case, costs: idocriw_weights(case["matrix"], costs),
}


def test_every_published_case_is_met(objective: dict[str, Any]) -> None:
    met = 0
    for case in objective["inputs"]["cases"]:
        if case["method"] == "rancom":  # comparisons, not data: with the tests of ranks
            continue
        costs = [sign < 0 for sign in case.get("types", [1] * len(case["matrix"][0]))]
        name = case["name"]
        found = PUBLISHED[case["method"]](case, costs)
        assert_allclose(found, objective["expected"][name], atol=objective["tolerance"][name], rtol=0, err_msg=name)
        assert_allclose(found.sum(), 1)
        met += 1
    assert met == len(objective["inputs"]["cases"]) - 1 == 13


def test_what_is_0_adds_nothing_to_the_entropy() -> None:
    """Shares 0, 1/2, 1/2 and 1/4, 1/2, 1/4: E = ln 2 / ln 3 and 3/2 ln 2 / ln 3."""
    gains = 1 - np.array([1, 1.5]) * np.log(2) / np.log(3)
    assert_allclose(entropy_weights([[0, 1], [1, 2], [1, 1]]), gains / gains.sum())


def test_a_column_that_hardly_varies_has_no_entropy_weight_below_0() -> None:
    """1 - E of the second column is about 10^-20, and may come out above or below 0 by rounding."""
    for cases in range(3, 20):
        values = np.stack([np.arange(1.0, cases + 1), np.full(cases, 9.0)], axis=1)
        values[-1, 1] -= 1e-9
        assert (entropy_weights(values) >= 0).all()


def test_equal_values_share_the_mean_of_their_ranks() -> None:
    """Against Spearman's correlations of scipy on three columns with ties; C = s x sum (1 - r), columns of 0..1."""
    values = np.array([[1, 3, 2], [1, 1, 2], [1, 2, 5], [4, 2, 1], [3, 5, 2]], dtype=float)
    scaled = (values - values.min(axis=0)) / np.ptp(values, axis=0)
    conflict = (1 - spearmanr(values).statistic).sum(axis=1)
    expected = scaled.std(axis=0, ddof=1) * conflict
    assert_allclose(critic_weights(values, by_rank=True), expected / expected.sum())


def test_columns_that_nearly_move_as_one_conflict_little() -> None:
    """Against numpy's correlations, of 0.7 to 0.9: C = s x sum (1 - r), columns of 0..1."""
    values = np.array([[1, 2, 3], [2, 3, 3], [3, 5, 4], [4, 4, 6], [5, 6, 9]], dtype=float)
    scaled = (values - values.min(axis=0)) / np.ptp(values, axis=0)
    expected = scaled.std(axis=0) * (1 - np.corrcoef(values, rowvar=False)).sum(axis=1)
    assert_allclose(critic_weights(values), expected / expected.sum())


def test_the_principal_axis_of_two_pairs_by_hand() -> None:
    """Two columns that move as one and a third that moves on its own: the first two share the weight, half each."""
    values = np.array([[1, 10, 5], [2, 20, -5], [3, 30, -5], [4, 40, 5]], dtype=float)
    assert_allclose(principal_axis_weights(values), [0.5, 0.5, 0], atol=1e-12)
    assert share_of_principal_axis(values) == pytest.approx(2 / 3)


def test_columns_without_a_common_direction_have_no_principal_axis() -> None:
    with pytest.raises(WeightsError, match="no principal component comes first"):
        principal_axis_weights([[1, 1], [1, -1], [-1, 1], [-1, -1]])


def test_columns_that_move_as_one_have_nothing_for_critic() -> None:
    with pytest.raises(WeightsError, match="move as one"):
        critic_weights([[1, 2], [2, 4], [3, 6]])


def test_costs_are_turned_round_for_critic() -> None:
    values = np.array([[1, 2, 5], [2, 7, 3], [3, 1, 9], [4, 4, 4]], dtype=float)
    turned = values * [1, -1, 1]
    for scaled in (True, False):
        found = critic_weights(values, [False, True, False], scaled=scaled)
        assert_allclose(found, critic_weights(turned, scaled=scaled))


@pytest.mark.parametrize("method", DATA_METHODS.values(), ids=lambda method: method.name)
class TestEveryMethod:
    @settings(max_examples=40)
    @given(values=arrays(np.float64, (6, 4), elements=st.integers(1, 100).map(float)))
    def test_weights_sum_to_one_whatever_the_order_of_the_columns(self, method: Any, values: Any) -> None:
        try:
            found = method.weigh(values)
        except WeightsError:
            return
        assert_allclose(found.sum(), 1)
        assert (found >= 0).all()
        if method.name in ("entropy", "deviation", "critic", "gini", "merec"):
            assert_allclose(method.weigh(values[:, ::-1]), found[::-1], atol=1e-9)
            assert_allclose(method.weigh(values[::-1]), found, atol=1e-9)

    def test_a_column_that_is_the_same_everywhere_has_no_weight(self, method: Any) -> None:
        values = np.array([[1, 7, 5, 2], [3, 7, 1, 8], [2, 7, 2, 9], [9, 7, 4, 3]], dtype=float)
        found = method.weigh(values)
        assert found[1] == 0
        assert_allclose(found.sum(), 1)

    def test_the_only_column_that_varies_has_all_the_weight(self, method: Any) -> None:
        assert_allclose(method.weigh(np.array([[1.0, 7], [3, 7], [4, 7]])), [1, 0])

    @pytest.mark.parametrize(
        ("values", "message"),
        [
            ([[1.0, 2.0]], "at least two cases"),
            ([], "must be a table"),
            ([1.0, 2.0], "must be a table"),
            ("abc", "must be a table"),
            ([[1.0, 2.0], [1.0, 2.0]], "Every column is the same"),
            ([[0.0, 0.0], [0.0, 0.0]], "Every column is the same"),
            ([[1.0, 2.0], [float("nan"), 3.0]], "Row 2 of column 1"),
            ([[1.0, 2.0], [2.0, float("inf")]], "Row 2 of column 2"),
        ],
    )
    def test_what_no_method_can_take_is_refused(self, method: Any, values: Any, message: str) -> None:
        with pytest.raises(WeightsError, match=message):
            method.weigh(values)

    def test_it_says_what_it_rewards_and_what_is_wrong_with_it(self, method: Any) -> None:
        assert method.rewards.startswith("It rewards")
        assert method.warning.endswith(".")
        assert method.source


@pytest.mark.parametrize("method", DATA_METHODS.values(), ids=lambda method: method.name)
@pytest.mark.parametrize("scale", [1e306, 1e-306])
def test_huge_and_tiny_values_have_the_weights_of_ordinary_ones(method: Any, scale: float) -> None:
    values = np.array([[60.0, 40, 70], [70, 45, 50], [80, 80, 60]])
    assert_allclose(method.weigh(values * scale), method.weigh(values), rtol=1e-9)


@pytest.mark.parametrize("method", ["entropy", "gini", "cilos", "idocriw", "merec"])
def test_negative_values_are_refused_where_a_method_takes_shares(method: str) -> None:
    with pytest.raises(WeightsError, match="column 2"):
        DATA_METHODS[method].weigh(np.array([[1.0, -2.0], [2.0, 3.0], [4.0, 1.0]]))


def test_zeros_are_refused_where_a_method_divides_by_them() -> None:
    with pytest.raises(WeightsError, match="MEREC works on ratios, and column 1"):
        merec_weights([[0.0, 2.0], [2.0, 3.0]])
    with pytest.raises(WeightsError, match="CILOS works on ratios, and column 2"):
        cilos_weights([[1.0, 2.0], [2.0, 0.0]], [False, True])


def test_where_one_case_is_best_at_everything_cilos_has_nothing_to_weigh() -> None:
    with pytest.raises(WeightsError, match="lose nothing"):
        cilos_weights([[9.0, 9.0, 9.0], [2.0, 3.0, 4.0], [1.0, 5.0, 2.0]])


def test_where_two_columns_lose_nothing_cilos_cannot_weigh_them() -> None:
    """The first case is the best of the first two columns, and the second, that of the third, is as good there."""
    with pytest.raises(WeightsError, match="several columns lose nothing"):
        cilos_weights([[9.0, 9.0, 2.0], [9.0, 9.0, 8.0], [1.0, 3.0, 4.0]])


def test_a_value_of_0_beside_a_column_of_costs_is_taken_by_cilos() -> None:
    """Costs 4, 2, 1 become 1/4, 1/2, 1. The first column is best in the first case, where the costs lose 3/4, and the
    costs in the third, where the first column loses 1/3: weights as 3/4 to 1/3."""
    assert_allclose(cilos_weights([[3, 4], [0, 2], [2, 1]], [False, True]), [9 / 13, 4 / 13])


def test_where_no_column_has_a_weight_by_both_idocriw_has_none() -> None:
    """The second column never loses by much and has all the weight of CILOS, but differs by too little for entropy."""
    with pytest.raises(WeightsError, match="no column has one by both"):
        idocriw_weights([[5, 9], [9, 9], [7, 9 - 1e-10], [6, 9]])


def test_costs_are_said_for_every_column() -> None:
    with pytest.raises(WeightsError, match="for every column"):
        merec_weights([[1.0, 2.0], [2.0, 1.0]], [True])


class TestFaultsAreNamed:
    def test_of_several_missing_values_the_first_one(self) -> None:
        with pytest.raises(WeightsError, match="Row 1 of column 3"):
            data_table([[1, 2, np.nan], [np.nan, np.inf, 3]])

    def test_of_negative_values_the_first_ones_column_and_none_for_0(self) -> None:
        with pytest.raises(WeightsError, match="column 2 has negative values") as caught:
            require_at_least_0(np.array([[0.0, -1, 1], [1, 1, -1]]), "Entropy")
        assert caught.value.problems[0][0] == "values.1"

    def test_of_values_of_0_the_first_ones_column(self) -> None:
        with pytest.raises(WeightsError, match="column 2 has values of 0 or less") as caught:
            require_above_0(np.array([[1.0, 0, 1], [1, 1, 0]]), "MEREC")
        assert caught.value.problems[0][0] == "values.1"

    def test_weights_that_are_all_0_are_none(self) -> None:
        with pytest.raises(WeightsError, match="differ by so little"):
            data_table([[1, 2], [2, 1]]).spread_out([0.0, 0.0])
