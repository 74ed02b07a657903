"""Which input the spread of an answer comes from: Sobol indices of first and total order.

The estimators are those of Saltelli et al. 2010 (Computer Physics Communications 181, table 2): first order (b), total
order (f), which is Jansen's; outputs are centred first, without which a large mean drowns the first-order estimate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scoring.arrays import Floats, as_floats
from scoring.errors import ScoringError


@dataclass(frozen=True, slots=True, eq=False)
class SobolIndices:
    """Share of the variance of the output by input [K]: alone (first) and with all its interactions (total).

    first_error and total_error: standard errors, from the spread of the terms of each estimate. variance: of the
    output; where it is 0 nothing has an influence and all indices are 0.
    """

    first: Floats
    total: Floats
    first_error: Floats
    total_error: Floats
    variance: float


def sobol_indices(
    model: Callable[[Floats], Floats], inputs: int, samples: int, rng: np.random.Generator
) -> SobolIndices:
    """Sobol indices of `model`, which maps points [n, inputs] of the unit cube to outputs [n], in one call.

    It is called once with samples * (inputs + 2) points: two Latin hypercubes A and B, and A with each column of B in
    turn. The inputs are independent and uniform on 0..1; the model maps them to its own scales. Raises ScoringError.
    """
    if inputs < 1 or samples < 2:  # noqa: PLR2004 - a variance needs two
        raise ScoringError("Sobol indices need at least one input and two samples.")
    first, second = _latin_hypercube(samples, inputs, rng), _latin_hypercube(samples, inputs, rng)
    points = np.broadcast_to(first, (inputs, samples, inputs)).copy()
    for column in range(inputs):
        points[column, :, column] = second[:, column]
    outputs = as_floats(model(np.concatenate([first, second, points.reshape(-1, inputs)])), "outputs")
    if outputs.shape != (samples * (inputs + 2),):
        raise ScoringError("The model must return one number for each point.")
    return estimate_sobol(
        outputs[:samples], outputs[samples : 2 * samples], outputs[2 * samples :].reshape(inputs, samples)
    )


def estimate_sobol(outputs_a: ArrayLike, outputs_b: ArrayLike, outputs_ab: ArrayLike) -> SobolIndices:
    """The estimators alone: outputs [N] at A and at B, and [K, N] at A with column k taken from B.

    With centred outputs and the variance V of those at A and B together:
    first_k = mean(f(B) (f(AB_k) - f(A))) / V, total_k = mean((f(A) - f(AB_k))^2) / (2 V).
    """
    a, b, ab = (as_floats(each, "outputs") for each in (outputs_a, outputs_b, outputs_ab))
    if a.ndim != 1 or a.shape != b.shape or ab.ndim != 2 or ab.shape[1] != a.size:  # noqa: PLR2004 - [K, N]
        raise ScoringError("The outputs have the shapes [N], [N] and [K, N].")
    if not all(np.isfinite(each).all() for each in (a, b, ab)):
        raise ScoringError("The model returned a value that is not a finite number.")
    both = np.concatenate([a, b])
    centre, variance = both.mean(), both.var()
    if variance == 0:
        nothing = np.zeros(ab.shape[0])
        return SobolIndices(nothing, nothing, nothing, nothing, 0.0)
    first = (b - centre) * (ab - a) / variance
    total = (a - ab) ** 2 / (2 * variance)
    root = np.sqrt(a.size)
    return SobolIndices(
        first.mean(axis=1), total.mean(axis=1), first.std(axis=1) / root, total.std(axis=1) / root, float(variance)
    )


def _latin_hypercube(samples: int, inputs: int, rng: np.random.Generator) -> Floats:
    """Points [samples, inputs], one in each of `samples` equal slices of every axis."""
    slices = rng.permuted(np.tile(np.arange(samples), (inputs, 1)), axis=1).T
    return (slices + rng.random((samples, inputs))) / samples
