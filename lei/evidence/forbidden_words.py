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

from lei.evidence.forbidden_vocabularies import VOCABULARIES, Vocabulary, Words
from lei.evidence.grade import Grade
from lei.language import ENGLISH


def _forbidden(of: Vocabulary) -> Mapping[Grade, Words]:
    causal = (*of.will_cause, *of.caused, *of.proved, *of.due_to, *of.because, *of.led_to)
    return MappingProxyType(
        {
            # An interval that includes 0 is no clear difference, at every grade.
            Grade.E5: (*of.will_cause, *of.proved, *of.no_effect),
            Grade.E4: (*causal, *of.no_effect),
            Grade.E3: (*causal, *of.contributed, *of.no_effect),
            Grade.E2: (*causal, *of.contribution, *of.impact, *of.improved, *of.no_effect),
            Grade.E1: (*causal, *of.contribution, *of.improved, *of.impact, *of.effect, *of.no_effect),
            Grade.E0: (*causal, *of.contribution, *of.improved, *of.impact, *of.effect, *of.no_effect, *of.moved),
        }
    )


FORBIDDEN_IN: Mapping[str, Mapping[Grade, Words]] = MappingProxyType(
    {code: _forbidden(vocabulary) for code, vocabulary in VOCABULARIES.items()}
)
FORBIDDEN = FORBIDDEN_IN[ENGLISH]


def find_forbidden(
    text: str, grade: Grade, *, caused_is_permitted: bool = False, language: str = ENGLISH
) -> tuple[str, ...]:
    """The forbidden words that stand in the text, as they stand there, in the order of the table.

    caused_is_permitted: of the claim; without it, "caused" is forbidden at E5 too. language: that of the text; one
    without a vocabulary forbids nothing.
    """
    if language not in VOCABULARIES:
        return ()
    words = FORBIDDEN_IN[language][grade]
    if grade is Grade.E5 and not caused_is_permitted:
        words = (*words, *VOCABULARIES[language].caused)
    return find_words(text, words)


def find_words(text: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """Which of these words (`*` for any ending) stand in the text, whole and in either case."""
    return tuple(match.group() for word in words for match in _pattern(word).finditer(text))


@cache
def _pattern(word: str) -> re.Pattern[str]:
    body = re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")
    return re.compile(rf"\b{body}\b", re.IGNORECASE)
