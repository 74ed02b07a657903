"""Whether a total moved, or who is in it: worked out by hand for two units."""

from __future__ import annotations

import numpy as np
import pytest
from panels import panel_of
from studies import codes

from lei.evidence.mix import check_mix
from lei.evidence.panel_data import Panel

BEFORE, AFTER = np.array([True, True, False, False]), np.array([False, False, True, True])


def two_units(cases_after: tuple[float, float], good: float = -0.5) -> Panel:
    panel = panel_of({"A": [4.1, 3.9, 4 + good, 4 + good], "B": [9.1, 8.9, 8.5, 8.5]}, {"A": 2, "B": 2})
    cases = np.full((2, 4), 50.0)
    cases[:, 2:] = np.array(cases_after)[:, None]
    return Panel(panel.units, panel.values, cases, panel.starts, panel.clusters)


def test_the_same_mix_is_told_as_it_is() -> None:
    found = check_mix(two_units((50, 50)), BEFORE, AFTER)
    assert found is not None
    assert (found.total, found.standardized, found.findings) == (pytest.approx(-0.5), pytest.approx(-0.5), ())


def test_a_total_that_rose_while_every_unit_fell() -> None:
    """Before (4 + 9) / 2 = 6.5; after 0.1 · 3.5 + 0.9 · 8.5 = 8.0."""
    found = check_mix(two_units((10, 90)), BEFORE, AFTER, nameable={"A"})
    assert found is not None
    assert (found.total, found.standardized) == (pytest.approx(1.5), pytest.approx(-0.5))
    assert codes(found.findings) == ["simpson_reversal"]
    assert found.findings[0].names == ("A",)


def test_a_total_that_fell_far_more_than_its_units() -> None:
    """After 0.9 · 3.5 + 0.1 · 8.5 = 4.0."""
    found = check_mix(two_units((90, 10)), BEFORE, AFTER)
    assert found is not None
    assert (found.total, codes(found.findings)) == (pytest.approx(-2.5), ["mix_of_segments"])


def test_one_unit_has_no_mix() -> None:
    assert check_mix(panel_of({"A": [1.0, 2, 3, 4]}, {"A": 2}), BEFORE, AFTER) is None
