"""What explains scores: changes taken apart, where uncertainty comes from, what each measure decides."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.scoring_engine.index import PILLAR_WEIGHTS, Index, deep_tree
from benchmarks.scoring_engine.peers import installed
from benchmarks.scoring_engine.timing import Candidate, side_by_side
from scoring.change import Situation, decompose
from scoring.composite import evaluate
from scoring.importance import importance, leave_one_out
from scoring.reweighted import without_measure
from scoring.sensitivity import sobol_indices
from scoring.tree import Tree, two_level

MONTHS, UNITS = 24, 50
INPUTS, SAMPLES = 7, 1_024
Model = Callable[[np.ndarray], np.ndarray]


def changes(index: Index) -> None:
    scores = index.scores(MONTHS, gaps=0.05)
    flat = (index.tree.pillar_of, index.tree.measure_weights, PILLAR_WEIGHTS)
    trees = {
        "arithmetic": index.tree,
        "geometric": two_level(*flat, "geometric", "geometric"),
        "four levels, geometric, three caps": deep_tree(index.tree),
    }
    for name, tree in trees.items():
        side_by_side(f"23 changes of 24 months, {name}", _decompositions(scores, tree), 20)


def what_decides(index: Index) -> None:
    scores = index.scores(UNITS)
    candidates = [
        Candidate("LEI, correlation ratio of each measure", lambda: importance(scores, index.tree)),
        Candidate(
            "LEI, each measure left out",
            lambda: leave_one_out(scores, index.tree, partial(without_measure, index.tree)),
        ),
    ]
    side_by_side("importance of 49 measures, 50 units", candidates, 20)


def sobol(index: Index) -> None:
    """Seven measures vary over 0..100, the others stay where they are."""
    base = index.scores(gaps=0.0)

    def model(points: np.ndarray) -> np.ndarray:
        fixed = np.broadcast_to(base[INPUTS:], (len(points), base.size - INPUTS))
        return evaluate(np.concatenate([100 * points, fixed], 1), index.tree).composite

    def point_by_point(points: np.ndarray) -> np.ndarray:
        return np.array([float(model(point[np.newaxis])[0]) for point in points])

    candidates = [
        Candidate("LEI", lambda: sobol_indices(model, INPUTS, SAMPLES, np.random.default_rng(1))),
    ]
    if installed("SALib"):
        candidates += [
            Candidate("SALib's sampler and analyser, model on arrays", lambda: _salib(model)),
            Candidate("SALib's sampler and analyser, model in a loop", lambda: _salib(point_by_point)),
        ]
    side_by_side("Sobol, 7 inputs, N = 1,024", candidates, 5)


def _decompositions(scores: np.ndarray, tree: Tree) -> list[Candidate]:
    pairs = list(itertools.pairwise(Situation(each, tree) for each in scores))
    before, after = Situation(scores[:-1], tree), Situation(scores[1:], tree)
    return [
        Candidate("LEI, all at once", lambda: decompose(before, after)),
        Candidate("LEI, one by one", lambda: [decompose(*pair) for pair in pairs]),
    ]


def _salib(model: Model) -> Any:
    sample, analyze = importlib.import_module("SALib.sample.sobol"), importlib.import_module("SALib.analyze.sobol")
    names = [str(number) for number in range(INPUTS)]
    problem = {"num_vars": INPUTS, "names": names, "bounds": [[0, 1]] * INPUTS}
    points = sample.sample(problem, SAMPLES, calc_second_order=False, seed=1)
    return analyze.analyze(problem, model(points), calc_second_order=False, seed=1)
