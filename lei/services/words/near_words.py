"""Finds what somebody meant who slipped: the known word nearest to theirs."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """The known word nearest to `word`; None when none is as like it as asked (0: anything, 1: only the same)."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=likeness)
    return near[0] if near else None
