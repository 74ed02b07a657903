"""The worked examples of docs/scoring-method.md, recomputed: the page says what the engine does."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from scoring.aggregate import weighted_mean
from scoring.caps import Cap
from scoring.change import Situation, decompose
from scoring.composite import contributions, evaluate, two_level
from scoring.means import logarithmic_mean
from scoring.normalise import Goalposts, normalise
from scoring.relative import min_max
from scoring.uncertainty import composite_bounds

METHOD = (Path(__file__).parents[2] / "docs" / "scoring-method.md").read_text("utf-8")


def said(*texts: str) -> None:
    """The page says all of that."""
    for text in texts:
        assert text in METHOD, text


def test_income_per_head() -> None:
    said("100 → 0 points, 75,000 → 100 points: √(100 · 75,000) ≈ 2,739 scores **50**")
    posts = Goalposts("higher_is_better", 100, 75000, curve="logarithmic")
    assert round(math.sqrt(100 * 75000)) == 2739
    assert_allclose(normalise([math.sqrt(100 * 75000)], posts), [50])


def test_a_relative_score_moves_when_a_unit_joins() -> None:
    said("*Among 20, 30 and 60*, min-max scores 30 at **25**; once a unit with 100 joins, at **12.5**")
    assert min_max([20.0, 30, 60])[1] == 25
    assert min_max([20.0, 30, 60, 100])[1] == 12.5


@pytest.mark.parametrize(
    ("mean", "expected"), [(2, 50), ("arithmetic", 40), ("geometric", math.sqrt(700)), ("harmonic", 17.5)]
)
def test_means_of_10_and_70(mean: float, expected: float) -> None:
    said("order 2 gives **50**, arithmetic 40, geometric √700 = **26.5**, harmonic **17.5**")
    assert_allclose(weighted_mean([10, 70], [1, 1], mean)[0], expected)


def test_the_floor() -> None:
    said("*0 and 100, geometric*: **10** with the floor of 1, **0** with 0")
    assert_allclose([weighted_mean([0, 100], [1, 1], "geometric", floor)[0] for floor in (1, 0)], [10, 0])


def test_contributions_to_a_geometric_mean() -> None:
    said("m = 30, L(20, 30) = 24.66, L(45, 30) = 36.99", "0.6 and 0.4 and the contributions **12** and **18**")
    lengths = logarithmic_mean(np.array([20.0, 45]), np.array([30.0, 30]))
    assert_allclose(lengths, [24.66, 36.99], atol=0.005)
    tree = two_level([0, 1], [1, 1], [1, 1], pillar_mean="geometric")
    assert_allclose(contributions([20, 45], tree), [12, 18])


def test_what_two_caps_took() -> None:
    said("√(30 · 20) = 24.49", "Of the 35.51 points lost", "= 61.3 %, **21.77**, and the second **13.74**")
    caps = (Cap(2, 30, 0, 100), Cap(3, 20, 0, 100))
    found = evaluate([90, 40], two_level([0, 1], [1, 1], [1, 1], pillar_mean="geometric", caps=caps))
    assert_allclose([found.uncapped, found.composite], [60, 24.49], atol=0.005)
    taken = [float(line.taken_from_composite) for line in found.caps]
    assert_allclose(taken, [21.77, 13.74], atol=0.005)
    assert_allclose(taken[0] / sum(taken), 0.613, atol=0.0005)


def test_what_a_gap_leaves_open() -> None:
    said("*Pillars 90 and unknown, even weights:* **45** to **95**")
    assert_allclose(composite_bounds([90, math.nan], two_level([0, 1], [1, 1], [1, 1])), [45, 95])


def test_a_cap_that_falls_away() -> None:
    said("60 → 75, **+15** = performance **+5**, caps **+10**")
    tree = two_level([0, 0, 1], [1, 1, 1], [1, 1], caps=[Cap(5, 60, 1, 40)])
    found = decompose(Situation([90, 30, 80], tree), Situation([90, 50, 80], tree))
    assert_allclose([found.total, found.performance.sum(), found.caps.sum()], [15, 5, 10])


def test_the_two_halves_of_the_gender_inequality_index() -> None:
    said("women **21.50** and men **79.60**, `found.composite` is **33.86**")
    code = METHOD.split("```python\n")[1].split("```")[0]
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own page, run as a reader would run it
    women = (math.sqrt(10 / 72 / 45) * math.sqrt(0.177 * 0.62) * 0.54) ** (1 / 3)
    men = (math.sqrt(0.823 * 0.58) * 0.73) ** (1 / 3)
    found = names["found"]
    assert_allclose([*found.pillars[3:], found.composite], [100 * women, 100 * men, 200 / (1 / women + 1 / men)])
    assert_allclose([100 * women, 100 * men, found.composite], [21.50, 79.60, 33.86], atol=0.005)
