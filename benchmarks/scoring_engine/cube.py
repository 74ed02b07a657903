"""The cube, 5,000 segments x 60 months x 49 measures with gaps: beside numpy by hand, and beside pandas."""

from __future__ import annotations

import importlib
import tracemalloc
from typing import Any

import numpy as np

from benchmarks.scoring_engine.composites import pandas_groupby
from benchmarks.scoring_engine.index import PILLAR_WEIGHTS, Index, deep_tree
from benchmarks.scoring_engine.peers import installed
from benchmarks.scoring_engine.timing import Candidate, Task, side_by_side
from scoring.composite import evaluate
from scoring.normalise import normalise_columns
from scoring.uncertainty import composite_bounds

SEGMENTS, MONTHS = 5_000, 60
# How many of the segments the slow ones get; their time is scaled up.
FOR_PANDAS, FOR_APPLY = 250, 4


def cube(index: Index) -> None:
    values = index.values(SEGMENTS, MONTHS)
    deep = deep_tree(index.tree)
    whole = [
        Candidate("LEI, with gaps", lambda: index.composite(values)),
        Candidate("einsum by hand, no gaps", einsum(index, np.nan_to_num(values))),
        Candidate(
            "LEI, four levels, geometric, three caps",
            lambda: evaluate(normalise_columns(values, index.goalposts), deep),
        ),
    ]
    candidates = list(whole)
    if installed("pandas"):
        part, few = values[:FOR_PANDAS], values[:FOR_APPLY]
        goalposts = index.goalposts
        by_columns = pandas_groupby(index, normalise_columns(part, goalposts))
        candidates += [
            Candidate(f"pandas, groupby of columns ({FOR_PANDAS} segments)", by_columns, FOR_PANDAS / SEGMENTS),
            Candidate(f"pandas, groupby-apply ({FOR_APPLY} segments)", groupby_apply(index, few), FOR_APPLY / SEGMENTS),
        ]
    side_by_side("the cube", candidates, 5)
    for candidate in whole:
        print(f"| memory of the cube | {candidate.name} | {peak(candidate.task) / values.nbytes:.2f} x its input | | |")


def bounds(index: Index) -> None:
    scores = index.scores(SEGMENTS, MONTHS)
    candidates = [
        Candidate("LEI, lowest and highest composite", lambda: composite_bounds(scores, index.tree)),
        Candidate("LEI, the composite alone", lambda: evaluate(scores, index.tree)),
    ]
    side_by_side("what the gaps of the cube leave open", candidates, 5)


def einsum(index: Index, complete: np.ndarray) -> Task:
    starts = np.array([posts.goalpost_0 for posts in index.goalposts])
    spans = np.array([posts.goalpost_100 for posts in index.goalposts]) - starts
    matrix = index.tree.measure_weights[:, None] * (index.tree.pillar_of[:, None] == np.arange(PILLAR_WEIGHTS.size))
    shares, top = matrix / matrix.sum(axis=0), PILLAR_WEIGHTS / PILLAR_WEIGHTS.sum()

    def run() -> np.ndarray:
        scores = np.clip((complete - starts) / spans * 100, 0, 100)
        return np.einsum("stp,p->st", np.einsum("stm,mp->stp", scores, shares, optimize=True), top)

    return run


def groupby_apply(index: Index, values: np.ndarray) -> Task:
    """What an analyst would write first: one long table, and a function for each group."""
    pd: Any = importlib.import_module("pandas")
    scores = normalise_columns(values, index.goalposts)
    segment, month, measure = (axis.ravel() for axis in np.indices(scores.shape))
    weights, pillar = index.tree.measure_weights[measure], index.tree.pillar_of[measure]
    columns = {"segment": segment, "month": month, "pillar": pillar, "weight": weights, "score": scores.ravel()}
    table = pd.DataFrame(columns)

    def mean(group: Any) -> float:
        used = group[group["score"].notna()]
        enough = used["weight"].sum() >= 0.6 * group["weight"].sum()
        return float((used["weight"] * used["score"]).sum() / used["weight"].sum()) if enough else np.nan

    def run() -> Any:
        pillars = table.groupby(["segment", "month", "pillar"]).apply(mean, include_groups=False).unstack()
        there = pillars.notna() * PILLAR_WEIGHTS
        return (pillars * PILLAR_WEIGHTS).sum(axis=1) / there.sum(axis=1)

    return run


def peak(task: Task) -> int:
    """Bytes that a task holds at its height, beside what was there before."""
    tracemalloc.start()
    task()
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found
