"""Where the numbers of a scorecard come from, and what a careful reader wants to know about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lei.catalog.measure import PILLARS
from lei.numbers import counted, joined, whole
from lei.reports import sentences
from lei.reports.figures import Notes, Origin
from lei.services.limit_words import limit_sentences
from lei.services.scorecard_data import ScorecardData, measure_names
from weights.profile import parse_profile
from weights.rules import DEFAULT_MIN_PILLAR_WEIGHT, DEFAULT_MIN_PILLARS

_ALL = 100  # percent
_LABELS = {
    "default_v1": "LEI default weights, version 1 (our default, not a published standard)",
    "equal": "LEI preset with equal weights",
    "outcome_first": "LEI preset that puts outcomes first",
}


def origin_of(data: ScorecardData) -> Origin:
    """The profile, the catalogue and the state of the data that the scores lean on."""
    weights = _weights(data)
    own = data.rules["goalposts"]
    placeholders = [k for k in weights if data.measures[k].goalpost_basis == "placeholder" and k not in own]
    share = 100 * sum(weights[key] for key in placeholders)
    return Origin(
        profile=data.request.profile,
        profile_version=data.profile_version,
        weights_label=_LABELS.get(data.weights_source, "this organization's own weights"),
        scored_measures=len(weights),
        placeholder_measures=len(placeholders),
        placeholder_weight=share,
        goalposts_note=sentences.goalposts(len(placeholders), len(weights), share),
        data_as_of=data.data_as_of,
    )


def notes_of(data: ScorecardData, hidden_groups: int) -> Notes:
    """Method, coverage, restatements and definitions, in sentences."""
    return Notes(
        method=(*_method(data), *_limits(data)),
        coverage=_coverage(data),
        hidden_groups=hidden_groups,
        restatements=tuple(one.text for one in data.restated),
        definitions=_DEFINITIONS,
    )


_DEFINITIONS = (
    "Score: a value on a fixed scale from 0 to 100 between two goalposts; a missing score is never 0.",
    "Like for like: the change on the measures that are usable in both periods, with the same weights.",
    "Steady: no material change. No comparison: no score on the same measures in the period before.",
    "Coverage: the share of weight that has usable data.",
    "n: how many people, events or things stand behind a value; – where money, hours or points weight it.",
    "Points: what a measure adds to the index.",
)


def _weights(data: ScorecardData) -> dict[str, float]:
    """The share of the index that each scored measure carries by the profile alone."""
    pillar_of = {key: measure.pillar for key, measure in data.measures.items() if measure.scorable}
    shares = parse_profile(data.rules, pillar_of).shares()
    return {
        key: shares.pillars.get(pillar, 0.0) * weight
        for pillar, weights in shares.measures.items()
        for key, weight in weights.items()
        if shares.pillars.get(pillar, 0.0) * weight > 0
    }


def _method(data: ScorecardData) -> tuple[str, ...]:
    means, missing = data.rules["aggregation"], data.rules["missing"]
    pillars = missing.get("min_pillars", DEFAULT_MIN_PILLARS)
    weight = missing.get("min_pillar_weight", DEFAULT_MIN_PILLAR_WEIGHT)
    return (
        "Each value is turned into a score from 0 to 100 by fixed goalposts, so new data never moves history.",
        f"Pillar scores are {_mean(means['measures'], 'means')} of their measures, the index is the "
        f"{_mean(means['pillars'], 'mean')} of the pillars, both by weight.",
        f"Missing data is left out, never filled in: a pillar needs data for {whole(missing['min_coverage'])}% of its "
        f"weight, the index {counted(pillars, 'pillar', 'pillars')} with {whole(weight)}% of the weight.",
        "Changes compare the same measures in both periods. A change below 1 point of the index or of a group, or 2 of "
        "a pillar, is not material: it is called steady.",
        "A band changes once its border is passed by a full point, or for two periods in a row.",
        "The index is a health score of the learning system. It is no evidence that learning moved a business result.",
    )


def _mean(mean: Any, noun: str) -> str:
    if isinstance(mean, Mapping):
        own = joined(f"{_mean(each, noun)} in {PILLARS[pillar]}" for pillar, each in mean.items())
        return f"arithmetic {noun} ({own})" if own else f"arithmetic {noun}"
    return f"{mean} {noun}" if isinstance(mean, str) else f"power {noun} of order {mean:g}"


def _limits(data: ScorecardData) -> tuple[str, ...]:
    """One sentence for each cap that is active now."""
    return () if data.score is None else limit_sentences(data.score.caps, measure_names(data))


def _coverage(data: ScorecardData) -> tuple[str, ...]:
    if data.score is None:
        return ("No usable data in this period.",)
    if all(round(pillar.coverage) == _ALL for pillar in data.score.pillars):
        return ("Every pillar has usable data for all of its weight.",)
    by_pillar = joined(f"{PILLARS[pillar.key]} {whole(pillar.coverage)}%" for pillar in data.score.pillars)
    rows = [measure for pillar in data.score.pillars for measure in pillar.measures]
    silent = sum(measure.reason == "no_data" for measure in rows)
    small = sum(measure.reason == "small_group" for measure in rows)
    texts = [f"Usable data by pillar: {by_pillar}."]
    if silent:
        texts.append(f"{counted(silent, 'measure', 'measures')} of {len(rows)} without data.")
    if small:
        texts.append(f"{counted(small, 'measure', 'measures')} hidden: too few people.")
    return tuple(texts)
