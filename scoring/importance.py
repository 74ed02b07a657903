"""How much each measure really decides the composite, beside the weight it was given.

A weight is not an importance: how the measures spread and move together counts as well. The importance is Karl
Pearson's correlation ratio S = V(E(y | x)) / V(y), the share of the composite's variance that goes along with one
measure alone (Paruolo, Saisana and Saltelli 2013, "Ratings and rankings: voodoo or science?", J. R. Statist. Soc. A
176), its linear version the squared correlation. Beside it stands how far composites and ranks move without a measure;
the average shift of ranks as in Saisana, Saltelli and Tarantola 2005 (J. R. Statist. Soc. A 168).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scoring.arrays import Floats, as_scores
from scoring.bands import TOLERANCE
from scoring.composite import Tree, effective_weights, evaluate
from scoring.errors import ScoringError
from scoring.smoother import local_linear
from scoring.uncertainty import rank_composites

# With fewer units a curve can be laid through any cloud of points (our own limit).
MIN_UNITS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Importance:
    """For each measure [M], over the units that have it and a composite; `units` says how many.

    nominal: its share of the composite by the weights alone. effective: the same after what is missing was left out,
    mean over the units. pearson_squared and main_effect (S): 0..1; they need not sum to 1, since measures move
    together. share: S as a share of the sum of all S, to be held against `nominal`. NaN below MIN_UNITS units; 0 for
    a measure that is the same everywhere.
    """

    nominal: Floats
    effective: Floats
    pearson_squared: Floats
    main_effect: Floats
    share: Floats
    units: Floats


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """What leaving out one measure (its weight 0, all others in proportion) does to S units: arrays [M, S], and [M].

    composite_change: points. rank_change: places, positive downwards. NaN where there is no composite before or after.
    mean_change, mean_rank_change: means over the units of the sizes of the changes; NaN where no unit has one.
    """

    composite_change: Floats
    rank_change: Floats
    mean_change: Floats
    mean_rank_change: Floats


def importance(scores: ArrayLike, tree: Tree) -> Importance:
    """The importance of each measure for the composites of units with scores [S, M].

    Each row is one unit in one period. Raises ScoringError for fewer than MIN_UNITS units with a composite, and where
    all composites are equal: then nothing decides anything.
    """
    units, composite = _scored_units(scores, tree)
    if units.shape[0] < MIN_UNITS:
        raise ScoringError(f"The importance of measures needs at least {MIN_UNITS} units with a composite.")
    if np.ptp(composite) <= TOLERANCE:
        raise ScoringError("All units have the same composite, so no measure makes a difference.")
    squared, effect, present = np.full((3, units.shape[1]), np.nan)
    for measure, column in enumerate(units.T):
        there = ~np.isnan(column)
        present[measure] = there.sum()
        if present[measure] >= MIN_UNITS:
            squared[measure], effect[measure] = _explained(column[there], composite[there])
    nominal = effective_weights(np.full(units.shape[1], 50.0), tree)
    effective = effective_weights(units, tree).mean(axis=0)
    whole = np.nansum(effect)
    share = effect / whole if whole > 0 else effect  # 0 and NaN alone
    return Importance(nominal, effective, squared, effect, share, present)


def leave_one_out(scores: ArrayLike, tree: Tree, tree_without: Callable[[int], Tree]) -> LeftOut:
    """How far composites and ranks of units with scores [S, M] move when one measure after the other is left out.

    tree_without: the tree without the measure at a position, such as partial(without_measure, tree) of
    `scoring.reweighted`. Only units with a composite both before and after are ranked against each other.
    """
    table = _table(scores, tree)
    before = evaluate(table, tree).composite
    changes, moves = np.full((2, table.shape[1], table.shape[0]), np.nan)
    for measure in range(table.shape[1]):
        after = evaluate(table, tree_without(measure)).composite
        changes[measure] = after - before
        both = ~np.isnan(changes[measure])
        if both.any():
            ranks = rank_composites(np.stack([before[both], after[both]])).ranks
            moves[measure, both] = ranks[1] - ranks[0]
    return LeftOut(changes, moves, _mean_size(changes), _mean_size(moves))


def _explained(column: Floats, composite: Floats) -> tuple[float, float]:
    """Pearson's r squared and the correlation ratio of the composite on one measure."""
    if np.ptp(column) == 0 or np.ptp(composite) <= TOLERANCE:
        return 0.0, 0.0
    squared = float(np.corrcoef(column, composite)[0, 1] ** 2)
    return squared, min(float(local_linear(column, composite).var() / composite.var()), 1.0)


def _scored_units(scores: ArrayLike, tree: Tree) -> tuple[Floats, Floats]:
    table = _table(scores, tree)
    composite = evaluate(table, tree).composite
    there = ~np.isnan(composite)
    return table[there], composite[there]


def _table(scores: ArrayLike, tree: Tree) -> Floats:
    table = as_scores(scores, tree.leaves)
    if table.ndim != 2:  # noqa: PLR2004 - units x measures
        raise ScoringError("The scores must be a table: one row for each unit, one column for each measure.")
    return table


def _mean_size(changes: Floats) -> Floats:
    count = (~np.isnan(changes)).sum(axis=1)
    sums = np.nansum(np.abs(changes), axis=1)
    return np.asarray(np.divide(sums, count, out=np.full(count.shape, np.nan), where=count > 0), dtype=np.float64)
