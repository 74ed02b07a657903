"""Where two causes act at once, the engine pays each its Shapley value: checked against the formula for any game.

The formula is written out here once and first has to give published values; then the engine's own splits, which are
averages over the two orders of two causes, are games of two players for it.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from scoring.change import Situation, decompose
from scoring.composite import two_level
from scoring.means import MeanName
from scoring.normalise import Goalposts, normalise

Worth = Callable[[frozenset[Any]], Any]


def shapley(players: list[Any], worth: Worth) -> list[Any]:
    """phi_i = sum over S without i of |S|! (n - |S| - 1)! / n! (v(S + i) - v(S)); Shapley 1953."""
    n = len(players)
    values = []
    for player in players:
        others = [each for each in players if each != player]
        coalitions = [frozenset(some) for size in range(n) for some in itertools.combinations(others, size)]
        gains = [
            math.factorial(len(some)) * math.factorial(n - len(some) - 1) * (worth(some | {player}) - worth(some))
            for some in coalitions
        ]
        values.append(sum(gains) / math.factorial(n))
    return values


@pytest.fixture(scope="module")
def published(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "reference/scoring/shapley_values.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("game", ["glove", "three_players"])
def test_the_formula_gives_the_published_values_of_two_games(published: dict[str, Any], game: str) -> None:
    inputs = published["inputs"][game]
    table = {frozenset(map(int, names.split(","))): worth for names, worth in inputs["v"].items()}
    found = shapley(inputs["players"], lambda some: table.get(some, 0))
    assert_allclose(found, published["expected"][game], atol=published["tolerance"][f"{game}_abs"])


def test_the_formula_gives_the_published_parts_of_a_change(published: dict[str, Any]) -> None:
    """Output per head of Turkey, 2000 to 2018: a product of four factors (World Bank, JobStructure)."""
    ends, expected = published["inputs"]["change"], published["expected"]["change"]
    names = list(ends["from"])

    def product(moved: frozenset[str]) -> float:
        return math.prod(ends["to" if name in moved else "from"][name] for name in names)

    found = np.array(shapley(names, product))
    parts = [expected["shapley"][name] for name in names]
    shares = [expected["contribution"][name] for name in names]
    assert_allclose(found, parts, atol=published["tolerance"]["change_shapley_abs"])
    assert_allclose(found / found.sum(), shares, atol=published["tolerance"]["change_contribution_abs"])


TRANSFORMS: dict[MeanName, Callable[[Any], Any]] = {
    "arithmetic": lambda score: score,
    "geometric": np.log,
    "harmonic": lambda score: -1 / np.asarray(score),
}


def step_factor(mean: MeanName, shares: tuple[np.ndarray, np.ndarray], scores: np.ndarray) -> tuple[float, np.ndarray]:
    """K of a node whose children keep their scores, and how far each is from the middle of both means, under f."""
    f = TRANSFORMS[mean](scores)
    ends = [float(share @ f) for share in shares]
    back = {"arithmetic": lambda y: y, "geometric": math.exp, "harmonic": lambda y: -1 / y}[mean]
    factor = (back(ends[1]) - back(ends[0])) / (ends[1] - ends[0])
    return factor, f - sum(ends) / 2


@pytest.mark.parametrize("mean", TRANSFORMS)
@pytest.mark.parametrize("seed", range(5))
def test_weights_and_presence_share_a_moved_weight(mean: MeanName, seed: int) -> None:
    """Players: the policy (new weights) and coverage (who is present); the game: the share of each of five children."""
    rng = np.random.default_rng(seed)
    scores, weights = rng.uniform(10, 90, 5), rng.uniform(1, 9, (2, 5))
    present = np.array([[1, 1, 1, 0, 1], [1, 0, 1, 1, 1]], dtype=float)

    def shares(moved: frozenset[str]) -> np.ndarray:
        kept = weights[int("weights" in moved)] * present[int("presence" in moved)]
        return np.asarray(kept / kept.sum())

    policy, coverage = shapley(["weights", "presence"], shares)
    factor, distance = step_factor(mean, (shares(frozenset()), shares(frozenset({"weights", "presence"}))), scores)
    before, after = (
        Situation(np.where(there, scores, np.nan), two_level(np.zeros(5), each, [1], mean, min_coverage=0))
        for each, there in zip(weights, present, strict=True)
    )
    found = decompose(before, after)
    assert_allclose(found.weighting, factor * policy * distance, atol=1e-9)
    assert_allclose(found.coverage, factor * coverage * distance, atol=1e-9)


@pytest.mark.parametrize("mean", TRANSFORMS)
def test_values_and_goalposts_share_a_moved_score(mean: MeanName) -> None:
    """Players: the value (20 -> 30) and its goalposts (0..100 -> 0..50); the game: f of the score."""
    posts = Goalposts("higher_is_better", 0, 100), Goalposts("higher_is_better", 0, 50)

    def score(moved: frozenset[str]) -> float:
        return float(normalise(30 if "value" in moved else 20, posts[int("posts" in moved)]))

    value, goalposts = shapley(["value", "posts"], lambda moved: TRANSFORMS[mean](score(moved)))
    tree = two_level([0, 0], [3, 1], [1], mean)
    old, new = frozenset[str](), frozenset({"value", "posts"})
    found = decompose(
        Situation([score(old), 60], tree, [score(frozenset({"posts"})), np.nan]),
        Situation([score(new), 60], tree, [score(frozenset({"value"})), np.nan]),
    )
    assert_allclose(found.performance / found.total, [value / (value + goalposts), 0], atol=1e-12)
    assert_allclose(found.goalposts / found.total, [goalposts / (value + goalposts), 0], atol=1e-12)
