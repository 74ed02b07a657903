"""The first letters of names and sentences, as the language that is written has them."""

from __future__ import annotations

from lei.language import pgettext


def first_upper(text: str) -> str:
    """A text as it begins a sentence or stands in a cell: with a capital letter."""
    return text[:1].upper() + text[1:]


def within_sentence(text: str) -> str:
    """A text as it goes on inside a sentence: with a small letter, unless it begins as `CSAT` does.

    A language whose nouns keep their capitals says so in its catalogue, and leaves the text as it is.
    """
    # For translators: write "yes" in English, or "no" where nouns keep their capital inside a sentence, as in German.
    lowers = pgettext("a name such as 'Error rate' gets a small letter inside a sentence", "yes") == "yes"
    return text[:1].lower() + text[1:] if lowers and not text[1:2].isupper() else text


def name_in_sentence(name: str) -> str:
    """The name of a measure inside a sentence: `skill uplift` of `Skill uplift (normalized gain)`, `CSAT` as it is."""
    return within_sentence(name.split(" (", maxsplit=1)[0])
