"""Times the pure engine beside hand-written numpy and peers: `python benchmarks/scoring_engine.py`.

Peers (pandas, pymcdm, SALib) take part where they can be imported: `pip install -e .[bench]`. Every row runs its
candidates in turn, several times, and shows medians and their ratio, because a shared machine is noisy.
"""

from __future__ import annotations

import csv
import importlib
import importlib.metadata
import itertools
import platform
import statistics
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from scoring.change import Situation, decompose
from scoring.composite import Tree, evaluate, two_level
from scoring.normalise import Goalposts, normalise_columns
from scoring.sensitivity import sobol_indices
from scoring.uncertainty import composites_under_weights, dirichlet_weights, probability_above, rank_under_weights

CATALOGUE = Path(__file__).resolve().parents[1] / "lei" / "catalog" / "measures.csv"
PILLAR_WEIGHTS = np.array([20.0, 30.0, 25.0, 15.0, 10.0])
SEGMENTS, MONTHS, GAPS = 5_000, 60, 0.15
DRAWS, UNITS = 10_000, 50
Task = Callable[[], Any]


@dataclass(frozen=True)
class Index:
    """The default index: goalposts and tree of its 49 scored measures, and random values around the goalposts."""

    goalposts: tuple[Goalposts, ...]
    tree: Tree
    rng: np.random.Generator

    def values(self, *shape: int, gaps: float = GAPS) -> np.ndarray:
        ends = np.array([(p.goalpost_0, p.goalpost_0_upper or p.goalpost_100) for p in self.goalposts])
        where = self.rng.uniform(-0.1, 1.1, (*shape, len(self.goalposts)))
        found = ends[:, 0] + where * (ends[:, 1] - ends[:, 0])
        found[self.rng.random(found.shape) < gaps] = np.nan
        return found

    def composite(self, values: np.ndarray) -> np.ndarray:
        return evaluate(normalise_columns(values, self.goalposts), self.tree).composite


def default_index() -> Index:
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if float(row["weight_in_pillar"] or 0) > 0]

    def number(text: str) -> float | None:
        return float(text) if text else None

    posts = tuple(
        Goalposts(
            row["direction"],  # type: ignore[arg-type]  # the constructor checks it
            float(row["goalpost_0"]),
            float(row["goalpost_100"]),
            number(row["goalpost_100_upper"]),
            number(row["goalpost_0_upper"]),
        )
        for row in rows
    )
    pillars = list(dict.fromkeys(row["pillar"] for row in rows))
    weights = np.array([float(row["weight_in_pillar"]) for row in rows])
    tree = two_level(np.array([pillars.index(row["pillar"]) for row in rows]), weights, PILLAR_WEIGHTS)
    return Index(posts, tree, np.random.default_rng(20261121))


@dataclass(frozen=True)
class Times:
    """Median seconds of a task: on the clock, and of the processor, which a busy machine does not stretch."""

    clock: float
    processor: float


def medians(tasks: dict[str, Task], runs: int) -> dict[str, Times]:
    """Median times of each task, interleaved; each ran once before, to warm up."""
    clock: dict[str, list[float]] = {name: [] for name in tasks}
    processor: dict[str, list[float]] = {name: [] for name in tasks}
    for task in tasks.values():
        task()
    for _ in range(runs):
        for name, task in tasks.items():
            start, used = time.perf_counter(), time.process_time()
            task()
            clock[name].append(time.perf_counter() - start)
            processor[name].append(time.process_time() - used)
    return {name: Times(statistics.median(clock[name]), statistics.median(processor[name])) for name in tasks}


def show(work: str, found: dict[str, Times], scale: dict[str, float] | None = None) -> None:
    """Prints one row for each candidate; the first is ours. scale: how many of the works one run does."""
    ours = 0.0
    for name, times in found.items():
        works = (scale or {}).get(name, 1.0)
        clock, processor = times.clock / works, times.processor / works
        ours = ours or clock
        ratio = "" if clock == ours else f"{clock / ours:9.2f} x ours"
        print(f"{work:30} {name:44} {clock * 1e3:12.3f} ms {processor * 1e3:12.3f} ms of the processor {ratio}")


def one_composite(index: Index) -> None:
    values = index.values(gaps=0.0)
    flat = index.tree.measure_weights * index.tree.pillar_weights[index.tree.pillar_of]
    tasks: dict[str, Task] = {"scoring": lambda: index.composite(values)}
    pymcdm = peer("pymcdm")
    if pymcdm:
        matrix = np.abs(np.vstack([values, values * 1.1 + 1]))  # it ranks alternatives, so it needs two of them
        method, types = pymcdm.methods.WSM(), np.ones(len(flat))
        tasks["pymcdm WSM, flat, two alternatives"] = lambda: method(matrix, flat / flat.sum(), types)
    show("one composite, 49 measures", medians(tasks, 300))


def cube(index: Index) -> None:
    values = index.values(SEGMENTS, MONTHS)
    starts = np.array([posts.goalpost_0 for posts in index.goalposts])
    spans = np.array([posts.goalpost_100 for posts in index.goalposts]) - starts
    matrix = index.tree.measure_weights[:, None] * (index.tree.pillar_of[:, None] == np.arange(PILLAR_WEIGHTS.size))
    shares = matrix / matrix.sum(axis=0)
    top = PILLAR_WEIGHTS / PILLAR_WEIGHTS.sum()
    complete = np.nan_to_num(values)

    def by_hand() -> np.ndarray:
        scores = np.clip((complete - starts) / spans * 100, 0, 100)
        pillars = np.einsum("stm,mp->stp", scores, shares, optimize=True)
        return np.einsum("stp,p->st", pillars, top)

    tasks: dict[str, Task] = {"scoring, with gaps": lambda: index.composite(values), "einsum, no gaps": by_hand}
    scale = dict.fromkeys(tasks, 1.0)
    if peer("pandas"):
        part = 4
        tasks["pandas groupby-apply (4 segments, scaled up)"] = groupby_apply(index, values[:part])
        scale["pandas groupby-apply (4 segments, scaled up)"] = part / SEGMENTS
    show("5,000 x 60 x 49 cube", medians(tasks, 5), scale)
    for name in list(tasks)[:2]:
        tracemalloc.start()
        tasks[name]()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        print(f"{'  peak beside the input':30} {name:44} {peak / values.nbytes:12.2f} x the input")


def groupby_apply(index: Index, values: np.ndarray) -> Task:
    """What an analyst would write: one long table, and a function for each group."""
    pd = importlib.import_module("pandas")
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


def draws_and_ranks(index: Index) -> None:
    scores = normalise_columns(index.values(UNITS), index.goalposts)
    complete = np.nan_to_num(scores, nan=50.0)
    rng = index.rng
    shares = index.tree.measure_weights * index.tree.pillar_weights[index.tree.pillar_of]

    def flat() -> Any:
        return rank_under_weights(scores, dirichlet_weights(shares, 100, DRAWS, rng))

    def whole_tree() -> Any:
        measures = dirichlet_weights(shares, 100, DRAWS, rng)
        pillars = dirichlet_weights(PILLAR_WEIGHTS, 100, DRAWS, rng)
        return composites_under_weights(scores, index.tree, measures, pillars)

    composites = flat().composites
    tasks: dict[str, Task] = {
        "scoring, drawn, ranked, with gaps": flat,
        "scoring, the whole tree of each draw": whole_tree,
        "scoring, P(A above B) of all pairs": lambda: probability_above(composites),
    }
    scale = {name: float(DRAWS) for name in tasks}
    pymcdm = peer("pymcdm")
    if pymcdm:
        weights = dirichlet_weights(shares, 100, 200, rng)
        method, types = pymcdm.methods.WSM(), np.ones(complete.shape[1])

        def loop() -> None:
            for drawn in weights:
                method.rank(method(complete + 1, drawn, types))

        name = "pymcdm WSM in a loop, drawn before, no gaps"
        tasks[name], scale[name] = loop, float(len(weights))
    show("one of 10,000 draws, 50 units", medians(tasks, 5), scale)


def sobol(index: Index) -> None:
    base = normalise_columns(index.values(1, gaps=0.0), index.goalposts)[0]

    def model(points: np.ndarray) -> np.ndarray:
        return evaluate(
            np.concatenate([100 * points, np.broadcast_to(base[7:], (len(points), 42))], 1), index.tree
        ).composite

    tasks: dict[str, Task] = {"scoring": lambda: sobol_indices(model, 7, 1_024, np.random.default_rng(1))}
    if peer("SALib"):
        sample, analyze = importlib.import_module("SALib.sample.sobol"), importlib.import_module("SALib.analyze.sobol")
        problem = {"num_vars": 7, "names": [str(i) for i in range(7)], "bounds": [[0, 1]] * 7}

        def salib(outputs: Callable[[np.ndarray], np.ndarray]) -> Any:
            points = sample.sample(problem, 1_024, calc_second_order=False, seed=1)
            return analyze.analyze(problem, outputs(points), calc_second_order=False, seed=1)

        tasks["SALib, model on arrays"] = lambda: salib(model)
        tasks["SALib, model in a Python loop"] = lambda: salib(
            lambda points: np.array([float(model(point[np.newaxis])[0]) for point in points])
        )
    show("Sobol, 7 inputs, N = 1,024", medians(tasks, 3))


def changes(index: Index) -> None:
    scores = normalise_columns(index.values(24, gaps=0.05), index.goalposts)
    for mean in ("arithmetic", "geometric"):
        tree = two_level(index.tree.pillar_of, index.tree.measure_weights, PILLAR_WEIGHTS, mean, mean)
        months = [Situation(each, tree) for each in scores]
        pairs = list(itertools.pairwise(months))
        before, after = Situation(scores[:-1], tree), Situation(scores[1:], tree)
        tasks = {
            f"scoring, {mean}, all at once": lambda before=before, after=after: decompose(before, after),
            f"scoring, {mean}, one by one": lambda pairs=pairs: [decompose(*pair) for pair in pairs],
        }
        show("23 changes of 24 months x 49", medians(tasks, 20))


def peer(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def main() -> None:
    versions = [f"Python {platform.python_version()}", f"numpy {np.__version__}"]
    versions += [f"{name} {importlib.metadata.version(name)}" for name in ("pandas", "pymcdm", "SALib") if peer(name)]
    print(", ".join(versions))
    index = default_index()
    for part in (one_composite, cube, draws_and_ranks, sobol, changes):
        part(index)


if __name__ == "__main__":
    main()
