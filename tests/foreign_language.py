"""A made-up language that writes every text in full-width letters: what is still in plain ones was never translated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from lei import language

FOREIGN = "en_US"  # a language that Babel knows and that has no catalogue; its months and `and` are the English ones
_PLACE = re.compile(r"(\{[^{}]*\})")


@pytest.fixture
def foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gathered: Catalog) -> str:
    """The code of the made-up language."""
    catalogue = Catalog(locale=FOREIGN)
    for message in gathered:
        if message.id:
            texts = message.id if isinstance(message.id, tuple) else (message.id,)
            said = tuple(full_width(text) for text in texts)
            catalogue.add(message.id, said if len(said) > 1 else said[0], context=message.context)
    with (tmp_path / f"{FOREIGN}.po").open("wb") as file:
        write_po(file, catalogue)
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    return FOREIGN


def full_width(text: str) -> str:
    """The text in letters of full width, the places in it as they are."""
    parts = _PLACE.split(text)
    return "".join(part if _PLACE.fullmatch(part) else re.sub("[A-Za-z]", _wide, part) for part in parts)


def _wide(letter: re.Match[str]) -> str:
    return chr(ord(letter[0]) + 0xFEE0)
