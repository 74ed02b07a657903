"""Two scores of one segment in one period, made from other data, weights or rules: their difference in exact parts."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from lei.services.scores.drivers import Moment, cap_changes, contributions_of, take_apart
from lei.services.scores.score_report import CapChange, Contribution
from scoring.change import Situation
from scoring.composite import Tree, evaluate


@dataclass(frozen=True, slots=True)
class DifferenceParts:
    """Points of the composite. aggregation: of other means; with the contributions and caps it makes the difference."""

    aggregation: float
    contributions: tuple[Contribution, ...]
    caps: tuple[CapChange, ...]

    def by_cause(self) -> dict[str, float]:
        """The same points by what they come from; together they are the difference as well."""
        causes = {
            name: math.fsum(getattr(contribution, part) for contribution in self.contributions)
            for name, part in (
                ("data", "performance"),
                ("coverage", "coverage"),
                ("weighting", "weighting"),
                ("goalposts", "goalposts"),
            )
        }
        return causes | {"aggregation": self.aggregation, "caps": math.fsum(cap.points for cap in self.caps)}


def parts_between(before: Moment, after: Moment) -> DifferenceParts:
    """The parts of the difference; both moments have a composite, and the same measures on their axes.

    Other means come first, under the weights and scores of before; then the rest, part by part.
    """
    first, second = before.situation(after), after.situation(before)
    first, second = _completed(first, second.tree), _completed(second, first.tree)
    bridge = replace(first, tree=replace(first.tree, means=second.tree.means, floor=second.tree.floor))
    met = evaluate(bridge.scores, bridge.tree).composite - evaluate(first.scores, first.tree).composite
    parts = take_apart(bridge, second)
    return DifferenceParts(float(met), contributions_of(parts, before, after), cap_changes(parts, before, after))


def _completed(situation: Situation, other: Tree) -> Situation:
    """A pillar that this side does not weigh gets the other's weights of measures, and with them a score.

    It still counts for nothing here; but that it counts on the other side shows as weighting, not as missing data.
    """
    tree = situation.tree
    sums = np.bincount(tree.pillar_of, tree.measure_weights, minlength=tree.pillar_weights.size)
    borrowed = np.where(sums[tree.pillar_of] == 0, other.measure_weights, tree.measure_weights)
    weights = np.concatenate([borrowed, tree.pillar_weights])
    return replace(situation, tree=replace(tree, weights=weights))
