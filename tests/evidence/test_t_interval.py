"""Intervals and p values of Student's t and the normal distribution, against printed tables."""

from __future__ import annotations

import pytest

from lei.evidence.t_interval import Interval, combined_degrees, t_interval


def test_t_of_ten_degrees() -> None:
    """Tables: t(10) at 97.5 percent is 2.228, and 2.228 has a two-sided p of 0.05."""
    interval = t_interval(2.2281389, 1.0, 10)
    assert interval.low == pytest.approx(0, abs=1e-6)
    assert interval.high == pytest.approx(2 * 2.2281389)
    assert interval.p_value == pytest.approx(0.05)


def test_the_normal_distribution() -> None:
    interval = t_interval(-3.0, 1.5)
    assert (interval.low, interval.high) == pytest.approx((-3 - 1.5 * 1.959964, -3 + 1.5 * 1.959964))
    assert interval.p_value == pytest.approx(0.0455, abs=5e-5)


def test_another_level() -> None:
    """t(5) at 99.5 percent is 4.032."""
    assert t_interval(0, 1, 5, level=0.99).high == pytest.approx(4.0321430)


@pytest.mark.parametrize(("effect", "p_value"), [(0.0, 1.0), (0.1, 0.0)])
def test_without_any_error(effect: float, p_value: float) -> None:
    assert t_interval(effect, 0.0, 3) == Interval(effect, effect, p_value, 0.0, 3)


def test_combined_degrees_of_freedom() -> None:
    """(3 + 1)² / (9/4 + 1/8)."""
    assert combined_degrees((3.0, 1.0), (4.0, 8.0)) == pytest.approx(16 / (9 / 4 + 1 / 8))
