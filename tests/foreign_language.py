"""A made-up language that writes every text in full-width letters: what is still in plain ones was never translated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from lei import language

FOREIGN = "en_US"  # a language that Babel knows and that has no catalogue; its months and `and` are the English ones
# Grades, signs of statistics, what the tests name, and what Babel writes: months and the end of a list.
_NO_WORDS = re.compile(r"\b(E[0-5]|n|r|p|EUR|and|(January|April|August|October|November))\b")
_PLACE = re.compile(r"(\{[^{}]*\})")


@pytest.fixture
def foreign(foreign_folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The code of the made-up language."""
    monkeypatch.setattr(language, "FOLDER", foreign_folder)
    return FOREIGN


@pytest.fixture(scope="session")
def foreign_folder(tmp_path_factory: pytest.TempPathFactory, gathered: Catalog) -> Path:
    """A folder of languages that has the made-up one; always the same, since a language is read once a folder."""
    folder = tmp_path_factory.mktemp("languages")
    catalogue = Catalog(locale=FOREIGN)
    for message in gathered:
        if message.id:
            texts = message.id if isinstance(message.id, tuple) else (message.id,)
            said = tuple(full_width(text) for text in texts)
            catalogue.add(message.id, said if len(said) > 1 else said[0], context=message.context)
    with (folder / f"{FOREIGN}.po").open("wb") as file:
        write_po(file, catalogue)
    return folder


def full_width(text: str) -> str:
    """The text in letters of full width, the places in it as they are."""
    parts = _PLACE.split(text)
    return "".join(part if _PLACE.fullmatch(part) else re.sub("[A-Za-z]", _wide, part) for part in parts)


def _wide(letter: re.Match[str]) -> str:
    return chr(ord(letter[0]) + 0xFEE0)


def plain_words(text: str) -> str:
    """What is written in plain letters in a text of the made-up language, apart from grades, months and the like."""
    return " ".join(re.findall("[A-Za-z]+", _NO_WORDS.sub("", text)))
