"""Where the numbers of a scorecard come from, and what a careful reader wants to know about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lei.catalog.measure import PILLARS
from lei.language import N_, _, ngettext
from lei.numbers import general, joined, percent, whole
from lei.reports import sentences
from lei.reports.figures import Notes, Origin
from lei.services.scorecards.scorecard_data import ScorecardData, measure_names
from lei.services.scores.limit_words import limit_sentences
from weights.profile import parse_profile
from weights.rules import DEFAULT_MIN_PILLAR_WEIGHT, DEFAULT_MIN_PILLARS

_ALL = 100  # percent
_LABELS = {
    "default_v1": N_("LEI default weights, version 1 (our default, not a published standard)"),
    "equal": N_("LEI preset with equal weights"),
    "outcome_first": N_("LEI preset that puts outcomes first"),
}
_MEANS = {
    "arithmetic": N_("arithmetic means"),
    "geometric": N_("geometric means"),
    "harmonic": N_("harmonic means"),
}
_MEAN = {
    "arithmetic": N_("the arithmetic mean"),
    "geometric": N_("the geometric mean"),
    "harmonic": N_("the harmonic mean"),
}
_OWN_WEIGHTS = N_("this organization's own weights")


def origin_of(data: ScorecardData) -> Origin:
    """The profile, the catalogue and the state of the data that the scores lean on."""
    weights = _weights(data)
    own = data.rules["goalposts"]
    placeholders = [k for k in weights if data.measures[k].goalpost_basis == "placeholder" and k not in own]
    share = 100 * sum(weights[key] for key in placeholders)
    return Origin(
        profile=data.request.profile,
        profile_version=data.profile_version,
        weights_label=_(_LABELS.get(data.weights_source, _OWN_WEIGHTS)),
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
        definitions=tuple(_(text) for text in _DEFINITIONS),
    )


_DEFINITIONS = (
    N_("Score: a value on a fixed scale from 0 to 100 between two goalposts; a missing score is never 0."),
    N_("Like for like: the change on the measures that are usable in both periods, with the same weights."),
    N_("Steady: no material change. No comparison: no score on the same measures in the period before."),
    N_("Coverage: the share of weight that has usable data."),
    N_("n: how many people, events or things stand behind a value; – where money, hours or points weight it."),
    N_("Points: what a measure adds to the index."),
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
        _("Each value is turned into a score from 0 to 100 by fixed goalposts, so new data never moves history."),
        # For translators: {means} is such as `arithmetic means`, {mean} such as `the geometric mean`.
        _("Pillar scores are {means} of their measures, the index is {mean} of the pillars, both by weight.").format(
            means=_means(means["measures"]), mean=_mean(means["pillars"])
        ),
        ngettext(
            "Missing data is left out, never filled in: a pillar needs data for {share}% of its weight, the index "
            "{count} pillar with {weight}% of the weight.",
            "Missing data is left out, never filled in: a pillar needs data for {share}% of its weight, the index "
            "{count} pillars with {weight}% of the weight.",
            pillars,
        ).format(share=whole(missing["min_coverage"]), count=whole(pillars), weight=whole(weight)),
        _(
            "Changes compare the same measures in both periods. A change below 1 point of the index or of a group, or "
            "2 of a pillar, is not material: it is called steady."
        ),
        _("A band changes once its border is passed by a full point, or for two periods in a row."),
        _(
            "The index is a health score of the learning system. It is no evidence that learning moved a business "
            "result."
        ),
    )


def _means(mean: Any) -> str:
    """The mean of the measures, in the plural; where pillars have their own, which those are."""
    if isinstance(mean, Mapping):
        own = joined(_means_in(PILLARS[pillar], each) for pillar, each in mean.items())
        # For translators: {exceptions} is a list such as `geometric means in Operational Efficiency`.
        text = _("arithmetic means ({exceptions})") if own else _("arithmetic means")
        return text.format(exceptions=own)
    return _(_MEANS[mean]) if isinstance(mean, str) else _("power means of order {order}").format(order=general(mean))


def _means_in(pillar: str, mean: Any) -> str:
    return _("{means} in {pillar}").format(means=_means(mean), pillar=_(pillar))


def _mean(mean: Any) -> str:
    if isinstance(mean, str):
        return _(_MEAN[mean])
    return _("the power mean of order {order}").format(order=general(mean))


def _limits(data: ScorecardData) -> tuple[str, ...]:
    """One sentence for each cap that is active now."""
    return () if data.score is None else limit_sentences(data.score.caps, measure_names(data))


def _coverage(data: ScorecardData) -> tuple[str, ...]:
    if data.score is None:
        return (_("No usable data in this period."),)
    if all(round(pillar.coverage) == _ALL for pillar in data.score.pillars):
        return (_("Every pillar has usable data for all of its weight."),)
    by_pillar = joined(f"{_(PILLARS[pillar.key])} {percent(pillar.coverage)}" for pillar in data.score.pillars)
    rows = [measure for pillar in data.score.pillars for measure in pillar.measures]
    silent = sum(measure.reason == "no_data" for measure in rows)
    small = sum(measure.reason == "small_group" for measure in rows)
    # For translators: a list of pillars, each with its percentage.
    texts = [_("Usable data by pillar: {pillars}.").format(pillars=by_pillar)]
    if silent:
        # For translators: {count} of {total} measures.
        text = ngettext("{count} measure of {total} without data.", "{count} measures of {total} without data.", silent)
        texts.append(text.format(count=whole(silent), total=len(rows)))
    if small:
        text = ngettext(
            "{count} measure hidden, to protect a small group.",
            "{count} measures hidden, to protect a small group.",
            small,
        )
        texts.append(text.format(count=whole(small)))
    return tuple(texts)
