"""Standardised differences of baselines, by hand, and the rule of comparable groups."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lei.errors import InvalidError
from lei.evidence.balance import balance, balance_of_values
from lei.evidence.samples import Sample


def test_by_hand() -> None:
    """(52 - 48) / sqrt((100 + 64) / 2) = 0.4417."""
    result = balance(["KPI"], [Sample(52, 10, 30)], [Sample(48, 8, 30)])
    assert result.differences[0].standardized == pytest.approx(4 / math.sqrt(82))
    assert not result.comparable


@pytest.mark.parametrize(("mean", "comparable"), [(2.4999, True), (2.5, False), (-2.4999, True), (-2.5, False)])
def test_comparable_is_below_a_quarter_of_a_standard_deviation(mean: float, comparable: bool) -> None:
    result = balance(["tenure"], [Sample(mean, 10, 30)], [Sample(0, 10, 30)])
    assert result.comparable is comparable


def test_those_that_differ_are_named_the_largest_first() -> None:
    spread = Sample(0, 1, 30)
    treated = [Sample(0.3, 1, 30), Sample(0.1, 1, 30), Sample(-0.9, 1, 30)]
    (finding,) = balance(["KPI", "tenure", "role mix"], treated, [spread] * 3).findings
    assert finding.code == "baselines_differ"
    assert finding.names == ("role mix", "KPI")
    assert finding.numbers == {"limit": 0.25, "largest": pytest.approx(0.9)}


def test_comparable_groups_have_no_finding() -> None:
    assert balance(["KPI"], [Sample(0.1, 1, 30)], [Sample(0, 1, 30)]).findings == ()


def test_values_that_never_vary_are_alike_or_not_comparable_at_all() -> None:
    same, other = Sample(1, 0, 9), Sample(0, 0, 9)
    result = balance(["all sales", "one shift"], [same, same], [other, same])
    assert [difference.standardized for difference in result.differences] == [None, 0.0]
    (finding,) = result.findings
    assert (finding.names, finding.numbers) == (("all sales",), {"limit": 0.25})


def test_values_of_people_are_summed_up_first() -> None:
    """Tenure 1, 2, 3 against 3, 4, 5: means 2 and 4, both sd 1. Share of sales 2/3 against 1/3, both variance 1/3."""
    values = np.array([[1, 1], [2, 1], [3, 0], [3, 1], [4, 0], [5, 0]], dtype=float)
    treated = np.array([True] * 3 + [False] * 3)
    result = balance_of_values(["tenure", "in sales"], values, treated)
    assert [difference.standardized for difference in result.differences] == pytest.approx([-2, 1 / math.sqrt(3)])


def test_two_values_are_a_mean_with_a_spread() -> None:
    """1, 3 against 2, 2: equal means; 1, 3 against 4, 8: (2 - 6) / sqrt((2 + 8) / 2)."""
    values = np.array([[1.0, 1], [3, 3], [2, 4], [2, 8]])
    result = balance_of_values(["a", "b"], values, np.array([True, True, False, False]))
    assert [difference.standardized for difference in result.differences] == pytest.approx([0, -4 / math.sqrt(5)])


class TestRefused:
    def test_nothing_to_compare(self) -> None:
        with pytest.raises(InvalidError):
            balance([], [], [])

    def test_one_value_in_a_group(self) -> None:
        with pytest.raises(InvalidError, match="two values"):
            balance_of_values(["KPI"], np.array([[1.0], [2.0], [3.0]]), np.array([True, False, False]))

    def test_gaps(self) -> None:
        with pytest.raises(InvalidError, match="finite"):
            balance_of_values(["KPI"], np.array([[1.0], [math.nan]]), np.array([True, False]))

    def test_shapes_that_do_not_fit(self) -> None:
        with pytest.raises(InvalidError):
            balance_of_values(["KPI"], np.array([[1.0, 2.0], [1.0, 2.0]]), np.array([True, False]))
