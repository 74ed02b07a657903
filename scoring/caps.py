"""What a cap is: a node of the tree may score at most so much while another node scores below a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

import numpy as np
from numpy.typing import NDArray

from scoring.arrays import Bools, Floats
from scoring.bands import TOLERANCE
from scoring.errors import ScoringError


@dataclass(frozen=True, slots=True)
class Cap:
    """The inner node `on` scores at most `at_most` while the node `gate` scores below `below`.

    Nodes are named by their number in the tree. The gate is looked at as it is shown, that is, after its own caps; a
    gate without a score leaves the cap off. Of several caps on one node the lowest counts.
    """

    on: int
    at_most: float
    gate: int
    below: float

    def applies(self, gate: Floats) -> Bools:
        """Whether the score of the gate [...] is below the limit; NaN, no score, is not."""
        return np.asarray(gate < self.below - TOLERANCE)


@dataclass(frozen=True, slots=True, eq=False)
class CapLine:
    """What one cap did [...]: reported whether or not it was active.

    active: the gate was below its limit. binding: it was the one that lowered the score (of several, the lowest limit,
    the first of equal ones). gate: the score of the gate; NaN where it has none, and then the cap is off. before: the
    score of the capped node before its own caps, after those further down. taken: points that it took from that node;
    taken_from_composite: and from the composite. The latter add up, over all caps, to what the caps took altogether.
    """

    cap: Cap
    active: Bools
    binding: Bools
    gate: Floats
    before: Floats
    taken: Floats
    taken_from_composite: Floats

    @property
    def gate_missing(self) -> Bools:
        """Where the cap is off because its gate has no score."""
        return np.isnan(self.gate)


def check_caps(caps: Sequence[Cap], leaves: int, root: int) -> tuple[Cap, ...]:
    """The caps, if they fit a tree with these numbers of leaves and of the root; else ScoringError."""
    for cap in caps:
        if not _is_node(cap.on, leaves, root):
            raise ScoringError(f"A cap lies on an inner node of the tree, a whole number from {leaves} to {root}.")
        if not _is_node(cap.gate, 0, root):
            raise ScoringError(f"A cap looks at a node of the tree, a whole number from 0 to {root}.")
        if not 0 <= cap.at_most <= 100:  # noqa: PLR2004 - the scale of a score
            raise ScoringError("A cap limits a score to a number from 0 to 100.")
        if not 0 < cap.below <= 100:  # noqa: PLR2004 - the scale of a score
            raise ScoringError("A cap applies below a score that is greater than 0 and at most 100.")
    return tuple(caps)


def cap_order(parents: NDArray[np.intp], leaves: int, caps: Sequence[Cap]) -> tuple[int, ...]:
    """The inner nodes, each after its children and after the gates of its caps; ScoringError where there is none."""
    needs: dict[int, set[int]] = {node: set() for node in range(leaves, parents.size + 1)}
    for child in range(leaves, parents.size):
        needs[int(parents[child])].add(child)
    for cap in caps:
        if cap.gate >= leaves:
            needs[cap.on].add(cap.gate)
    try:
        return tuple(TopologicalSorter(needs).static_order())
    except CycleError as error:
        raise ScoringError(
            "A cap depends on its own outcome: its gate lies above the capped node, or is it."
        ) from error


def _is_node(number: object, low: int, high: int) -> bool:
    return isinstance(number, int | np.integer) and not isinstance(number, bool) and bool(low <= number <= high)
