"""Finds what somebody meant who slipped: the known word nearest to theirs."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import overload

from lei.errors import Problem


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word nearest to `word`; None when none is like it."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return near[0] if near else None


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A hint that names the known word nearest to this one, where one is near."""
    near = nearest(word, known)
    return f"did you mean `{near}`?" if near else None


@overload
def suggestion(word: str, known: Iterable[str]) -> str | None: ...


@overload
def suggestion(word: str, known: Iterable[str], otherwise: str) -> str: ...


def suggestion(word: str, known: Iterable[str], otherwise: str | None = None) -> str | None:
    """A sentence that asks whether the known word nearest to this one was meant; `otherwise` where none is near."""
    near = nearest(word, known)
    return f"Did you mean '{near}'?" if near else otherwise


def no_such_dimension(field: str, name: str, known: Sequence[str], row: int | None = None) -> Problem:
    """The fault of naming a dimension that is not registered, with the one that was meant or all that there are."""
    hint = suggestion(name, known, f"There are: {', '.join(known)}.")
    return Problem(field, "unknown_dimension", f"There is no dimension '{name}'. {hint}", row, hint)
