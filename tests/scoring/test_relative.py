"""Comparison within a sample, against full-precision output of COINr 1.1.14 (R, MIT) on real indicators with gaps."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from scoring.errors import ScoringError
from scoring.normalise import Goalposts, beyond_goalposts, normalise
from scoring.relative import (
    RELATIVE,
    borda,
    distance_to_member,
    distance_to_target,
    fraction_of_greatest,
    min_max,
    oriented,
    percentile_rank,
    rank,
    z_score,
)

NAN = math.nan


@pytest.fixture(scope="module")
def coinr(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "reference/scoring/coinr_normalisers.json").read_text("utf-8"))
    return found


def inputs(coinr: dict[str, Any]) -> np.ndarray:
    """Values [51 units, 8 indicators]."""
    return np.array([row[1:] for row in coinr["inputs"]["values"]["rows"]], dtype=float)


def expected(coinr: dict[str, Any], method: str) -> np.ndarray:
    return np.array(coinr["expected"][method]["rows"], dtype=float)


def test_rank_and_percentile_rank(coinr: dict[str, Any]) -> None:
    values = inputs(coinr)
    assert_array_equal(rank(values), expected(coinr, "rank"))
    assert_allclose(percentile_rank(values), 100 * expected(coinr, "prank"), rtol=1e-12)
    assert_array_equal(borda(values), expected(coinr, "borda"))


def test_min_max_and_z_score(coinr: dict[str, Any]) -> None:
    values = inputs(coinr)
    assert_allclose(min_max(values), expected(coinr, "minmax"), rtol=1e-9, atol=1e-12)
    assert_allclose(10 + 2 * z_score(values), expected(coinr, "zscore"), rtol=1e-9)


def test_distances_to_the_greatest_and_to_a_member(coinr: dict[str, Any]) -> None:
    values = inputs(coinr)
    assert_allclose(min_max(values), 100 * expected(coinr, "dist2max"), rtol=1e-9, atol=1e-12)
    assert_allclose(fraction_of_greatest(values), 100 * expected(coinr, "fracmax"), rtol=1e-9, atol=1e-12)
    # The first unit is the least of the fourth indicator: all above it have gone the whole way.
    found = distance_to_member(values, 0)
    assert_allclose(found, 100 * expected(coinr, "dist2ref1cap"), rtol=1e-9, atol=1e-12)


def test_distance_to_target(coinr: dict[str, Any]) -> None:
    """For indicators of which less is better, COINr's formula is the same one on values of the other sign."""
    values, reference = inputs(coinr), expected(coinr, "dist2targ")
    for column, (_, target, direction, _, _) in enumerate(coinr["parameters"]["per_indicator"]["rows"]):
        found = distance_to_target(direction * values[:, column], direction * target)
        assert_allclose(found, 100 * reference[:, column], rtol=1e-9, atol=1e-12)


def test_goalposts_on_the_same_indicators(coinr: dict[str, Any]) -> None:
    """Not a relative method: fixed goalposts, truncated at both ends."""
    values, reference = inputs(coinr), expected(coinr, "goalposts")
    for column, (_, _, direction, low, high) in enumerate(coinr["parameters"]["per_indicator"]["rows"]):
        posts = Goalposts("higher_is_better", low, high) if direction == 1 else Goalposts("lower_is_better", high, low)
        assert_allclose(normalise(values[:, column], posts), reference[:, column], rtol=1e-9, atol=1e-12)
        beyond = expected(coinr, "goalposts_notrunc")[:, column]
        assert_allclose(beyond_goalposts(values[:, column], posts), beyond, rtol=1e-9, atol=1e-12)


def test_years_are_comparable_when_the_whole_panel_is_the_sample(shared: Path) -> None:
    """One pillar of five indicators, 51 units, five years: the mean of min-max scores over the panel, and per year."""
    reference = json.loads((shared / "reference/scoring/coinr_panel_trend.json").read_text("utf-8"))
    rows = {(row[0], row[1]): row[2:] for row in reference["inputs"]["values"]["rows"]}
    for name, per_year in (("pillar_normalised_over_panel", False), ("pillar_normalised_per_year", True)):
        table = reference["expected"][name]["rows"]
        values = np.array([rows[row[1], row[0]] for row in table], dtype=float)
        years = np.array([row[0] for row in table])
        scores = np.empty_like(values)
        for year in np.unique(years) if per_year else [None]:
            members = years == year if per_year else np.full(len(years), True)
            scores[members] = min_max(values[members])
        assert_allclose(np.nanmean(scores, axis=1), [row[2] for row in table], rtol=1e-8)


def test_missing_values_are_left_out() -> None:
    values = [[1.0], [NAN], [3.0], [2.0]]
    assert_array_equal(min_max(values), [[0], [NAN], [100], [50]])
    assert_array_equal(rank(values), [[1], [NAN], [3], [2]])
    assert_array_equal(percentile_rank(values), [[0], [NAN], [100], [50]])
    assert_array_equal(z_score(values), [[-1], [NAN], [1], [0]])


@pytest.mark.parametrize("name", RELATIVE)
@pytest.mark.parametrize("shape", [(0,), (0, 3), (2, 0)])
def test_of_nothing_nothing_is_compared(name: str, shape: tuple[int, ...]) -> None:
    assert RELATIVE[name](np.empty(shape), len(shape) - 1).shape == shape


@pytest.mark.parametrize("name", ["min_max", "z_score", "percentile_rank"])
def test_a_sample_that_cannot_be_told_apart_has_no_score(name: str) -> None:
    if name != "percentile_rank":
        assert np.isnan(RELATIVE[name]([5.0, 5.0, 5.0], 0)).all()
    assert np.isnan(RELATIVE[name]([5.0, NAN], 0)).all()
    assert np.isnan(RELATIVE[name]([NAN, NAN], 0)).all()


def test_another_axis_is_another_sample() -> None:
    values = np.array([[1.0, 2.0, 3.0], [9.0, 8.0, 7.0]])
    for method in RELATIVE.values():
        assert_allclose(method(values, 1), method(values.T, 0).T)


def test_a_target_is_on_the_way_of_each_column() -> None:
    """From 0 to 10 and from 5 to 10, unless another axis is asked for."""
    values = np.array([[0.0, 5.0], [5.0, 6.0]])
    assert_allclose(distance_to_target(values, 10), [[0, 0], [50, 20]])
    assert_allclose(distance_to_target(values, 10, 1), [[0, 50], [0, 20]])


def test_a_member_may_be_counted_from_the_end() -> None:
    assert_array_equal(distance_to_member([1.0, 3.0, 2.0], -2), [0, 100, 50])
    assert_array_equal(distance_to_member([2.0, 1.0, 3.0], -3), [100, 0, 100])


def test_less_is_better_turns_the_sign() -> None:
    assert_array_equal(rank(oriented([1.0, 2.0], "lower_is_better")), [2, 1])
    assert_array_equal(oriented([1.0, 2.0], "higher_is_better"), [1, 2])


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(ScoringError, match="higher or lower"):
        oriented([1.0], "target_is_best")  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(ScoringError, match="infinite"):
        min_max([1.0, math.inf])
    with pytest.raises(ScoringError, match="sample"):
        rank(5.0)
    with pytest.raises(ScoringError, match="finite"):
        distance_to_target([1.0], NAN)
    with pytest.raises(ScoringError, match="no member 2 in a sample of 2"):
        distance_to_member([1.0, 2.0], 2)
