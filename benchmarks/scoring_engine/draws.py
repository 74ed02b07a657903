"""Thousands of draws, of weights and of values: the engine at once, the peers in the loop that they leave to users."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from benchmarks.scoring_engine.index import Index
from benchmarks.scoring_engine.peers import WeightedSum, installed, weighted_sums
from benchmarks.scoring_engine.timing import Candidate, Task, side_by_side
from scoring.normalise import normalise_columns
from scoring.uncertainty import (
    composites_under_weights,
    dirichlet_weights,
    draw_weights,
    probability_above,
    rank_under_weights,
)
from scoring.value_draws import draw_composites, draw_values

DRAWS, UNITS = 10_000, 50
KAPPA = 100.0
# How many draws the slow ones make; their time is scaled up.
FEW = 100


def weight_draws(index: Index) -> None:
    scores, complete = index.scores(UNITS), np.maximum(index.scores(UNITS, gaps=0.0), 1)
    shares, rng = index.flat_weights, index.rng

    def ranked() -> Any:
        return rank_under_weights(scores, dirichlet_weights(shares, KAPPA, DRAWS, rng))

    composites = ranked().composites
    candidates = [
        Candidate("LEI, drawn and ranked, with gaps", ranked),
        Candidate(
            "LEI, whole tree of each draw, no ranks",
            lambda: composites_under_weights(scores, index.tree, *draw_weights(index.tree, KAPPA, DRAWS, rng)),
        ),
        Candidate("LEI, P(A above B) of all pairs, drawn before", lambda: probability_above(composites)),
    ]
    weights = dirichlet_weights(shares, KAPPA, FEW, rng)
    candidates += [
        Candidate(f"{name} in a loop ({FEW} draws), drawn before", _loop(peer, complete, weights), FEW / DRAWS)
        for name, peer in weighted_sums().items()
    ]
    if installed("scikit-criteria"):
        candidates.append(_rank_invariance(complete, shares))
    side_by_side("10,000 draws of weights, 50 units", candidates, 5)


def value_draws(index: Index) -> None:
    sample, rng = index.sample(UNITS), index.rng

    def one_by_one() -> None:
        for _ in range(FEW):
            index.composite(draw_values(sample, 1, rng)[0])

    def at_once(kappa: float | None = None) -> Any:
        return draw_composites(sample, index.goalposts, index.tree, DRAWS, rng, kappa)

    candidates = [
        Candidate("LEI, values", at_once),
        Candidate("LEI, values and weights", lambda: at_once(KAPPA)),
        Candidate("of it: random numbers alone", lambda: rng.standard_normal((DRAWS, UNITS, len(index.goalposts)))),
        Candidate(
            "of it: random values, a block at a time", lambda: [draw_values(sample, 26, rng) for _ in range(385)]
        ),
        Candidate(f"the same functions, draw by draw ({FEW} draws)", one_by_one, FEW / DRAWS),
    ]
    side_by_side("10,000 draws of values, 50 units", candidates, 5)


def _loop(peer: WeightedSum, table: np.ndarray, weights: np.ndarray) -> Task:
    def run() -> None:
        for drawn in weights:
            np.argsort(-peer(table, drawn))

    return run


def _rank_invariance(table: np.ndarray, weights: np.ndarray) -> Candidate:
    """The repeated draws that scikit-criteria does have: each unit but the best is worsened at random, one by one."""
    criteria, reversal = importlib.import_module("skcriteria"), importlib.import_module("skcriteria.ranksrev")
    method = importlib.import_module("skcriteria.agg.simple").WeightedSumModel()
    data = criteria.mkdm(table, objectives=[max] * table.shape[1], weights=weights)
    check = reversal.RankInvariantChecker(method, repeat=1, random_state=1)
    return Candidate("scikit-criteria RankInvariantChecker (49 draws)", lambda: check.evaluate(data), 49 / DRAWS)


def goalposts_of_draws(index: Index) -> None:
    """Where the time of value draws goes: scoring as many numbers, by goalposts alone."""
    values = index.values(DRAWS, UNITS)
    candidates = [
        Candidate("LEI, goalposts", lambda: normalise_columns(values, index.goalposts)),
        Candidate("LEI, goalposts and tree", lambda: index.composite(values)),
    ]
    side_by_side("10,000 x 50 units, scored once drawn", candidates, 5)
