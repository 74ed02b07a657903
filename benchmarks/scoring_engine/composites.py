"""Single composites and small tables: the engine from values, and the peers' weighted sums of the flat measures."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from benchmarks.scoring_engine.index import PILLAR_WEIGHTS, Index, deep_tree
from benchmarks.scoring_engine.peers import installed, weighted_sums
from benchmarks.scoring_engine.timing import Candidate, Task, side_by_side
from scoring.aggregate import weighted_mean
from scoring.composite import evaluate
from scoring.normalise import normalise_columns

UNITS = 50


def one_composite(index: Index) -> None:
    values = index.values(gaps=0.0)
    deep = deep_tree(index.tree)
    # They rank alternatives, so they need two; and none of them takes a value of 0 or less in its stride.
    two = np.vstack([index.scores(gaps=0.0), index.scores(gaps=0.0)]) + 1
    candidates = [
        Candidate("LEI: goalposts, pillars, composite", lambda: index.composite(values)),
        Candidate(
            "LEI, four levels, geometric, three caps",
            lambda: evaluate(normalise_columns(values, index.goalposts), deep),
        ),
        *(
            Candidate(f"{name}, flat sum of two units", lambda peer=peer: peer(two, index.flat_weights))
            for name, peer in weighted_sums().items()
        ),
    ]
    side_by_side("one composite, 49 measures", candidates, 200)


def fifty_units(index: Index) -> None:
    gaps, complete = index.scores(UNITS), index.scores(UNITS, gaps=0.0) + 1
    complete = np.minimum(complete, 100)
    candidates = [
        Candidate("LEI, flat", lambda: weighted_mean(complete, index.flat_weights)),
        Candidate("LEI, tree, with gaps", lambda: evaluate(gaps, index.tree)),
        *(
            Candidate(name, lambda peer=peer: peer(complete, index.flat_weights))
            for name, peer in weighted_sums().items()
        ),
    ]
    if installed("pandas"):
        by_pandas = pandas_groupby(index, gaps)
        check_against_pandas(index, gaps, by_pandas)
        candidates.append(Candidate("pandas, groupby of the pillars, with gaps", by_pandas))
    side_by_side("50 units, 49 measures", candidates, 200)


def check_against_pandas(index: Index, scores: np.ndarray, by_pandas: Task) -> None:
    """Both do the same work: composites agree wherever there is one."""
    composite = evaluate(scores, index.tree).composite
    there = ~np.isnan(composite)
    assert there.any()
    np.testing.assert_allclose(np.asarray(by_pandas())[there], composite[there])


def pandas_groupby(index: Index, scores: np.ndarray) -> Task:
    """What a practised analyst would write: weighted sums and weights present by pillar, no function for each group."""
    pd: Any = importlib.import_module("pandas")
    frame = pd.DataFrame(scores.reshape(-1, scores.shape[-1]))
    weights, pillar = index.tree.measure_weights, index.tree.pillar_of

    def run() -> Any:
        sums = (frame * weights).T.groupby(pillar).sum().T
        present = (frame.notna() * weights).T.groupby(pillar).sum().T
        pillars = (sums / present).where(present >= 0.6 * np.bincount(pillar, weights))
        return (pillars * PILLAR_WEIGHTS).sum(axis=1) / (pillars.notna() * PILLAR_WEIGHTS).sum(axis=1)

    return run
