"""The tree of an index: measures are its leaves, the composite is its root; weights, means and rules lie between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.arrays import Bools, Floats, as_floats, as_weights, frozen
from scoring.caps import Cap, cap_order, check_caps
from scoring.errors import ScoringError
from scoring.means import FLOOR, Mean, MeanKind, named_mean

Index = NDArray[np.intp]
MIN_COVERAGE = 60.0
MIN_PARTS = 3
MIN_PART_WEIGHT = 70.0


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """Inner nodes that are worked out together: same height above the leaves, same mean.

    nodes [G]: their positions among the inner nodes. children [C]: node numbers of all their children; take: the same
    as a slice where they lie side by side. parent [C]: position in `nodes`. weights [C], and as a matrix [C, G], each
    in the column of its parent; total [G]: their sums. member [C, G]: 1 where the column is the parent.
    """

    nodes: Index
    children: Index
    take: slice | Index
    parent: Index
    weights: Floats
    matrix: Floats
    member: Floats
    total: Floats
    mean: Mean


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """How M measures make one composite, through any number of levels.

    Nodes are numbered: the leaves (measures) 0..M-1, then the inner nodes, each after its children, the root last.
    parents [N-1] and weights [N-1]: of every node but the root; weights are any numbers of 0 or more, and only their
    ratios among siblings count. means: one for all inner nodes, or one for each (the root's last): a name, or the
    order of a power mean; those of order 0 and below floor a child at `floor`.

    min_coverage: percent of the weight below an inner node that must be present, or it has no score; one for all, or
    one for each inner node below the root. The composite is final when every child of the root with weight has a
    score, provisional when at least `min_parts` of them with `min_part_weight` percent of their weight do, and
    otherwise there is none (defaults: our own policy). caps: see `Cap`.
    Raises ScoringError where the parts do not fit together.
    """

    leaves: int
    parents: Index
    weights: Floats
    means: tuple[MeanKind, ...] | MeanKind = "arithmetic"
    min_coverage: Floats | float = MIN_COVERAGE
    min_parts: int = MIN_PARTS
    min_part_weight: float = MIN_PART_WEIGHT
    floor: float = FLOOR
    caps: tuple[Cap, ...] = ()
    levels: tuple[Level, ...] = field(init=False, repr=False)
    # Inner nodes in an order in which each comes after its children and after what its caps look at.
    order: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        parents = _checked_parents(self.parents, self.leaves)
        inner = parents.size + 1 - self.leaves
        weights = as_weights(self.weights, "weights", parents)
        kinds = self.means if isinstance(self.means, tuple) else (self.means,) * inner
        if len(kinds) != inner:
            raise ScoringError(f"A tree with {inner} inner nodes needs one mean for all, or {inner} of them.")
        means = [named_mean(kind, self.floor) for kind in kinds]
        caps = check_caps(self.caps, self.leaves, parents.size)
        _check_weighted(parents, weights, self.leaves)
        self._set("parents", frozen(parents))
        self._set("weights", frozen(weights))
        self._set("means", tuple(kinds))
        self._set("min_coverage", frozen(_percentages(self.min_coverage, inner - 1)))
        self._set("min_parts", _whole(self.min_parts))
        self._set("min_part_weight", _percentages(self.min_part_weight, 1).item())
        self._set("caps", caps)
        self._set("levels", _levels(parents, weights, self.leaves, means))
        self._set("order", cap_order(parents, self.leaves, caps))

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    @property
    def root(self) -> int:
        """The number of the root, which is also the number of the other nodes."""
        return int(self.parents.size)

    @property
    def parts(self) -> Index:
        """The children of the root."""
        return np.flatnonzero(self.parents == self.root)

    @property
    def measure_weights(self) -> Floats:
        """Weights [M] of the leaves."""
        return self.weights[: self.leaves]

    @property
    def pillar_weights(self) -> Floats:
        """Weights [P] of the inner nodes below the root."""
        return self.weights[self.leaves :]

    @property
    def pillar_of(self) -> Index:
        """For each leaf [M] the position of its parent among the inner nodes (of a leaf at the root: P)."""
        return self.parents[: self.leaves] - self.leaves

    @property
    def leaves_looked_at(self) -> Index:
        """The leaves that have weight among their siblings or that a cap looks at: no other ever matters."""
        gates = np.isin(np.arange(self.leaves), [cap.gate for cap in self.caps])
        return np.flatnonzero((self.measure_weights > 0) | gates)

    def mean_at(self, node: int) -> Mean:
        """The mean of an inner node."""
        kinds = self.means if isinstance(self.means, tuple) else (self.means,)
        return named_mean(kinds[node - self.leaves], self.floor)

    def _sameness_of_means(self) -> list[tuple[float, float]]:
        """Order and floor of each mean: "arithmetic" and 1 are the same, and a floor matters to low orders alone."""
        means = [self.mean_at(node) for node in range(self.leaves, self.root + 1)]
        return [(mean.order, mean.floor) for mean in means]

    def same_shape(self, other: Tree) -> bool:
        """Whether the other tree has the same nodes and means; weights, thresholds and caps may differ."""
        return (
            self.leaves == other.leaves
            and np.array_equal(self.parents, other.parents)
            and self._sameness_of_means() == other._sameness_of_means()
        )


def two_level(  # noqa: PLR0913 - the parts of an index, each with a name
    pillar_of: ArrayLike,
    measure_weights: ArrayLike,
    pillar_weights: ArrayLike,
    measure_mean: MeanKind | Sequence[MeanKind] = "arithmetic",
    pillar_mean: MeanKind = "arithmetic",
    min_coverage: ArrayLike = MIN_COVERAGE,
    *,
    min_parts: int = MIN_PARTS,
    min_part_weight: float = MIN_PART_WEIGHT,
    floor: float = FLOOR,
    caps: Sequence[Cap] = (),
) -> Tree:
    """The tree of measures, pillars and composite. Nodes: measures 0..M-1, pillars M..M+P-1, composite M+P.

    pillar_of [M]: index of the pillar of each measure. measure_mean: one for all pillars, or one for each.
    Raises ScoringError where the parts do not fit together; a pillar with weight needs a measure with weight.
    """
    pillars = as_weights(pillar_weights, "pillar weights")
    index = _pillar_index(pillar_of, pillars.size)
    measures = as_weights(measure_weights, "measure weights", index)
    parents = np.concatenate([index + index.size, np.full(pillars.size, index.size + pillars.size)])
    if isinstance(measure_mean, str | int | float):
        measure_mean = (measure_mean,) * pillars.size
    return Tree(
        leaves=index.size,
        parents=parents,
        weights=np.concatenate([measures, pillars]),
        means=(*measure_mean, pillar_mean),
        min_coverage=as_floats(min_coverage, "smallest coverages"),
        min_parts=min_parts,
        min_part_weight=min_part_weight,
        floor=floor,
        caps=tuple(caps),
    )


def _levels(parents: Index, weights: Floats, leaves: int, means: Sequence[Mean]) -> tuple[Level, ...]:
    heights = np.zeros(parents.size + 1, dtype=np.intp)
    for child, parent in enumerate(parents):  # children come first, so each height is done when it is passed on
        heights[parent] = max(heights[parent], heights[child] + 1)
    groups: dict[tuple[int, float], list[int]] = {}
    for position, mean in enumerate(means):
        groups.setdefault((int(heights[leaves + position]), mean.order), []).append(position)
    return tuple(
        _level(np.array(nodes), parents, weights, leaves, means[nodes[0]]) for _, nodes in sorted(groups.items())
    )


def _level(nodes: Index, parents: Index, weights: Floats, leaves: int, mean: Mean) -> Level:
    children = np.flatnonzero(np.isin(parents, nodes + leaves))
    parent = np.searchsorted(nodes, parents[children] - leaves)
    member = np.zeros((children.size, nodes.size))
    member[np.arange(children.size), parent] = 1.0
    matrix = member * weights[children][:, np.newaxis]
    side_by_side = children.size > 0 and children[-1] - children[0] == children.size - 1
    take = slice(int(children[0]), int(children[-1]) + 1) if side_by_side else children
    return Level(nodes, children, take, parent, weights[children], matrix, member, matrix.sum(axis=0), mean)


def _checked_parents(parents: ArrayLike, leaves: int) -> Index:
    if isinstance(leaves, bool) or not isinstance(leaves, int | np.integer) or leaves < 1:
        raise ScoringError("A tree needs at least one measure.")
    numbers = as_floats(parents, "parents")
    if numbers.ndim != 1 or numbers.size < leaves:
        raise ScoringError("The parents are a list with an entry for every node but the root.")
    fitting: Bools = np.isin(numbers, np.arange(leaves, numbers.size + 1)) & (numbers > np.arange(numbers.size))
    if not fitting.all():
        raise ScoringError("Every node but the root has a parent: an inner node with a higher number than its own.")
    return numbers.astype(np.intp)


def _check_weighted(parents: Index, weights: Floats, leaves: int) -> None:
    sums = np.bincount(parents - leaves, weights)  # up to the root: the last node has no other parent
    weighted = np.append(weights[leaves:] > 0, True)  # the root always counts
    if (weighted & (sums == 0)).any():
        node = leaves + int(np.flatnonzero(weighted & (sums == 0))[0])
        raise ScoringError(f"A pillar or other inner node with weight has no child with weight: node {node}.")


def _percentages(value: ArrayLike, size: int) -> Floats:
    found = as_floats(value, "smallest coverages")
    if found.ndim > 1 or (found.ndim == 1 and found.size != size) or not ((found >= 0) & (found <= 100)).all():  # noqa: PLR2004 - percent
        raise ScoringError("The smallest coverage of a node, or of the composite, is a percentage between 0 and 100.")
    return np.broadcast_to(found, size).copy()


def _whole(number: int) -> int:
    if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < 1:
        raise ScoringError("The fewest parts of a provisional composite are a whole number of 1 or more.")
    return int(number)


def _pillar_index(pillar_of: ArrayLike, pillars: int) -> Index:
    index = as_floats(pillar_of, "pillar indices")
    if index.ndim != 1 or not index.size or not np.isin(index, np.arange(pillars)).all():
        raise ScoringError(f"Every measure has a pillar index, a whole number from 0 to {pillars - 1}.")
    return index.astype(np.intp)
