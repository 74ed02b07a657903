"""The peers and how a user would call them: each makes a weighted sum of a complete table of units by measures.

All of them take benefits only here (higher is better), since scores are. Those that are not installed take no part.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np

WeightedSum = Callable[[np.ndarray, np.ndarray], np.ndarray]
# The name to install and the name to import.
PACKAGES = {
    "scikit-criteria": "skcriteria",
    "pymcdm": "pymcdm",
    "pyDecision": "pyDecision",
    "SALib": "SALib",
    "pandas": "pandas",
}


def installed(package: str) -> bool:
    return importlib.util.find_spec(PACKAGES[package]) is not None


def versions() -> list[str]:
    """Name and version of every peer that takes part."""
    return [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES if installed(name)]


def weighted_sums() -> dict[str, WeightedSum]:
    """The weighted sum of each decision library that is installed, by its name."""
    makers = {"scikit-criteria": _scikit_criteria, "pymcdm": _pymcdm, "pyDecision": _pydecision}
    return {name: make() for name, make in makers.items() if installed(name)}


def pandas_sum(table: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The weighted sum that comes to mind first."""
    frame: Any = importlib.import_module("pandas").DataFrame(table)
    return np.asarray((frame * weights).sum(axis=1))


def _scikit_criteria() -> WeightedSum:
    criteria, simple = importlib.import_module("skcriteria"), importlib.import_module("skcriteria.agg.simple")
    method = simple.WeightedSumModel()

    def weighted_sum(table: np.ndarray, weights: np.ndarray) -> np.ndarray:
        data = criteria.mkdm(table, objectives=[max] * table.shape[1], weights=weights)
        return np.asarray(method.evaluate(data).e_.score)

    return weighted_sum


def _pymcdm() -> WeightedSum:
    method: Any = importlib.import_module("pymcdm").methods.WSM()
    return lambda table, weights: np.asarray(method(table, weights, np.ones(table.shape[1])))


def _pydecision() -> WeightedSum:
    saw: Any = importlib.import_module("pyDecision.algorithm.saw").saw_method

    def weighted_sum(table: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return np.asarray(saw(table, ["max"] * table.shape[1], weights, graph=False, verbose=False)[:, 1])

    return weighted_sum
