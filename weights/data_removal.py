"""Data-driven weights by what is lost without a column or by another's optimum: MEREC, CILOS, and IDOCRIW of both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from weights.data_driven import entropy_weights
from weights.data_table import data_table, require_above_0, require_at_least_0
from weights.refusal import refuse
from weights.tables import Floats

_NOTHING = 1e-12


def merec_weights(values: ArrayLike, costs: Sequence[bool] | None = None) -> Floats:
    """How much the cases' overall performance changes when a column is removed, by the sum of all.

    n = min / x (costs: x / max), S = ln(1 + mean |ln n|), S_j the same with column j left out of the sum,
    E_j = sum |S_j - S| (Keshavarz-Ghorabaee et al. 2021, Symmetry 13, 525). Raises WeightsError for values
    of 0 or less.
    """
    table = data_table(values, costs)
    require_above_0(table.values, "MEREC")
    ratios = np.where(table.costs, table.values / table.values.max(axis=0), table.values.min(axis=0) / table.values)
    parts = np.abs(np.log(ratios)) / ratios.shape[1]
    whole = parts.sum(axis=1, keepdims=True)
    effects = (np.log1p(whole) - np.log1p(whole - parts)).sum(axis=0)
    return table.spread_out(effects[table.varies])


def cilos_weights(values: ArrayLike, costs: Sequence[bool] | None = None) -> Floats:
    """Little weight for a column that loses much where others are at their best (criterion impact loss).

    Costs become min / x, p = x / column sum. With A_ij = p_j in the case where column i is largest, the loss is
    P_ij = (A_jj - A_ij) / A_jj; F = P - diag(column sums of P); the weights solve F q = 0 (Zavadskas and Podvezko 2016,
    Int. J. Information Technology & Decision Making 15). Raises WeightsError for negative values, costs of 0, and where
    the losses leave the weights open.
    """
    table = data_table(values, costs)
    require_at_least_0(table.values, "CILOS")
    require_above_0(np.where(table.costs, table.values, 1.0), "CILOS")
    used = table.values[:, table.varies]
    lower = table.costs[table.varies]
    used[:, lower] = used[:, lower].min(axis=0) / used[:, lower]
    if used.shape[1] == 1:
        return table.spread_out(np.ones(1))
    at_best = used[used.argmax(axis=0)]  # by column sums or not: they cancel in each column's losses
    best = np.diag(at_best)
    losses = (best - at_best) / best
    return table.spread_out(_balanced(losses - np.diag(losses.sum(axis=0))))


def idocriw_weights(values: ArrayLike, costs: Sequence[bool] | None = None) -> Floats:
    """Entropy weight times CILOS weight, by the sum of all (Zavadskas and Podvezko 2016).

    Raises WeightsError as the two do, and where no column has a weight by both.
    """
    both = entropy_weights(values) * cilos_weights(values, costs)
    if not both.sum() > 0:
        refuse("values", "IDOCRIW multiplies two weights, and no column has one by both.")
    found: Floats = both / both.sum()
    return found


def _balanced(flows: Floats) -> Floats:
    """The only direction q of 0 or more with flows q = 0; columns of flows, parts of what there is, sum to 0."""
    _, sizes, directions = np.linalg.svd(flows)
    if sizes[-2] <= _NOTHING:
        refuse("values", "CILOS weighs what is lost at the optimum of others, and here several columns lose nothing.")
    found: Floats = np.abs(directions[-1])
    return found
