"""The one place where the tests of the analyses build a tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pytest

from scoring.means import MeanName
from scoring.tree import Tree
from scoring.tree import two_level as build_two_level


class TwoLevel(Protocol):
    """Measures by their pillar, weights of the measures and of the pillars, one mean throughout."""

    def __call__(
        self,
        pillar_of: Sequence[int],
        measure_weights: Sequence[float],
        pillar_weights: Sequence[float],
        mean: MeanName = "arithmetic",
    ) -> Tree: ...


@pytest.fixture(scope="session")
def two_level() -> TwoLevel:
    """A tree of measures, pillars and composite."""

    def build(
        pillar_of: Sequence[int],
        measure_weights: Sequence[float],
        pillar_weights: Sequence[float],
        mean: MeanName = "arithmetic",
    ) -> Tree:
        return build_two_level(pillar_of, measure_weights, pillar_weights, mean, mean)

    return build
