"""The language that documents are written in: English, or one that has a catalogue file in `lei/languages`.

Texts stand in the code in English, whole sentences in `_("…")`, with named places that are filled afterwards:
`_("{name} rose.").format(name=name)`. `ngettext` chooses by a number, `pgettext` tells apart what English writes alike,
`N_` and `N_plural` mark texts in a table that are translated where they are used. What is written inside
`with speaking("de"):` comes out in German; numbers, dates and lists of names (`lei.numbers`, `lei.periods`) follow.
Nothing else knows a language.

To add a language, copy `lei/languages/lei.pot` to a file named by its code and translate it (docs/languages.md).
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from lei.errors import InvalidError, Problem

FOLDER = Path(__file__).parent / "languages"
ENGLISH = "en"
# Days before months, and no comma before `and`: as this project writes English.
_LOCALES = {ENGLISH: "en_GB"}

_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


def languages() -> tuple[str, ...]:
    """The codes of all languages there are: English, and one for each catalogue file."""
    return (ENGLISH, *sorted(file.stem for file in FOLDER.glob("*.po")))


def known_language(code: str, field: str = "language") -> str:
    """The code itself. Raises InvalidError, which names the languages that there are, for any other."""
    if code in languages():
        return code
    text = f"There is no language '{code}'; choose one of: {', '.join(languages())}."
    raise InvalidError(text, [Problem(field, "unknown_language", text)])


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Everything that is written inside is in this language. Raises InvalidError for one that there is not."""
    token = _spoken.set(known_language(code))
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> str:
    """The code of the language that is written now."""
    return _spoken.get()


def locale() -> Locale:
    """How the language that is written now writes numbers, dates and lists."""
    return _locale(spoken())


def _(message: str) -> str:
    """The text in the language that is written now; a text that no catalogue knows, such as a name, as it is."""
    # The empty text is the head of a catalogue.
    return _translations(spoken(), FOLDER).gettext(message) if message else ""


def ngettext(singular: str, plural: str, number: int) -> str:
    """The one of both texts that the language uses with this number."""
    return _translations(spoken(), FOLDER).ngettext(singular, plural, number)


def pgettext(context: str, message: str) -> str:
    """As `_`, where English has one text for several things; the context says which is meant."""
    return _translations(spoken(), FOLDER).pgettext(context, message)


def N_(message: str) -> str:  # noqa: N802 - the name that every tool for catalogues knows
    """The text as it is: marked for the catalogues, translated later, where it is used."""
    return message


def N_plural(singular: str, plural: str) -> tuple[str, str]:  # noqa: N802 - as N_
    """Both texts as they are, marked as `N_` marks one: `ngettext(*pair, number)` translates them later."""
    return singular, plural


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(_LOCALES.get(code, code))


@cache
def _translations(code: str, folder: Path) -> gettext.NullTranslations:
    if code == ENGLISH:
        return gettext.NullTranslations()
    with (folder / f"{code}.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
