"""Parts are printed so that they add up to the printed total."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from scoring.change import round_to_sum
from scoring.errors import ScoringError

NAN = math.nan


@pytest.mark.parametrize(
    ("parts", "total", "digits", "rounded"),
    [
        ([3.0, 4.2, 3.0, 0.3, 1.4], 11.9, 1, [3.0, 4.2, 3.0, 0.3, 1.4]),
        ([1 / 3, 1 / 3, 1 / 3], 1.0, 1, [0.4, 0.3, 0.3]),
        ([0.26, 0.26, -0.12], 0.4, 1, [0.3, 0.2, -0.1]),
        ([-0.04, 0.0, 0.04], 0.0, 1, [0.0, 0.0, 0.0]),
        ([2.09, 0.01], 2.1, 1, [2.1, 0.0]),
        ([0.25, 0.25, 0.25, 0.25], 1 + 3e-9, 0, [1, 0, 0, 0]),
        ([0.4, 0.4, 0.2], 1.0, 0, [1, 0, 0]),
        ([], 0.0, 1, []),
        ([], 5e-10, 1, []),
    ],
)
def test_printed_parts_add_up(parts: list[float], total: float, digits: int, rounded: list[float]) -> None:
    assert_allclose(round_to_sum(parts, total, digits), rounded, atol=1e-12)


def test_parts_are_printed_to_one_decimal_unless_told_otherwise() -> None:
    assert_array_equal(round_to_sum([1 / 3, 1 / 3, 1 / 3], 1.0), [0.4, 0.3, 0.3])


def test_no_part_is_printed_as_minus_0() -> None:
    assert not np.signbit(round_to_sum([-0.0, 1.0], 1.0)).any()


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=60), st.integers(0, 3))
def test_rounded_parts_stay_within_one_unit_of_the_exact_ones(parts: list[float], digits: int) -> None:
    total = math.fsum(parts)
    rounded = round_to_sum(parts, total, digits)
    unit = 10.0**-digits
    assert round(math.fsum(rounded), digits) == round(total, digits)
    assert (np.abs(rounded - parts) <= unit + 1e-9).all()


@pytest.mark.parametrize(
    ("parts", "total"),
    [
        ([1.0, 2.0], 4.0),
        ([0.25] * 4, 1 + 5e-9),
        ([], 1.5e-9),
        ([1.0], 1 + 1.5e-9),
        ([NAN], 0.0),
        ([1.0], math.inf),
        ([[1.0]], 1.0),
    ],
)
def test_parts_that_do_not_add_up_are_not_rounded(parts: list[float], total: float) -> None:
    with pytest.raises(ScoringError):
        round_to_sum(parts, total)
