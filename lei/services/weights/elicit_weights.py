"""Weights out of what people judge: each person's own, the group's, and how far to trust them. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lei.services.weights.check_elicitation import ElicitationQuestion, PersonAnswers, check_question, faults_below
from weights.completion import COMPLETIONS
from weights.contradictions import Contradiction, contradictions
from weights.judgements import END_OF_SCALE, Judgement, combined_matrix, judgement_matrix, separate_parts
from weights.opinions import GroupOpinion, group_opinion
from weights.pairwise import ACCEPTABLE_RATIO, PairwiseWeights, pairwise_weights
from weights.points import allocated_weights
from weights.random_index import DEFAULT_RANDOM_INDEX, RANDOM_INDICES, RandomIndex
from weights.ranks import RANK_RULES
from weights.tables import Floats

DEFAULT_RULE = "centroid"
# Ours: from here on people differ enough to talk about it, and of fewer people a spread is a rough figure.
_FAR_APART = 0.10
_ENOUGH_PEOPLE = 5
_NOBODY = "Nobody compared enough pairs for weights of their own: how far people lie apart cannot be told."


@dataclass(frozen=True, slots=True)
class Pairwise:
    """What stands beside weights from pairwise judgements. filled: the pairs that nobody judged, as they were taken."""

    found: PairwiseWeights
    contradictions: tuple[Contradiction, ...]
    filled: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True)
class PersonWeights:
    """One person's own weights; None, and a note that says why, where the answers do not connect all things."""

    name: str
    weights: Mapping[str, float] | None
    pairwise: Pairwise | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Elicited:
    """Weights by key, which sum to 1. opinion: mean and spread of the people's own weights; pairwise: of the group.

    warnings: sentences for whoever is about to use the weights.
    """

    method: str
    weights: Mapping[str, float]
    people: tuple[PersonWeights, ...]
    opinion: GroupOpinion
    pairwise: Pairwise | None
    warnings: tuple[str, ...]


def elicit_weights(question: ElicitationQuestion) -> Elicited:
    """Weights out of people's answers; raises InvalidError that names every field at fault."""
    checked = check_question(question)
    return _of_judgements(checked) if checked.method == "pairwise" else _of_shares(checked)


def _of_shares(question: ElicitationQuestion) -> Elicited:
    """Points or ranks: every person has weights, and the group's are their mean."""
    people: tuple[PersonWeights, ...] = ()
    for number, person in enumerate(question.people):
        with faults_below(f"people.{number}"):
            people += (PersonWeights(str(person.name), _shares(question, person)),)
    opinion = group_opinion([person.weights for person in people if person.weights is not None])
    warnings = _warnings_of_opinion(people, opinion)
    if question.method == "ranks":
        warnings.insert(0, "Ranks say an order and no distances: these weights are one of many that agree with it.")
    return Elicited(question.method, opinion.weights, people, opinion, None, tuple(warnings))


def _shares(question: ElicitationQuestion, person: PersonAnswers) -> dict[str, float]:
    if question.method == "points":
        found = allocated_weights(person.points or {})
    else:
        found = RANK_RULES[question.rule or DEFAULT_RULE](person.ranks or {})
    return {key: found[key] for key in question.keys or ()}


def _of_judgements(question: ElicitationQuestion) -> Elicited:
    """Pairwise judgements: the group's weights come from the geometric mean of all, not from the people's weights."""
    keys = question.keys or ()
    with faults_below(""):
        _table(question).of(len(keys))
    matrices: list[Floats] = []
    for number, person in enumerate(question.people):
        with faults_below(f"people.{number}"):
            matrices.append(judgement_matrix(keys, person.judgements or ()))
    with faults_below("people" if len(matrices) > 1 else "people.0"):
        group = _pairwise(question, combined_matrix(matrices))
    people: tuple[PersonWeights, ...] = ()
    for number, (person, matrix) in enumerate(zip(question.people, matrices, strict=True)):
        with faults_below(f"people.{number}"):
            people += (_person(question, str(person.name), matrix),)
    weights = dict(zip(keys, group.found.weights.tolist(), strict=True))
    own = [person.weights for person in people if person.weights is not None]
    opinion = group_opinion(own) if own else GroupOpinion(weights, None, None, _NOBODY)
    warnings = (*_warnings_of_judgements(question, people, group), *_warnings_of_opinion(people, opinion))
    return Elicited(question.method, weights, people, opinion, group, warnings)


def _person(question: ElicitationQuestion, name: str, matrix: Floats) -> PersonWeights:
    if len(separate_parts(matrix)) > 1:
        note = f"{name} did not compare enough pairs for weights of their own; what they judged counts in the group's."
        return PersonWeights(name, None, note=note)
    own = _pairwise(question, matrix)
    return PersonWeights(name, dict(zip(question.keys or (), own.found.weights.tolist(), strict=True)), own)


def _pairwise(question: ElicitationQuestion, matrix: Floats) -> Pairwise:
    keys = question.keys or ()
    found = pairwise_weights(matrix, _table(question), question.completion or COMPLETIONS[0], keys)
    gaps = np.argwhere(np.triu(np.isnan(matrix))).tolist()
    filled = tuple(Judgement(keys[i], keys[j], float(found.matrix[i, j])) for i, j in gaps)
    return Pairwise(found, tuple(contradictions(keys, matrix, found.weights)), filled)


def _table(question: ElicitationQuestion) -> RandomIndex:
    return RANDOM_INDICES[question.random_index or DEFAULT_RANDOM_INDEX]


def _warnings_of_judgements(
    question: ElicitationQuestion, people: tuple[PersonWeights, ...], group: Pairwise
) -> list[str]:
    judged = {person.name: person.pairwise for person in people if person.pairwise is not None}
    asked = {"These judgements": group} if len(people) == 1 else {"The group's judgements": group} | judged
    warnings = [_inconsistent(name, pairwise) for name, pairwise in asked.items() if not pairwise.found.consistent]
    if group.filled:
        size = len(question.keys or ())
        warnings.append(
            f"{len(group.filled)} of {size * (size - 1) // 2} pairs were judged by nobody and are filled in; what is "
            "not judged cannot contradict, so the consistency ratio looks better than it would with all of them."
        )
    if any(not 1 / END_OF_SCALE <= j.times <= END_OF_SCALE for p in question.people for j in p.judgements or ()):
        warnings.append(
            f"Some judgements go beyond {END_OF_SCALE:g} times, where Saaty's scale ends: a slip, or things too unlike "
            "to be compared directly."
        )
    return warnings + [person.note for person in people if person.note is not None]


def _inconsistent(name: str, pairwise: Pairwise) -> str:
    worst = f" {pairwise.contradictions[0].sentence}" if pairwise.contradictions else ""
    subject = name if name.endswith("judgements") else f"The judgements of {name}"
    return (
        f"{subject} contradict each other: the consistency ratio is {pairwise.found.ratio:.2f}, above "
        f"{ACCEPTABLE_RATIO:.2f}.{worst}"
    )


def _warnings_of_opinion(people: tuple[PersonWeights, ...], opinion: GroupOpinion) -> list[str]:
    warnings = [] if opinion.note is None else [opinion.note]
    own = [person.weights for person in people if person.weights is not None]
    if opinion.spread and max(opinion.spread.values()) >= _FAR_APART:
        key = max(opinion.spread, key=lambda k: opinion.spread[k])  # type: ignore[index]  # not None, as just asked
        low, high = (pick(weights[key] for weights in own) for pick in (min, max))
        warnings.append(
            f"People lie furthest apart on '{key}', from {100 * low:.0f} % to {100 * high:.0f} %: talk about it before "
            "the mean hides it."
        )
    if opinion.concentration is not None and len(own) < _ENOUGH_PEOPLE:
        warnings.append(f"The spread comes from {len(own)} people only: take it as an order of magnitude.")
    return warnings
