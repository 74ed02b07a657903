"""Says whether weights make sense with the catalogue: the meaning of what a profile names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lei.catalog.curve import check_curve
from lei.catalog.measure import Measure, parse_measure
from lei.errors import InvalidError, Problem, refuse_faults
from lei.services.scores.score_profile import GOALPOST_FIELDS, pillars_of_scored_measures
from lei.services.words.near_words import suggestion
from weights.profile import WeightProfile, WeightsError, merge, parse_profile


def check_profile(sections: Mapping[str, Any], measures: Sequence[Measure]) -> WeightProfile:
    """A profile from its sections. A pillar whose measures are not named takes over the catalogue's own weights.

    Raises InvalidError that names every field at fault.
    """
    filled = {**sections, "measures": {**_of_catalogue(sections, measures), **sections.get("measures", {})}}
    try:
        profile = parse_profile(filled, pillars_of_scored_measures(measures))
    except WeightsError as error:
        raise _invalid(error, measures) from error
    return replace(profile, goalposts=_whole_goalposts(profile, measures))


def check_changes(base: WeightProfile, changes: Mapping[str, Any], measures: Sequence[Measure]) -> WeightProfile:
    """`base` with a partial profile laid over it, key by key.

    Raises InvalidError that names every field at fault.
    """
    try:
        profile = merge(base, changes, pillars_of_scored_measures(measures))
    except WeightsError as error:
        raise _invalid(error, measures) from error
    return replace(profile, goalposts=_whole_goalposts(profile, measures))


def _of_catalogue(sections: Mapping[str, Any], measures: Sequence[Measure]) -> dict[str, dict[str, float]]:
    weights: dict[str, dict[str, float]] = {}
    for measure in measures:
        if measure.scorable and measure.weight_in_pillar > 0 and sections.get("pillars", {}).get(measure.pillar):
            weights.setdefault(measure.pillar, {})[measure.key] = measure.weight_in_pillar
    return weights


def _invalid(error: WeightsError, measures: Sequence[Measure]) -> InvalidError:
    pillar_of = pillars_of_scored_measures(measures)
    words = [*dict.fromkeys(pillar_of.values()), *pillar_of]
    unknown = [(path, text) for path, text in error.problems if text.startswith("There is no")]
    # What follows from a slip of the pen is no news: an unknown pillar has no weights for its measures.
    misspelt = {_quoted(text) for _, text in unknown}
    rest = [(p, t) for p, t in error.problems if (p, t) not in unknown and p.rpartition(".")[2] not in misspelt]
    problems = [Problem(path, "unknown_key", text, hint=suggestion(_quoted(text), words)) for path, text in unknown] + [
        Problem(path, "invalid_weights", text) for path, text in rest
    ]
    return InvalidError(problems[0].message, problems)


def _quoted(sentence: str) -> str:
    """The word that a sentence is about: "There is no pillar 'acces'." """
    return sentence.split("'")[1]


def _whole_goalposts(profile: WeightProfile, measures: Sequence[Measure]) -> dict[str, dict[str, Any]]:
    """Goalposts that replace those of the catalogue, completed from it.

    Kept as a whole, they fit together whatever the catalogue becomes later. Raises InvalidError where they do not.
    """
    by_key = {measure.key: measure for measure in measures}
    whole: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    for key, posts in profile.goalposts.items():
        try:
            whole[key] = _replaced(by_key[key], posts)
        except InvalidError as error:
            path = f"goalposts.{key}"
            problems += [Problem(f"{path}.{p.field}", p.code, p.message, hint=p.hint) for p in error.problems]
    refuse_faults(problems)
    return whole


def _replaced(measure: Measure, posts: Mapping[str, Any]) -> dict[str, Any]:
    strange = [
        Problem(name, "unknown_field", f"'{name}' is no goalpost.") for name in posts if name not in GOALPOST_FIELDS
    ]
    if strange:
        raise InvalidError(strange[0].message, strange)
    replaced = parse_measure({**measure.as_dict(), **posts})
    if not replaced.scorable:
        problem = Problem("goalpost_0", "required", f"'{measure.key}' needs goalposts to be scored.")
        raise InvalidError(problem.message, [problem])
    check_curve(replaced)
    plain = replaced.as_dict()
    return {name: plain[name] for name in GOALPOST_FIELDS}
