"""Says whether people's answers make sense: that they fit the method, and are all about the same things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal

from lei.errors import InvalidError, Problem, refuse_faults
from lei.services.words.near_words import suggestion
from weights.completion import Completion
from weights.judgements import Judgement
from weights.profile import WeightsError

Method = Literal["pairwise", "points", "ranks"]
METHODS: tuple[Method, ...] = ("pairwise", "points", "ranks")
# The field of a person that holds the answers, and the options of the whole, by method.
_ANSWERS: Mapping[Method, str] = {"pairwise": "judgements", "points": "points", "ranks": "ranks"}
_OPTIONS: Mapping[str, Method] = {"random_index": "pairwise", "completion": "pairwise", "rule": "ranks"}


@dataclass(frozen=True, slots=True)
class PersonAnswers:
    """What one person said; only the field that the method asks for is given."""

    name: str | None = None
    judgements: tuple[Judgement, ...] | None = None
    points: Mapping[str, float] | None = None
    ranks: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class ElicitationQuestion:
    """Answers of one or several people by one method; None: the things that they name, and the usual options."""

    method: Method
    people: tuple[PersonAnswers, ...]
    keys: tuple[str, ...] | None = None
    random_index: str | None = None
    completion: Completion | None = None
    rule: str | None = None


def check_question(question: ElicitationQuestion) -> ElicitationQuestion:
    """The question with its keys in order and a name for everybody; raises InvalidError that names every fault."""
    problems = [
        Problem(
            option, "wrong_method", f"`{option}` belongs to the method '{method}', and this is '{question.method}'."
        )
        for option, method in _OPTIONS.items()
        if getattr(question, option) is not None and method != question.method
    ]
    problems += [p for number, person in enumerate(question.people) for p in _wrong_answers(question, number, person)]
    named = tuple(p.name or f"person {number}" for number, p in enumerate(question.people, start=1))
    problems += [
        Problem(f"people.{number}.name", "twice", f"Two people are called '{name}'.")
        for number, name in enumerate(named)
        if name in named[:number]
    ]
    refuse_faults(problems)
    keys = question.keys or tuple(dict.fromkeys(key for person in question.people for key in _keys_of(person)))
    people = tuple(replace(person, name=name) for person, name in zip(question.people, named, strict=True))
    _check_keys(question, keys)
    return replace(question, keys=keys, people=people)


@contextmanager
def faults_below(path: str) -> Iterator[None]:
    """Whatever raises a WeightsError in here raises an InvalidError instead, whose fields stand below `path`."""
    try:
        yield
    except WeightsError as error:
        problems = [Problem(f"{path}.{field}" if path else field, "invalid", text) for field, text in error.problems]
        raise InvalidError(problems[0].message, problems) from error


def _wrong_answers(question: ElicitationQuestion, number: int, person: PersonAnswers) -> list[Problem]:
    wanted, where = _ANSWERS[question.method], f"people.{number}"
    problems = [
        _foreign(f"{where}.{field}", field, method, question.method)
        for method, field in _ANSWERS.items()
        if field != wanted and getattr(person, field) is not None
    ]
    if not getattr(person, wanted):
        text = f"The method '{question.method}' needs `{wanted}` of every person."
        problems.append(Problem(f"{where}.{wanted}", "required", text))
    return problems


def _foreign(path: str, field: str, method: Method, asked: Method) -> Problem:
    return Problem(path, "wrong_method", f"`{field}` belongs to the method '{method}', and this is '{asked}'.")


def _check_keys(question: ElicitationQuestion, keys: Sequence[str]) -> None:
    problems = [
        Problem("keys", "twice", f"'{key}' is named twice.") for key in dict.fromkeys(keys) if keys.count(key) > 1
    ]
    if len(keys) < 2:  # noqa: PLR2004 - one thing alone has all the weight
        problems.append(Problem("keys", "too_few", "Weights are shared among at least two things."))
    for number, person in enumerate(question.people):
        problems += _wrong_keys(f"people.{number}.{_ANSWERS[question.method]}", question, person, keys)
    refuse_faults(problems)


def _wrong_keys(where: str, question: ElicitationQuestion, person: PersonAnswers, keys: Sequence[str]) -> list[Problem]:
    """Things that a person names and that are not asked for; of points and ranks, also those that are left out."""
    given = _keys_of(person)
    problems = [
        Problem(where, "unknown_key", f"'{key}' is not among the things to weigh.", hint=suggestion(key, keys))
        for key in given
        if key not in keys
    ]
    if question.method == "pairwise":
        return problems
    say = "write 0 for no points" if question.method == "points" else "everything needs a rank"
    return problems + [
        Problem(f"{where}.{key}", "required", f"{person.name or 'Somebody'} says nothing about '{key}': {say}.")
        for key in keys
        if key not in given
    ]


def _keys_of(person: PersonAnswers) -> tuple[str, ...]:
    judged = [key for judgement in person.judgements or () for key in (judgement.one, judgement.other)]
    return tuple(dict.fromkeys([*judged, *(person.points or ()), *(person.ranks or ())]))
