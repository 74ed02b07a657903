"""How much the composites of units and their order depend on the weights: the whole tree under thousands of draws."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from sqlalchemy.orm import Session

from lei.errors import InvalidError, Problem
from lei.services.score_analyses.score_snapshot import Snapshot, take_snapshot
from lei.services.score_analyses.sensitivity_report import DrawRules, Neighbours, Sensitivity, UnitInDoubt
from lei.services.score_analyses.sensitivity_words import closeness_sentence, opening_sentence
from lei.services.score_analyses.value_samples import MOST_VALUE_DRAWS, refuse_too_many_draws, sample_of
from lei.services.score_analyses.weight_influence import (
    indices_of_weights,
    influence_of_measures,
    influence_of_pillars,
    warnings_of_double_counting,
)
from lei.services.scores.score_report import ScoreQuery
from lei.services.words.segment_words import name_of
from lei.storage.rollup_columns import Floats
from scoring.uncertainty import (
    composites_under_weights,
    draw_weights,
    probability_above,
    probability_tied,
    rank_composites,
    tied_groups,
)
from scoring.value_draws import draw_composites, draw_interval
from weights.profile import WeightProfile

MOST_WEIGHT_DRAWS = 1_000_000


def weigh_doubt(
    session: Session, query: ScoreQuery, rules: DrawRules, min_group_size: int, tried: WeightProfile | None = None
) -> Sensitivity:
    """What other weights near those of the query's profile (or near `tried`) would make of its last period.

    The same question over the same data gives the same answer: all chance comes from `rules.seed`. Raises InvalidError
    for a query that means nothing, no unit with a composite and too many draws; NotFoundError for an unknown profile.
    """
    snapshot = take_snapshot(session, query, min_group_size, tried)
    ranked = _ranked(snapshot)
    units = len(ranked.segments)
    refuse_too_many_draws(rules.draws, units, MOST_VALUE_DRAWS if rules.values else MOST_WEIGHT_DRAWS)
    pillar_draws, drawn = _draw(ranked, rules)
    _refuse_gaps(ranked, drawn)
    groups = [tuple(ranked.segments[unit] for unit in group) for group in tied_groups(drawn, rules.confidence)]
    in_doubt, neighbours = _in_doubt(ranked, drawn, rules.confidence), _neighbours(ranked, drawn)
    pillars, notes = influence_of_pillars(ranked, np.random.default_rng([rules.seed, 1]))
    indices = indices_of_weights(ranked, rules.concentration, np.random.default_rng([rules.seed, 2]))
    if indices and not any(index.total for index in indices):
        notes.append("No draw of the weights of the pillars changes " + ("a rank." if neighbours else "the composite."))
    return Sensitivity(
        profile=snapshot.profile,
        version=snapshot.weighting.version,
        period=snapshot.period,
        data_as_of=snapshot.data_as_of,
        sentence=opening_sentence(snapshot.period, in_doubt, neighbours, groups, rules),
        weights=dict(snapshot.weighting.profile.pillars),
        closeness=closeness_sentence(snapshot.weighting, pillar_draws, rules.confidence),
        segments=in_doubt + _without_composite(snapshot),
        neighbours=neighbours,
        tied=tuple(group for group in groups if len(group) > 1),
        pillars=tuple(pillars),
        measures=tuple(influence_of_measures(ranked, rules.top, np.random.default_rng([rules.seed, 1]))),
        weight_indices=tuple(indices),
        counted_twice=tuple(warnings_of_double_counting(ranked)),
        notes=tuple(notes),
    )


def _ranked(snapshot: Snapshot) -> Snapshot:
    """The units with a composite, the highest first, equal ones as they stand."""
    there = np.flatnonzero(~np.isnan(snapshot.composite))
    if not there.size:
        why = sorted({reason for reason in snapshot.reasons if reason})
        text = f"No segment has a composite in {snapshot.period} ({', '.join(why)}), so there is nothing to vary."
        raise InvalidError(text, [Problem("period", "no_composite", text)])
    return snapshot.take(there[np.argsort(-snapshot.composite[there], kind="stable")])


def _draw(ranked: Snapshot, rules: DrawRules) -> tuple[Floats, Floats]:
    """Weights of the pillars [D, P] and composites [D, S]; with values in doubt the weights are the same ones."""
    tree = ranked.weighting.tree
    weights = draw_weights(tree, rules.concentration, rules.draws, np.random.default_rng(rules.seed))
    if not rules.values:
        return weights[1], composites_under_weights(ranked.scores, tree, *weights)
    rng = np.random.default_rng(rules.seed)
    sample, goalposts = sample_of(ranked), ranked.weighting.goalposts
    return weights[1], draw_composites(sample, goalposts, tree, rules.draws, rng, rules.concentration).composite


def _refuse_gaps(ranked: Snapshot, drawn: Floats) -> None:
    """Where all that a segment has is next to weightless, a draw may leave it nothing to make a composite of."""
    gaps = np.isnan(drawn).any(axis=0)
    if gaps.any():
        name = name_of(ranked.segments[int(np.flatnonzero(gaps)[0])])
        text = (
            f"Some draws leave no weight on anything that {name} has; ask for a larger concentration, or leave it out."
        )
        raise InvalidError(text, [Problem("concentration", "no_weight_left", text)])


def _in_doubt(ranked: Snapshot, drawn: Floats, confidence: float) -> tuple[UnitInDoubt, ...]:
    low, high = draw_interval(drawn, confidence)
    ranks = rank_composites(drawn, confidence)
    today = rank_composites(ranked.composite[np.newaxis]).ranks[0]
    return tuple(
        UnitInDoubt(
            segment=segment,
            composite=float(ranked.composite[unit]),
            reason=None,
            mean=float(drawn[:, unit].mean()),
            low=float(low[unit]),
            high=float(high[unit]),
            rank=int(today[unit]),
            # Percentiles of ranks may fall between two places: the interval takes in both.
            rank_low=math.floor(ranks.low[unit]),
            rank_high=math.ceil(ranks.high[unit]),
            first=float((ranks.ranks[:, unit] == 1).mean()),
        )
        for unit, segment in enumerate(ranked.segments)
    )


def _without_composite(snapshot: Snapshot) -> tuple[UnitInDoubt, ...]:
    rows = zip(snapshot.segments, snapshot.composite, snapshot.reasons, strict=True)
    return tuple(UnitInDoubt(segment, None, reason) for segment, composite, reason in rows if np.isnan(composite))


def _neighbours(ranked: Snapshot, drawn: Floats) -> tuple[Neighbours, ...]:
    draws = len(drawn)

    def of_draws(share: float) -> float:
        """Without the noise of a difference: a whole number of the draws."""
        return round(float(share) * draws) / draws

    pairs = [drawn[:, place : place + 2] for place in range(len(ranked.segments) - 1)]
    return tuple(
        Neighbours(above, below, of_draws(probability_above(pair)[0, 1]), of_draws(probability_tied(pair)[0, 1]))
        for (above, below), pair in zip(pairwise(ranked.segments), pairs, strict=True)
    )
