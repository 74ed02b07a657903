"""What the peers answer where the work is more than a complete, flat table: tried out, and said in words."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np

from benchmarks.scoring_engine.index import Index
from benchmarks.scoring_engine.peers import WeightedSum, installed, pandas_sum, weighted_sums
from scoring.aggregate import weighted_mean

Trial = Callable[[WeightedSum, np.ndarray, np.ndarray], str]


def limits(index: Index) -> None:
    """Prints a row for each trial, and a column for the engine and for each peer."""
    everyone = {"LEI": lambda table, weights: weighted_mean(table, weights)[0], **weighted_sums()}
    if installed("pandas"):
        everyone["pandas, sum of products"] = pandas_sum
    table = np.clip(index.scores(50, gaps=0.0), 1, 80)  # so that the one who joins has the most of everything
    print(f"| tried | {' | '.join(everyone)} |")
    print("| --- |" + " --- |" * len(everyone))
    for name, trial in TRIALS.items():
        answers = [_answer(trial, each, table, index.flat_weights) for each in everyone.values()]
        print(f"| {name} | {' | '.join(answers)} |")


def _one_gap(weighted_sum: WeightedSum, table: np.ndarray, weights: np.ndarray) -> str:
    holed = table.copy()
    holed[0, 0] = np.nan
    found, complete = weighted_sum(holed, weights), weighted_sum(table, weights)
    return f"{np.isnan(found).sum()} of {found.size} sums are NaN; its own is {found[0]:.4g}, {complete[0]:.4g} without"


def _one_unit(weighted_sum: WeightedSum, table: np.ndarray, weights: np.ndarray) -> str:
    alone, among = weighted_sum(table[:1], weights), weighted_sum(table, weights)
    return f"{float(np.ravel(alone)[0]):.4g}, among all 50: {float(among[0]):.4g}"


def _one_more_unit(weighted_sum: WeightedSum, table: np.ndarray, weights: np.ndarray) -> str:
    before = weighted_sum(table, weights)
    after = weighted_sum(np.vstack([table, np.full(table.shape[1], 100.0)]), weights)[:-1]
    moved = np.abs(after / before - 1).max()
    return "nobody moves" if moved < 1e-9 else f"the others move by up to {100 * moved:.1f} %"


def _infinity(weighted_sum: WeightedSum, table: np.ndarray, weights: np.ndarray) -> str:
    infinite = table.copy()
    infinite[0, 3] = np.inf
    found = weighted_sum(infinite, weights)
    return f"{np.isfinite(found).sum()} of {found.size} sums are finite"


def _negative_weight(weighted_sum: WeightedSum, table: np.ndarray, weights: np.ndarray) -> str:
    turned = weights.copy()
    turned[0] = -turned[0]
    return f"a number: {float(weighted_sum(table, turned)[0]):.4g}"


def _no_weight(weighted_sum: WeightedSum, table: np.ndarray, weights: np.ndarray) -> str:
    return f"a number: {float(weighted_sum(table, np.zeros_like(weights))[0]):.4g}"


def _zero_column(weighted_sum: WeightedSum, table: np.ndarray, weights: np.ndarray) -> str:
    flat = table.copy()
    flat[:, 3] = 0.0
    found = weighted_sum(flat, weights)
    return f"{np.isnan(found).sum()} of {found.size} sums are NaN"


TRIALS: dict[str, Trial] = {
    "one cell of 2,450 is missing (NaN)": _one_gap,
    "one cell is infinite": _infinity,
    "a measure is 0 everywhere": _zero_column,
    "a negative weight": _negative_weight,
    "all weights are 0": _no_weight,
    "the first unit alone": _one_unit,
    "one more unit joins": _one_more_unit,
}


def _answer(trial: Trial, weighted_sum: WeightedSum, table: np.ndarray, weights: np.ndarray) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return trial(weighted_sum, table, weights)
        except (ValueError, TypeError, IndexError, ArithmeticError) as error:  # a refusal is an answer
            return f"refused: {type(error).__name__}, {_first_words(str(error))}"


def _first_words(text: str) -> str:
    return " ".join(text.split())[:90].replace("|", "/")
