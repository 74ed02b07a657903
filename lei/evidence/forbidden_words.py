"""Words that a grade of evidence does not permit, as data, and a search for them in a text.

The rows are those of the table of grades; what a higher grade forbids, a lower one forbids as well. Beyond the table,
the causal words of E2 are forbidden up to E4 (they say what only E5 may say), and "contributed" below E4. A `*` stands
for any ending.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from lei.evidence.grade import Grade

_CAUSAL = ("caused", "causes", "proved", "proves", "proven", "proof", "due to")
_CAUSAL_TOO = ("because", "led to", "leads to", "thanks to", "drove", "drives", "driven by", "return caused")
_NO_EFFECT = ("no effect",)  # an interval that includes 0 is no clear difference, at every grade
_EFFECT = ("improv*", "effect*", "impact*", "ROI", "return on investment")
_ANY_EFFECT_WORD = ("rose", "fell", "raised", "lowered", "changed", "moved", "consistent with", "better", "worse")

FORBIDDEN: Mapping[Grade, tuple[str, ...]] = MappingProxyType(
    {
        Grade.E5: ("will cause", "proved", "proves", "proven", "proof", *_NO_EFFECT),
        Grade.E4: ("will cause", *_CAUSAL, *_CAUSAL_TOO, *_NO_EFFECT),
        Grade.E3: ("will cause", *_CAUSAL, *_CAUSAL_TOO, "contributed", *_NO_EFFECT),
        Grade.E2: ("will cause", *_CAUSAL, *_CAUSAL_TOO, "contribut*", "impact*", "improv*", *_NO_EFFECT),
        Grade.E1: ("will cause", *_CAUSAL, *_CAUSAL_TOO, "contribut*", *_EFFECT),
        Grade.E0: ("will cause", *_CAUSAL, *_CAUSAL_TOO, "contribut*", *_EFFECT, *_ANY_EFFECT_WORD),
    }
)
CAUSED = ("caused", "causes")


def find_forbidden(text: str, grade: Grade, *, caused_is_permitted: bool = False) -> tuple[str, ...]:
    """The forbidden words that stand in the text, as they stand there, in the order of the table.

    caused_is_permitted: of the claim; without it, "caused" is forbidden at E5 too.
    """
    words = FORBIDDEN[grade]
    if grade is Grade.E5 and not caused_is_permitted:
        words = (*words, *CAUSED)
    return find_words(text, words)


def find_words(text: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """Which of these words (`*` for any ending) stand in the text, whole and in either case."""
    return tuple(match.group() for word in words for match in _pattern(word).finditer(text))


@cache
def _pattern(word: str) -> re.Pattern[str]:
    body = re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")
    return re.compile(rf"\b{body}\b", re.IGNORECASE)
