"""Says whether a statement of behavior names something that one can see: a verb, its object and a standard.

It is a check of words, not of meaning. It looks for verbs of the mind (`understand`, `know`) before the first comma or
subordinate clause, for at least three words of which the first part can be verb and object, and for a number, a
frequency or a condition. It cannot tell whether a verb is really observable ("handles calls well"), whether the
standard is a good one, or whether the behavior leads to the KPI; and it reads English only.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

EXAMPLE = "checks the last three tickets before answering, in 9 of 10 calls"
_FEWEST_WORDS = 3  # somebody or a verb, its object, and what is left of a standard
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+")


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a statement is sent back: a code, a sentence, and what to do."""

    code: str
    message: str
    hint: str


def objections(statement: str, *, needs_standard: bool = True) -> tuple[Objection, ...]:
    """What is to be said against a statement of behavior; empty where nothing is."""
    unseen = _unobservable(statement)
    if unseen is not None:
        return (
            Objection(
                "not_observable", f"'{unseen}' cannot be seen from outside.", f"Say what one can see: '{EXAMPLE}'."
            ),
        )
    if len(_words(statement)) < _FEWEST_WORDS:
        return (
            Objection(
                "no_object",
                "A behavior is a verb and its object: who does what with what.",
                f"Say it as in '{EXAMPLE}'.",
            ),
        )
    if needs_standard and not _has_standard(statement):
        return (
            Objection(
                "no_standard",
                "The statement has no standard by which one could tell that it is met.",
                f"Add a number, a frequency or a condition, as in '{EXAMPLE}'.",
            ),
        )
    return ()


def _unobservable(statement: str) -> str | None:
    unobservable = _lists()["unobservable"]
    return next((word for word in _words(_main_clause(statement)) if word in unobservable), None)


def _main_clause(statement: str) -> str:
    ends = "|".join(re.escape(word) for word in _lists()["ends_the_clause"])
    return re.split(rf"[,;:.]|\b(?:{ends})\b", statement.lower(), maxsplit=1)[0]


def _has_standard(statement: str) -> bool:
    standard = _lists()["standard"]
    return any(word.isdecimal() or word in standard for word in _words(statement)) or "%" in statement


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


@cache
def _lists() -> Mapping[str, frozenset[str]]:
    text = resources.files("lei.catalog").joinpath("behavior_words.toml").read_text(encoding="utf-8")
    return {name: frozenset(words) for name, words in tomllib.loads(text).items()}
