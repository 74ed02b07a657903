"""No translation says more than its English text: where that has no forbidden word, the translation has none either."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from lei.evidence.forbidden_vocabularies import VOCABULARIES
from lei.evidence.forbidden_words import find_forbidden, find_words
from lei.evidence.grade import Grade
from lei.language import ENGLISH, FOLDER

OTHERS = sorted(VOCABULARIES.keys() - {ENGLISH})
_OF_EVIDENCE = "lei/evidence/"


def stronger(code: str, english: str, translated: str, *, of_evidence: bool) -> set[str]:
    """Words by which the translation says more. of_evidence: the text is one of those that a grade limits."""
    found: set[str] = set()
    if not find_words(english, VOCABULARIES[ENGLISH].everywhere):
        found.update(find_words(translated, VOCABULARIES[code].everywhere))
    for grade in Grade if of_evidence else ():
        # Whether a KPI moved at all is told by texts of every grade but E0, which has a single one.
        if grade > Grade.E0 and not find_forbidden(english, grade):
            found.update(find_forbidden(translated, grade, language=code))
    return found


@pytest.mark.parametrize("code", OTHERS)
def test_no_translation_says_more_than_the_english_text(code: str, gathered: Catalog) -> None:
    file = FOLDER / f"{code}.po"
    if not file.exists():
        pytest.skip(f"there is no {file.name} yet")
    with file.open("rb") as opened:
        catalogue = read_po(opened, locale=code)
    for message in gathered:
        known = catalogue.get(message.id, message.context) if message.id else None
        if known is not None:
            of_evidence = any(place.startswith(_OF_EVIDENCE) for place, _line in message.locations)
            english, translated = _text(message.id), _text(known.string)
            assert stronger(code, english, translated, of_evidence=of_evidence) == set(), (english, translated)


def _text(forms: object) -> str:
    return " / ".join(map(str, forms)) if isinstance(forms, list | tuple) else str(forms)


@pytest.mark.parametrize(
    ("code", "english", "translated", "words"),
    [
        ("de", "the program probably contributed", "das Programm hat wahrscheinlich beigetragen", set()),
        ("de", "the program probably contributed", "das Programm hat es verursacht", {"verursacht"}),
        ("fr", "this is consistent with a contribution", "cela est compatible avec une contribution", set()),
        ("fr", "this is consistent with a contribution", "le programme a contribué", {"contribué"}),
        ("es", "in the same period as the program", "en el mismo periodo que el programa", set()),
        ("es", "in the same period as the program", "gracias al programa", {"gracias al"}),
        ("es", "No clear difference in {kpi}", "Ningún efecto en {kpi}", {"Ningún efecto", "efecto"}),
    ],
)
def test_what_says_more_is_found(code: str, english: str, translated: str, words: set[str]) -> None:
    assert stronger(code, english, translated, of_evidence=True) == words
