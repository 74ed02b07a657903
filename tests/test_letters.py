"""First letters: small inside a sentence, but where a name or a language keeps its capitals."""

from __future__ import annotations

from pathlib import Path

import pytest

from lei import language
from lei.language import speaking
from lei.letters import first_upper, name_in_sentence, within_sentence

_KEEPS_CAPITALS = """
msgctxt "a name such as 'Error rate' gets a small letter inside a sentence"
msgid "yes"
msgstr "no"
"""


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("Error rate", "error rate"),
        ("CSAT", "CSAT"),
        ("Skill uplift (normalized gain)", "skill uplift"),
        ("", ""),
    ],
)
def test_a_name_gets_a_small_letter_inside_a_sentence(name: str, inside: str) -> None:
    assert name_in_sentence(name) == inside


def test_a_language_whose_nouns_keep_their_capitals_says_so_in_its_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    (tmp_path / "lb.po").write_text(_KEEPS_CAPITALS, encoding="utf-8")
    with speaking("lb"):
        assert within_sentence("Fehlerrate") == "Fehlerrate"
        assert name_in_sentence("Kompetenzzuwachs (normiert)") == "Kompetenzzuwachs"


def test_a_sentence_begins_with_a_capital() -> None:
    assert (first_upper("error rate"), first_upper("")) == ("Error rate", "")
