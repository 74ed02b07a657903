"""Sobol indices against functions whose indices are known exactly."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from scoring.errors import ScoringError
from scoring.sensitivity import estimate_sobol, sobol_indices


def ishigami(points: np.ndarray) -> np.ndarray:
    """Ishigami and Homma 1990, a = 7, b = 0.1, on -pi..pi."""
    x = (2 * points - 1) * np.pi
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def sobol_g(points: np.ndarray) -> np.ndarray:
    """Sobol's G function; first-order variance 1 / (3 (1 + a)^2)."""
    return np.prod((np.abs(4 * points - 2) + SOBOL_A) / (1 + SOBOL_A), axis=1)


SOBOL_A = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0])


def test_the_ishigami_function() -> None:
    """Analytic: variance a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2; first .31 .44 .00, total .56 .44 .24."""
    a, b = 7.0, 0.1
    variance = a**2 / 8 + b * math.pi**4 / 5 + b**2 * math.pi**8 / 18 + 0.5
    alone = np.array([0.5 * (1 + b * math.pi**4 / 5) ** 2, a**2 / 8, 0]) / variance
    joint = b**2 * math.pi**8 * 8 / 225 / variance
    found = sobol_indices(ishigami, 3, 16_384, np.random.default_rng(1))
    assert_allclose(found.variance, variance, rtol=0.02)
    assert_allclose(found.first, alone, atol=0.03)
    assert_allclose(found.total, alone + np.array([joint, 0, joint]), atol=0.03)


def test_sobols_g_function_with_seven_inputs() -> None:
    parts = 1 / (3 * (1 + SOBOL_A) ** 2)
    variance = np.prod(1 + parts) - 1
    found = sobol_indices(sobol_g, 7, 16_384, np.random.default_rng(2))
    assert_allclose(found.first, parts / variance, atol=0.03)
    assert_allclose(found.total, parts * np.prod(1 + parts) / (1 + parts) / variance, atol=0.03)


def test_a_weighted_mean_depends_on_its_inputs_by_the_squares_of_their_weights() -> None:
    """An additive model: first and total order agree, w^2 / sum of w^2 for inputs of the same spread."""
    weights = np.array([20.0, 30, 25, 15, 10])
    found = sobol_indices(lambda points: points @ weights, 5, 8_192, np.random.default_rng(3))
    expected = weights**2 / (weights**2).sum()
    assert_allclose(found.first, expected, atol=0.03)
    assert_allclose(found.total, expected, atol=0.01)


def test_a_large_mean_does_not_drown_the_estimate() -> None:
    plain = sobol_indices(ishigami, 3, 1_024, np.random.default_rng(4))
    shifted = sobol_indices(lambda points: ishigami(points) + 1e6, 3, 1_024, np.random.default_rng(4))
    assert_allclose(shifted.first, plain.first, atol=1e-6)


def test_the_errors_say_how_far_off_the_estimates_are() -> None:
    """Over 60 repetitions the spread of an estimate is about the standard error that each of them states."""
    runs = [sobol_indices(ishigami, 3, 512, np.random.default_rng(seed)) for seed in range(60)]
    spread = np.std([run.total for run in runs], axis=0)
    stated = np.mean([run.total_error for run in runs], axis=0)
    assert (spread < 1.5 * stated).all()


def test_estimators_by_hand() -> None:
    """Two samples: V = 2.5 x 0.5 of (1, 3, 2, 4) - 2.5 centred; first and total from their definitions.

    Terms of the first input -0.4 and 1.2, and 0.4 twice; of the last -0.8 and 0, and 1.6 and 0. The error of a mean of
    two terms is half their distance by the square root of 2.
    """
    found = estimate_sobol([1.0, 3.0], [2.0, 4.0], [[2.0, 4.0], [1.0, 3.0], [3.0, 3.0]])
    assert found.variance == 1.25
    assert_allclose(found.first, [((2 - 2.5) * 1 + (4 - 2.5) * 1) / 2 / 1.25, 0, -0.4])
    assert_allclose(found.total, [1 / (2 * 1.25), 0, 0.8])
    assert_allclose(found.first_error, np.array([0.8, 0, 0.4]) / math.sqrt(2))
    assert_allclose(found.total_error, np.array([0, 0, 0.8]) / math.sqrt(2), atol=1e-12)


def test_each_slice_of_an_axis_holds_one_point() -> None:
    """Eight samples of one input: both designs have one number in each eighth, and the third is the second."""
    asked: list[np.ndarray] = []

    def model(points: np.ndarray) -> np.ndarray:
        asked.append(points[:, 0])
        return points[:, 0]

    sobol_indices(model, 1, 8, np.random.default_rng(7))
    (points,) = asked
    for design in (points[:8], points[8:16]):
        assert_array_equal(np.sort(np.floor(8 * design)), np.arange(8))
    assert_array_equal(points[16:], points[8:16])


def test_one_input_and_two_samples_are_enough() -> None:
    """All of the spread comes from the only input: A to B is the whole of every step."""
    found = sobol_indices(lambda points: points[:, 0], 1, 2, np.random.default_rng(1))
    assert found.variance > 0
    assert np.isfinite([found.first, found.total, found.first_error, found.total_error]).all()


def test_what_nothing_moves_has_no_influence() -> None:
    found = sobol_indices(lambda points: np.full(len(points), 7.0), 3, 16, np.random.default_rng(0))
    assert_array_equal(found.first, 0)
    assert_array_equal(found.total, 0)
    assert found.variance == 0


@pytest.mark.parametrize(
    ("model", "inputs", "samples"),
    [
        (ishigami, 0, 10),
        (ishigami, 3, 1),
        (lambda points: points, 3, 10),
        (lambda points: points[:, 0] * math.nan, 3, 10),
    ],
)
def test_models_that_cannot_be_judged_are_refused(
    model: Callable[[np.ndarray], np.ndarray], inputs: int, samples: int
) -> None:
    with pytest.raises(ScoringError):
        sobol_indices(model, inputs, samples, np.random.default_rng(0))


def test_outputs_of_the_wrong_shape_are_refused() -> None:
    for at_b, at_ab in (([1.0], [[1.0, 2.0]]), ([1.0, 2.0], [1.0, 2.0]), ([1.0, 2.0], [[1.0, 2.0, 3.0]])):
        with pytest.raises(ScoringError, match="shapes"):
            estimate_sobol([1.0, 2.0], at_b, at_ab)


def test_a_fixed_design_against_plain_loops(shared: Path) -> None:
    """The design of COINr: 64 points A, 64 points B, and A with each column of B in turn, with a model's outputs."""
    file = json.loads((shared / "reference/inputs/sobol_sensitivity.json").read_text("utf-8"))
    rows = file["inputs"]["design"]["rows"]
    a, b, ab = rows[:64], rows[64:128], [rows[128 + 64 * k : 192 + 64 * k] for k in range(3)]
    for k, mixed in enumerate(ab):
        assert all(mixed[i][c] == (b if c == k else a)[i][c] for i in range(64) for c in range(3))
    outputs = [row[3] for row in a + b]
    mean = math.fsum(outputs) / 128
    variance = math.fsum((y - mean) ** 2 for y in outputs) / 128
    found = estimate_sobol([row[3] for row in a], [row[3] for row in b], [[row[3] for row in each] for each in ab])
    for k, mixed in enumerate(ab):
        alone = math.fsum((b[i][3] - mean) * (mixed[i][3] - a[i][3]) for i in range(64)) / 64 / variance
        together = math.fsum((a[i][3] - mixed[i][3]) ** 2 for i in range(64)) / 128 / variance
        assert_allclose([found.first[k], found.total[k]], [alone, together], rtol=1e-12)
