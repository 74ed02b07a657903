"""At which weight of a pillar or measure two units swap places, its siblings keeping their proportions."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from scoring.arrays import as_floats
from scoring.bands import TOLERANCE
from scoring.composite import Tree, evaluate
from scoring.errors import ScoringError

Leader = Literal["first", "second", "tied", "none"]
# Two flips closer together than a step of the grid, 0.5 % of the weight, are not told apart.
GRID_STEPS = 200
EXACT_TO = 1e-12
Gap = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of shares, from `low` to `high` (0..1), and who leads there; "none": one of both has no composite."""

    low: float
    high: float
    leader: Leader


@dataclass(frozen=True, slots=True)
class Flip:
    """A share of the weight at which the leader changes from one unit to the other.

    jump: they do not meet there; a rule for coverage, or a cap, sets in and the order changes at once.
    """

    share: float
    leader_below: Leader
    leader_above: Leader
    jump: bool


@dataclass(frozen=True, slots=True)
class FlipPoints:
    """The whole line of shares from 0 to 1: its sections, the flips between them, and single shares of a tie.

    ties: shares at which both are equal without swapping there (they touch, or meet at 0 or 1).
    """

    sections: tuple[Section, ...]
    flips: tuple[Flip, ...]
    ties: tuple[float, ...]


def flip_points(first: ArrayLike, second: ArrayLike, tree_at: Callable[[float], Tree]) -> FlipPoints:
    """Where two units with scores [M] swap as one weight goes from 0 to the whole of its group.

    tree_at: the tree at a share of 0..1, for example partial(with_pillar_share, tree, 2) of `scoring.reweighted`. With
    arithmetic means and no gaps the difference of both composites is a straight line, and the first secant step hits
    the flip; otherwise secants and bisection close in on it to 1e-12. Raises ScoringError for shapes that do not fit.
    """
    units = [as_floats(each, "scores") for each in (first, second)]
    if units[0].ndim != 1 or units[0].shape != units[1].shape:
        raise ScoringError("Two units are compared: one list of scores for each, of the same length.")
    both = np.stack(units)

    def gap(share: float) -> float:
        composites = evaluate(both, tree_at(share)).composite
        return float(composites[0] - composites[1])

    shares = [step / GRID_STEPS for step in range(GRID_STEPS + 1)]
    leaders = [_leader(gap(share)) for share in shares]
    single = [index for index in range(len(shares)) if _is_single_tie(leaders, index)]
    stretches = _stretches([(shares[i], leaders[i]) for i in range(len(shares)) if i not in single])
    borders = [_border(gap, before, after) for before, after in pairwise(stretches)]
    edges = [0.0, *(border for border in borders), 1.0]
    sections = tuple(
        Section(low, high, stretch[2]) for low, high, stretch in zip(edges, edges[1:], stretches, strict=False)
    )
    flips = tuple(
        Flip(border, before[2], after[2], _leader(gap(border)) != "tied")
        for border, (before, after) in zip(borders, pairwise(stretches), strict=True)
        if {before[2], after[2]} == {"first", "second"}
    )
    met = [flip.share for flip in flips]
    touches = tuple(shares[i] for i in single if all(abs(shares[i] - share) > 1 / GRID_STEPS for share in met))
    return FlipPoints(sections, flips, touches)


Stretch = tuple[float, float, Leader]


def _leader(gap: float) -> Leader:
    if math.isnan(gap):
        return "none"
    if abs(gap) <= TOLERANCE:
        return "tied"
    return "first" if gap > 0 else "second"


def _is_single_tie(leaders: list[Leader], index: int) -> bool:
    """A tie at one share of the grid alone is a crossing or a touch, not a stretch of shares."""
    beside = leaders[max(index - 1, 0) : index] + leaders[index + 1 : index + 2]
    return leaders[index] == "tied" and "tied" not in beside


def _stretches(points: list[tuple[float, Leader]]) -> list[Stretch]:
    """Neighbours on the grid with the same leader, as (first share, last share, leader)."""
    found: list[Stretch] = []
    for share, leader in points:
        if found and found[-1][2] == leader:
            found[-1] = (found[-1][0], share, leader)
        else:
            found.append((share, share, leader))
    return found


def _border(gap: Gap, before: Stretch, after: Stretch) -> float:
    """The share between two stretches at which the leader changes."""
    low, high = before[1], after[0]
    if {before[2], after[2]} == {"first", "second"}:
        return _root(gap, low, high)
    while high - low > EXACT_TO:
        middle = (low + high) / 2
        if _leader(gap(middle)) == before[2]:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _root(gap: Gap, low: float, high: float) -> float:
    """Where the gap changes its sign: a secant step, then one of bisection, and so on until the bracket is closed."""
    at_low, at_high = gap(low), gap(high)
    while high - low > EXACT_TO:
        for trial in (low + (high - low) * at_low / (at_low - at_high), (low + high) / 2):
            if not low < trial < high:
                continue
            value = gap(trial)
            if abs(value) <= EXACT_TO:
                return trial
            if value * at_low > 0:
                low, at_low = trial, value
            else:
                high, at_high = trial, value
    return (low + high) / 2
