"""The index that is measured: goalposts and tree of the default measures, and random values around the goalposts."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scoring.caps import Cap
from scoring.composite import evaluate
from scoring.normalise import Goalposts, normalise_columns
from scoring.tree import Tree, two_level
from scoring.value_draws import Sample

CATALOGUE = Path(__file__).resolve().parents[2] / "lei" / "catalog" / "measures.csv"
PILLAR_WEIGHTS = np.array([20.0, 30.0, 25.0, 15.0, 10.0])
GAPS = 0.15


@dataclass(frozen=True)
class Index:
    """The default index. is_share: which of its 49 scored measures are a share of people, as the unit tells."""

    goalposts: tuple[Goalposts, ...]
    tree: Tree
    is_share: np.ndarray
    rng: np.random.Generator

    def values(self, *shape: int, gaps: float = GAPS) -> np.ndarray:
        ends = np.array([(p.goalpost_0, p.goalpost_0_upper or p.goalpost_100) for p in self.goalposts])
        where = self.rng.uniform(-0.1, 1.1, (*shape, len(self.goalposts)))
        found = ends[:, 0] + where * (ends[:, 1] - ends[:, 0])
        found[self.rng.random(found.shape) < gaps] = np.nan
        return found

    def scores(self, *shape: int, gaps: float = GAPS) -> np.ndarray:
        return normalise_columns(self.values(*shape, gaps=gaps), self.goalposts)

    def composite(self, values: np.ndarray) -> np.ndarray:
        return evaluate(normalise_columns(values, self.goalposts), self.tree).composite

    def sample(self, units: int) -> Sample:
        """Values of units with the number of people behind each, and spreads of those that are averages."""
        values = self.values(units)
        values = np.where(self.is_share, np.clip(values, 0, 100), values)
        ranges = np.array([abs(p.goalpost_100 - p.goalpost_0) for p in self.goalposts])
        sizes = self.rng.integers(20, 500, values.shape).astype(float)
        return Sample(values, sizes, np.broadcast_to(ranges / 4, values.shape), self.is_share)

    @property
    def flat_weights(self) -> np.ndarray:
        """The shares of the measures in the composite: what is left of the tree for those that know none."""
        within = np.bincount(self.tree.pillar_of, self.tree.measure_weights)
        top = self.tree.pillar_weights / self.tree.pillar_weights.sum()
        return self.tree.measure_weights / within[self.tree.pillar_of] * top[self.tree.pillar_of]


def default_index() -> Index:
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if float(row["weight_in_pillar"] or 0) > 0]
    pillars = list(dict.fromkeys(row["pillar"] for row in rows))
    weights = np.array([float(row["weight_in_pillar"]) for row in rows])
    return Index(
        tuple(map(_goalposts, rows)),
        two_level(np.array([pillars.index(row["pillar"]) for row in rows]), weights, PILLAR_WEIGHTS),
        np.array([row["unit"] == "percent" and float(row["min_group_size"] or 0) > 0 for row in rows]),
        np.random.default_rng(20261121),
    )


def deep_tree(tree: Tree) -> Tree:
    """The same measures through one level more, the pillars and the composite geometric, with three caps.

    Each pillar has two halves; the composite is capped by one measure and by one pillar, a pillar by one of its halves.
    """
    half = np.arange(tree.leaves) % 2
    halves = 2 * PILLAR_WEIGHTS.size
    first_pillar, root = tree.leaves + halves, tree.leaves + halves + PILLAR_WEIGHTS.size
    parents = np.concatenate(
        [
            tree.leaves + 2 * tree.pillar_of + half,
            first_pillar + np.arange(halves) // 2,
            np.full(PILLAR_WEIGHTS.size, root),
        ]
    )
    weights = np.concatenate([tree.measure_weights, np.ones(halves), PILLAR_WEIGHTS])
    means = ("arithmetic",) * halves + ("geometric",) * (PILLAR_WEIGHTS.size + 1)
    caps = (Cap(root, 60, 2, 40), Cap(root, 70, first_pillar + 2, 50), Cap(first_pillar + 1, 50, tree.leaves + 3, 40))
    return Tree(tree.leaves, parents, weights, means, caps=caps)


def _goalposts(row: dict[str, str]) -> Goalposts:
    return Goalposts(
        row["direction"],  # type: ignore[arg-type]  # the constructor checks it
        float(row["goalpost_0"]),
        float(row["goalpost_100"]),
        _number(row["goalpost_100_upper"]),
        _number(row["goalpost_0_upper"]),
    )


def _number(text: str) -> float | None:
    return float(text) if text else None
