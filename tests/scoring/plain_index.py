"""The index once more, slowly: nested dictionaries, recursion and math.fsum, written apart from the engine.

A node is {"weight": w, "score": s or None} or {"weight": w, "mean": r, "min_coverage": c, "caps": [...], "children":
[...]}; a cap is {"at_most": a, "gate": node, "below": b}, and nothing a gate depends on is capped by it. `random_tree`
draws such an index; `as_tree` is the same one for the engine.
"""

from __future__ import annotations

import itertools
import math
import random
from typing import Any

import numpy as np

from scoring.composite import Cap, Tree
from scoring.means import MeanKind

Node = dict[str, Any]
ORDERS: tuple[MeanKind, ...] = ("arithmetic", "geometric", "harmonic", 2, 3.5, 0.5, -0.4, -2)
ORDER_OF = {"arithmetic": 1, "geometric": 0, "harmonic": -1}


def power_mean(pairs: list[tuple[float, float]], kind: MeanKind, floor: float) -> float:
    """The weighted mean of (weight, score), by the formula of the textbook."""
    order = float(ORDER_OF[kind] if isinstance(kind, str) else kind)
    total = math.fsum(w for w, _ in pairs)
    if order <= 0:
        pairs = [(w, max(s, floor)) for w, s in pairs]
        if any(s == 0 for _, s in pairs):
            return 0.0
    if order == 0:
        return math.exp(math.fsum(w * math.log(s) for w, s in pairs) / total)
    return float(math.fsum(w * s**order for w, s in pairs) / total) ** (1 / order)


def score_of(node: Node, floor: float, capped: bool = True) -> float | None:
    """The score of a node; None where there is none."""
    if "children" not in node:
        return None if node["score"] is None else float(node["score"])
    if coverage_of(node) < node["min_coverage"]:
        return None
    scored = [(child["weight"], score_of(child, floor, capped)) for child in node["children"]]
    present = [(w, s) for w, s in scored if s is not None and w > 0]
    if not present:
        return None
    found = power_mean(present, node["mean"], floor)
    for cap in node["caps"] if capped else []:
        gate = score_of(cap["gate"], floor)
        if gate is not None and gate < cap["below"]:
            found = min(found, cap["at_most"])
    return found


def coverage_of(node: Node) -> float:
    """Percent of the weight below a node that has data."""
    if "children" not in node:
        return 0.0 if node["score"] is None else 100.0
    total = math.fsum(child["weight"] for child in node["children"])
    parts = [child["weight"] * coverage_of(child) for child in node["children"]]
    return math.fsum(parts) / total if total else 0.0


def composite_of(root: Node, floor: float, rule: tuple[int, float], capped: bool = True) -> tuple[float | None, int]:
    """The composite, and 2 for final, 1 for provisional, 0 for none."""
    parts = [(child["weight"], score_of(child, floor)) for child in root["children"]]
    there = [w for w, s in parts if s is not None and w > 0]
    total = math.fsum(w for w, _ in parts)
    if all(s is not None for w, s in parts if w > 0):
        status = 2
    else:
        status = 1 if len(there) >= rule[0] and 100 * math.fsum(there) / total >= rule[1] else 0
    return (score_of(root, floor, capped) if status else None), status


def random_tree(rng: random.Random, depth: int, caps: int = 0) -> Node:
    """An index of the given depth: uneven branches, some weights of 0, any mean, gaps and zeros among the scores."""
    root = _random_node(rng, depth, is_root=True)
    inner = [node for node in _inner(root) if node["weight"] > 0]
    for _ in range(caps):
        on = rng.choice(inner)
        below = [node for node in _all(on) if node is not on]
        on["caps"].append({"at_most": rng.uniform(0, 90), "gate": rng.choice(below), "below": rng.uniform(1, 100)})
    return root


def _random_node(rng: random.Random, depth: int, is_root: bool = False) -> Node:
    weight = rng.choice([0.0, 1.0, rng.uniform(0.01, 50), rng.uniform(0.01, 50)])
    if depth == 0:
        return {"weight": weight, "score": random_score(rng)}
    deep = [depth - 1] + [rng.choice([0, depth - 1]) for _ in range(rng.randint(0, 3))]
    children = [_random_node(rng, each) for each in deep]
    children[0]["weight"] = children[0]["weight"] or 1.0
    limit = 0.0 if is_root else rng.choice([0.0, 20.0, 60.0])
    return {
        "weight": 1.0 if is_root else weight,
        "mean": rng.choice(ORDERS),
        "min_coverage": limit,
        "caps": [],
        "children": children,
    }


def random_score(rng: random.Random) -> float | None:
    """0 and 100 now and then, a gap every fifth time."""
    anywhere = min(100.0, max(0.0, rng.uniform(-20, 120)))
    return rng.choice([None, anywhere, rng.uniform(0, 100), rng.uniform(0, 100), 37.5])


def _all(node: Node) -> list[Node]:
    return [node, *itertools.chain.from_iterable(_all(child) for child in node.get("children", []))]


def _inner(node: Node) -> list[Node]:
    return [each for each in _all(node) if "children" in each]


def leaves(root: Node) -> list[Node]:
    """The measures, in the order of the engine."""
    return [each for each in _all(root) if "children" not in each]


def inner_nodes(root: Node) -> list[Node]:
    """The inner nodes, in the order of the engine: children first, the root last."""
    return list(reversed(_inner(root)))


def scores(root: Node) -> np.ndarray:
    return np.array([np.nan if leaf["score"] is None else leaf["score"] for leaf in leaves(root)])


def as_tree(root: Node, floor: float = 1.0, rule: tuple[int, float] = (3, 70.0)) -> Tree:
    """The engine's tree of the same index."""
    nodes = [*leaves(root), *inner_nodes(root)]
    number = {id(node): place for place, node in enumerate(nodes)}
    parent = {id(child): number[id(node)] for node in _inner(root) for child in node["children"]}
    inner = inner_nodes(root)
    return Tree(
        leaves=len(leaves(root)),
        parents=np.array([parent[id(node)] for node in nodes[:-1]]),
        weights=np.array([node["weight"] for node in nodes[:-1]]),
        means=tuple(node["mean"] for node in inner),
        min_coverage=np.array([node["min_coverage"] for node in inner[:-1]]),
        min_parts=rule[0],
        min_part_weight=rule[1],
        floor=floor,
        caps=tuple(
            Cap(number[id(node)], cap["at_most"], number[id(cap["gate"])], cap["below"])
            for node in inner
            for cap in node["caps"]
        ),
    )
