"""What draws of weights say about a ranking, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lei.catalog.measure import PILLARS
from lei.periods import Period
from lei.services.score_analyses.sensitivity_report import DrawRules, Neighbours, UnitInDoubt
from lei.services.scores.score_profile import PILLAR_KEYS, Weighting
from lei.services.words.segment_words import listed, name_of
from lei.services.words.share_words import chance, percents
from lei.storage.rollup_columns import Floats
from scoring.value_draws import draw_interval

_LISTED_GROUPS = 3
_PAIR = 2


def opening_sentence(
    period: Period,
    units: Sequence[UnitInDoubt],
    neighbours: Sequence[Neighbours],
    groups: Sequence[Sequence[Mapping[str, str]]],
    rules: DrawRules,
) -> str:
    """Who is ahead, and which places depend on the weights; of one unit alone, how far its composite may move."""
    first = units[0]
    if not neighbours:
        return (
            f"In {period} the composite of {name_of(first.segment)} is {first.composite:.1f}; it lies between "
            f"{first.low:.1f} and {first.high:.1f} in {chance(rules.confidence)} of the draws."
        )
    lead = neighbours[0]
    above, below = name_of(lead.above), name_of(lead.below)
    share = chance(lead.probability)
    if share == chance(rules.confidence):  # both sides of what decides whether they can be told apart look the same
        share = percents(lead.probability, rules.confidence)[0]
    ahead = f"In {period}, {above} is ahead of {below} in {share} of the draws."
    return f"{ahead} {_places(groups, rules)}"


def closeness_sentence(weighting: Weighting, pillar_draws: Floats, confidence: float) -> str:
    """What the concentration means, told by the heaviest pillar."""
    place, share = max(weighting.weighted_pillars, key=lambda each: each[1])
    low, high = draw_interval(pillar_draws[:, [place]], confidence)
    texts = percents(share, float(low[0]), float(high[0]))
    return (
        f"The weights drawn stay so close to the profile: {PILLARS[PILLAR_KEYS[place]]}, {texts[0]} there, lies "
        f"between {texts[1]} and {texts[2]} in {chance(confidence)} of the draws."
    )


def _places(groups: Sequence[Sequence[Mapping[str, str]]], rules: DrawRules) -> str:
    ends = np.cumsum([len(group) for group in groups]).tolist()
    doubtful = [(group, end) for group, end in zip(groups, ends, strict=True) if len(group) > 1]
    on = "the weights and on chance in the values" if rules.values else "the weights"
    if not doubtful:
        return f"Each is above the next in at least {chance(rules.confidence)} of them."
    told = [_group(group, end) for group, end in doubtful[:_LISTED_GROUPS]]
    told += ["of others further down"] if len(doubtful) > _LISTED_GROUPS else []
    return f"The order {listed(told)} depends on {on}."


def _group(group: Sequence[Mapping[str, str]], last: int) -> str:
    first, names = last - len(group) + 1, listed([name_of(segment) for segment in group])
    return f"of places {first} {'to' if len(group) > _PAIR else 'and'} {last} ({names})"
